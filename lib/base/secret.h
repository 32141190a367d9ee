/*
 * What another program prints may hold a secret: a wrapper run by `sh -x` shows what it exports.
 */
#ifndef CHECK_CLAUDE_SECRET_H
#define CHECK_CLAUDE_SECRET_H

#include <stddef.h>

/*
 * How many bytes of a line of foreign text may be shown: all of them, or those before a secret, be
 * it a key of the CLI's own kind (sk-ant-) or what is given to a name that speaks of one
 * (ANTHROPIC_API_KEY=, "accessToken":, x-api-key:, --token , Bearer ), in any case. Where a secret
 * ends is not looked for: quoted, coloured or broken over lines it may go on further than it seems.
 */
size_t secret_begins(const char *line);

#endif
