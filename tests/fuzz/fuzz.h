/*
 * What the fuzz targets share. A target is tests/fuzz/NAME.c with one function, called with input
 * after input; what must hold is said with MUST, and an input that breaks it is a finding like a
 * crash. The same function runs under libFuzzer, AFL++ and tests/fuzz/replay.c.
 *
 *     int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *     {
 *         struct input input = {data, size};
 *         ...
 *         return 0;
 *     }
 */
#ifndef CHECK_CLAUDE_TESTS_FUZZ_H
#define CHECK_CLAUDE_TESTS_FUZZ_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition, ...)                                                                       \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: must hold: %s: ", __FILE__, __LINE__, #condition);             \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fputc('\n', stderr);                                                                   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* What is left of an input. Taking more than there is gives zeros. */
struct input {
    const uint8_t *at;
    size_t left;
};

static inline uint8_t input_byte(struct input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

/* A number below `limit`, which is not 0. */
static inline size_t input_below(struct input *input, size_t limit)
{
    size_t value = input_byte(input);
    if (limit > 256)
        value = value << 8 | input_byte(input);
    return value % limit;
}

static inline int64_t input_int64(struct input *input)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | input_byte(input);
    return (int64_t)value;
}

/* A copy of `length` bytes in memory of just that size and a NUL, to be freed. */
static inline char *input_copy(const void *bytes, size_t length)
{
    char *copy = malloc(length + 1);
    if (!copy)
        abort();
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

/* The bytes up to the next line feed, which is taken too, as a string to be freed. Ends at a NUL.
 */
static inline char *input_line(struct input *input)
{
    const uint8_t *feed = input->left > 0 ? memchr(input->at, '\n', input->left) : NULL;
    size_t length = feed ? (size_t)(feed - input->at) : input->left;
    char *line = input_copy(input->at, length);
    length += feed != NULL;
    input->at += length;
    input->left -= length;
    return line;
}

/* UTF-8 as RFC 3629 has it, by decoding and looking at the number. */
static inline bool is_utf8(const char *bytes, size_t length)
{
    const unsigned char *at = (const unsigned char *)bytes, *end = at + length;
    while (at < end) {
        unsigned first = *at++, more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
        if ((first >= 0x80 && first < 0xC0) || first >= 0xF8)
            return false;
        uint32_t value = first & (more == 0 ? 0x7Fu : 0x3Fu >> more);
        for (unsigned i = 0; i < more; i++) {
            if (at == end || (*at & 0xC0) != 0x80)
                return false;
            value = value << 6 | (*at++ & 0x3Fu);
        }
        if (value < least[more] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
            return false;
    }
    return true;
}

/* One line for a person: valid UTF-8 without control characters. */
static inline void must_be_a_line(const char *line)
{
    MUST(is_utf8(line, strlen(line)), "[%s]", line);
    for (const unsigned char *at = (const unsigned char *)line; *at; at++)
        MUST(*at >= 0x20 && *at != 0x7F, "control character in [%s]", line);
}

#endif
