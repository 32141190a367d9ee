#include "base/version_number.h"

#include "suite.h"

START_TEST(compares_versions_by_number)
{
    static const struct {
        const char *a, *b;
        int want;
    } rows[] = {
        {"2.1.330", "2.1.330", 0},
        {"2.1.9", "2.1.10", -1},
        {"2.1.330", "2.2.0", -1},
        {"9.0.0", "10.0.0", -1},
        {"2.1", "2.1.0", 0},
        {"2", "2.0.1", -1},
        {"", "0.0.0", 0},
        {"", "0.0.1", -1},
        {"2.1.330-beta.1", "2.1.330", 0},
        {"2.1.330.9", "2.1.330", 0},
        {"2.01.3", "2.1.3", 0},
        {"999999999.0.0", "999999998.999999999.999999999", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int got = version_number_compare(rows[i].a, rows[i].b);
        int reverse = version_number_compare(rows[i].b, rows[i].a);
        ck_assert_msg((got > 0) - (got < 0) == rows[i].want, "%s, %s", rows[i].a, rows[i].b);
        ck_assert_msg((reverse > 0) - (reverse < 0) == -rows[i].want, "%s, %s", rows[i].b,
                      rows[i].a);
    }
}
END_TEST

START_TEST(a_version_is_three_numbers)
{
    static const char *const good[] = {"2.1.330", "0.0.0", "10.20.30"};
    static const char *const wrong[] = {
        "",        "2",      "2.1",    "2.1.",  "2.1.3.4",       "2.1.3-b",
        "v2.1.3",  " 2.1.3", "2.1.3 ", "2..3",  "-1.2.3",        "2.1.0x10",
        "1e3.0.0", "a.b.c",  ".1.2",   "2,1,3", "1.2.1234567890"};
    for (size_t i = 0; i < COUNT(good); i++)
        ck_assert_msg(version_number_is_valid(good[i]), "%s", good[i]);
    for (size_t i = 0; i < COUNT(wrong); i++)
        ck_assert_msg(!version_number_is_valid(wrong[i]), "%s", wrong[i]);
}
END_TEST

SUITE_MAIN("version_number", compares_versions_by_number, a_version_is_three_numbers)
