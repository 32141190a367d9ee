/*
 * When a usage limit ends, by what a message says of it.
 */
#ifndef CHECK_CLAUDE_LOG_LIMIT_TIME_H
#define CHECK_CLAUDE_LOG_LIMIT_TIME_H

#include <stdint.h>

/*
 * The moment at which the limit of this message ends, in milliseconds since the epoch; 0 when it
 * does not say, or says it in a zone that is not known here. `written` is the log's time, in
 * milliseconds since the epoch:
 *
 *   ... limit reached|1795000000                      seconds since the epoch
 *   ... resets 10:20pm (America/Edmonton)             the next such moment after the log's time
 *   ... resets Nov 26, 4:06pm (UTC)                   the day of that name nearest to it, so that a
 *   ... resets May 5 at 9pm (America/New_York)        log that was touched later adds no year
 *   ... resets Mon 12:00am                            the next such day
 *   ... resets 6:21pm                                 without a zone: the process's own
 *   ... will reset at 2026-12-07 05:17:25
 *   ... regain access on 2026-12-01 at 00:00 UTC
 *   ... resets in 2h 30m, try again in 45 minutes
 */
int64_t limit_time_read(const char *message, int64_t written);

#endif
