#include "log/prefix.h"

#include "base/escape.h"
#include "base/text.h"
#include "log/prefix_reader.h"
#include "log/stamp.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define GROUP_MAX 128 /* bytes in brackets */

static void skip_invisible(struct reader *r)
{
    while (r->at < r->length) {
        const char *at = r->bytes + r->at;
        size_t left = r->length - r->at;
        size_t escape = escape_length((const unsigned char *)at, left);
        if (escape > 0)
            r->at += escape;
        else if (left >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
            r->at += 3;
        else if (!prefix_is_visible(*at))
            r->at++;
        else
            break;
    }
}

/* [anything] and the like, with what closes it, {label="x"} too; a value of JSON is no group. */
static bool take_group(struct reader *r)
{
    static const char opening[] = "[(<{", closing[] = "])>}";
    const char *at = r->bytes + r->at;
    size_t left = r->length - r->at, hashes = 0;
    if (left > 4 && at[0] == ':' && at[1] == ':' && prefix_is_alnum(at[2])) { /* ::error:: */
        const char *end = memmem(at + 2, left - 2, "::", 2);
        return end && (size_t)(end - at) < GROUP_MAX && prefix_take(r, (size_t)(end - at) + 2);
    }
    while (hashes < left && at[hashes] == '#')
        hashes++;
    const char *kind = hashes < left ? memchr(opening, at[hashes], sizeof opening - 1) : NULL;
    if (!kind || hashes == 1 || hashes > 4)
        return false;
    const char *end = memchr(at, closing[kind - opening], left);
    size_t length = end ? (size_t)(end - at) + 1 : GROUP_MAX + 1;
    const size_t inside = hashes + 1;
    if (length > GROUP_MAX || length < inside + 2 || at[inside] == '"' ||
        memchr(at + inside, '{', length - inside) ||
        (at[hashes] == '{' && !memmem(at + inside, length - inside, "=\"", 2)))
        return false;
    r->is_stamped = true;
    return prefix_take(r, length);
}

static bool is_level(const char *word, size_t length)
{
    static const char *const levels[] = {
        "trace", "debug", "info",  "notice",  "warn",   "warning", "error",   "critical",
        "fatal", "crit",  "alert", "emerg",   "severe", "err",     "err!",    "inf",
        "wrn",   "dbg",   "panic", "verbose", "log",    "silly",   "success", NULL};
    for (const char *const *level = levels; *level; level++)
        if (strlen(*level) == length && strncasecmp(word, *level, length) == 0)
            return true;
    return length == 1 && strchr("IWEFDTVC", word[0]);
}

/* Words of digits, names of days and months before one, zones behind one. */
static bool take_stamp(struct reader *r)
{
    struct word word = prefix_word_at(r, r->at), next = prefix_word_behind(r, word);
    bool is_before =
        stamp_is_name(next.bytes, next.length) || stamp_is_number(next.bytes, next.length, false);
    if (stamp_is_number(word.bytes, word.length, r->is_stamped || is_before) ||
        (stamp_is_name(word.bytes, word.length) &&
         (is_before || stamp_is_number(next.bytes, next.length, true)))) {
        r->is_stamped = true;
        return prefix_take(r, word.length);
    }
    if (r->is_stamped && word.length > 4 && strchr("OE", word.bytes[2]) && word.bytes[3] == '+' &&
        stamp_is_number(word.bytes, 2, true))
        return prefix_take(r, 4); /* 00O+: GitLab goes on with a line */
    const char *before = r->bytes + r->at;
    bool is_behind_number = r->at >= 2 && before[-1] == ' ' && prefix_is_alnum(before[-2]);
    return r->is_stamped && !r->has_header && is_behind_number &&
           stamp_is_zone(word.bytes, word.length) && !is_level(word.bytes, word.length) &&
           prefix_take(r, word.length);
}

/* "npm" in npm ERR!: one word in small letters before a level in great ones. */
static bool names_level(const struct reader *r, struct word word)
{
    struct word next = prefix_word_behind(r, word);
    for (size_t i = 0; i < word.length; i++)
        if (word.bytes[i] < 'a' || word.bytes[i] > 'z')
            return false;
    for (size_t i = 0; i < next.length; i++)
        if (next.bytes[i] >= 'a' && next.bytes[i] <= 'z')
            return false;
    return r->at == r->start && next.length > 1 && is_level(next.bytes, next.length);
}

/* ERROR, error:, [INFO] is a group. INFO:root:, as Python has it, without a blank behind it. */
static bool take_level(struct reader *r)
{
    struct word word = prefix_word_at(r, r->at);
    size_t length = 0, upper = 0;
    while (length < word.length &&
           (prefix_is_alnum(word.bytes[length]) || word.bytes[length] == '!'))
        upper += word.bytes[length] < 'a', length++;
    if (!is_level(word.bytes, length))
        return names_level(r, word) && prefix_take(r, word.length);
    char end = ' ';
    if (length < word.length)
        end = word.bytes[length];
    if (!strchr(" :,|/]", end) || (end == ' ' && length == 1) ||
        (end == ' ' && upper < length && !r->is_stamped))
        return false;
    size_t name = end == ':' ? length + 1 : length;
    while (end == ':' && name < word.length &&
           (prefix_is_alnum(word.bytes[name]) || strchr("_.-", word.bytes[name])))
        name++;
    if (end == ':' && name < word.length && word.bytes[name] == ':')
        length = name;
    r->is_stamped = r->is_stamped || upper == length || end != ':';
    return prefix_take(r, end == ' ' ? length : length + 1);
}

/* member=value, member="value", and member=" before the message itself. */
static bool take_member(struct reader *r)
{
    struct word word = prefix_word_at(r, r->at);
    size_t name = 0;
    while (name < word.length &&
           (prefix_is_alnum(word.bytes[name]) || strchr("_.-", word.bytes[name])))
        name++;
    if (name == 0 || name + 1 >= word.length || word.bytes[name] != '=' ||
        strchr("=>", word.bytes[name + 1]))
        return false;
    if (word.bytes[name + 1] != '"')
        return prefix_take(r, word.length);
    const char *value = word.bytes + name + 2;
    size_t left = r->length - r->at - name - 2;
    const char *end = memchr(value, '"', left);
    bool is_message = name >= 3 && (strncmp(word.bytes, "msg", 3) == 0 ||
                                    (name >= 7 && strncmp(word.bytes, "message", 7) == 0));
    r->is_stamped = true;
    return prefix_take(r, is_message || !end ? name + 2 : (size_t)(end - word.bytes) + 1);
}

/* The character at bytes[0], of `length` bytes as text_utf8_length() has it. */
static unsigned long character(const unsigned char *bytes, size_t length)
{
    unsigned long value = length < 2 ? bytes[0] : bytes[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++)
        value = value << 6 | (bytes[i] & 0x3Fu);
    return value;
}

/* Drawn signs: dots, elbows, bars, crosses, faces. Not those that lists of a text begin with. */
static bool is_sign(unsigned long c, bool is_first)
{
    static const unsigned long of_lists[] = {0x2611, 0x2705, 0x2713, 0x2714,
                                             0x25AA, 0x25AB, 0x25E6};
    for (size_t i = 0; i < sizeof of_lists / sizeof *of_lists; i++)
        if (c == of_lists[i])
            return false;
    if (c == 0xB7 || c == 0xBB || c == 0x203A || (c >= 0x2190 && c <= 0x21FF))
        return !is_first;
    return (c >= 0x2200 && c <= 0x2BFF) || c == 0xFE0F || (c >= 0x1F300 && c <= 0x1FAFF);
}

static bool take_separator(struct reader *r)
{
    const unsigned char *at = (const unsigned char *)r->bytes + r->at;
    const bool is_first = r->at == r->start;
    size_t length = text_utf8_length(at, r->length - r->at);
    if (length > 1)
        return is_sign(character(at, length), is_first) && prefix_take(r, length);
    struct word word = prefix_word_at(r, r->at);
    if (prefix_is_separator(word) && (!is_first || word.bytes[word.length - 1] == '>'))
        return prefix_take(r, word.length);
    return !is_first && r->is_stamped && (*at == '\'' || *at == '"') && prefix_take(r, 1);
}

/* Returns where what was taken ends. */
static size_t add_places(const unsigned char *bytes, size_t from, size_t length, size_t *ret,
                         size_t *ret_count)
{
    static bool (*const parts[])(struct reader *) = {
        take_group,      take_stamp,        take_level,         take_member,       take_separator,
        prefix_take_tag, prefix_take_field, prefix_take_header, prefix_take_clause};
    struct reader r = {.bytes = (const char *)bytes, .length = length, .at = from};
    skip_invisible(&r);
    r.start = r.at;
    for (bool goes_on = true; goes_on && *ret_count < PREFIX_PLACES;) {
        skip_invisible(&r);
        if (r.at >= r.length || r.at - from > PREFIX_MAX)
            break;
        ret[(*ret_count)++] = r.at;
        goes_on = false;
        for (size_t i = 0; i < sizeof parts / sizeof *parts && !goes_on; i++)
            goes_on = parts[i](&r);
    }
    return r.at;
}

static size_t find_places(const unsigned char *bytes, size_t length, size_t *ret, size_t *ret_count)
{
    length = escape_trimmed(bytes, length);
    size_t head = length < 2 * PREFIX_MAX ? length : 2 * PREFIX_MAX;
    size_t end = add_places(bytes, 0, length, ret, ret_count);
    const unsigned char *anew = memrchr(bytes, '\r', head);
    if (!anew || end > (size_t)(anew - bytes))
        return end;
    return add_places(bytes, (size_t)(anew - bytes), length, ret, ret_count);
}

size_t prefix_places(const unsigned char *bytes, size_t length, size_t ret[PREFIX_PLACES])
{
    size_t count = 0;
    find_places(bytes, length, ret, &count);
    return count;
}

size_t prefix_start(const unsigned char *bytes, size_t length)
{
    struct reader r = {.bytes = (const char *)bytes, .length = escape_trimmed(bytes, length)};
    skip_invisible(&r);
    return r.at < r.length && r.at <= PREFIX_MAX ? r.at : length;
}

size_t prefix_length(const unsigned char *bytes, size_t length)
{
    size_t places[PREFIX_PLACES], count = 0;
    size_t end = find_places(bytes, length, places, &count);
    return end < escape_trimmed(bytes, length) ? end : length;
}
