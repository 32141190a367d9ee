#include "plugin/range.h"

#include "base/duration.h"

#include <string.h>

#define RANGE_HINT "Write [@][start:][end], as in 7d:, 10m:2h or 15m"

static bool refuse(struct text *error, const char *why)
{
    text_format(error, "%s. %s", why, RANGE_HINT);
    return false;
}

bool range_parse(const char *string, enum range_bare bare, struct range *ret, struct text *error)
{
    struct range range = {.set = true};
    const char *at = string;
    if (*at == '@') {
        range.inside = true;
        at++;
    }
    const char *colon = strchr(at, ':');
    const char *end = colon ? colon + 1 : at;

    if (colon && colon - at == 1 && at[0] == '~')
        range.open_start = true;
    else if (colon && !duration_parse(at, (size_t)(colon - at), true, &range.start))
        return refuse(error, "the start is not a duration");

    if (colon && *end == '\0')
        range.open_end = true;
    else if (!duration_parse(end, strlen(end), true, &range.end))
        return refuse(error, colon ? "the end is not a duration" : "not a range");

    /* '@N' is left as the guidelines have it: whoever writes '@' writes a range */
    if (!colon && !range.inside && bare == RANGE_BARE_IS_MINIMUM) {
        range.start = range.end;
        range.open_end = true;
    }
    if (!range.open_start && !range.open_end && range.start > range.end)
        return refuse(error, "the start is greater than the end");
    *ret = range;
    return true;
}

bool range_alerts(const struct range *range, int64_t value)
{
    if (!range->set)
        return false;
    bool within =
        (range->open_start || value >= range->start) && (range->open_end || value <= range->end);
    return within == range->inside;
}

static void add_seconds(struct text *text, int64_t ms)
{
    text_add_decimal(text, ms, 3);
}

static void add_range(const struct range *range, struct text *text,
                      void (*add)(struct text *text, int64_t ms))
{
    if (!range->set)
        return;
    text_add(text, range->inside ? "@" : "");
    if (range->open_start)
        text_add(text, "~");
    else
        add(text, range->start);
    text_add(text, ":");
    if (!range->open_end)
        add(text, range->end);
}

void range_add_words(const struct range *range, struct text *text)
{
    add_range(range, text, duration_add_words);
}

void range_add_seconds(const struct range *range, struct text *text)
{
    add_range(range, text, add_seconds);
}
