#include "log/limit_when.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define DAY 86400

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static size_t word_length(const char *at)
{
    size_t n = 0;
    while (is_letter(at[n]))
        n++;
    return n;
}

/* The index of the name that a word of `length` is, whole or its first three letters; -1: none. */
static int name_index(const char *word, size_t length, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (length >= 3 && length <= strlen(names[i]) && strncasecmp(word, names[i], length) == 0)
            return i;
    return -1;
}

int limit_read_digits(const char *at, int most, int64_t *ret)
{
    int n = 0;
    *ret = 0;
    for (; n < most && is_digit(at[n]); n++)
        *ret = *ret * 10 + (at[n] - '0');
    return n;
}

static bool read_year(const char **at, struct limit_when *when)
{
    int64_t year;
    const char *from = *at + strspn(*at, ", ");
    if (limit_read_digits(from, 5, &year) != 4 || from[4] == ':' || year < 1970)
        return false;
    when->date.tm_year = (int)year - 1900;
    when->has_year = true;
    *at = from + 4;
    return true;
}

static bool is_word(const char *at, const char *word)
{
    size_t length = strlen(word);
    return word_length(at) == length && strncasecmp(at, word, length) == 0;
}

/* "Nov 26", "November 26th, 2026" */
static bool read_month(const char **at, struct limit_when *when)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    int64_t day;
    size_t length = word_length(*at);
    const char *from = *at + length + strspn(*at + length, ". ");
    int month = name_index(*at, length, months, 12), digits = limit_read_digits(from, 3, &day);
    if (month < 0 || when->has_date || digits < 1 || digits > 2 || day < 1 || day > 31)
        return false;
    from += digits;
    if (is_word(from, "st") || is_word(from, "nd") || is_word(from, "rd") || is_word(from, "th"))
        from += 2;
    *at = from;
    when->date.tm_mon = month;
    when->date.tm_mday = (int)day;
    when->has_date = true;
    read_year(at, when);
    return true;
}

/* "Mon", "today", "tomorrow" */
static bool read_day(const char **at, struct limit_when *when)
{
    static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};
    size_t length = word_length(*at);
    int day = name_index(*at, length, days, 7);
    if (is_word(*at, "today"))
        when->days_ahead = 0;
    else if (is_word(*at, "tomorrow"))
        when->days_ahead = 1;
    else if (day < 0)
        return false;
    when->has_weekday = day >= 0;
    when->date.tm_wday = day;
    *at += length;
    return true;
}

/* "2026-12-01", with a T behind it, too */
static bool read_iso_date(const char **at, struct limit_when *when)
{
    int64_t year, month, day;
    if (when->has_date || limit_read_digits(*at, 4, &year) != 4 || (*at)[4] != '-' ||
        limit_read_digits(*at + 5, 2, &month) != 2 || (*at)[7] != '-' ||
        limit_read_digits(*at + 8, 2, &day) != 2 || year < 1970 || month < 1 || month > 12 ||
        day < 1 || day > 31)
        return false;
    when->date.tm_year = (int)year - 1900;
    when->date.tm_mon = (int)month - 1;
    when->date.tm_mday = (int)day;
    when->has_date = when->has_year = true;
    *at += 10 + ((*at)[10] == 'T' && is_digit((*at)[11]));
    return true;
}

/* "10:20pm", "4 PM", "16:06", "05:17:25.123" */
static bool read_clock(const char **at, struct limit_when *when)
{
    int64_t part[3] = {0, 0, 0};
    int count = 0, digits = limit_read_digits(*at, 3, &part[0]);
    const char *from = *at + digits;
    for (count = 1; count < 3 && *from == ':' && limit_read_digits(from + 1, 2, &part[count]) == 2;
         count++)
        from += 3;
    if (*from == '.' && count == 3)
        from += 1 + strspn(from + 1, "0123456789");
    const char *half = from + strspn(from, " ");
    bool morning = is_word(half, "am"), afternoon = is_word(half, "pm");
    if (when->has_clock || digits < 1 || digits > 2 || (count == 1 && !morning && !afternoon) ||
        part[1] > 59 || part[2] > 60)
        return false;
    if (morning || afternoon) {
        from = half + 2;
        if (part[0] < 1 || part[0] > 12)
            return false;
        part[0] = part[0] % 12 + (afternoon ? 12 : 0);
    }
    if (part[0] > 24)
        return false;
    *at = from;
    when->clock = (int)(part[0] * 3600 + part[1] * 60 + part[2]);
    when->has_clock = true;
    return true;
}

