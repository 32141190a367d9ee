#include "plugin/condition.h"

#include <string.h>
#include <strings.h>

#define ID_SHOWN_MAX 40 /* bytes of a wrong id that are shown again */

size_t condition_find(const struct condition_table *table, const char *id, size_t length)
{
    size_t i = 0;
    while (i < table->count &&
           (strlen(table->rows[i].id) != length || strncasecmp(table->rows[i].id, id, length) != 0))
        i++;
    return i;
}

/* One CONDITION=STATE of the list, part[0..length). */
static bool override_one(const struct condition_table *table, const char *part, size_t length,
                         struct condition_overrides *overrides, struct text *error)
{
    const char *equals = memchr(part, '=', length);
    if (!equals) {
        text_format(error, "no = in it. Write CONDITION=STATE, as in %s=ok", table->rows[0].id);
        return false;
    }
    size_t id_length = (size_t)(equals - part);
    size_t index = condition_find(table, part, id_length);
    if (index == table->count) {
        text_add(error, "no condition is called ");
        text_add_shown(error, part, id_length, ID_SHOWN_MAX, "|;");
        text_format(error, ". Write one of those in --help, as in %s=ok", table->rows[0].id);
        return false;
    }
    enum state state;
    if (!state_from_name(equals + 1, length - id_length - 1, &state)) {
        text_format(error, "no state for %s. Write ok, warning, critical or unknown",
                    table->rows[index].id);
        return false;
    }
    overrides->set[index] = true;
    overrides->states[index] = state;
    return true;
}

bool condition_override(const struct condition_table *table, const char *value,
                        struct condition_overrides *overrides, struct text *error)
{
    struct condition_overrides result = *overrides;
    for (const char *part = value;;) {
        size_t length = strcspn(part, ",");
        if (!override_one(table, part, length, &result, error))
            return false;
        if (part[length] == '\0')
            break;
        part += length + 1;
    }
    *overrides = result;
    return true;
}

enum state condition_state(const struct condition_table *table,
                           const struct condition_overrides *overrides, size_t index,
                           enum state ranged)
{
    if (overrides->set[index])
        return overrides->states[index];
    return table->rows[index].ranged ? ranged : table->rows[index].state;
}
