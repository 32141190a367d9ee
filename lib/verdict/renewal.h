/*
 * Can the CLI renew the login and save the new token? Pure. The user who runs the CLI renews it,
 * not the owner of the file (measured on 2.1.332).
 */
#ifndef CHECK_CLAUDE_RENEWAL_H
#define CHECK_CLAUDE_RENEWAL_H

#include "verdict/preflight_decision.h"

/* True when the CLI tries to renew an expired access token: there is a way to, and it has no end.
 */
bool renewal_is_tried(const struct agent_facts *facts, int64_t now);

/* True when a run renews an expired access token by itself and can save the new one. */
bool renewal_is_possible(const struct agent_facts *facts, int64_t now);

/* True when no renewal can be tried, or none can be saved. */
bool renewal_is_blocked(const struct config_facts *config);

/* Append what to do about what blocks it ("run chown agent on DIR"), and why it is blocked. */
void renewal_add_block(const struct decision *d, struct text *cure, struct text *why);

/* Whom chown(1) is to give a file to, so that the CLI can use it. */
const char *renewal_new_owner(const struct agent_facts *facts);

/* Add all findings about the surroundings of the credentials file. */
void renewal_decide(const struct decision *d);

#endif
