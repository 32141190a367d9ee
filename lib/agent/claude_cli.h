/*
 * The Claude CLI's program: where it may be, and what its --version says.
 * Facts measured on releases 1.0.128 to 2.1.330.
 */
#ifndef CHECK_CLAUDE_CLAUDE_CLI_H
#define CHECK_CLAUDE_CLAUDE_CLI_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

enum cli_look {
    CLI_FOUND,
    CLI_MISSING,        /* nothing there */
    CLI_NOT_EXECUTABLE, /* something that cannot be executed; `error` says why */
    CLI_UNTOLD          /* `error` tells nothing of the file that it kept us from (file.h) */
};

struct cli_binary {
    enum cli_look look;
    int error;          /* errno value; 0 when found */
    bool dangling;      /* missing, but a symbolic link is there */
    bool unreachable;   /* not executable, for a directory on the way to it that we cannot search */
    struct text path;   /* absolute where the current directory is known; of the best candidate */
    struct text looked; /* where was looked, for a person; only when missing */
    struct stat status; /* of the file that the path leads to; only when found */
};

#define CLI_VERSION_MAX 64

/* A search for many agents: what does not depend on the agent is looked up once. */
struct cli_search {
    const char *asked; /* as in cli_find() */
    const char *path_variable;
    struct cli_binary
        in_path; /* the best candidate in PATH; of a path that was asked for, the answer */
};

void cli_search_start(struct cli_search *search, const char *asked, const char *path_variable);

/* As cli_find() for the agent with this home. */
void cli_search_agent(const struct cli_search *search, const char *home, struct cli_binary *ret);
void cli_search_end(struct cli_search *search);

/*
 * Find the program for one agent. `asked` is what --binary says: a path, relative or absolute; a
 * bare name is looked for in PATH, and then in the current directory if the file there belongs to
 * us or to root (a plugin may be started in /tmp). NULL searches: `claude` in PATH, then the
 * agent's .local/bin/claude and .claude/local/claude below `home` (a monitoring daemon's PATH lacks
 * them), then the places of npm and the distribution packages. Relative and empty parts of PATH are
 * passed over, and ones that we cannot search; `path_variable` may be NULL. Always fills *ret;
 * cli_binary_free() gives it back.
 */
void cli_find(const char *asked, const char *home, const char *path_variable,
              struct cli_binary *ret);
void cli_binary_free(struct cli_binary *binary);

/*
 * Read the version out of the output of `claude --version`: a line "2.1.330 (Claude Code)". False,
 * and ret_version untouched, when no line has that form.
 */
bool cli_version_parse(const char *output, size_t length, char ret_version[CLI_VERSION_MAX]);

/*
 * Compare "X.Y.Z" at the start of two versions, number by number: negative, 0 or positive as a is
 * older, equal or newer. A missing part counts as 0.
 */
int cli_version_compare(const char *a, const char *b);

/* True when all of `version` is X.Y.Z with plain numbers. */
bool cli_version_is_valid(const char *version);

#endif
