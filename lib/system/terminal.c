#include "system/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct terminal terminal_look(enum terminal_color color)
{
    const char *name = getenv("TERM");
    const char *no_color = getenv("NO_COLOR");
    bool present = isatty(STDOUT_FILENO) == 1;
    bool able = present && name && *name && strcmp(name, "dumb") != 0;
    bool wanted = color == TERMINAL_COLOR_ALWAYS ||
                  (color == TERMINAL_COLOR_AUTO && able && !(no_color && *no_color));
    return (struct terminal){.present = present, .color = wanted, .can_rewrite = able};
}
