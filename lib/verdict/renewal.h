/*
 * Can the CLI renew the login and keep what it gets? Pure. Whoever runs the CLI renews, not the
 * file's owner (measured on 2.1.332).
 */
#ifndef CHECK_CLAUDE_RENEWAL_H
#define CHECK_CLAUDE_RENEWAL_H

#include "verdict/preflight_decision.h"

/* True when the CLI tries to renew an expired access token: there is a way to, and it has no end.
 */
bool renewal_is_tried(const struct agent_facts *facts, int64_t now);

/* True when a run renews an expired access token by itself, and keeps what it gets. */
bool renewal_is_possible(const struct agent_facts *facts, int64_t now);

/* True when something keeps every renewal from being tried, or from being saved. */
bool renewal_is_blocked(const struct config_facts *config);

/* Append what to do about what blocks it ("run chown agent on DIR"), and why it is blocked. */
void renewal_add_block(const struct decision *d, struct text *cure, struct text *why);

/* Whom chown(1) is to give a file to, so that the CLI can use it. */
const char *renewal_new_owner(const struct agent_facts *facts);

/* Add every finding on what stands around the credentials file. */
void renewal_decide(const struct decision *d);

#endif
