/*
 * One JSON event of a run log as a struct: what of it tells how the run went. Keys measured on
 * releases 1.0.60 to 2.1.330.
 */
#ifndef CHECK_CLAUDE_EVENT_H
#define CHECK_CLAUDE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENT_WORD 48
#define EVENT_TEXT 4096

struct event {
    bool is_error;        /* of a result: it did not say false; whatever `subtype` says */
    bool is_api_error;    /* of a transcript's message: isApiErrorMessage */
    bool has_text;        /* `text` is not empty */
    bool has_object;      /* of a result: structured_output is one, and `text` may be empty */
    bool rejected;        /* of a rate_limit_event: status is "rejected" */
    int api_error_status; /* HTTP status; 0 when there is none */
    char subtype[EVENT_WORD];
    char api_error_type[EVENT_WORD];
    char api_error[EVENT_WORD];
    char error[EVENT_WORD]; /* of an assistant event in the CLI's own voice */
    char terminal_reason[EVENT_WORD];
    char text[EVENT_TEXT]; /* of a result: result, else errors; of a message: what it says; cut */
    int64_t duration_ms;   /* -1 when not there, as the next two */
    int64_t num_turns;
    int64_t cost_microdollars;
    int64_t login_ends;   /* credential_expires_at, milliseconds since the epoch; 0 for none */
    int64_t limit_resets; /* of a rate_limit_event: milliseconds since the epoch; 0 for none */
};

/*
 * Read one event out of bytes[0..length), which must be followed by a NUL. Bytes that are not UTF-8
 * are overwritten by '?' first. Returns 0; EINVAL when it is no JSON object, ENOMEM, both with *ret
 * untouched.
 */
int event_parse(char *bytes, size_t length, struct event *ret);

/* True for a result that holds neither words nor what a schema asked for. */
static inline bool event_has_no_answer(const struct event *result)
{
    return !result->has_text && !result->has_object;
}

#endif
