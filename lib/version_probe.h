/*
 * Asking a binary for its version: `claude --version`, under a deadline. Measured on
 * releases 1.0.128 to 2.1.330: it costs 0.02 to 5 s, opens no socket, and answers when logged out
 * as well.
 */
#ifndef CHECK_CLAUDE_VERSION_PROBE_H
#define CHECK_CLAUDE_VERSION_PROBE_H

#include "preflight.h"

#include <stdint.h>

/*
 * Run it with HOME=home, for at most `timeout` milliseconds or until the plugin's deadline, and
 * fill in *ret. A binary that the kernel would not start is noted in *binary. What the plugin
 * itself could not do goes to report_fail().
 */
void version_probe(struct cli_binary *binary, const char *home, int64_t timeout,
                   struct report *report, struct version_facts *ret);

#endif
