/*
 * Recording a run, and forgetting what was recorded.
 */
#ifndef CHECK_CLAUDE_RUN_FEED_H
#define CHECK_CLAUDE_RUN_FEED_H

#include "store/run_record.h"

/*
 * Record a run: a refused one as "login", a limited one as "limit", a good one as both. After a
 * refusal the agent's stored versions are forgotten, so that the next check looks afresh. An
 * earlier run than what is recorded changes nothing. A damaged record, or
 * one that another user may have written, is replaced. `now` in ms
 * since the epoch; waits for others `wait_ms` at most. Returns 0, or the errno value of what could
 * not be kept.
 */
int run_feed(struct place *place, int64_t now, int64_t wait_ms, const struct run_record *record);

/*
 * Forget the agent's stored versions only. Returns 0 or an errno value.
 */
int run_forget_versions(const struct place *place);

/*
 * Remove all that is stored for the agent, and the limit of its account (0: not known), and count
 * it. Returns 0, or an errno value when one could not be removed, or it is not known whether there
 * are any.
 */
int run_forget(const struct place *place, uint64_t account, int *ret_removed);

#endif
