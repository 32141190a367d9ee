/*
 * How a rule says what it found. `d` points to the parts of a decision: any struct that has a
 * `report`, its `subject`, and a `policy` with the `states` that --state asked for. What follows
 * the condition is a format and its arguments, as of printf(3):
 *
 *     evidence(d, find(d, PREFLIGHT_TOKEN_MISSING, "not logged in, %s", advice), "no token in %s",
 * path); find_ranged(d, PREFLIGHT_LOGIN_EXPIRING, STATE_CRITICAL, "the login ends in %s", left);
 */
#ifndef CHECK_CLAUDE_FIND_H
#define CHECK_CLAUDE_FIND_H

#include "plugin/condition.h"
#include "plugin/report.h"

/* The state is what the range says: for a condition that has one. */
#define find_ranged(d, condition, ranged, ...)                                                     \
    report_find(                                                                                   \
        (d)->report, (d)->subject, condition,                                                      \
        condition_state((d)->report->kind->conditions, &(d)->policy->states, condition, ranged),   \
        __VA_ARGS__)

#define find(d, condition, ...) find_ranged(d, condition, STATE_OK, __VA_ARGS__)

/* What shows what find() found: paths, the words of the system. */
#define evidence(d, finding, ...) report_evidence((d)->report, finding, __VA_ARGS__)

#endif
