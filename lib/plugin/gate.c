#include "plugin/gate.h"

#include "plugin/state.h"
#include "system/deadline.h"

#include <stdbool.h>
#include <string.h>

#define CLOSED 1

/* As getopt_long reads it, abbreviated too: "--gat". A word that may not be meant so closes more.
 */
static bool is_gate(const char *word)
{
    static const char name[] = "--gate";
    const size_t length = strcspn(word, "=");
    return length > 2 && length < sizeof name && strncmp(word, name, length) == 0;
}

enum gate gate_asked(int argc, char *const argv[])
{
    enum gate gate = GATE_NONE;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (is_gate(argv[i]))
            gate = strstr(argv[i], "=probe") ? GATE_PROBE : GATE_START;
    if (gate != GATE_NONE)
        deadline_exit_status(CLOSED);
    return gate;
}

int gate_status(enum gate gate, int state)
{
    if (gate == GATE_NONE)
        return state;
    return state == STATE_OK || state == STATE_WARNING ? 0 : CLOSED;
}
