/*
 * Is there a credentials file, and can whoever runs the CLI read it? Pure.
 */
#ifndef CHECK_CLAUDE_LOGIN_FILE_H
#define CHECK_CLAUDE_LOGIN_FILE_H

#include "verdict/preflight_decision.h"

#include <stdbool.h>

/* True when it was read and is JSON; else the finding is made. */
bool login_file_decide(const struct decision *d);

#endif
