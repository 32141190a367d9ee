/*
 * UTF-16 as PowerShell writes it, made UTF-8 in pieces.
 */
#ifndef CHECK_CLAUDE_LOG_UTF16_H
#define CHECK_CLAUDE_LOG_UTF16_H

#include <stdbool.h>
#include <stddef.h>

struct utf16 {
    bool is_big_endian;
    bool has_half; /* the first byte of a unit was the last one of a piece */
    unsigned char half;
    unsigned surrogate; /* the first half of a pair, 0 for none */
};

/* The most that a piece of `length` bytes gives. */
#define UTF16_ROOM(length) (3 * ((length) / 2 + 2))

/*
 * Convert the next piece into `out`, which has UTF16_ROOM(length) bytes. Half a pair becomes
 * U+FFFD; a byte order mark nothing. Returns how many bytes that gives.
 */
size_t utf16_convert(struct utf16 *utf16, const char *bytes, size_t length, char *out);

/* Put a character as UTF-8, up to four bytes. Returns where it ends. */
char *utf16_put_utf8(char *out, unsigned long character);

#endif
