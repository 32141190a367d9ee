/*
 * Is the agent logged in, by its credentials file? Pure: the facts, the policy and the time in,
 * findings out. Sources of the rules: the CLI's own reading of the file (releases 1.0.128
 * to 2.1.330).
 */
#ifndef CHECK_CLAUDE_LOGIN_H
#define CHECK_CLAUDE_LOGIN_H

#include "verdict/preflight.h"

/*
 * Add every finding on the login to the subject. An access token counts as renewable when there is
 * a refresh token and the login itself has neither ended nor expired; what has ended is not
 * reported as missing or expired as well.
 */
void login_decide(const struct preflight_policy *policy, const struct agent_facts *facts,
                  int64_t now, struct report *report, struct subject *subject);

/* True when a run would renew an expired access token by itself. */
bool login_is_renewable(const struct credentials *credentials, int64_t now);

#endif
