/*
 * Where a claude may be that is not looked for: version managers put it where only an interactive
 * shell finds it, and an update may leave versions without the link to them.
 */
#ifndef CHECK_CLAUDE_CLI_ELSEWHERE_H
#define CHECK_CLAUDE_CLI_ELSEWHERE_H

#include "base/text.h"

/* Append the path of the first one that this agent could execute; nothing when there is none. */
void cli_elsewhere_find(const char *home, struct text *path);

#endif
