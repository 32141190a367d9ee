/*
 * The way back from a log to the preflight: --feed-preflight.
 */
#ifndef CHECK_CLAUDE_RUNLOG_FEED_H
#define CHECK_CLAUDE_RUNLOG_FEED_H

#include "plugin/report.h"
#include "runlog_options.h"

/*
 * Record what the run that wrote this log tells of the next one: refused, limited, unpaid, or good;
 * nothing for any other outcome. What could not be recorded, or only where the preflight may not
 * look, is feed-lost.
 */
void runlog_feed(const struct runlog_options *options, const struct run_log *log,
                 const struct run_verdict *verdict, struct report *report, struct subject *subject);

#endif
