#include "base/duration.h"

#include "suite.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#define UNTOUCHED INT64_C(-77)

START_TEST(reads_what_people_write)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"0", 0},
        {"90", 90000},
        {"90s", 90000},
        {"15m", 900000},
        {"8h", 28800000},
        {"7d", 604800000},
        {"2w", 1209600000},
        {"1.5d", 129600000},
        {"0.5", 500},
        {"0.25s", 250},
        {"0.001", 1},
        {"0.0004", 0},
        {"0.0006", 1},
        {"1.9996", 2000},
        {"0.0005", 1}, /* a half is rounded up, and nothing below it */
        {"0.0225", 23},
        {"0.00049999999999999999999999999999999999", 0},
        {"0.142857142857142857142857142857142857143w", 86400000},
        {"0.1h", 360000},
        {"0.0s", 0},
        {"1.000000000000000000000000000000000000000000000000000000001", 1000},
        {"9007199254740.991", DURATION_MAX_MS},
        {"9007199254740", INT64_C(9007199254740000)},
        {"14892855w", INT64_C(14892855) * 604800000},
    };
    setlocale(LC_ALL, "de_DE.UTF-8"); /* where there is such a locale */
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms = UNTOUCHED;
        ck_assert_msg(duration_parse(rows[i].text, strlen(rows[i].text), false, &ms) &&
                          ms == rows[i].ms,
                      "%s: %lld", rows[i].text, (long long)ms);
    }
}
END_TEST

START_TEST(refuses_everything_else)
{
    static const char *const rows[] = {"",
                                       "-1",
                                       "+1",
                                       "1e3",
                                       "0x10",
                                       "010",
                                       "1 s",
                                       " 1",
                                       "1 ",
                                       "1.",
                                       ".5",
                                       "nan",
                                       "inf",
                                       "1D",
                                       "00",
                                       "00.5",
                                       "-0",
                                       "s",
                                       ".",
                                       "1.s",
                                       "1..5",
                                       "1.5.5",
                                       "1,5",
                                       "1ms",
                                       "1ss",
                                       "1y",
                                       "1d2h",
                                       "1s1",
                                       "1.s5",
                                       "1.5e3",
                                       "0b1",
                                       "1_000",
                                       "--1",
                                       "-",
                                       "1-",
                                       "1:",
                                       "1\n",
                                       "\t1",
                                       "12am",
                                       "1.-5",
                                       "1.+5s",
                                       "\xD9\xA1",
                                       "1\xC2\xA0s",
                                       "INF",
                                       "NaN",
                                       "99999999999999w",
                                       "9007199254740.992",
                                       "9007199254741",
                                       "14892856w",
                                       "99999999999999999999999999999999999999999"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms = UNTOUCHED;
        ck_assert_msg(!duration_parse(rows[i], strlen(rows[i]), false, &ms), "%s", rows[i]);
        ck_assert_msg(ms == UNTOUCHED, "%s", rows[i]);
    }
    int64_t ms;
    ck_assert(!duration_parse("1\0s", 3, false, &ms));
}
END_TEST

START_TEST(reads_a_sign_only_where_it_may)
{
    static const struct {
        const char *text;
        bool taken;
        int64_t ms;
    } rows[] = {
        {"-1", true, -1000},
        {"-1.5h", true, -5400000},
        {"-0", true, 0},
        {"5", true, 5000},
        {"--1", false, 0},
        {"-", false, 0},
        {"-s", false, 0},
        {"+1", false, 0},
        {"- 1", false, 0},
        {"-010", false, 0},
        {"-9007199254740.992", false, 0},
        {"-.5", false, 0},
        {"-9007199254740.991", true, -DURATION_MAX_MS},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms = UNTOUCHED;
        bool taken = duration_parse(rows[i].text, strlen(rows[i].text), true, &ms);
        ck_assert_msg(taken == rows[i].taken, "%s", rows[i].text);
        ck_assert_msg(ms == (taken ? rows[i].ms : UNTOUCHED), "%s: %lld", rows[i].text,
                      (long long)ms);
    }
}
END_TEST

/* Only length bytes count: what stands behind them is another option's. */
START_TEST(reads_no_further_than_its_length)
{
    int64_t ms = UNTOUCHED;
    ck_assert(duration_parse("15m:2h", 3, false, &ms));
    ck_assert_int_eq(ms, 900000);
    ck_assert(!duration_parse("15m", 0, false, &ms));
}
END_TEST

