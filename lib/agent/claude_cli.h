/*
 * The Claude CLI's program: where it may be, and what its --version says.
 * Facts measured on releases 1.0.128 to 2.1.330.
 */
#ifndef CHECK_CLAUDE_CLAUDE_CLI_H
#define CHECK_CLAUDE_CLAUDE_CLI_H

#include "verdict/preflight_facts.h"

#include <stdbool.h>
#include <stddef.h>

/* A search for many agents: what does not depend on the agent is looked up once. */
struct cli_search {
    const char *asked, *path_variable; /* of the caller */
    struct cli_binary
        in_path; /* the best candidate in PATH; of a path that was asked for, the answer */
};

/*
 * Begin a search. `asked` is what --binary says: a path, relative or absolute; a bare name is
 * looked for in PATH, and nowhere else (a plugin may be started in /tmp). NULL searches: `claude`
 * in PATH, then the agent's .local/bin/claude and .claude/local/claude below its home (a monitoring
 * daemon's PATH lacks them), then the places of npm and the distribution packages. Relative and
 * empty parts of PATH are passed over, and ones that we cannot search; `path_variable` may be NULL.
 */
void cli_search_start(struct cli_search *search, const char *asked, const char *path_variable);

/*
 * Find the program for the agent with this home. One that is missing or cannot be executed is
 * looked into closer: cli_elsewhere.h, start_refusal.h. Always fills *ret; cli_binary_free() gives
 * it back.
 */
void cli_search_agent(const struct cli_search *search, const char *home, struct cli_binary *ret);
void cli_search_end(struct cli_search *search);
void cli_binary_free(struct cli_binary *binary);

/*
 * Read the version out of the output of `claude --version`: a line "2.1.330 (Claude Code)". False,
 * and ret_version untouched, when no line has that form.
 */
bool cli_version_parse(const char *output, size_t length, char ret_version[VERSION_NUMBER_MAX]);

#endif
