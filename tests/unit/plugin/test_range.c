#include "plugin/range.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct range parsed(const char *string, enum range_bare bare)
{
    struct range range;
    struct text error = TEXT_INIT(200);
    ck_assert_msg(range_parse(string, bare, &range, &error), "%s: %s", string, text_get(&error));
    ck_assert_msg(error.length == 0, "%s", string);
    text_free(&error);
    return range;
}

/* The examples of the Monitoring Plugins Development Guidelines, "Threshold and Ranges". */
START_TEST(alerts_as_the_guidelines_say)
{
    static const struct {
        const char *range;
        int64_t seconds;
        bool alert;
    } rows[] = {
        {"10", -1, true},     {"10", 0, false},          {"10", 10, false},
        {"10", 11, true},     {"10:", 9, true},          {"10:", 10, false},
        {"10:", 11, false},   {"~:10", -1000000, false}, {"~:10", 10, false},
        {"~:10", 11, true},   {"10:20", 9, true},        {"10:20", 10, false},
        {"10:20", 20, false}, {"10:20", 21, true},       {"@10:20", 9, false},
        {"@10:20", 10, true}, {"@10:20", 20, true},      {"@10:20", 21, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct range range = parsed(rows[i].range, RANGE_BARE_IS_MAXIMUM);
        ck_assert_msg(range_alerts(&range, rows[i].seconds * 1000) == rows[i].alert, "%s at %lld",
                      rows[i].range, (long long)rows[i].seconds);
    }
}
END_TEST

#define NONE INT64_MIN /* no such end point */

/* Quiet from `first` to `last` milliseconds, or, inverted, alerting there; one beside, the other.
 */
static void check_ends(const char *string, enum range_bare bare, bool inside, int64_t first,
                       int64_t last)
{
    struct range range = parsed(string, bare);
    const int64_t within[] = {first != NONE ? first : INT64_MIN, last != NONE ? last : INT64_MAX};
    for (size_t i = 0; i < 2; i++)
        ck_assert_msg(range_alerts(&range, within[i]) == inside, "%s at %lld", string,
                      (long long)within[i]);
    if (first != NONE)
        ck_assert_msg(range_alerts(&range, first - 1) != inside, "%s", string);
    if (last != NONE)
        ck_assert_msg(range_alerts(&range, last + 1) != inside, "%s", string);
}

START_TEST(end_points_belong_to_the_range)
{
    static const struct {
        const char *range;
        bool inside;
        int64_t first, last;
        const char *seconds; /* as perfdata shows it */
    } rows[] = {
        {"7d:", false, 604800000, NONE, "604800:"},
        {"~:15m", false, NONE, 900000, "~:900"},
        {"@1h:2h", true, 3600000, 7200000, "@3600:7200"},
        {"10m:2h", false, 600000, 7200000, "600:7200"},
        {"0:0", false, 0, 0, "0:0"},
        {"5:5", false, 5000, 5000, "5:5"},
        {"-10:10", false, -10000, 10000, "-10:10"},
        {"-2h:-1h", false, -7200000, -3600000, "-7200:-3600"},
        {"~:-1", false, NONE, -1000, "~:-1"},
        {"0.5:1.25", false, 500, 1250, "0.5:1.25"},
        {"~:", false, NONE, NONE, "~:"},
        {"@~:", true, NONE, NONE, "@~:"},
        {"@~:10", true, NONE, 10000, "@~:10"},
        {"@10:", true, 10000, NONE, "@10:"},
        {"@10", true, 0, 10000, "@0:10"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int bare = RANGE_BARE_IS_MINIMUM; bare <= RANGE_BARE_IS_MAXIMUM; bare++) {
            check_ends(rows[i].range, (enum range_bare)bare, rows[i].inside, rows[i].first,
                       rows[i].last);
            struct range range = parsed(rows[i].range, (enum range_bare)bare);
            struct text text = TEXT_INIT(64);
            range_add_seconds(&range, &text);
            ck_assert_str_eq(text_get(&text), rows[i].seconds);
            text_free(&text);
        }
    }
}
END_TEST

START_TEST(a_bare_number_has_two_meanings)
{
    static const struct {
        const char *range;
        enum range_bare bare;
        int64_t first, last;
        const char *seconds;
    } rows[] = {
        {"10", RANGE_BARE_IS_MAXIMUM, 0, 10000, "0:10"},
        {"10", RANGE_BARE_IS_MINIMUM, 10000, NONE, "10:"},
        {"0", RANGE_BARE_IS_MAXIMUM, 0, 0, "0:0"},
        {"0", RANGE_BARE_IS_MINIMUM, 0, NONE, "0:"},
        {"15m", RANGE_BARE_IS_MAXIMUM, 0, 900000, "0:900"},
        {"7d", RANGE_BARE_IS_MINIMUM, 604800000, NONE, "604800:"},
        {"-5", RANGE_BARE_IS_MINIMUM, -5000, NONE, "-5:"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_ends(rows[i].range, rows[i].bare, false, rows[i].first, rows[i].last);
        struct range range = parsed(rows[i].range, rows[i].bare);
        struct text text = TEXT_INIT(64);
        range_add_seconds(&range, &text);
        ck_assert_str_eq(text_get(&text), rows[i].seconds);
        text_free(&text);
    }
}
END_TEST

static void check_refused(const char *string, enum range_bare bare)
{
    const struct range before = {.set = false, .start = 42, .end = 43};
    struct range range = before;
    struct text error = TEXT_INIT(200);
    ck_assert_msg(!range_parse(string, bare, &range, &error), "%s", string);
    ck_assert_msg(!range.set && range.start == 42 && range.end == 43, "%s", string);
    ck_assert_msg(strstr(text_get(&error), "Write "), "%s: %s", string, text_get(&error));
    text_free(&error);
}

START_TEST(refuses_what_is_no_range)
{
    static const char *const rows[] = {"",        ":",
                                       "@",       "~",
                                       "@~",      "@:",
                                       "10:5",    "10:20:30",
                                       "abc",     "10 ",
                                       " 10",     "1e3:",
                                       "10::",    "::",
                                       "~~:10",   "10:~",
                                       "@@10",    "10@",
                                       "10:@20",  "0x10:",
                                       "010:",    ":010",
                                       "nan:",    "inf",
                                       "~:inf",   "-inf:10",
                                       "10:abc",  "10:20x",
                                       "1 :2",    "1: 2",
                                       "10;20",   "10-20",
                                       "10..20",  "~10",
                                       "~5:10",   "1h:30m",
                                       "-1h:-2h", "99999999999999w:"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_refused(rows[i], RANGE_BARE_IS_MINIMUM);
        check_refused(rows[i], RANGE_BARE_IS_MAXIMUM);
    }
    check_refused("-5", RANGE_BARE_IS_MAXIMUM); /* 0:-5 */
}
END_TEST

START_TEST(an_unset_range_never_alerts)
{
    const struct range unset = {.set = false};
    struct text text = TEXT_INIT(8);
    ck_assert(!range_alerts(&unset, 0) && !range_alerts(&unset, INT64_MIN));
    range_add_seconds(&unset, &text);
    ck_assert_str_eq(text_get(&text), "");
}
END_TEST

/* Every small range against the sentence in the guidelines. */
START_TEST(agrees_with_the_sentence)
{
    for (int start = -4; start <= 4; start++) {
        for (int end = start; end <= 4; end++) {
            for (int at = 0; at < 2; at++) {
                char string[32];
                snprintf(string, sizeof string, "%s%d:%d", at ? "@" : "", start, end);
                struct range range = parsed(string, RANGE_BARE_IS_MINIMUM);
                for (int value = -6; value <= 6; value++) {
                    bool outside = value < start || value > end;
                    ck_assert_msg(range_alerts(&range, value * 1000) == (at ? !outside : outside),
                                  "%s at %d", string, value);
                }
            }
        }
    }
}
END_TEST

SUITE_MAIN("range", alerts_as_the_guidelines_say, end_points_belong_to_the_range,
           a_bare_number_has_two_meanings, refuses_what_is_no_range, an_unset_range_never_alerts,
           agrees_with_the_sentence)
