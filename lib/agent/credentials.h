/*
 * The CLI's credentials file as a struct, without its secrets: no token is ever copied out of it.
 * Facts measured on releases up to 2.1.330.
 */
#ifndef CHECK_CLAUDE_CREDENTIALS_H
#define CHECK_CLAUDE_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most that is read of a credentials file. */
#define CREDENTIALS_MAX ((size_t)1 << 20)

/* A point in time of the file, in milliseconds since the epoch. */
struct expiry {
    bool known; /* there, and a number as the CLI's users would read it */
    int64_t ms; /* ends at INT64_MIN or INT64_MAX for greater numbers */
};

enum scopes {
    SCOPES_ABSENT,
    SCOPES_LACKING, /* there, without user:inference */
    SCOPES_SUFFICIENT
};

struct credentials {
    bool has_login;         /* there is a claudeAiOauth object; without it all below is empty */
    bool has_access_token;  /* a string that is not empty */
    bool has_refresh_token; /* the same */
    bool ended;         /* the mark of a dead login: both tokens "", or loginEnded (from 2.1.197) */
    char ended_why[32]; /* loginEnded, such as "time_limit"; "" when it does not say */
    struct expiry access; /* expiresAt */
    struct expiry login;  /* refreshTokenExpiresAt (from 2.1.206) */
    enum scopes scopes;
    char subscription_type[32]; /* "" when absent */
};

/*
 * Read a file's content, bytes[0..length) with a NUL behind. Returns 0; EINVAL when it is not one
 * complete UTF-8 JSON value, ENOMEM, both with *ret untouched.
 */
int credentials_parse(const char *bytes, size_t length, struct credentials *ret);

#endif
