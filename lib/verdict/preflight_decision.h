/*
 * The parts of one decision of the preflight, for the rooms that hold its rules. See find.h.
 */
#ifndef CHECK_CLAUDE_PREFLIGHT_DECISION_H
#define CHECK_CLAUDE_PREFLIGHT_DECISION_H

#include "plugin/find.h"
#include "verdict/preflight.h"

struct decision {
    const struct preflight_policy *policy;
    const struct agent_facts *facts;
    int64_t now; /* milliseconds since the epoch */
    struct report *report;
    struct subject *subject;
    const char *log_in; /* what a person has to do to log in, one clause */
};

#endif
