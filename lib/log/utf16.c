#include "log/utf16.h"

#define REPLACEMENT 0xFFFDu
#define MARK        0xFEFFu

char *utf16_put_utf8(char *out, unsigned long c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    *out++ = (char)((0xFF00u >> (more + 1) & 0xFFu) | c >> 6 * more);
    while (more-- > 0)
        *out++ = (char)(0x80u | (c >> 6 * more & 0x3Fu));
    return out;
}

static char *take_unit(struct utf16 *u, unsigned unit, char *out)
{
    if (u->surrogate != 0) {
        unsigned high = u->surrogate;
        u->surrogate = 0;
        if (unit >= 0xDC00 && unit < 0xE000)
            return utf16_put_utf8(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
        out = utf16_put_utf8(out, REPLACEMENT);
    }
    if (unit >= 0xD800 && unit < 0xDC00) {
        u->surrogate = unit;
        return out;
    }
    if (unit == MARK)
        return out;
    return utf16_put_utf8(out, unit >= 0xDC00 && unit < 0xE000 ? REPLACEMENT : unit);
}

size_t utf16_convert(struct utf16 *u, const char *bytes, size_t length, char *out)
{
    const unsigned char *at = (const unsigned char *)bytes, *end = at + length;
    char *const start = out;
    if (u->has_half && at < end) {
        unsigned other = *at++;
        u->has_half = false;
        out = take_unit(u, u->is_big_endian ? (unsigned)u->half << 8 | other : other << 8 | u->half,
                        out);
    }
    const int high = u->is_big_endian ? 0 : 1;
    for (; end - at >= 2; at += 2) {
        if (at[high] == 0 && at[!high] < 0x80 && u->surrogate == 0)
            *out++ = (char)at[!high];
        else
            out = take_unit(u, (unsigned)at[high] << 8 | at[!high], out);
    }
    if (at < end) {
        u->half = *at;
        u->has_half = true;
    }
    return (size_t)(out - start);
}
