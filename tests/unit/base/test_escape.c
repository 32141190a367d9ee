#include "base/escape.h"

#include "suite.h"

#include <string.h>

START_TEST(measures_a_sequence)
{
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {"", 0},
        {"x", 0},
        {"\x1B[31mx", 5},
        {"\x1B[?2004hx", 8},
        {"\x1B[38;2;1;2;3mx", 13},
        {"\x1B[0 qx", 5},
        {"\x1B]0;title\x07x", 10},
        {"\x1B]0;title\x1B\\x", 11},
        {"\x1B]8;;\x1B\\x", 7},
        {"\x1B_bk;t=1\x07x", 9},
        {"\x1BPq\x1B\\x", 5},
        {"\x1B(Bx", 3},
        {"\x1B#8x", 3},
        {"\x1B"
         "7x",
         2},
        {"\x1B=x", 2},
        {"\x1B[", 2}, /* cut */
        {"\x1B", 1},
        {"\x1B]0;title", 2}, /* a string without an end hides nothing */
        {"\x1B]0;t\nx", 2},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *bytes = rows[i].bytes;
        size_t got = escape_length((const unsigned char *)bytes, strlen(bytes));
        ck_assert_msg(got == rows[i].length, "%zu: %zu", i, got);
    }
}
END_TEST

START_TEST(trims_what_nobody_sees)
{
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {"", 0},          {"  \t", 0},       {"\x1B[0m", 0},          {"x", 1},
        {"x \r", 1},      {"x\x1B[?25h", 1}, {"x\x1B]9;4;0;\x07", 1}, {"x\x1B[0m \x1B[K", 1},
        {"a\x1B[1mb", 6}, {"x\x7F\b", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *bytes = rows[i].bytes;
        size_t got = escape_trimmed((const unsigned char *)bytes, strlen(bytes));
        ck_assert_msg(got == rows[i].length, "%zu: %zu", i, got);
    }
}
END_TEST

START_TEST(ends_at_a_line_feed_and_after_a_while)
{
    struct escape escape = {0};
    ck_assert(escape_takes(&escape, 0x1B) && escape_takes(&escape, ']'));
    ck_assert(!escape_takes(&escape, '\n') && !escape_takes(&escape, 'x'));
    ck_assert(escape_takes(&escape, 0x1B) && escape_takes(&escape, ']'));
    size_t hidden = 0;
    while (hidden < 100000 && escape_takes(&escape, 'x'))
        hidden++;
    ck_assert(hidden >= ESCAPE_STRING_MAX && hidden <= ESCAPE_STRING_MAX + 1);
}
END_TEST

SUITE_MAIN("escape", measures_a_sequence, trims_what_nobody_sees,
           ends_at_a_line_feed_and_after_a_while)
