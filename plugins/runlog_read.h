/*
 * One log, from its name to its facts: opened, unwrapped where it is kept inside another format,
 * and searched.
 */
#ifndef CHECK_CLAUDE_RUNLOG_READ_H
#define CHECK_CLAUDE_RUNLOG_READ_H

#include "log/log_search.h"
#include "runlog_options.h"

/* What a reading needs. */
struct runlog_reading {
    const struct runlog_options *options;
    const struct marker_set *markers;
    struct log_views *views;
    struct progress *progress;
    int64_t now;
    struct report *report;
    struct subject *subject;
};

/*
 * Fill in size, times and facts of the log named log->path, and log->error where it cannot be read.
 * Returns 0; the errno value of what keeps the plugin itself from going on.
 */
int runlog_read(const struct runlog_reading *reading, struct run_log *log);

#endif