/* Against whole-number arithmetic: WHOLE.FFFu with up to three decimals and any unit. */
START_TEST(agrees_with_whole_numbers)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"", 1000},     {"s", 1000},     {"m", 60000},
                 {"h", 3600000}, {"d", 86400000}, {"w", 604800000}};
    uint32_t seed = 4711;
    for (int round = 0; round < 20000; round++) {
        seed = seed * 1664525 + 1013904223;
        unsigned whole = seed >> 12 & 0xFFF, thousandths = (seed >> 8) % 1000;
        size_t unit = (seed >> 24) % COUNT(units);
        char text[64];
        snprintf(text, sizeof text, "%u.%03u%s", whole, thousandths, units[unit].name);
        int64_t ms = UNTOUCHED, want = whole * units[unit].ms + thousandths * units[unit].ms / 1000;
        ck_assert_msg(duration_parse(text, strlen(text), false, &ms) && ms == want, "%s: %lld",
                      text, (long long)ms);
    }
}
END_TEST

START_TEST(says_it_in_two_units)
{
    static const struct {
        int64_t ms;
        const char *want;
    } rows[] = {
        {0, "0s"},
        {9, "0s"},
        {400, "0.4s"},
        {999, "0.99s"},
        {1000, "1s"},
        {45999, "45s"},
        {60000, "1m"},
        {61000, "1m 1s"},
        {3599999, "59m 59s"},
        {3600000, "1h"},
        {3601000, "1h"},
        {28680000, "7h 58m"},
        {86400000, "1d"},
        {86400000 + 3599000, "1d"},
        {INT64_C(26) * 86400000 + 3 * 3600000 + 59, "26d 3h"},
        {-400, "-0.4s"},
        {-9, "0s"},
        {-61000, "-1m 1s"},
        {INT64_MAX, "106751991167d 7h"},
        {INT64_MIN, "-106751991167d 7h"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = TEXT_INIT(64);
        duration_add_words(&text, rows[i].ms);
        ck_assert_str_eq(text_get(&text), rows[i].want);
        text_free(&text);
    }
}
END_TEST

START_TEST(writes_iso_times_from_year_0_to_9999)
{
    static const struct {
        int64_t ms;
        const char *want; /* NULL: refused */
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {999, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {-1000, "1969-12-31T23:59:59Z"},
        {-1001, "1969-12-31T23:59:58Z"},
        {INT64_C(1797156000000), "2026-12-13T10:00:00Z"},
        {INT64_C(951782400000), "2000-02-29T00:00:00Z"},
        {INT64_C(-62167219200000), "0000-01-01T00:00:00Z"},
        {INT64_C(-62167219200001), NULL},
        {INT64_C(253402300799999), "9999-12-31T23:59:59Z"},
        {INT64_C(253402300800000), NULL},
        {INT64_MAX, NULL},
        {INT64_MIN, NULL},
    };
    ck_assert_int_eq(setenv("TZ", "Asia/Kathmandu", 1), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = TEXT_INIT(64);
        bool taken = duration_add_iso_time(&text, rows[i].ms);
        ck_assert_msg(taken == (rows[i].want != NULL), "%lld", (long long)rows[i].ms);
        ck_assert_str_eq(text_get(&text), taken ? rows[i].want : "");
        text_free(&text);
    }
}
END_TEST

START_TEST(arithmetic_ends_at_the_limits)
{
    static const struct {
        int64_t a, b, sum, difference;
    } rows[] = {
        {1, 2, 3, -1},
        {-5, -7, -12, 2},
        {INT64_MAX, 0, INT64_MAX, INT64_MAX},
        {INT64_MAX, 1, INT64_MAX, INT64_MAX - 1},
        {INT64_MAX, -1, INT64_MAX - 1, INT64_MAX},
        {INT64_MIN, 0, INT64_MIN, INT64_MIN},
        {INT64_MIN, 1, INT64_MIN + 1, INT64_MIN},
        {INT64_MIN, -1, INT64_MIN, INT64_MIN + 1},
        {0, INT64_MIN, INT64_MIN, INT64_MAX},
        {-1, INT64_MIN, INT64_MIN, INT64_MAX},
        {1, INT64_MIN, INT64_MIN + 1, INT64_MAX},
        {0, INT64_MAX, INT64_MAX, -INT64_MAX},
        {-1, INT64_MAX, INT64_MAX - 1, INT64_MIN},
        {-2, INT64_MAX, INT64_MAX - 2, INT64_MIN},
        {INT64_MAX, INT64_MIN, -1, INT64_MAX},
        {INT64_MIN, INT64_MAX, -1, INT64_MIN},
        {INT64_MIN, INT64_MIN, INT64_MIN, 0},
        {INT64_MAX, INT64_MAX, INT64_MAX, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_int_eq(duration_add(rows[i].a, rows[i].b), rows[i].sum);
        ck_assert_int_eq(duration_add(rows[i].b, rows[i].a), rows[i].sum);
        ck_assert_int_eq(duration_subtract(rows[i].a, rows[i].b), rows[i].difference);
    }
}
END_TEST

SUITE_MAIN("duration", reads_what_people_write, refuses_everything_else,
           reads_a_sign_only_where_it_may, reads_no_further_than_its_length,
           agrees_with_whole_numbers, says_it_in_two_units, writes_iso_times_from_year_0_to_9999,
           arithmetic_ends_at_the_limits)
