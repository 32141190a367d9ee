/*
 * What the steps of the search through a log work on; private to log_search.c and the rooms that it
 * calls: last_run.c, last_lines.c, words.c, run_event.c, log_lines.c.
 */
#ifndef CHECK_CLAUDE_SEARCHER_H
#define CHECK_CLAUDE_SEARCHER_H

#include "base/json_scan.h"
#include "log/json_place.h"
#include "log/log_search.h"
#include "system/deadline.h"

#include <errno.h>

/* How far from the end a result is looked for backwards before the log is read from its start. */
#ifndef TAIL_MAX /* tests look back over less */
#define TAIL_MAX ((uint64_t)1 << 20)
#endif

/* The places in which the CLI itself speaks. */
struct own_places {
    struct json_event_place result, voice, message;
};

/* Login words of the plain search on their way to be marks or mentions. */
struct word_count {
    uint64_t count;
    struct log_mark first;
};

struct searcher {
    struct log_file *log;
    const struct log_search *search;
    struct log_views *views;
    struct log_facts *facts;
    struct own_places own;
    uint32_t own_tags; /* of the user's own markers */
    uint64_t start;    /* what stands before it belongs to earlier runs */
    struct word_count plain, in_events;
    uint64_t cut_from; /* where an event begins that the log's end cuts; UINT64_MAX: none */
    bool has_cut_from; /* it was looked for */
    uint64_t not_cut;  /* it begins in no line before this one */
    unsigned not_cuts; /* how many lines were found to be so */
    int error;
};

/* True once the deadline has passed, or an error ended the search before: it is in s->error. */
static inline bool searcher_is_out_of_time(struct searcher *s)
{
    if (s->error == 0 && deadline_left_ms() == 0)
        s->error = ETIMEDOUT;
    return s->error != 0;
}

/* The place from which on the last `length` bytes before `end` stand, not before the last run. */
static inline uint64_t searcher_tail(const struct searcher *s, uint64_t end, uint64_t length)
{
    uint64_t tail = end > length ? end - length : 0;
    return tail > s->start ? tail : s->start;
}

#endif
