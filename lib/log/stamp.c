#include "log/stamp.h"

#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_one_of(const char *word, size_t length, const char *const *list)
{
    for (; *list; list++)
        if (strlen(*list) == length && strncasecmp(word, *list, length) == 0)
            return true;
    return false;
}

bool stamp_is_name(const char *word, size_t length)
{
    static const char *const names[] = {
        "January",   "February",  "March",   "April",    "May",      "June",   "July",
        "August",    "September", "October", "November", "December", "Monday", "Tuesday",
        "Wednesday", "Thursday",  "Friday",  "Saturday", "Sunday",   NULL};
    while (length > 0 && (word[length - 1] == ',' || word[length - 1] == '.'))
        length--;
    for (const char *const *name = names; *name; name++)
        if ((length == 3 || length == strlen(*name)) && strncasecmp(word, *name, length) == 0)
            return true;
    return length == 4 && strncasecmp(word, "Sept", 4) == 0;
}

bool stamp_is_zone(const char *word, size_t length)
{
    static const char *const known[] = {"Z", "AM", "PM", "A.M.", "P.M.", "UTC", "GMT", "MSK", NULL};
    size_t n = 0;
    while (length > 0 && strchr(":,;", word[length - 1]))
        length--;
    while (n < length && word[n] >= 'A' && word[n] <= 'Z')
        n++;
    bool is_shift = n < length && (word[n] == '+' || word[n] == '-');
    for (size_t i = n + 1; i < length && is_shift; i++)
        is_shift = is_digit(word[i]) || word[i] == ':';
    if (is_one_of(word, is_shift ? n : length, known))
        return true;
    /* CET, CEST, EST, PDT, IST: the last letter says "time" */
    return n == length && n >= 3 && n <= 5 && word[n - 1] == 'T';
}

/* Letters that stand in times: between date and time, as a month, a half of the day, a unit. */
static bool is_of_time(const char *letters, size_t length)
{
    static const char *const known[] = {"T",  "Z",  "UTC", "GMT", "AM", "PM", "s", "ms",
                                        "us", "ns", "h",   "m",   "d",  "O",  "E", NULL};
    return is_one_of(letters, length, known) || stamp_is_name(letters, length);
}

static bool is_hexadecimal(const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_digit(word[i]) && !(word[i] >= 'a' && word[i] <= 'f'))
            return false;
    return true;
}

bool stamp_is_number(const char *word, size_t length, bool loose)
{
    if (length > 16 && word[0] == '@' && is_hexadecimal(word + 1, length - 1))
        return true; /* TAI64N */
    if (length == 5 && strchr("IWEF", word[0]) && is_digit(word[1]) && is_digit(word[4]))
        word++, length--, loose = true; /* the level and the day, in one word */
    size_t at = length > 0 && strchr("+-@#", word[0]) ? 1 : 0, digits = 0;
    bool is_grouped = false;
    if (at >= length || !is_digit(word[at]))
        return false;
    while (at < length) {
        size_t letters = at;
        while (letters < length && is_letter(word[letters]))
            letters++;
        if (letters > at && !is_of_time(word + at, letters - at))
            return false;
        if (letters == at && !is_digit(word[at]) && !strchr("-:.,/+_;%", word[at]))
            return false;
        digits += is_digit(word[at]);
        is_grouped = is_grouped || (!is_digit(word[at]) && at + 1 < length);
        at = letters > at ? letters : at + 1;
    }
    return loose || digits >= 9 || (is_grouped && digits >= 3 && length >= 5);
}
