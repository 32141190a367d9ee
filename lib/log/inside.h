/*
 * Inside of the search through a log; private to log_search.c, log_forward.c and log_lines.c.
 */
#ifndef CHECK_CLAUDE_LOG_SEARCHER_H
#define CHECK_CLAUDE_LOG_SEARCHER_H

#include "base/json_scan.h"
#include "log/json_place.h"
#include "log/log_search.h"

/* How far from the end a result is looked for backwards before the log is read from its start. */
#ifndef TAIL_MAX /* tests look back over less */
#define TAIL_MAX ((uint64_t)1 << 20)
#endif
#define LAST_LINES 5
#define OWN_MAX    (2 + LAST_LINES)

/* What every step works on. */
struct searcher {
    struct log_file *log;
    const struct log_search *search;
    struct log_views *views;
    struct log_facts *facts;
    struct json_event_place own[OWN_MAX]; /* what the CLI itself says: result, voice, last lines */
    uint64_t start;                       /* what stands before it belongs to earlier runs */
    uint64_t behind; /* the end of a result behind which another run began; 0 for none */
    bool ended;      /* the last result was seen, be it that it cannot be read */
    int error;
};

/* The place from which on the last `length` bytes stand, not before the last run. */
static inline uint64_t log_tail(const struct searcher *s, uint64_t end, uint64_t length)
{
    uint64_t tail = end > length ? end - length : 0;
    return tail > s->start ? tail : s->start;
}

/* True once the deadline has passed, or an error ended the search before: it is in s->error. */
bool log_search_out_of_time(struct searcher *s);

/* True when the last assistant event is the CLI's own word of what failed. */
bool log_has_own_voice(const struct log_facts *facts);

/* A search from some place to the log's end, and what it found of events. */
struct log_forward {
    struct log_value_finder finder;
    uint64_t looked_at;           /* the line of the last marker in no event; UINT64_MAX for none */
    uint64_t quoted;              /* log_quotation_in() it */
    struct log_value with_result; /* the last one found */
    bool has_result;
    /* behind that result, or with none behind the place: */
    bool began; /* the first event of a stream */
    bool broke; /* a line with a failed result that is no event */
};

/* Search from `at`. Marks of these conditions go to the facts; all of *f is set. */
void log_forward_from(struct searcher *s, uint64_t at, uint32_t conditions, struct log_forward *f);

/* The first bytes of a line, or of the rest of one. Returns how many, at most `size`. */
size_t log_copy_line(struct searcher *s, uint64_t line, unsigned char *ret, size_t size);

/*
 * Where in a line that is no event there begins what looks like one that holds what the model said
 * or a tool printed, like a good result, or like the array of a run's events: it was cut, as the
 * run was killed while it wrote it. UINT64_MAX for nowhere.
 */
uint64_t log_quotation_in(struct searcher *s, uint64_t line);

/* Marks for the CLI's messages at the starts of the last lines. */
void log_search_last_lines(struct searcher *s);

/* Line numbers, and the message of the first condition that has one. */
void log_describe_marks(struct searcher *s);

#endif
