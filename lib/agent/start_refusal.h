/*
 * Why the kernel does not start a program that is there, so that a person knows the cure.
 */
#ifndef CHECK_CLAUDE_START_REFUSAL_H
#define CHECK_CLAUDE_START_REFUSAL_H

#include "verdict/preflight_facts.h"

/*
 * Fill in binary->refusal and binary->detail from binary->error and what is in the file at
 * binary->path: its first bytes, its file system, and whether what it needs is there.
 */
void start_refusal_explain(struct cli_binary *binary);

#endif
