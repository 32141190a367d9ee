#include "range.h"

#include "suite.h"

static struct range parsed(const char *string, enum range_bare bare)
{
    struct range range;
    struct text error = TEXT_INIT(200);
    ck_assert_msg(range_parse(string, bare, &range, &error), "%s: %s", string, text_get(&error));
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
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct range range = parsed(rows[i].range, RANGE_BARE_IS_MAXIMUM);
        ck_assert_msg(range_alerts(&range, rows[i].seconds * 1000) == rows[i].alert, "%s at %lld",
                      rows[i].range, (long long)rows[i].seconds);
    }
}
END_TEST

SUITE_MAIN("range", alerts_as_the_guidelines_say)
