#include "plugin/state.h"

#include <string.h>
#include <strings.h>

static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

const char *state_name(enum state state)
{
    return names[state];
}

bool state_from_name(const char *name, size_t length, enum state *ret)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i]) == length && strncasecmp(names[i], name, length) == 0) {
            *ret = (enum state)i;
            return true;
        }
    }
    return false;
}

int state_severity(enum state state)
{
    static const int severity[] = {0, 2, 3, 1};
    return severity[state];
}

enum state state_worst(enum state a, enum state b)
{
    return state_severity(a) >= state_severity(b) ? a : b;
}
