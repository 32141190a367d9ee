#include "log/limit_time.h"

#include "base/zone.h"
#include "log/limit_when.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

/* The moments of the day's clock. */
static size_t moments_of(const struct limit_when *when, struct tm day, int64_t ret[2])
{
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    int64_t local = (int64_t)timegm(&day) + when->clock;
    if (!when->has_shift)
        return zone_moments(when->zone, local, ret);
    ret[0] = local - when->shift;
    return 1;
}

/* The next moment at which the clock, and the day of the week, are the ones that were told. */
static int64_t next_moment(const struct limit_when *when, struct tm today, int64_t written)
{
    for (int days = 0; days <= 8; days++) {
        struct tm day = today;
        day.tm_mday += days;
        if (when->has_weekday && (today.tm_wday + days) % 7 != when->date.tm_wday)
            continue;
        int64_t moments[2];
        size_t count = moments_of(when, day, moments);
        for (size_t i = 0; i < count; i++)
            if (moments[i] > written)
                return moments[i];
    }
    return 0;
}

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* A date without a year is the one nearest to the log's time. */
static int64_t moment_of_date(const struct limit_when *when, struct tm today, int64_t written)
{
    int64_t nearest = 0;
    for (int years = -1; years <= 1; years++) {
        struct tm day = when->date;
        if (!when->has_year)
            day.tm_year = today.tm_year + years;
        int64_t moments[2];
        moments_of(when, day, moments);
        if (nearest == 0 || distance(moments[0], written) < distance(nearest, written))
            nearest = moments[0];
    }
    return nearest;
}

static int64_t moment(const struct limit_when *when, int64_t written)
{
    if (when->is_span)
        return written + when->seconds;
    if (when->is_unknown)
        return 0;
    struct tm today;
    time_t local =
        (time_t)(written + (when->has_shift ? when->shift : zone_offset(when->zone, written)));
    if (!gmtime_r(&local, &today))
        return 0;
    if (when->has_date)
        return moment_of_date(when, today, written);
    if (when->days_ahead < 0)
        return next_moment(when, today, written);
    int64_t moments[2];
    today.tm_mday += when->days_ahead;
    moments_of(when, today, moments);
    return moments[0];
}

/* "limit reached|1795000000" */
static int64_t after_bar(const char *message)
{
    int64_t number;
    const char *bar = strstr(message, "reached|");
    int digits = bar ? limit_read_digits(bar + strlen("reached|"), 14, &number) : 0;
    if (digits < 9 || digits == 14)
        return 0;
    return digits > 11 ? number / 1000 : number;
}

int64_t limit_time_read(const char *message, int64_t written)
{
    static const char *const words[] = {"resets", "reset", "regain access", "try again",
                                        "available again"};
    int64_t found = after_bar(message);
    written /= 1000;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *at = message;
        while (found == 0 && (at = strcasestr(at, words[i]))) {
            struct limit_when when = {0};
            at += strlen(words[i]);
            if (*at == ' ' && limit_when_read(at, &when))
                found = moment(&when, written);
            zone_close(when.zone);
        }
    }
    return found > 0 && found < INT64_C(100000000000) ? found * 1000 : 0;
}
