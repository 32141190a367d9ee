/*
 * Each search passes over whole blocks by a loop without a branch, which compilers vectorise, and
 * looks at single bytes only in a block that has what is wanted.
 */
#include "log/brackets.h"

#include "base/json_scan.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define BLOCK 128
#define PART  32 /* of a block that has something */

#define TYPE        "\"type\""
#define TYPE_LENGTH (sizeof TYPE - 1)

/* { and [ differ in one bit, and so do } and ]. */
static bool is_bracket(unsigned char c, enum log_bracket bracket)
{
    return (c | 0x20) == (unsigned char)bracket;
}

/* How many of the bytes there are up to the last closing bracket, that one included; 0 for none. */
static size_t length_to_bracket(const unsigned char *bytes, size_t length)
{
    while (length >= BLOCK) {
        const unsigned char *block = bytes + length - BLOCK;
        unsigned char any = 0;
        for (size_t i = 0; i < BLOCK; i++)
            any |= (unsigned char)is_bracket(block[i], LOG_CLOSING);
        if (any)
            break;
        length -= BLOCK;
    }
    while (length > 0 && !is_bracket(bytes[length - 1], LOG_CLOSING))
        length--;
    return length;
}

/* The same for a bracket behind a line feed, both of them within the bytes. */
static size_t length_to_line_with(const unsigned char *bytes, size_t length,
                                  enum log_bracket bracket)
{
    while (length > BLOCK) {
        const unsigned char *block = bytes + length - BLOCK, *before = block - 1;
        unsigned char any = 0;
        for (size_t i = 0; i < BLOCK; i++)
            any |= (unsigned char)(is_bracket(block[i], bracket) & (before[i] == '\n'));
        if (any)
            break;
        length -= BLOCK;
    }
    while (length > 1 && !(is_bracket(bytes[length - 1], bracket) && bytes[length - 2] == '\n'))
        length--;
    return length > 1 ? length : 0;
}

/* How many of the bytes there are before the first bracket behind a line feed; all, when there is
 * none. */
static size_t length_without_line_with(const unsigned char *bytes, size_t length,
                                       enum log_bracket bracket)
{
    size_t at = 1;
    while (length - at >= BLOCK) {
        unsigned char any = 0;
        for (size_t i = 0; i < BLOCK; i++)
            any |=
                (unsigned char)(is_bracket(bytes[at + i], bracket) & (bytes[at + i - 1] == '\n'));
        if (any)
            break;
        at += BLOCK;
    }
    while (at < length && !(is_bracket(bytes[at], bracket) && bytes[at - 1] == '\n'))
        at++;
    return at;
}

/* 0 for "type", or what looks much like it. */
static inline unsigned char no_type(const unsigned char *bytes)
{
    return (unsigned char)((bytes[0] ^ '"') | (bytes[1] ^ 't') | (bytes[5] ^ '"'));
}

/* The same of any of so many bytes. */
static inline bool has_type(const unsigned char *bytes, size_t count)
{
    unsigned char least = UCHAR_MAX;
    for (size_t i = 0; i < count; i++) {
        const unsigned char this = no_type(bytes + i);
        least = least < this ? least : this;
    }
    return least == 0;
}

/* How many bytes there are up to the last place where "type" may begin, that one included. */
static size_t length_to_type(const unsigned char *bytes, size_t starts)
{
    while (starts >= BLOCK && !has_type(bytes + starts - BLOCK, BLOCK))
        starts -= BLOCK;
    while (starts >= PART && !has_type(bytes + starts - PART, PART))
        starts -= PART;
    while (starts > 0 && no_type(bytes + starts - 1) != 0)
        starts--;
    return starts;
}

static size_t skip_blanks(const unsigned char *bytes, size_t at, size_t length)
{
    while (at < length && strchr(" \t\r\n", bytes[at]) && bytes[at] != '\0')
        at++;
    return at;
}

/* True where what follows "type" may make its object an event of one of these kinds; where the
 * bytes end before that is known, too. */
static bool is_of_kinds(const unsigned char *bytes, size_t length, unsigned kinds)
{
    size_t at = skip_blanks(bytes, 0, length);
    if (at < length && bytes[at] == ':')
        at = skip_blanks(bytes, at + 1, length);
    if (kinds == LOG_ANY_KIND || at == length)
        return true;
    if (bytes[at++] != '"')
        return false;
    for (size_t kind = 0; kind < JSON_EVENT_KINDS; kind++) {
        const char *type = json_event_types[kind];
        const size_t size = strlen(type), left = length - at < size ? length - at : size;
        if ((kinds & LOG_KIND(kind)) != 0 && memcmp(bytes + at, type, left) == 0)
            return true;
    }
    return false;
}

