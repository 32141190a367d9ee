#include "plugin/condition.h"

#include "suite.h"

#include <string.h>

enum { BROKEN, LATE, QUIET, CONDITIONS };

static const struct condition rows_of_table[CONDITIONS] = {
    {"thing-broken", STATE_CRITICAL, false, "it is broken"},
    {"thing-late", STATE_WARNING, true, "outside a range"},
    {"thing-quiet", STATE_OK, false, "it says nothing"},
};
static const struct condition_table table = {rows_of_table, CONDITIONS};

START_TEST(finds_an_id_in_any_case)
{
    static const struct {
        const char *id;
        size_t length, index;
    } rows[] = {{BYTES("thing-broken"), BROKEN},   {BYTES("THING-Late"), LATE},
                {"thing-quiet=ok", 11, QUIET},     {BYTES("thing-quiet=ok"), CONDITIONS},
                {BYTES("thing"), CONDITIONS},      {BYTES(""), CONDITIONS},
                {BYTES("thing-late "), CONDITIONS}};
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_msg(condition_find(&table, rows[i].id, rows[i].length) == rows[i].index, "%s",
                      rows[i].id);
}
END_TEST

START_TEST(without_overrides_defaults_and_ranges_count)
{
    const struct condition_overrides none = {.set = {false}};
    ck_assert_int_eq(condition_state(&table, &none, BROKEN, STATE_WARNING), STATE_CRITICAL);
    ck_assert_int_eq(condition_state(&table, &none, LATE, STATE_WARNING), STATE_WARNING);
    ck_assert_int_eq(condition_state(&table, &none, LATE, STATE_CRITICAL), STATE_CRITICAL);
    ck_assert_int_eq(condition_state(&table, &none, QUIET, STATE_CRITICAL), STATE_OK);
}
END_TEST

START_TEST(overrides_count_for_every_kind_of_condition)
{
    static const struct {
        const char *value;
        enum state states[CONDITIONS]; /* with a range that says CRITICAL */
    } rows[] = {
        {"thing-broken=ok", {STATE_OK, STATE_CRITICAL, STATE_OK}},
        {"thing-late=warning", {STATE_CRITICAL, STATE_WARNING, STATE_OK}},
        {"THING-QUIET=Unknown", {STATE_CRITICAL, STATE_CRITICAL, STATE_UNKNOWN}},
        {"thing-broken=warning,thing-late=ok,thing-quiet=critical",
         {STATE_WARNING, STATE_OK, STATE_CRITICAL}},
        {"thing-broken=ok,thing-broken=unknown", {STATE_UNKNOWN, STATE_CRITICAL, STATE_OK}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct condition_overrides overrides = {.set = {false}};
        struct text error = TEXT_INIT(200);
        ck_assert_msg(condition_override(&table, rows[i].value, &overrides, &error), "%s: %s",
                      rows[i].value, text_get(&error));
        for (size_t c = 0; c < CONDITIONS; c++)
            ck_assert_msg(condition_state(&table, &overrides, c, STATE_CRITICAL) ==
                              rows[i].states[c],
                          "%s: %s", rows[i].value, rows_of_table[c].id);
        text_free(&error);
    }
}
END_TEST

/* A later --state adds to an earlier one and wins over it. */
START_TEST(overrides_add_up)
{
    struct condition_overrides overrides = {.set = {false}};
    struct text error = TEXT_INIT(200);
    ck_assert(condition_override(&table, "thing-broken=ok,thing-quiet=ok", &overrides, &error));
    ck_assert(condition_override(&table, "thing-quiet=warning", &overrides, &error));
    ck_assert_int_eq(condition_state(&table, &overrides, BROKEN, STATE_OK), STATE_OK);
    ck_assert_int_eq(condition_state(&table, &overrides, QUIET, STATE_OK), STATE_WARNING);
    text_free(&error);
}
END_TEST

START_TEST(a_mistake_is_named_and_changes_nothing)
{
    static const struct {
        const char *value, *says;
    } rows[] = {
        {"", "Write CONDITION=STATE"},
        {"thing-broken", "Write CONDITION=STATE"},
        {"thing-broken=ok,", "Write CONDITION=STATE"},
        {",thing-broken=ok", "Write CONDITION=STATE"},
        {"thing-broke=ok", "thing-broke"},
        {"=ok", "Write"},
        {"thing-broken=", "thing-broken"},
        {"thing-broken=fine", "ok, warning, critical or unknown"},
        {"thing-broken= ok", "ok, warning, critical or unknown"},
        {"thing-broken=ok=ok", "ok, warning, critical or unknown"},
        {"thing-quiet=critical,other=ok", "other"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct condition_overrides overrides = {.set = {[LATE] = true},
                                                .states = {[LATE] = STATE_UNKNOWN}};
        const struct condition_overrides before = overrides;
        struct text error = TEXT_INIT(200);
        ck_assert_msg(!condition_override(&table, rows[i].value, &overrides, &error), "%s",
                      rows[i].value);
        ck_assert_msg(strstr(text_get(&error), rows[i].says), "%s: %s", rows[i].value,
                      text_get(&error));
        ck_assert_msg(memcmp(&before, &overrides, sizeof before) == 0, "%s", rows[i].value);
        text_free(&error);
    }
}
END_TEST

SUITE_MAIN("condition", finds_an_id_in_any_case, without_overrides_defaults_and_ranges_count,
           overrides_count_for_every_kind_of_condition, overrides_add_up,
           a_mistake_is_named_and_changes_nothing)
