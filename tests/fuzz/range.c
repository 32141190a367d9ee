/* Ranges: what is printed is read back as the same range, and alerts alike. */
#include "plugin/range.h"

#include "base/duration.h"
#include "fuzz.h"

static bool same(const struct range *a, const struct range *b)
{
    return a->set == b->set && a->inside == b->inside && a->open_start == b->open_start &&
           a->open_end == b->open_end && (a->open_start || a->start == b->start) &&
           (a->open_end || a->end == b->end);
}

/* The guidelines' words: outside alerts, with '@' inside does. */
static bool plain_alerts(const struct range *range, int64_t value)
{
    bool below = !range->open_start && value < range->start;
    bool above = !range->open_end && value > range->end;
    return range->inside ? !below && !above : below || above;
}

static void must_be_whole(const struct range *range, const char *string, enum range_bare bare)
{
    MUST(range->set, "[%s]", string);
    MUST(range->open_start || range->open_end || range->start <= range->end, "[%s]", string);
    MUST(range->inside == (string[0] == '@'), "[%s]", string);

    struct text text = TEXT_INIT(128), error = TEXT_INIT(256);
    range_add_seconds(range, &text);
    struct range again = {0};
    MUST(range_parse(text_get(&text), bare, &again, &error) && same(range, &again),
         "[%s] printed as [%s]", string, text_get(&text));
    MUST(strchr(text_get(&text), ':'), "[%s] printed as [%s]", string, text_get(&text));
    text_reset(&text);
    range_add_words(range, &text);
    must_be_a_line(text_get(&text));
    text_free(&text);
    text_free(&error);

    const int64_t values[] = {0,         range->start - 1, range->start,     range->start + 1,
                              INT64_MIN, range->end - 1,   range->end,       range->end + 1,
                              INT64_MAX, DURATION_MAX_MS,  -DURATION_MAX_MS, 1};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        MUST(range_alerts(range, values[i]) == plain_alerts(range, values[i]), "[%s] at %lld",
             string, (long long)values[i]);
        MUST(range_alerts(range, values[i]) == range_alerts(&again, values[i]), "[%s] at %lld",
             string, (long long)values[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *string = input_copy(data, size);
    for (int bare = RANGE_BARE_IS_MINIMUM; bare <= RANGE_BARE_IS_MAXIMUM; bare++) {
        const struct range before = {.start = 4711, .end = 4712};
        struct range range = before;
        struct text error = TEXT_INIT(256);
        if (range_parse(string, (enum range_bare)bare, &range, &error)) {
            MUST(error.length == 0, "[%s]", text_get(&error));
            must_be_whole(&range, string, (enum range_bare)bare);
        } else {
            MUST(same(&range, &before) && range.start == 4711, "touched for [%s]", string);
            MUST(error.length > 0, "[%s]", string);
            must_be_a_line(text_get(&error));
        }
        text_free(&error);
    }
    const struct range unset = {0};
    MUST(!range_alerts(&unset, size > 0 ? data[0] : 0), "an unset range");
    free(string);
    return 0;
}
