/*
 * The program of an apiKeyHelper, which is a command line of a shell.
 */
#ifndef CHECK_CLAUDE_HELPER_PROGRAM_H
#define CHECK_CLAUDE_HELPER_PROGRAM_H

#include <stdbool.h>

/*
 * False where the command's first word is a path, with `home` in the place of a ~ (NULL: not
 * known), and nothing is there. True for everything that only a shell could tell.
 */
bool helper_program_exists(const char *command, const char *home);

#endif
