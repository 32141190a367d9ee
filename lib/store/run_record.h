/*
 * The way back from a run's log to the preflight: what the last run of an agent, of which a log
 * told, did to its login. A revoked token looks fine in the credentials file; only a run can tell.
 */
#ifndef CHECK_CLAUDE_RUN_RECORD_H
#define CHECK_CLAUDE_RUN_RECORD_H

#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

#define RUN_RECORD_WORDS 200

struct run_record {
    bool refused;    /* the login was refused; else the run was a good one */
    int64_t time_ns; /* when its log was last written to, nanoseconds since the epoch */
    char log[1024];  /* which one; cut */
    char marker[RUN_RECORD_WORDS]; /* by what the refusal was told; "" for a good run */
};

/*
 * The agent's record, whenever it was made: a refusal from before the clock was set back is one.
 * Returns 0; ENOENT, and *ret untouched, when there is none; another errno value when there may be
 * one, but it could not be read.
 */
int run_record_read(const struct store *store, const char *home, struct run_record *ret);

/*
 * False when no agent at all has a record. True as well where that cannot be told. For a call about
 * many agents: that each of them has none costs more than this, but for a few.
 */
bool run_record_may_exist(const struct store *store);

/*
 * Keep a newer record, and after a refusal forget the agent's stored version too. An older one than
 * what is there changes nothing, but that a good run whose time is still to come at `now`,
 * milliseconds since the epoch, gives way to anything. Returns 0, or an errno value when it could
 * not be kept.
 */
int run_record_feed(const struct store *store, const char *home, int64_t now,
                    const struct run_record *record);

#endif
