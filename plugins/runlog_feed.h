/*
 * The way back from a log to the preflight: --feed-preflight.
 */
#ifndef CHECK_CLAUDE_RUNLOG_FEED_H
#define CHECK_CLAUDE_RUNLOG_FEED_H

#include "plugin/report.h"
#include "runlog_options.h"

/*
 * Record what the run that wrote this log did to its agent's login, if it tells: refused
 * (auth-failure was found, whatever state it counts in), or a good run (a good result; or, where
 * result-missing counts as OK, a log without one in which no failure was found, whatever state that
 * counts in). Trouble with the state directory is told at -v and
 * decides nothing.
 */
void runlog_feed(const struct runlog_options *options, const struct marker_set *markers,
                 const struct run_log *log, struct report *report, struct subject *subject);

#endif
