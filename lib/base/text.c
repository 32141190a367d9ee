#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

const char *text_get(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

void text_reset(struct text *text)
{
    text->length = 0;
    text->truncated = false;
    if (text->bytes)
        text->bytes[0] = '\0';
}

void text_free(struct text *text)
{
    if (!text)
        return;
    free(text->bytes);
    text->bytes = NULL;
    text->length = text->capacity = 0;
    text->truncated = text->failed = false;
}

/* Room for `more` bytes and the NUL; false leaves the text as it was. */
static bool reserve(struct text *text, size_t more)
{
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity)
        return true;
    /* many texts hold one path and never grow */
    size_t capacity = text->capacity ? 2 * text->capacity : 32;
    while (capacity < needed)
        capacity += capacity < 256 ? 32 : capacity;
    char *bytes = realloc(text->bytes, capacity);
    if (!bytes) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
    if (length > text->maximum - text->length) {
        length = text->maximum - text->length;
        text->truncated = true;
    }
    if (!reserve(text, length))
        return;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_vformat(struct text *text, const char *format, va_list arguments)
{
    char small[256];
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    if (length < 0) {
        text->failed = true;
    } else if ((size_t)length < sizeof small) {
        text_add_bytes(text, small, (size_t)length);
    } else {
        char *large = malloc((size_t)length + 1);
        if (large) {
            vsnprintf(large, (size_t)length + 1, format, again);
            text_add_bytes(text, large, (size_t)length);
            free(large);
        } else {
            text->failed = true;
        }
    }
    va_end(again);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_vformat(text, format, arguments);
    va_end(arguments);
}

void text_add_decimal(struct text *text, int64_t units, unsigned digits)
{
    char reversed[48];
    size_t n = 0;
    uint64_t rest = units < 0 ? -(uint64_t)units : (uint64_t)units;
    bool significant = false;
    for (unsigned i = 0; i < digits; i++, rest /= 10) {
        significant = significant || rest % 10 != 0;
        if (significant)
            reversed[n++] = (char)('0' + rest % 10);
    }
    if (significant)
        reversed[n++] = '.';
    do
        reversed[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (units < 0)
        reversed[n++] = '-';
    while (n > 0)
        text_add_bytes(text, &reversed[--n], 1);
}

size_t text_utf8_length(const unsigned char *bytes, size_t length)
{
    if (length == 0)
        return 0;
    unsigned char first = bytes[0];
    if (first < 0x80)
        return 1;
    size_t n = first >= 0xC2 && first <= 0xDF ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || n > length)
        return 0;
    /* the second byte's bounds keep out overlong forms, surrogates and what is over U+10FFFF */
    unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (bytes[1] < low || bytes[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

size_t text_add_character(struct text *text, const unsigned char *bytes, size_t length)
{
    size_t n = text_utf8_length(bytes, length);
    if (n > 0)
        text_add_bytes(text, (const char *)bytes, n);
    else
        text_add(text, REPLACEMENT);
    return n > 0 ? n : 1;
}

/*
 * Controls that a terminal obeys (C0, DEL, C1), and those of Unicode that break a line (U+2028,
 * U+2029) or turn what follows round (U+061C, U+200E, U+200F, U+202A to E, U+2066 to 9).
 */
static bool is_control(const unsigned char *at, size_t n)
{
    if (n == 1)
        return at[0] < 0x20 || at[0] == 0x7F;
    if (n == 2)
        return (at[0] == 0xC2 && at[1] < 0xA0) || (at[0] == 0xD8 && at[1] == 0x9C);
    if (n != 3 || at[0] != 0xE2)
        return false;
    return at[1] == 0x80 ? at[2] == 0x8E || at[2] == 0x8F || (at[2] >= 0xA8 && at[2] <= 0xAE)
                         : at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9;
}

void text_add_clean(struct text *text, const char *bytes, size_t length, const char *forbidden)
{
    const unsigned char *at = (const unsigned char *)bytes;
    while (length > 0) {
        size_t n = text_utf8_length(at, length);
        const char *shown = (const char *)at;
        size_t shown_length = n;
        if (n == 0)
            shown = REPLACEMENT, shown_length = 3;
        else if (is_control(at, n))
            shown = " ", shown_length = 1;
        else if (n == 1 && strchr(forbidden, at[0]))
            shown = "/";
        if (shown_length > text->maximum - text->length) {
            text->truncated = true; /* half a character would not be UTF-8 */
            return;
        }
        text_add_bytes(text, shown, shown_length);
        at += n ? n : 1;
        length -= n ? n : 1;
    }
}

void text_add_shown(struct text *text, const char *bytes, size_t length, size_t maximum,
                    const char *forbidden)
{
    const struct text before = *text;
    if (maximum < text->maximum - text->length)
        text->maximum = text->length + maximum;
    text->truncated = false;
    text_add_clean(text, bytes, length, forbidden);
    bool left_out = text->truncated;
    text->maximum = before.maximum;
    text->truncated = before.truncated;
    if (left_out)
        text_add(text, "...");
}

void text_cut(struct text *text, size_t length)
{
    if (length >= text->length)
        return;
    while (length > 0 && ((unsigned char)text->bytes[length] & 0xC0) == 0x80)
        length--;
    text->length = length;
    text->bytes[length] = '\0';
}
