/*
 * Is the Claude CLI's program there, does it start, and does it answer --version? Pure.
 */
#ifndef CHECK_CLAUDE_CLI_H
#define CHECK_CLAUDE_CLI_H

#include "verdict/preflight_decision.h"

/* Add every finding on the program and its version to the subject. */
void cli_decide(const struct decision *d);

#endif
