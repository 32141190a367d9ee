/*
 * The numbers of a preflight report, for those who draw them.
 */
#ifndef CHECK_CLAUDE_PREFLIGHT_PERFDATA_H
#define CHECK_CLAUDE_PREFLIGHT_PERFDATA_H

#include "verdict/preflight.h"

/* What the perfdata of many agents is made of. */
struct preflight_totals {
    size_t agents, states[4];           /* how many, and by enum state */
    struct expiry token_end, login_end; /* the earliest ones */
    struct expiry limit_reset;          /* the earliest one */
};

/* Count an agent that was decided; a NULL subject (no memory) counts as UNKNOWN. */
void preflight_count(const struct preflight_policy *policy, const struct agent_facts *facts,
                     const struct subject *subject, struct preflight_totals *totals);

/* Perfdata of a report on several agents: the smallest of each expiry, and the counts. */
void preflight_add_total_perfdata(const struct preflight_policy *policy,
                                  const struct preflight_totals *totals, int64_t now,
                                  struct report *report);

/* Perfdata of a report on one agent. */
void preflight_add_perfdata(const struct preflight_policy *policy, const struct agent_facts *facts,
                            int64_t now, struct report *report);

#endif
