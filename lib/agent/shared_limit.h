/*
 * A usage limit is one of the account: what is recorded of one agent of a call counts for all of
 * its account, also where each has a state directory of its own.
 */
#ifndef CHECK_CLAUDE_SHARED_LIMIT_H
#define CHECK_CLAUDE_SHARED_LIMIT_H

#include "agent/agent.h"

#include <stddef.h>

/*
 * Give each agent the latest limit, or good run, that is recorded of an agent of its account. Costs
 * nothing where no limit holds anybody back. Returns 0 or ENOMEM; an account that
 * could not be looked up is a failure of gathering of its agent.
 */
int shared_limit_find(struct agent *agents, size_t count);

#endif
