/*
 * The four states of a monitoring plugin, which are also its exit statuses
 * (Monitoring Plugins Development Guidelines, "Plugin Return Codes").
 */
#ifndef CHECK_CLAUDE_STATE_H
#define CHECK_CLAUDE_STATE_H

#include <stdbool.h>
#include <stddef.h>

enum state { STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN };

/* The name as it stands in plugin output: "OK", "WARNING", "CRITICAL", "UNKNOWN". */
const char *state_name(enum state state);

/* The state called name[0..length), in any case. False, and *ret untouched, for any other word. */
bool state_from_name(const char *name, size_t length, enum state *ret);

/* How bad a state is, for sorting: CRITICAL > WARNING > UNKNOWN > OK. */
int state_severity(enum state state);

/* The worse of the two, by state_severity(). */
enum state state_worst(enum state a, enum state b);

#endif
