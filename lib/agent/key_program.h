/*
 * The program that prints the key: apiKeyHelper in the settings, which is a command line of a
 * shell.
 */
#ifndef CHECK_CLAUDE_KEY_PROGRAM_H
#define CHECK_CLAUDE_KEY_PROGRAM_H

#include <stdbool.h>

/*
 * Whether a shell can start it: not where the command's first word is a path, with `home` in the
 * place of a ~ (NULL: not known), and nothing is there, a directory, or a file that nobody may
 * execute. What only a shell could tell can start. Returns 0, or an errno value that tells nothing
 * of it.
 */
int key_program_look(const char *command, const char *home, bool *ret_can_start);

#endif
