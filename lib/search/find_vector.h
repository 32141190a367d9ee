/*
 * The filter's loop for one width of registers; a file that includes this defines before
 *
 *     FIND            the function's name
 *     USE             the attribute that lets it use the instructions
 *     vector          the type of a register
 *     LOAD(bytes)     a register full of bytes
 *     TWICE(bytes)    16 bytes, again and again
 *     EACH(byte)      a byte, again and again
 *     LOOK(table, v)  of each 16 bytes of the table those that the low nibbles of v say; 0 for
 * bytes from 0x80 on AND(v, w), OR(v, w), HIGH(v): the high nibble of each byte STORE(bytes, v)
 *     SOME(v)         the bytes that are not 0
 *
 * Two registers are looked at in one go. Five places of a key are combined by their low nibbles,
 * and at one of them by the high nibble too.
 */
#include "search/filter.h"

#define WIDTH  sizeof(vector)
#define INLINE USE __attribute__((always_inline)) static inline

struct tables {
    vector low[FILTER_KEY], high, nibble, brief;
};

_Static_assert(FILTER_KEY == 5 && FILTER_BRIEF == 3 && FILTER_HIGH_AT == 1,
               "keys_at() is written out for these");

/* The buckets whose key may start at each position. */
INLINE vector keys_at(const struct tables *tables, const unsigned char *text)
{
    vector second = LOAD(text + 1);
    __asm__("" : "+x"(second)); /* or else it is loaded twice, and loads are what this waits for */
    vector front = AND(AND(LOOK(tables->low[0], LOAD(text)), LOOK(tables->low[1], second)),
                       AND(LOOK(tables->low[2], LOAD(text + 2)),
                           LOOK(tables->high, AND(HIGH(second), tables->nibble))));
    vector back = AND(LOOK(tables->low[3], LOAD(text + 3)), LOOK(tables->low[4], LOAD(text + 4)));
    return AND(front, OR(back, tables->brief));
}

/* Add the candidates of one register to the `count` that there are. Returns the new count. */
INLINE size_t note(vector keys, size_t at, size_t count, struct candidates *found)
{
    unsigned char buckets[WIDTH];
    STORE(buckets, keys);
    for (uint64_t some = SOME(keys); some != 0; some &= some - 1) {
        unsigned i = (unsigned)__builtin_ctzll(some);
        found->position[count] = at + i;
        found->buckets[count++] = buckets[i];
    }
    return count;
}

USE size_t FIND(const struct filter *filter, unsigned wanted, const unsigned char *text,
                size_t length, size_t from, size_t to, struct candidates *found)
{
    struct tables tables = {
        .high = TWICE(filter->high), .nibble = EACH(0x0f), .brief = EACH((char)filter->brief)};
    for (size_t i = 0; i < FILTER_KEY; i++)
        tables.low[i] = TWICE(filter->low[i]);
    tables.low[0] = AND(tables.low[0], EACH((char)wanted));
    size_t count = 0, at = from;
    while (at < to && length - at >= 2 * WIDTH + FILTER_AHEAD &&
           count <= FILTER_BATCH - 2 * WIDTH) {
        vector left = keys_at(&tables, text + at), right = keys_at(&tables, text + at + WIDTH);
        if (SOME(OR(left, right)) != 0)
            count = note(right, at + WIDTH, note(left, at, count, found), found);
        at += 2 * WIDTH;
    }
    if (at == from) /* too little for registers is left */
        return filter_find_plain(filter, wanted, text, length, from, to, found);
    found->count = count;
    return at;
}
