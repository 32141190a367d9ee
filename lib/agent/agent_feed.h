/*
 * Recording for the preflight what a run of an agent did: the writing side of agent_state.h.
 */
#ifndef CHECK_CLAUDE_AGENT_FEED_H
#define CHECK_CLAUDE_AGENT_FEED_H

#include "base/text.h"
#include "store/run_record.h"

#include <stdint.h>

/* Whom it is about, and where his state is. */
struct agent_feed {
    const char *state_dir; /* --state-dir; NULL: see place.h */
    const char *home;
    bool own; /* the home is the plugin's own: its environment says where the login is */
};

/*
 * Record a run whose outcome, time, log, words and reset are filled in; account and login are
 * filled in here. Returns 0, with where it is appended to *where; or an errno value, with what was
 * in the way appended to *trouble. *trouble is filled in with 0 too, where it was recorded only in
 * the second place of place.h, which the other side may not see.
 */
int agent_feed_run(const struct agent_feed *feed, int64_t now, struct run_record *record,
                   struct text *where, struct text *trouble);

/* Forget the agent's stored versions, so that the next check looks afresh. As above. */
int agent_feed_alarm(const struct agent_feed *feed, struct text *trouble);

#endif
