#include "log/cause.h"

#include <stdlib.h>
#include <string.h>

#define STATUS_NEAR 24 /* bytes: "API Error: Request rejected (429)" */
#define CLAUSE_MAX  200

struct cause {
    enum runlog_condition condition;
    const char *words;
};

/* Words that mean one thing wherever they stand in a message, also behind a status: "API Error: 400
 * You have reached your specified API usage limits". In order. */
static const struct cause anywhere[] = {
    /* a lock that another process holds (2.1.332): no login mends it */
    {RUNLOG_RUN_FAILED, "another claude code process"},
    {RUNLOG_BILLING,
     "credit balance|past due|disabled organization|organization has been disabled"},
    {RUNLOG_OVERLOADED, "not your usage limit"},
    {RUNLOG_USAGE_LIMIT,
     "hit your|reached your|usage limit|spend limit|spending limit|spend cap|spending cap|out of "
     "usage|out of extra|out of credits|usage credits|extra usage|usage allocation|limit will "
     "reset|-hour limit|daily limit|weekly limit|monthly limit|session limit|quota |limit "
     "exhausted|\xc2\xb7 resets|cap reached|shared budget|limit is set to"},
    {RUNLOG_AUTH_FAILURE,
     "oauth token revoked|oauth token has expired|oauth token has been revoked"},
};

/* Words of a message without a status, in its first clause: what follows is by others. In order. */
static const struct cause in_clause[] = {
    {RUNLOG_BILLING, "payment|unpaid|invoice|insufficient credit|insufficient fund|insufficient "
                     "balance|credits too low|balance too low"},
    {RUNLOG_OVERLOADED,
     "overloaded|at capacity|limiting requests|rate limit|rate_limit|server error|internal "
     "server|too many requests|service unavailable|bad gateway|gateway time"},
    {RUNLOG_NETWORK,
     "connect|timed out|timeout|socket|fetch failed|certificate|ssl|tls|network|dns|proxy|stalled|"
     "mid-response|no response|stream closed|stream ended|stream error|stream broke|stream idle|"
     "stream disconnect|stream interrupt|stream was|stream stopped|stream reset|stream "
     "fail|malformed response|empty response|econn|enotfound|eai_again|"
     "epipe|etimedout|aborted|premature close|while thinking|terminated"},
    {RUNLOG_AUTH_FAILURE,
     "authenticat|/login|log in|login|logged in|sign-in|sign in|api key|api_key|auth token|oauth|"
     "credentials|apikeyhelper|invalid_grant|reauth|re-auth|access to claude|on hold|account has "
     "been|account is |account was |subscription "
     "access|unauthorized|forbidden|verify organization|token exchange|session expired|custom_"
     "headers|gateway refused"},
};

/* Behind the CLI's dot, whatever stands before it. */
static const char advice_to_log_in[] = "\xc2\xb7 please run /login|\xc2\xb7 run /login";

/* A program that was called in a wrong way. */
static const char usage_error[] = " --| option | argument ";

bool cause_has_one_of(const char *text, const char *words)
{
    while (*words) {
        size_t length = strcspn(words, "|");
        if (memmem(text, strlen(text), words, length))
            return true;
        words += length + (words[length] == '|');
    }
    return false;
}

static enum runlog_condition by_list(const struct cause *list, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (cause_has_one_of(text, list[i].words))
            return list[i].condition;
    return RUNLOG_UNDECIDED;
}

/* The HTTP status near the start of what stands behind "API Error"; 0 for none. */
static int status_of(const char *words)
{
    static const char start[] = "api error", code[] = "status code ";
    const char *at = strstr(words, start);
    if (at)
        at += sizeof start - 1;
    else if ((at = strstr(words, code)) != NULL)
        at += sizeof code - 1;
    for (size_t i = 0; at && i < STATUS_NEAR && at[i] != '\0'; i++) {
        size_t digits = strspn(at + i, "0123456789");
        if (digits == 3 && at[i] >= '4' && at[i] <= '5')
            return (int)strtol(at + i, NULL, 10);
        i += digits;
        if (at[i] == '\0' || at[i] == '{' || at[i] == '<')
            break;
    }
    return 0;
}

/* A web page is an answer of something on the way, and not the API's. */
static bool has_page(const char *words)
{
    return cause_has_one_of(words, "<html|<!doctype");
}

static enum runlog_condition by_status(int status, const char *words)
{
    switch (status) {
    case 401: return RUNLOG_AUTH_FAILURE;
    case 402: return RUNLOG_BILLING;
    case 403: return has_page(words) ? RUNLOG_NETWORK : RUNLOG_AUTH_FAILURE;
    case 407: /* a proxy wants a password */
    case 408: return RUNLOG_NETWORK;
    case 429: return RUNLOG_OVERLOADED;
    default: return status >= 500 ? RUNLOG_OVERLOADED : RUNLOG_RUN_FAILED;
    }
}

/* "Error: API Error: no response: ..." has the clause "no response". */
static void first_clause(const char *words, char ret[CLAUSE_MAX + 1])
{
    static const char ends[] = "error: "; /* "Error: ", "TypeError: ", "Error: API Error: " */
    for (const char *at; (at = strstr(words, ends)) != NULL;) {
        const size_t name = strspn(words, "abcdefghijklmnopqrstuvwxyz");
        if (words + name != at + strlen("error") && strncmp(words, "api error", 9) != 0)
            break;
        words = at + strlen(ends);
    }
    const char *colon = strstr(words, ": ");
    size_t length = colon ? (size_t)(colon - words) : strlen(words);
    size_t line = strcspn(words, "\n\"");
    length = line < length ? line : length;
    length = length < CLAUSE_MAX ? length : CLAUSE_MAX;
    memcpy(ret, words, length);
    ret[length] = '\0';
}

enum runlog_condition cause_of_words(const char *words)
{
    char clause[CLAUSE_MAX + 1];
    enum runlog_condition found = by_list(anywhere, sizeof anywhere / sizeof *anywhere, words);
    int status = found == RUNLOG_UNDECIDED ? status_of(words) : 0;
    if (status > 0)
        return by_status(status, words);
    first_clause(words, clause);
    if (found == RUNLOG_UNDECIDED)
        found = by_list(in_clause, sizeof in_clause / sizeof *in_clause, clause);
    if (found == RUNLOG_UNDECIDED && cause_has_one_of(words, advice_to_log_in))
        found = RUNLOG_AUTH_FAILURE;
    return found;
}

enum runlog_condition cause_of_others(const char *words)
{
    char clause[CLAUSE_MAX + 1];
    first_clause(words, clause);
    if (cause_has_one_of(words, usage_error)) /* its name may be any word of those below */
        return RUNLOG_RUN_FAILED;
    enum runlog_condition found = by_list(in_clause, sizeof in_clause / sizeof *in_clause, clause);
    return found == RUNLOG_AUTH_FAILURE ? RUNLOG_UNDECIDED : found;
}
