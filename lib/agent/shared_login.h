/*
 * Agents of one call that have the same refresh token in files of their own: whoever renews first
 * logs the others out.
 */
#ifndef CHECK_CLAUDE_SHARED_LOGIN_H
#define CHECK_CLAUDE_SHARED_LOGIN_H

#include "agent/agent.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Set facts.shared_with of each of them to the home of another, and wipe the marks that this was
 * known by. False when memory ran out.
 */
bool shared_login_find(struct agent *agents, size_t count);

#endif
