#include "plugin/gate.h"

#include "plugin/state.h"
#include "suite.h"

#include <stdint.h>

#define WORDS 6

START_TEST(is_seen_anywhere_before_the_end_of_options)
{
    static const struct {
        const char *words[WORDS];
        enum gate want;
    } rows[] = {
        {{NULL}, GATE_NONE},
        {{"--gate"}, GATE_START},
        {{"--gat"}, GATE_START},
        {{"--g"}, GATE_START},
        {{"--gate=probe"}, GATE_PROBE},
        {{"--gate=other"}, GATE_START},
        {{"--timeout=soon", "x", "--gate"}, GATE_START},
        {{"--gate", "--nothing"}, GATE_START},
        {{"--gate", "--gate=probe"}, GATE_PROBE},
        {{"--", "--gate"}, GATE_NONE},
        {{"--gates"}, GATE_NONE},
        {{"--grace=5m"}, GATE_NONE},
        {{"-gate"}, GATE_NONE},
        {{"gate"}, GATE_NONE},
        {{"--"}, GATE_NONE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char name[] = "check", *argv[WORDS + 2] = {name};
        int argc = 1;
        for (; rows[i].words[argc - 1]; argc++)
            argv[argc] = (char *)(uintptr_t)rows[i].words[argc - 1];
        ck_assert_msg(gate_asked(argc, argv) == rows[i].want, "row %zu", i);
    }
}
END_TEST

START_TEST(only_ok_and_warning_are_open)
{
    for (int state = STATE_OK; state <= STATE_UNKNOWN; state++) {
        const int want = state == STATE_OK || state == STATE_WARNING ? 0 : 1;
        ck_assert_int_eq(gate_status(GATE_NONE, state), state);
        ck_assert_int_eq(gate_status(GATE_START, state), want);
        ck_assert_int_eq(gate_status(GATE_PROBE, state), want);
    }
}
END_TEST

SUITE_MAIN("gate", is_seen_anywhere_before_the_end_of_options, only_ok_and_warning_are_open)
