/*
 * What the last run left in its log, gathered without reading what cannot matter, in two steps:
 * where does the last run begin (last_run.h), and what of it tells how it went. A good result at
 * the end of a log of any size is found from its end.
 */
#ifndef CHECK_CLAUDE_LOG_SEARCH_H
#define CHECK_CLAUDE_LOG_SEARCH_H

#include "log/log_file.h"
#include "search/marker.h"
#include "system/progress.h"
#include "verdict/runlog_facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_search {
    const struct marker_set *markers; /* made by marker_table_set_new() */
    bool anchored;    /* in plain text only the CLI's messages among the last lines count */
    bool mentions;    /* count mentions, through the whole log */
    bool only_result; /* look for the result and leave it at that */
    int64_t written;  /* when the log was last written to, milliseconds since the epoch */
    struct progress *progress; /* shown while the whole log is read; NULL for none */
    struct log_views *views;   /* to read through, kept for the next log; NULL: its own */
};

/*
 * Gather the facts of an open log. Returns 0; ENOMEM, or ETIMEDOUT when the plugin's deadline
 * passed, or the errno of a failed read. A log that is cut while it is read ends there: log->cut.
 */
int log_search(struct log_file *log, const struct log_search *search, struct log_facts *ret);

#endif
