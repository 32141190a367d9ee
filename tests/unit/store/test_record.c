#include "store/record.h"

#include "suite.h"

#include <errno.h>
#include <string.h>

static struct text made(const char *key, const char *value, int64_t number)
{
    struct text text = TEXT_INIT(RECORD_MAX);
    record_begin(&text, "test", key);
    record_add(&text, "value", value);
    record_add_number(&text, "number", number);
    record_end(&text);
    return text;
}

START_TEST(what_is_written_is_read)
{
    static const char *const values[] = {
        "",     "a",   " two  blanks ", "a\nb\n",   "end",        "\nend\n",
        "100%", "%0A", "\x01\x1f\x7f",  "\xff\xfe", "value again"};
    static const int64_t numbers[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_C(1795000000000000007)};
    for (size_t i = 0; i < COUNT(values); i++) {
        char value[64], key[64];
        int64_t number;
        struct text text = made(values[i], values[i], numbers[i % COUNT(numbers)]);
        const char *bytes = text_get(&text);
        ck_assert_msg(record_check(bytes, text.length, "test", values[i]) == 0, "row %zu", i);
        ck_assert_int_eq(record_check(bytes, text.length, "test", "another"), ENOENT);
        ck_assert_int_eq(record_check(bytes, text.length, "other", values[i]), EBADMSG);
        ck_assert_int_eq(record_get(bytes, "value", value, sizeof value), 0);
        ck_assert_str_eq(value, values[i]);
        ck_assert_int_eq(record_get(bytes, "key", key, sizeof key), 0);
        ck_assert_str_eq(key, values[i]);
        ck_assert_int_eq(record_get_number(bytes, "number", &number), 0);
        ck_assert(number == numbers[i % COUNT(numbers)]);
        text_free(&text);
    }
}
END_TEST

/* Half a record, after a crash, is none: every length but the whole one. */
START_TEST(a_record_that_is_cut_off_is_damaged)
{
    struct text text = made("/home/a", "1", 2);
    char copy[200];
    ck_assert_uint_lt(text.length, sizeof copy);
    for (size_t length = 0; length < text.length; length++) {
        memcpy(copy, text_get(&text), length);
        copy[length] = '\0';
        ck_assert_msg(record_check(copy, length, "test", "/home/a") == EBADMSG, "%zu", length);
    }
    text_free(&text);
}
END_TEST

START_TEST(a_damaged_record_is_told)
{
    static const struct {
        const char *bytes;
        size_t length;
        int check, value; /* what record_check() and record_get_number(value) return */
    } rows[] = {
        {BYTES("check_claude test 1\nkey k\nvalue 1\nend\n"), 0, 0},
        {BYTES("check_claude test 1\nvalue 1\nmore x\nkey k\nend\n"), 0, 0},
        {BYTES("check_claude test 2\nkey k\nvalue 1\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nvalue 1\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k\nkey k\nvalue 1\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k\nvalue 1\nend\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k\nvalue 1\nend\nx"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k\nvalue 1\n\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k\nvalue\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k\n 1\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k\nvalue 1\0\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k%\nvalue 1\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k%0\nvalue 1\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k%00\nvalue 1\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k%41\nvalue 1\nend\n"), EBADMSG, 0},
        {BYTES("check_claude test 1\nkey k\nvalue 1\nvalue 1\nend\n"), 0, EBADMSG},
        {BYTES("check_claude test 1\nkey k\nvalues 1\nend\n"), 0, EBADMSG},
        {BYTES("check_claude test 1\nkey k\nvalue x\nend\n"), 0, EBADMSG},
        {BYTES("check_claude test 1\nkey k\nvalue \nend\n"), 0, EBADMSG},
        {BYTES("check_claude test 1\nkey k\nvalue -\nend\n"), 0, EBADMSG},
        {BYTES("check_claude test 1\nkey k\nvalue  1\nend\n"), 0, EBADMSG},
        {BYTES("check_claude test 1\nkey k\nvalue 1 \nend\n"), 0, EBADMSG},
        {BYTES("check_claude test 1\nkey k\nvalue +1\nend\n"), 0, EBADMSG},
        {BYTES("check_claude test 1\nkey k\nvalue 99999999999999999999\nend\n"), 0, EBADMSG},
        {BYTES("check_claude test 1\nkey k\nvalue 000000000000000000000000000000001\nend\n"), 0,
         EBADMSG},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t number = 77;
        int check = record_check(rows[i].bytes, rows[i].length, "test", "k");
        ck_assert_msg(check == rows[i].check, "row %zu: %d", i, check);
        if (check != 0)
            continue;
        ck_assert_msg(record_get_number(rows[i].bytes, "value", &number) == rows[i].value,
                      "row %zu", i);
        ck_assert_msg(number == (rows[i].value == 0 ? 1 : 77), "row %zu", i);
    }
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    struct text text = made("k", "12345", 0);
    char small[5] = "as", fits[6];
    ck_assert_int_eq(record_get(text_get(&text), "value", small, sizeof small), EBADMSG);
    ck_assert_str_eq(small, "as");
    ck_assert_int_eq(record_get(text_get(&text), "value", fits, sizeof fits), 0);
    text_free(&text);
}
END_TEST

SUITE_MAIN("record", what_is_written_is_read, a_record_that_is_cut_off_is_damaged,
           a_damaged_record_is_told, what_does_not_fit_is_refused)
