/*
 * One filter for the secrets in foreign text: a wrapper that runs with `sh -x` prints the variables
 * that it exports, the address of a proxy holds a password, an error message quotes a key.
 */
#ifndef CHECK_CLAUDE_SECRET_H
#define CHECK_CLAUDE_SECRET_H

#include <stddef.h>

/*
 * How many bytes of a line of foreign text may be shown: all of them, or those before a secret.
 * That is, in any case,
 * - what is given to a name that speaks of one, by a sign, or just behind it where the name is an
 *   option or the word before a value (API_KEY=, "accessToken":, --token , Bearer , PASS -> );
 * - the first of the words behind such a name that is none of those that messages use (password is
 *   ..., but not: token has expired);
 * - the user's part of a URL (https://user:secret@host), and what follows its ? or #; what stands
 *   between : and @;
 * - what is assigned, where letters and digits are mixed in it, or sh -x says so (+ X=...);
 * - a key of the CLI's own kind (sk-ant-), and every long word of mixed characters, as keys are.
 * The filter does not look for the end of a secret: a secret that is quoted, coloured or broken
 * over lines may be longer than it seems.
 */
size_t secret_begins(const char *line);

#endif
