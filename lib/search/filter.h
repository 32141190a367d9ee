/*
 * The filter of the search: which positions of a text may be the place of a marker's key. A key is
 * a run of up to FILTER_KEY bytes of a marker. Keys are spread over eight buckets, a bit each, so
 * that one byte of a table says for all buckets at once whether a byte of text suits a place of
 * their keys. Positions where all places agree are candidates. May find too many, never too few.
 *
 * The same loop is there for registers of three widths (find_vector.h), and one in plain C.
 */
#ifndef CHECK_CLAUDE_FILTER_H
#define CHECK_CLAUDE_FILTER_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) && defined(__x86_64__)
#define FILTER_VECTORS /* find_ssse3.c, find_avx2.c, find_avx512.c hold functions */
#endif

#define FILTER_KEY     5
#define FILTER_BRIEF   3 /* bytes of the keys of some buckets */
#define FILTER_HIGH_AT 1 /* the place of which the vector loops look at the high nibble too */
#define FILTER_BUCKETS 8
#define FILTER_AHEAD   (FILTER_KEY - 1)
#define FILTER_BATCH   256

struct filter {
    unsigned char low[FILTER_KEY][16]; /* buckets by low nibble, place by place */
    unsigned char high[16];            /* buckets by high nibble, at FILTER_HIGH_AT */
    unsigned char brief;               /* buckets of which FILTER_BRIEF places count */
    uint64_t refuse[256];              /* byte N: the buckets that refuse it at place N */
};

struct candidates {
    size_t count;
    size_t position[FILTER_BATCH];
    unsigned char buckets[FILTER_BATCH];
};

/*
 * Set `found` to the candidates of the wanted buckets at text[from] to text[to - 1], and return the
 * first position not looked at: more than `from`, less than `to` when found is full. It may be more
 * than `to`, with candidates of there. Reads text[from] to text[length - 1]; length is at least
 * to + FILTER_AHEAD.
 */
typedef size_t filter_find(const struct filter *filter, unsigned wanted, const unsigned char *text,
                           size_t length, size_t from, size_t to, struct candidates *found);

/* In plain C for any processor and any key; the others where the processor has the instructions:
 * 32, 64 and 128 positions in one go. */
filter_find filter_find_plain;
#ifdef FILTER_VECTORS
filter_find filter_find_ssse3, filter_find_avx2, filter_find_avx512;
#endif

#endif
