/*
 * Asking binaries for their version: `claude --version`, under a deadline. Measured on
 * releases 1.0.128 to 2.1.330: it costs 0.02 to 5 s, opens no socket, and answers when logged out
 * as well.
 */
#ifndef CHECK_CLAUDE_VERSION_PROBE_H
#define CHECK_CLAUDE_VERSION_PROBE_H

#include "base/text.h"
#include "system/progress.h"
#include "verdict/preflight_facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERSION_SAID_CHARACTERS 120

/* One binary to ask, and its answer. */
struct version_probe {
    struct cli_binary *binary; /* one that the kernel would not start is noted here */
    const char *home;          /* HOME to run it with */
    struct progress *progress; /* shown while it runs; NULL for none */
    struct version_facts facts;
    struct text said;   /* what facts.said points into */
    bool short_of_time; /* the plugin's deadline came before its timeout */
};

/*
 * Ask `count` binaries side by side, each for at most `timeout` milliseconds or until the plugin's
 * deadline, and fill in their facts. What the plugin itself could not do is VERSION_UNTOLD.
 * version_probe_free() gives back what a probe holds; facts.said goes with it.
 */
void version_probe_run(struct version_probe *probes, size_t count, int64_t timeout);
void version_probe_free(struct version_probe *probe);

#endif
