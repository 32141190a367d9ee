/*
 * The rules of the last runs, for the preflight: what the credentials file cannot tell. Pure.
 */
#ifndef CHECK_CLAUDE_LAST_RUN_H
#define CHECK_CLAUDE_LAST_RUN_H

#include "verdict/preflight_decision.h"

/* True when the API refused the login, and nobody has logged in since. */
bool last_run_was_refused(const struct agent_facts *facts);

/*
 * Add the findings on the last runs: run-refused where the login was refused, run-limited where a
 * limit holds runs back.
 */
void last_run_decide(const struct decision *d);

/*
 * The same of a limit alone, for a gate that has asked for its one try and was not granted it:
 * facts->last_run->hold has become LAST_RUN_TRIED.
 */
void last_run_decide_limit(const struct decision *d);

/* Until when a usage limit holds runs back, if that is known. */
struct expiry last_run_limit_end(const struct agent_facts *facts);

#endif
