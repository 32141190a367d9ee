/*
 * How long a limit holds runs back, by its record.
 *
 * Until its reset, where that is known. Else (an unknown reset, a bill) for `hold` after the run
 * that met it: then one run may try, and others for `hold` after that one, until a run is recorded
 * as good. No step of the clock changes this for longer than `hold`: a record from the future says
 * nothing of a reset, and a time that is still to come does not count.
 */
#ifndef CHECK_CLAUDE_RUN_LIMIT_H
#define CHECK_CLAUDE_RUN_LIMIT_H

#include "store/run_record.h"

#include <stdbool.h>
#include <stdint.h>

/* A later reset of a limit is no such thing: the longest, of a month's spending, is 31 days. */
#define RUN_LIMIT_MAX_MS (32 * INT64_C(86400000))

enum run_hold {
    RUN_FREE,    /* all may run */
    RUN_HELD,    /* until *ret_until */
    RUN_ONE_TRY, /* one run may try: run_limit_try() */
};

/*
 * What a record says at `now`. All times in ms; *ret_until, since the epoch, is set with RUN_HELD
 * only.
 */
enum run_hold run_limit_hold(const struct run_record *record, int64_t now, int64_t hold,
                             int64_t *ret_until);

/* When the limit ends, ms since the epoch; 0 where that is not known. */
int64_t run_limit_reset(const struct run_record *record, int64_t now);

/*
 * Ask for the one try, as a gate does whose caller starts a run next. `account` is 0 where it is
 * not known. *ret_granted is true for one of all who ask in a `hold`, and where nothing holds runs
 * back any more. Waits for others `wait_ms` at most. Returns 0, or an errno value: nobody is
 * granted what cannot be recorded.
 */
int run_limit_try(struct place *place, uint64_t account, int64_t now, int64_t hold, int64_t wait_ms,
                  bool *ret_granted);

#endif
