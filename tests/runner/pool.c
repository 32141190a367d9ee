#include "pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pool_block {
    struct pool_block *next;
    max_align_t data[];
};

void *pool_get(struct pool *pool, size_t size)
{
    struct pool_block *block = calloc(1, sizeof *block + size);
    if (!block)
        abort();
    block->next = pool->blocks;
    pool->blocks = block;
    return block->data;
}

char *pool_text(struct pool *pool, const char *text, size_t length)
{
    char *copy = pool_get(pool, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *pool_print(struct pool *pool, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *printed = NULL;
    int length = vasprintf(&printed, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    char *copy = pool_text(pool, printed, (size_t)length);
    free(printed);
    return copy;
}

void pool_free(struct pool *pool)
{
    while (pool->blocks) {
        struct pool_block *block = pool->blocks;
        pool->blocks = block->next;
        free(block);
    }
}

void *pool_grow(struct pool *pool, void *items, size_t count, size_t size)
{
    if (count & (count - 1)) // room for the next power of two is there
        return items;
    void *more = pool_get(pool, (count ? 2 * count : 1) * size);
    if (count)
        memcpy(more, items, count * size);
    return more;
}

struct bytes pool_stream(struct pool *pool, void *stream, char **data, size_t *size)
{
    if (fclose(stream) != 0)
        abort();
    struct bytes copy = {pool_text(pool, *data, *size), *size};
    free(*data);
    return copy;
}

/* The value of an escape at *TEXT, which is moved to its last character; -1 where there is none. */
static int escaped(const char **text)
{
    static const char letters[] = "ntrfb\\\"", values[] = "\n\t\r\f\b\\\"";
    const char *at = *text + 1, *letter = *at ? strchr(letters, *at) : NULL;
    int value = 0, digits = 0;
    if (letter) {
        *text = at;
        return (unsigned char)values[letter - letters];
    }
    int base = *at == 'x' ? 16 : 8, most = *at == 'x' ? 2 : 3;
    at += base == 16;
    for (; digits < most; digits++, at++) {
        char digit[2] = {*at, '\0'}, *end;
        long number = strtol(digit, &end, base);
        if (*at == '-' || *at == '+' || *at == ' ' || end == digit)
            break;
        value = value * base + (int)number;
    }
    if (digits == 0)
        return -1;
    *text = at - 1;
    return value & 0xff;
}

struct bytes pool_unescape(struct pool *pool, const char *text)
{
    struct bytes bytes = {pool_get(pool, strlen(text) + 1), 0};
    for (; *text; text++) {
        int value = *text == '\\' ? escaped(&text) : -1;
        bytes.data[bytes.size++] = value >= 0 ? (char)value : *text;
    }
    return bytes;
}
