/*
 * What a run left in its log, gathered without reading what cannot matter: the last result event is
 * looked for from the end, and only a log without one is searched from its start.
 *
 * Where logs are appended to, the last run counts. It ended with the last result, unless events
 * behind that show that another run began: the first event of a stream, the CLI's own word of a
 * failure, or, behind a good result, a line with a failed result that is no event. Then the facts
 * are those of what stands behind: of a run without a result.
 */
#ifndef CHECK_CLAUDE_LOG_SEARCH_H
#define CHECK_CLAUDE_LOG_SEARCH_H

#include "log/event.h"
#include "log/log_file.h"
#include "search/marker.h"
#include "system/progress.h"
#include "verdict/runlog_condition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a marker was found. */
struct log_mark {
    bool found;
    uint64_t offset;
    uint64_t line; /* counted from 1; 0 where it was not counted */
    size_t row;    /* of the marker set */
};

#define LOG_MESSAGE 200

struct log_facts {
    bool is_blank;         /* nothing but white space */
    bool is_behind_result; /* an earlier run's result stands before all that is told here */
    bool has_result;       /* the last result event is in `result` */
    bool has_voice;        /* the last assistant event, before that result if there is one */
    bool has_rate_limit;   /* the last rate_limit_event seen with them */
    struct event result, voice, rate_limit;
    /* counted from 1; 0 where it was not counted: far from the start, or when all is well */
    uint64_t result_line;
    /* Without a result: the first marker in plain text, by condition (anchored: the last one). */
    struct log_mark marks[RUNLOG_CONDITIONS + 1]; /* the last is the search's own */
    char
        message[LOG_MESSAGE]; /* the CLI's message that such a line begins with, cut; "" for none */
    int64_t warned_until;    /* the date in the mark on login-ending, ms since the epoch; 0: none */
    bool mentions_counted;   /* `mentions` was asked for, and looked for */
    uint64_t mentions;       /* auth-failure markers that are not the CLI's own voice */
    struct log_mark mention; /* the first of them */
};

struct log_search {
    const struct marker_set *markers; /* made by log_search_new_markers() */
    bool anchored; /* in plain text only a message at the start of one of the last five lines counts
                    */
    bool mentions; /* count mentions, through the whole log */
    bool only_result;          /* look for the result and leave it at that */
    struct progress *progress; /* shown while the whole log is read; NULL for none */
    struct log_views *views;   /* to read through, kept for the next log; NULL: its own */
};

/* Rows of a user's own that leave room for those of the search itself. */
#define LOG_SEARCH_OWN_MAX (MARKER_OWN_MAX - 3)

/*
 * A marker set of the built-in rows, the user's own, and what the search itself needs. As
 * marker_set_new().
 */
int log_search_new_markers(const struct marker_own *own, size_t count, struct marker_set **ret_set);

/*
 * Gather the facts of an open log. Returns 0; ENOMEM, or ETIMEDOUT when the plugin's deadline
 * passed, or the errno of a failed read. A log that is cut while it is read ends there: log->cut.
 */
int log_search(struct log_file *log, const struct log_search *search, struct log_facts *ret);

#endif
