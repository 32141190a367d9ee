/*
 * Many agents in one call: their facts, with `claude --version` run once for each distinct binary,
 * PROCESS_PARALLEL of those side by side.
 */
#ifndef CHECK_CLAUDE_FLEET_H
#define CHECK_CLAUDE_FLEET_H

#include "agent/agent.h"

#include <stddef.h>
#include <stdint.h>

struct fleet {
    struct agent *agents; /* count of them, in the order of the homes */
    size_t count;         /* fewer than `asked` when the plugin's deadline came */
    size_t asked;
    int error;                    /* ENOMEM, or 0 */
    struct version_probe *probes; /* what was asked; the agents' facts point into them */
    size_t probe_count;
};

/*
 * Look at all agents. A version is believed from the store if there is a record for the first agent
 * that has the binary. Always fills *ret; fleet_free() gives it back. The homes are borrowed.
 */
void fleet_gather(const struct agent_request *request, char *const *homes, size_t count,
                  int64_t now, struct fleet *ret);
/*
 * Ask for the one try of the limit that holds back the agent at `index`, if there is such a limit:
 * its last_run->hold becomes LAST_RUN_FREE, or LAST_RUN_TRIED where another run is trying. Agents
 * of one account in one call try together. Returns 0 or an errno value.
 */
int fleet_ask_for_try(const struct agent_request *request, const struct fleet *fleet, size_t index,
                      int64_t now);
void fleet_free(struct fleet *fleet);

#endif
