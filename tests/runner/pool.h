/*
 * Memory that lives as long as a file of cases or one case, and is given back at once. Nothing here
 * fails: a test program that has no memory left ends (abort()).
 */
#ifndef RUNNER_POOL_H
#define RUNNER_POOL_H

#include <stddef.h>

struct pool {
    struct pool_block *blocks;
};

/* Text that may hold any byte. data[size] is NUL besides. */
struct bytes {
    char *data;
    size_t size;
};

void *pool_get(struct pool *pool, size_t size);
char *pool_text(struct pool *pool, const char *text, size_t length);
__attribute__((format(printf, 2, 3))) char *pool_print(struct pool *pool, const char *format, ...);
void pool_free(struct pool *pool);

/* A list in POOL grown by one: ITEMS (COUNT of them, SIZE bytes each), or a copy of it with more
 * room. */
void *pool_grow(struct pool *pool, void *items, size_t count, size_t size);

/* A copy of all that was printed into a stream of open_memstream(); closes STREAM and frees *DATA.
 */
struct bytes pool_stream(struct pool *pool, void *stream, char **data, size_t *size);

/* The bytes of C's escapes in TEXT: \n \t \r \f \b \\ \" \xHH and octal ones. What is none stays.
 */
struct bytes pool_unescape(struct pool *pool, const char *text);

#endif
