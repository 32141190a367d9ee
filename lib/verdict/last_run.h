/*
 * What the credentials file cannot tell: what the last run said that a log told about. Pure.
 */
#ifndef CHECK_CLAUDE_LAST_RUN_H
#define CHECK_CLAUDE_LAST_RUN_H

#include "verdict/preflight_decision.h"

/* True when the API refused the login, and nobody has changed the file since. */
bool last_run_was_refused(const struct agent_facts *facts);

/* Add the findings on the last run. */
void last_run_decide(const struct decision *d);

#endif
