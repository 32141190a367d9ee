/*
 * Whether a person at a terminal reads the output, and whether it may be coloured.
 */
#ifndef CHECK_CLAUDE_TERMINAL_H
#define CHECK_CLAUDE_TERMINAL_H

#include <stdbool.h>

/* --color */
enum terminal_color { TERMINAL_COLOR_AUTO, TERMINAL_COLOR_ALWAYS, TERMINAL_COLOR_NEVER };

struct terminal {
    bool present;     /* stdout is a terminal */
    bool color;       /* states are to be coloured */
    bool can_rewrite; /* present and not dumb: a line on it can be written again */
};

/*
 * Look at stdout and the environment. With TERMINAL_COLOR_AUTO there is colour on a terminal, but
 * none where NO_COLOR is set and not empty (no-color.org), or TERM is "dumb" or missing.
 */
struct terminal terminal_look(enum terminal_color color);

#endif
