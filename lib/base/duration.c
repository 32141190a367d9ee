#include "base/duration.h"

#include <time.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Milliseconds in one of the unit, 0 for an unknown one. */
static int64_t unit_ms(char unit)
{
    switch (unit) {
    case 's': return 1000;
    case 'm': return 60 * 1000;
    case 'h': return 3600 * 1000;
    case 'd': return 86400 * 1000;
    case 'w': return 7 * 86400 * INT64_C(1000);
    default: return 0;
    }
}

bool duration_parse(const char *text, size_t length, bool negative, int64_t *ret_ms)
{
    size_t i = 0;
    bool below_zero = negative && length > 0 && text[0] == '-';
    if (below_zero)
        i++;
    if (i + 1 < length && text[i] == '0' && is_digit(text[i + 1]))
        return false;

    int64_t unit = length > 0 && !is_digit(text[length - 1]) ? unit_ms(text[length - 1]) : 1000;
    size_t end = length > 0 && !is_digit(text[length - 1]) ? length - 1 : length;
    if (unit == 0 || i >= end || !is_digit(text[i]))
        return false;

    int64_t whole = 0;
    for (; i < end && is_digit(text[i]); i++) {
        whole = whole * 10 + (text[i] - '0');
        if (whole > DURATION_MAX_MS / unit)
            return false;
    }
    int64_t fraction = 0;
    if (i < end) {
        if (text[i++] != '.' || i == end)
            return false;
        const size_t first = i;
        while (i < end && is_digit(text[i]))
            i++;
        if (i != end)
            return false;
        /* twice the unit times 0.DIGITS from its last digit on, each time rounded down: exact,
         * since a part below one never reaches the next digit's place */
        int64_t twice = 0;
        while (i > first)
            twice = (2 * unit * (text[--i] - '0') + twice) / 10;
        fraction = (twice + 1) / 2;
    }
    int64_t ms = whole * unit + fraction;
    if (ms > DURATION_MAX_MS)
        return false;
    *ret_ms = below_zero ? -ms : ms;
    return true;
}

void duration_add_words(struct text *text, int64_t ms)
{
    static const struct {
        int64_t seconds;
        char name;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    if (ms > -10 && ms < 0)
        ms = 0; /* no "-0s" */
    if (ms < 0) {
        text_add(text, "-");
        ms = ms == INT64_MIN ? INT64_MAX : -ms;
    }
    if (ms < 1000) {
        text_add_decimal(text, ms / 10 * 10, 3);
        text_add(text, "s");
        return;
    }
    int64_t seconds = ms / 1000;
    size_t i = 0;
    while (seconds < units[i].seconds)
        i++;
    text_format(text, "%lld%c", (long long)(seconds / units[i].seconds), units[i].name);
    seconds %= units[i].seconds;
    if (i + 1 < sizeof units / sizeof units[0] && seconds >= units[i + 1].seconds)
        text_format(text, " %lld%c", (long long)(seconds / units[i + 1].seconds),
                    units[i + 1].name);
}

bool duration_add_iso_time(struct text *text, int64_t epoch_ms)
{
    int64_t seconds = epoch_ms / 1000 - (epoch_ms % 1000 < 0 ? 1 : 0);
    time_t when = (time_t)seconds;
    struct tm utc;
    if ((int64_t)when != seconds || !gmtime_r(&when, &utc) || utc.tm_year < -1900 ||
        utc.tm_year > 8099)
        return false;
    text_format(text, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
    return true;
}

int64_t duration_subtract(int64_t a, int64_t b)
{
    if (b < 0 && a > INT64_MAX + b)
        return INT64_MAX;
    if (b > 0 && a < INT64_MIN + b)
        return INT64_MIN;
    return a - b;
}

int64_t duration_add(int64_t a, int64_t b)
{
    if (b > 0 && a > INT64_MAX - b)
        return INT64_MAX;
    if (b < 0 && a < INT64_MIN - b)
        return INT64_MIN;
    return a + b;
}
