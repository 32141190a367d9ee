/*
 * An agent's credentials file, read, and what stands around it.
 */
#ifndef CHECK_CLAUDE_CREDENTIALS_LOOK_H
#define CHECK_CLAUDE_CREDENTIALS_LOOK_H

#include "agent/agent.h"

#include <stdint.h>

/*
 * Fill in what agent->facts says of the file at facts.credentials_path. A file that is no JSON is
 * read once more, 100 ms later: releases up to 2.1.112 write in place. What could not be looked at
 * goes to facts.failure.
 */
void credentials_look(struct agent *agent, int64_t now);

/* Note the first thing that kept us from looking. */
void credentials_look_failed(struct agent *agent, enum gathering what, int error, const char *path);

#endif
