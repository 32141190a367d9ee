/* The texts of a logger's records, decoded. */
#include "log/utf16.h"
#include "log/wrapper.h"

#include <string.h>

static int hexadecimal(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits behind \u; -1 where there are none. */
static long code_unit(const char *at, const char *end)
{
    long value = 0;
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hexadecimal(at[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* \u and the four digits, of two such pairs where they are one character. Moves *at behind it. */
static char *put_unicode(const char **at, const char *end, char *out)
{
    long unit = code_unit(*at, end);
    if (unit < 0) { /* no escape: as it is */
        *out++ = *(*at)++;
        return out;
    }
    *at += 6;
    long low = unit >= 0xD800 && unit < 0xDC00 ? code_unit(*at, end) : -1;
    if (low >= 0xDC00 && low < 0xE000) {
        *at += 6;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else if (unit >= 0xD800 && unit < 0xE000) {
        unit = 0xFFFD;
    }
    return utf16_put_utf8(out, (unsigned long)unit);
}

static char *decode_string(const char *at, size_t length, char *out)
{
    static const char names[] = "nrtbf\"\\/", values[] = "\n\r\t\b\f\"\\/";
    const char *end = at + length;
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((escape ? escape : end) - at);
        memcpy(out, at, plain);
        out += plain;
        at += plain;
        if (!escape)
            break;
        const char *name = at + 1 < end ? memchr(names, at[1], sizeof names - 1) : NULL;
        if (name) {
            *out++ = values[name - names];
            at += 2;
        } else {
            out = put_unicode(&at, end, out);
        }
    }
    return out;
}

static char *decode_bytes(const char *at, size_t length, char *out)
{
    const char *end = at + length;
    while (at < end) {
        unsigned value = 0;
        bool has_digit = false;
        for (; at < end && *at >= '0' && *at <= '9'; at++, has_digit = true)
            value = value * 10 + (unsigned)(*at - '0');
        if (has_digit)
            *out++ = (char)value;
        else
            at++;
    }
    return out;
}

size_t wrapper_decode(const struct wrapper *wrapper, char *out)
{
    static const char systemd[] = "systemd[1]: ";
    char *at = out;
    if (wrapper->is_systemd) { /* whose words are no run's: told as journalctl tells it in text */
        memcpy(at, systemd, sizeof systemd - 1);
        at += sizeof systemd - 1;
    }
    for (size_t i = 0; i < wrapper->count; i++) {
        const struct wrapper_member *member = &wrapper->held[i];
        if (i > 0 && at > out && at[-1] != '\n')
            *at++ = '\n';
        if (member->kind == WRAPPER_STRING)
            at = decode_string(member->value, member->length, at);
        else if (member->kind == WRAPPER_BYTES)
            at = decode_bytes(member->value, member->length, at);
        else
            memcpy(at, member->value, member->length), at += member->length;
    }
    return (size_t)(at - out);
}
