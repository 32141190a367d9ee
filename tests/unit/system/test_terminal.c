#include "system/terminal.h"

#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* stdout becomes a terminal, or a pipe; returns the descriptor to bring back. */
static int replace_stdout(bool by_terminal)
{
    fflush(stdout);
    int saved = dup(STDOUT_FILENO), fd;
    if (by_terminal) {
        int master = posix_openpt(O_RDWR | O_NOCTTY);
        ck_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
        fd = open(ptsname(master), O_RDWR | O_NOCTTY);
    } else {
        int ends[2];
        ck_assert_int_eq(pipe(ends), 0);
        fd = ends[1];
    }
    ck_assert_int_ge(fd, 0);
    dup2(fd, STDOUT_FILENO);
    return saved;
}

static void set(const char *variable, const char *value)
{
    if (value)
        setenv(variable, value, 1);
    else
        unsetenv(variable);
}

START_TEST(who_gets_colour)
{
    enum { AUTO = TERMINAL_COLOR_AUTO, ALWAYS, NEVER };
    static const struct {
        int color;
        bool terminal;
        const char *term, *no_color;
        bool want, rewrite;
    } cases[] = {
        {AUTO, true, "xterm", NULL, true, true},    {AUTO, true, "xterm", "", true, true},
        {AUTO, true, "xterm", "1", false, true},    {AUTO, true, "dumb", NULL, false, false},
        {AUTO, true, "", NULL, false, false},       {AUTO, true, NULL, NULL, false, false},
        {AUTO, false, "xterm", NULL, false, false}, {ALWAYS, true, "xterm", "1", true, true},
        {ALWAYS, true, "dumb", NULL, true, false},  {ALWAYS, false, NULL, "1", true, false},
        {NEVER, true, "xterm", NULL, false, true},  {NEVER, false, "xterm", NULL, false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        set("TERM", cases[i].term);
        set("NO_COLOR", cases[i].no_color);
        int saved = replace_stdout(cases[i].terminal);
        struct terminal got = terminal_look((enum terminal_color)cases[i].color);
        dup2(saved, STDOUT_FILENO);
        close(saved);
        ck_assert_msg(got.color == cases[i].want && got.present == cases[i].terminal &&
                          got.can_rewrite == cases[i].rewrite,
                      "row %zu: present %d, color %d, can_rewrite %d", i, got.present, got.color,
                      got.can_rewrite);
    }
}
END_TEST

SUITE_MAIN("terminal", who_gets_colour)