/* How many bytes there are up to the last place where the "type" of such a kind begins, that one
 * included; 0 for none. */
static size_t length_to_kind(const unsigned char *bytes, size_t length, unsigned kinds)
{
    size_t starts = length >= TYPE_LENGTH ? length - TYPE_LENGTH + 1 : 0;
    while ((starts = length_to_type(bytes, starts)) > 0) {
        const size_t behind = starts - 1 + TYPE_LENGTH;
        if (is_of_kinds(bytes + behind, length - behind, kinds))
            break;
        starts--;
    }
    return starts;
}

/* True where "type" may begin in the bytes and go on behind them. */
static bool ends_in_type(const unsigned char *bytes, size_t length)
{
    for (size_t part = 1; part < TYPE_LENGTH && part <= length; part++)
        if (memcmp(bytes + length - part, TYPE, part) == 0)
            return true;
    return false;
}

/* The bytes at hand in [floor, end) that end at `end`, at least one; NULL when nothing can be read.
 */
static const unsigned char *bytes_before(struct log_window *window, uint64_t end, uint64_t floor,
                                         size_t *ret_length)
{
    size_t length;
    const unsigned char *bytes = log_bytes_before(window, end, &length);
    size_t above = length > end - floor ? length - (size_t)(end - floor) : 0;
    *ret_length = length - above;
    return bytes ? bytes + above : NULL;
}

uint64_t log_behind_last_bracket(struct log_window *window, uint64_t end, uint64_t floor)
{
    while (end > floor) {
        size_t length;
        const unsigned char *bytes = bytes_before(window, end, floor, &length);
        if (!bytes)
            break;
        size_t found = length_to_bracket(bytes, length);
        end -= length - found;
        if (found > 0)
            return end;
    }
    return floor;
}

uint64_t log_last_line_with(struct log_window *window, enum log_bracket bracket, uint64_t end,
                            uint64_t floor)
{
    while (end > floor) {
        size_t length;
        const unsigned char *bytes = bytes_before(window, end, floor, &length);
        if (!bytes)
            break;
        size_t found = length_to_line_with(bytes, length, bracket);
        end -= length - found;
        if (found > 0)
            return end - 1;
        /* what is before the first of the bytes is not at hand */
        if (is_bracket(*bytes, bracket) &&
            log_line_start(window, end, end > 0 ? end - 1 : 0) == end)
            return end;
    }
    return UINT64_MAX;
}

/* The bytes at hand from `start` to `end` at most. NULL where the log cannot be read. */
static const unsigned char *bytes_until(struct log_window *window, uint64_t start, uint64_t end,
                                        size_t *ret_length)
{
    const unsigned char *bytes = log_bytes(window, start, ret_length);
    if (bytes && *ret_length > end - start)
        *ret_length = (size_t)(end - start);
    return bytes;
}

uint64_t log_first_line_with(struct log_window *window, enum log_bracket bracket, uint64_t start,
                             uint64_t end)
{
    bool at_line = log_line_start(window, start, start > 0 ? start - 1 : 0) == start;
    while (start < end) {
        size_t length;
        const unsigned char *bytes = bytes_until(window, start, end, &length);
        if (!bytes)
            break;
        if (at_line && is_bracket(*bytes, bracket))
            return start;
        at_line = bytes[length - 1] == '\n';
        size_t passed = length_without_line_with(bytes, length, bracket);
        start += passed;
        if (passed < length)
            return start;
    }
    return end;
}

uint64_t log_no_type_from(struct log_window *window, uint64_t end, uint64_t floor, unsigned kinds)
{
    size_t length;
    const unsigned char *bytes = bytes_before(window, end, floor, &length);
    if (!bytes)
        return floor;
    const size_t found = length_to_kind(bytes, length, kinds);
    return end - length + (found > 0 ? found - 1 : 0);
}

bool log_may_have_type(struct log_window *window, uint64_t start, uint64_t end, unsigned kinds)
{
    while (start < end) {
        size_t length;
        const unsigned char *bytes = bytes_until(window, start, end, &length);
        if (!bytes)
            break;
        start += length;
        if (length_to_kind(bytes, length, kinds) > 0 ||
            (start < end && ends_in_type(bytes, length)))
            return true;
    }
    return false;
}
