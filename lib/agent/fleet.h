/*
 * Many agents in one call: their facts, with `claude --version` run once for each distinct binary,
 * PROCESS_PARALLEL of those side by side.
 */
#ifndef CHECK_CLAUDE_FLEET_H
#define CHECK_CLAUDE_FLEET_H

#include "agent/agent.h"
#include "store/store.h"

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
                  const struct store *store, int64_t now, struct fleet *ret);
void fleet_free(struct fleet *fleet);

#endif
