/*
 * Reads the log from some place to its end. A marker leads to the event around it; bytes without a
 * marker are never parsed.
 */
#ifndef CHECK_CLAUDE_WORDS_H
#define CHECK_CLAUDE_WORDS_H

#include "log/searcher.h"

/* What such a reading found of events. */
struct words_found {
    bool has_event;               /* there is one, be it that it was cut */
    bool has_result;              /* there is a result event: */
    struct log_value with_result; /* the last value with one */
    /* behind that result, or with none behind the place: */
    bool began; /* the first event of a stream, whole or cut */
    bool broke; /* a line with a failed result that is no event */
};

/*
 * Read from `at`, looking for the markers of these tags. The user's own markers in plain text go to
 * the marks of the facts, the words of the plain search to s->plain and s->in_events, all of *ret
 * is set.
 */
void words_read(struct searcher *s, uint64_t at, uint32_t tags, struct words_found *ret);

#endif
