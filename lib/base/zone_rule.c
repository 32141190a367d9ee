#include "base/zone_rule.h"

#include <string.h>
#include <time.h>

#define DAY 86400

/* A number of at most three digits. */
static bool read_number(const char **at, int most, int *ret)
{
    int value = 0, digits = 0;
    for (; **at >= '0' && **at <= '9' && digits < 3; (*at)++, digits++)
        value = 10 * value + (**at - '0');
    *ret = value;
    return digits > 0 && value <= most;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool read_time(const char **at, int64_t *ret)
{
    int part[3] = {0, 0, 0};
    const bool minus = **at == '-';
    if (**at == '-' || **at == '+')
        (*at)++;
    for (int i = 0; i < 3; i++) {
        if (i > 0 && **at != ':')
            break;
        *at += i > 0;
        if (!read_number(at, i == 0 ? 167 : 59, &part[i]))
            return false;
    }
    int64_t seconds = (int64_t)part[0] * 3600 + part[1] * 60 + part[2];
    *ret = minus ? -seconds : seconds;
    return true;
}

/* Skip CET, or <+03>. */
static bool skip_name(const char **at)
{
    const char *start = *at;
    if (*start == '<') {
        *at += strcspn(start, ">");
        *at += **at == '>';
        return (*at)[-1] == '>' && *at - start > 2;
    }
    while ((**at >= 'A' && **at <= 'Z') || (**at >= 'a' && **at <= 'z'))
        (*at)++;
    return *at > start;
}

/* ,M3.5.0/2 */
static bool read_change(const char **at, struct zone_change *ret)
{
    *ret = (struct zone_change){.time = 7200};
    if (*(*at)++ != ',')
        return false;
    if (**at == 'M') {
        ret->kind = *(*at)++;
        if (!read_number(at, 12, &ret->month) || *(*at)++ != '.' ||
            !read_number(at, 5, &ret->week) || *(*at)++ != '.' || !read_number(at, 6, &ret->day) ||
            ret->month < 1 || ret->week < 1)
            return false;
    } else {
        ret->kind = '0';
        if (**at == 'J')
            ret->kind = *(*at)++;
        if (!read_number(at, 365, &ret->day) || (ret->kind == 'J' && ret->day < 1))
            return false;
    }
    if (**at != '/')
        return true;
    ++*at;
    return read_time(at, &ret->time);
}

bool zone_rule_parse(const char *text, struct zone_rule *ret)
{
    const char *at = text;
    *ret = (struct zone_rule){0};
    if (!skip_name(&at) || !read_time(&at, &ret->standard))
        return false;
    ret->standard = -ret->standard; /* POSIX counts to the west */
    if (*at == '\0')
        return true;
    ret->has_summer = true;
    ret->summer = ret->standard + 3600;
    if (!skip_name(&at))
        return false;
    if (*at != ',' && *at != '\0') {
        if (!read_time(&at, &ret->summer))
            return false;
        ret->summer = -ret->summer;
    }
    const char *changes = *at == '\0' ? ",M3.2.0,M11.1.0" : at;
    return read_change(&changes, &ret->starts) && read_change(&changes, &ret->ends) &&
           *changes == '\0';
}

static int64_t days_to(int year, int month, int day)
{
    struct tm date = {.tm_year = year, .tm_mon = month, .tm_mday = day};
    return (int64_t)timegm(&date) / DAY;
}

/* When the clock is changed in a year, counted from 1900, as the clock shows it before. */
static int64_t change_in(const struct zone_change *change, int year)
{
    int64_t first = days_to(year, 0, 1), days = first + change->day;
    if (change->kind == 'J') {
        bool leaps = days_to(year, 2, 1) - first == 60;
        days = first + change->day - 1 + (leaps && change->day >= 60);
    } else if (change->kind == 'M') {
        first = days_to(year, change->month - 1, 1);
        int64_t next = days_to(year, change->month, 1);
        int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
        days = first + (change->day - weekday + 7) % 7 + (change->week - 1) * 7;
        while (days >= next)
            days -= 7;
    }
    return days * DAY + change->time;
}

int64_t zone_rule_offset(const struct zone_rule *rule, int64_t at)
{
    struct tm date;
    time_t local = (time_t)(at + rule->standard);
    if (!rule->has_summer || !gmtime_r(&local, &date))
        return rule->standard;
    int64_t starts = change_in(&rule->starts, date.tm_year) - rule->standard;
    int64_t ends = change_in(&rule->ends, date.tm_year) - rule->summer;
    bool is_summer = starts < ends ? at >= starts && at < ends : at >= starts || at < ends;
    return is_summer ? rule->summer : rule->standard;
}
