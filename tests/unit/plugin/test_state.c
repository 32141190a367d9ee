#include "plugin/state.h"

#include "suite.h"

#include <string.h>

START_TEST(names_are_those_of_the_guidelines)
{
    static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    for (size_t i = 0; i < COUNT(names); i++) {
        enum state state = STATE_OK;
        ck_assert_str_eq(state_name((enum state)i), names[i]);
        ck_assert_msg(state_from_name(names[i], strlen(names[i]), &state), "%s", names[i]);
        ck_assert_int_eq(state, (int)i);
    }
}
END_TEST

START_TEST(reads_a_name_in_any_case_and_nothing_else)
{
    static const struct {
        const char *word;
        size_t length;
        bool taken;
        enum state state;
    } rows[] = {
        {BYTES("ok"), true, STATE_OK},
        {BYTES("Warning"), true, STATE_WARNING},
        {BYTES("cRITICAL"), true, STATE_CRITICAL},
        {BYTES("unknown"), true, STATE_UNKNOWN},
        {"okay", 2, true, STATE_OK},
        {BYTES("okay"), false, STATE_OK},
        {BYTES("o"), false, STATE_OK},
        {BYTES(""), false, STATE_OK},
        {BYTES("ok "), false, STATE_OK},
        {BYTES(" ok"), false, STATE_OK},
        {BYTES("warn"), false, STATE_OK},
        {BYTES("ok\0"), false, STATE_OK},
        {BYTES("0"), false, STATE_OK},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum state state = (enum state)99;
        bool taken = state_from_name(rows[i].word, rows[i].length, &state);
        ck_assert_msg(taken == rows[i].taken, "%s", rows[i].word);
        ck_assert_msg((int)state == (taken ? (int)rows[i].state : 99), "%s", rows[i].word);
    }
}
END_TEST

/* CRITICAL > WARNING > UNKNOWN > OK, whichever comes first. */
START_TEST(the_worst_of_two)
{
    static const enum state order[] = {STATE_OK, STATE_UNKNOWN, STATE_WARNING, STATE_CRITICAL};
    for (size_t a = 0; a < COUNT(order); a++) {
        for (size_t b = 0; b < COUNT(order); b++) {
            enum state worst = order[a > b ? a : b];
            ck_assert_int_eq(state_worst(order[a], order[b]), worst);
            ck_assert_int_eq(state_severity(order[a]) > state_severity(order[b]), a > b);
        }
    }
}
END_TEST

SUITE_MAIN("state", names_are_those_of_the_guidelines, reads_a_name_in_any_case_and_nothing_else,
           the_worst_of_two)
