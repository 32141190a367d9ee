/*
 * The program that prints the key: apiKeyHelper in the settings, which is a command line of a
 * shell.
 */
#ifndef CHECK_CLAUDE_KEY_PROGRAM_H
#define CHECK_CLAUDE_KEY_PROGRAM_H

#include <stdbool.h>

/*
 * False where the command's first word is a path, with `home` in the place of a ~ (NULL: not
 * known), and no shell could start what is there: nothing, a directory, or a file that nobody may
 * execute. True for everything that only a shell could tell.
 */
bool key_program_can_start(const char *command, const char *home);

#endif
