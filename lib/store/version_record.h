/*
 * What `claude --version` answered, kept for the next call.
 */
#ifndef CHECK_CLAUDE_VERSION_RECORD_H
#define CHECK_CLAUDE_VERSION_RECORD_H

#include "base/version_number.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* How the names of all these records end. */
#define VERSION_RECORD_ENDING ".version"

/* What decides the answer of `claude --version`. */
struct version_key {
    const char *binary;        /* its absolute path */
    const char *home;          /* HOME it runs under */
    const struct stat *status; /* of the file that the path leads to */
};

struct version_record {
    char version[VERSION_NUMBER_MAX]; /* "" when --version printed none */
    int64_t checked_at;               /* milliseconds since the epoch */
};

/*
 * The record for this key if it is younger than `ttl` milliseconds at `now`. False, and *ret
 * untouched, when there is none; then *ret_why says why for -vv ("none stored", "stored for another
 * state of the binary", ...).
 */
bool version_record_read(const struct store *store, const struct version_key *key, int64_t now,
                         int64_t ttl, struct version_record *ret, const char **ret_why);

/* Keep a record. Returns 0 or an errno value. */
int version_record_write(const struct store *store, const struct version_key *key,
                         const struct version_record *record);

#endif
