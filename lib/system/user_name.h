/*
 * Users by name.
 */
#ifndef CHECK_CLAUDE_USER_NAME_H
#define CHECK_CLAUDE_USER_NAME_H

#include "base/text.h"

#include <sys/types.h>

/* Append the name of a user: "uid 1001" where the user database has none. */
void user_name_add(uid_t user, struct text *text);

#endif
