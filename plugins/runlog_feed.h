/*
 * The way back from a log to the preflight: --feed-preflight.
 */
#ifndef CHECK_CLAUDE_RUNLOG_FEED_H
#define CHECK_CLAUDE_RUNLOG_FEED_H

#include "plugin/report.h"
#include "runlog_options.h"

/*
 * Record what the run that wrote this log tells of its agent's login: refused or good; nothing for
 * any other outcome. Trouble with the state directory is told at -v and decides nothing.
 */
void runlog_feed(const struct runlog_options *options, const struct run_log *log,
                 const struct run_verdict *verdict, struct report *report, struct subject *subject);

#endif
