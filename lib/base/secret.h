/*
 * Foreign text and what must not be shown of it: a wrapper run by `sh -x` prints what it exports, a
 * proxy's name holds a password, an error message quotes a key. One filter for all of it.
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
 * Where a secret ends is not looked for: quoted, coloured or broken over lines it may go on further
 * than it seems.
 */
size_t secret_begins(const char *line);

#endif