/* "+02:00", "-0700" behind a clock or behind UTC */
static bool read_shift(const char **at, struct limit_when *when)
{
    int64_t hours, minutes = 0;
    const char *from = *at + 1;
    int digits = (**at == '+' || **at == '-') ? limit_read_digits(from, 2, &hours) : 0;
    if (digits == 0 || hours > 14)
        return false;
    from += digits;
    from += *from == ':' && is_digit(from[1]);
    digits = limit_read_digits(from, 2, &minutes);
    if ((digits != 0 && digits != 2) || minutes > 59)
        return false;
    when->shift = (hours * 60 + minutes) * (**at == '-' ? -60 : 60);
    when->has_shift = true;
    *at = from + digits;
    return true;
}

/* "(America/Edmonton)", "(UTC+2)", "UTC", "Z" */
static bool read_zone(const char **at, struct limit_when *when)
{
    bool in_brackets = **at == '(';
    const char *name = *at + in_brackets;
    size_t length = in_brackets ? strcspn(name, ")") : word_length(name);
    if (when->zone || when->has_shift || when->is_unknown || (in_brackets && name[length] != ')'))
        return false;
    bool is_utc = strncmp(name, "UTC", 3) == 0 || strncmp(name, "GMT", 3) == 0;
    const char *behind = name + 3;
    if (is_utc && read_shift(&behind, when) && (!in_brackets || *behind == ')')) {
        *at = behind + in_brackets;
        return true;
    }
    when->has_shift = false;
    if (!in_brackets && !(is_utc && length == 3) && !is_word(name, "Z"))
        return when->has_clock && read_shift(at, when);
    when->is_unknown = zone_open(name, length, &when->zone) != 0;
    *at = name + length + in_brackets;
    return true;
}

/* "in 2h 30m", "in 45 minutes and 10 seconds" */
static bool read_span(const char **at, struct limit_when *when)
{
    static const struct {
        char unit;
        int seconds;
    } units[] = {{'d', DAY}, {'h', 3600}, {'m', 60}, {'s', 1}};
    const char *from = *at + 2;
    if (!is_word(*at, "in") || when->is_span)
        return false;
    for (;;) {
        int64_t number;
        from += strspn(from, " ,");
        from += is_word(from, "and") ? 4 : 0;
        int digits = limit_read_digits(from, 6, &number);
        const char *unit = from + digits + strspn(from + digits, " ");
        int seconds = 0;
        for (size_t i = 0; i < sizeof units / sizeof *units && digits > 0; i++)
            if ((*unit | 32) == units[i].unit)
                seconds = units[i].seconds;
        if (seconds == 0)
            return when->is_span;
        when->is_span = true;
        when->seconds += number * seconds;
        *at = from = unit + word_length(unit);
    }
}

bool limit_when_read(const char *at, struct limit_when *when)
{
    static bool (*const parts[])(const char **, struct limit_when *) = {
        read_span, read_iso_date, read_clock, read_month, read_day, read_zone};
    static const char *const fillers[] = {"at", "on", "after", "by", "the"};
    *when = (struct limit_when){.days_ahead = -1};
    for (bool goes_on = true; goes_on;) {
        at += strspn(at, " ,\t");
        goes_on = false;
        for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
            if (is_word(at, fillers[i]))
                at += strlen(fillers[i]), goes_on = true;
        for (size_t i = 0; i < sizeof parts / sizeof *parts && !goes_on; i++)
            goes_on = parts[i](&at, when);
    }
    return when->is_span || when->has_clock || when->has_date || when->has_weekday ||
           when->days_ahead >= 0;
}
