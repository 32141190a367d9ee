/*
 * Conditions: everything a plugin can find has an id, a default state and a one-line meaning, in
 * one table per plugin. --help is printed from it, man page and README are tested against it.
 */
#ifndef CHECK_CLAUDE_CONDITION_H
#define CHECK_CLAUDE_CONDITION_H

#include "base/text.h"
#include "plugin/state.h"

#include <stdbool.h>
#include <stddef.h>

struct condition {
    const char *id;      /* "token-expired": public, stable */
    enum state state;    /* the default; of a ranged one, unused */
    bool ranged;         /* its state comes from a --warning or --critical range */
    const char *meaning; /* "found when", one line */
};

struct condition_table {
    const struct condition *rows;
    size_t count; /* at most CONDITIONS_MAX */
};

#define CONDITIONS_MAX 32

/* The states that --state asked for. All zero means none. */
struct condition_overrides {
    bool set[CONDITIONS_MAX];
    enum state states[CONDITIONS_MAX];
};

/*
 * Take in one --state value, CONDITION=STATE[,CONDITION=STATE...]. False, and *overrides untouched,
 * when any part is wrong; then one clause is appended to *error that says what to write instead.
 */
bool condition_override(const struct condition_table *table, const char *value,
                        struct condition_overrides *overrides, struct text *error);

/*
 * The state in which condition `index` counts. `ranged` is what the range says (STATE_WARNING or
 * STATE_CRITICAL) and is used for ranged conditions only.
 */
enum state condition_state(const struct condition_table *table,
                           const struct condition_overrides *overrides, size_t index,
                           enum state ranged);

/* The index of the condition called id[0..length), in any case; table->count when there is none. */
size_t condition_find(const struct condition_table *table, const char *id, size_t length);

#endif
