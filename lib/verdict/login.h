/*
 * Is the agent logged in? Pure: the facts, the policy and the time in, findings out. Sources of the
 * rules: the CLI's own reading of its files (releases 1.0.128 to 2.1.332).
 */
#ifndef CHECK_CLAUDE_LOGIN_H
#define CHECK_CLAUDE_LOGIN_H

#include "verdict/preflight_decision.h"

/*
 * Add every finding on the login to the subject. What has ended is not reported as missing or
 * expired as well.
 */
void login_decide(const struct decision *d);

/* True for a token without a refresh token that claude setup-token made, by its life of over a day.
 */
bool login_is_setup_token(const struct agent_facts *facts);

/*
 * When a person must log in again: the end of the refresh token; of a token without one that was
 * written more than a day before its own end (claude setup-token), that end.
 */
struct expiry login_end(const struct agent_facts *facts);

/*
 * False for an agent that is in order: no finding on it names its user, so nobody has to look up
 * that name. True may be said of others too.
 */
bool login_needs_person(const struct preflight_policy *policy, const struct agent_facts *facts,
                        int64_t now);

#endif
