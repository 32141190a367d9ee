/*
 * The filter with AVX2: 64 positions in one go. The low nibble of a byte of text picks, in one
 * instruction for 32 bytes, the buckets that accept it at a place of their keys; five places are
 * combined, and at one of them the high nibble too.
 *
 * What it bought, search alone with all built-in markers, one core of an x86-64 server at 2.6 GHz:
 * ordinary text 15 GB/s, where marker_plain.c makes 2.2; near misses 3.4, where it makes 0.8.
 * read(2) from the page cache makes 9 to 12 there: only with this the search is not the slower
 * half.
 */
#include "search/marker_set.h"

#if defined(__GNUC__) && defined(__x86_64__)

#include <immintrin.h>

#define AVX2        __attribute__((target("avx2")))
#define AVX2_INLINE __attribute__((target("avx2"), always_inline)) static inline
#define AHEAD       (MARKER_WINDOW - 1)

struct tables {
    __m256i low[MARKER_WINDOW];
    __m256i high;
    __m256i nibble;
    __m256i brief;
};

bool marker_avx2_usable(void)
{
    return __builtin_cpu_supports("avx2");
}

AVX2_INLINE __m256i twice(const unsigned char table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

AVX2_INLINE __m256i load(const unsigned char *text)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)text);
}

/* The buckets that accept the byte at each of 32 positions, by its low nibble; none for bytes from
 * 0x80 on. */
AVX2_INLINE __m256i low(__m256i table, const unsigned char *text)
{
    return _mm256_shuffle_epi8(table, load(text));
}

/* The buckets whose key may start at each of 32 positions. */
AVX2_INLINE __m256i keys(const struct tables *tables, const unsigned char *text)
{
    __m256i one = load(text + MARKER_HIGH_AT);
    __m256i upper;
    __m256i front;
    __m256i back;

    __asm__("" : "+x"(one)); /* or else it is loaded twice, and loads are what this waits for */
    upper = _mm256_and_si256(_mm256_srli_epi16(one, 4), tables->nibble);
    front = _mm256_and_si256(
        _mm256_and_si256(low(tables->low[0], text), _mm256_shuffle_epi8(tables->low[1], one)),
        _mm256_and_si256(low(tables->low[2], text + 2), _mm256_shuffle_epi8(tables->high, upper)));
    back = _mm256_and_si256(low(tables->low[3], text + 3), low(tables->low[4], text + 4));
    return _mm256_and_si256(front, _mm256_or_si256(back, tables->brief));
}

/* Add the candidates of a block's two halves to the `count` that there are. The new count. */
AVX2_INLINE size_t note(__m256i left, __m256i right, size_t at, size_t count,
                        struct marker_candidates *found)
{
    const __m256i zero = _mm256_setzero_si256();
    uint64_t none = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(right, zero));
    unsigned char buckets[MARKER_BLOCK];

    none = none << 32 | (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(left, zero));
    _mm256_storeu_si256((__m256i *)(void *)buckets, left);
    _mm256_storeu_si256((__m256i *)(void *)(buckets + MARKER_BLOCK / 2), right);
    for (uint64_t some = ~none; some != 0; some &= some - 1) {
        unsigned i = (unsigned)__builtin_ctzll(some);

        found->position[count] = at + i;
        found->buckets[count++] = buckets[i];
    }
    return count;
}

_Static_assert(MARKER_WINDOW == 5 && MARKER_SHORT == 3 && MARKER_HIGH_AT == 1,
               "keys() is written out for these");

AVX2 size_t marker_find_avx2(const struct marker_filter *filter, unsigned wanted,
                             const unsigned char *text, size_t length, size_t from, size_t to,
                             struct marker_candidates *found)
{
    struct tables tables = {
        .high = twice(filter->high),
        .nibble = _mm256_set1_epi8(0x0f),
        .brief = _mm256_set1_epi8(1 << MARKER_BRIEF_BUCKET),
    };
    size_t count = found->count;
    size_t at = from;

    for (size_t i = 0; i < MARKER_WINDOW; i++)
        tables.low[i] = twice(filter->low[i]);
    tables.low[0] = _mm256_and_si256(tables.low[0], _mm256_set1_epi8((char)wanted));
    while (to - at >= MARKER_BLOCK && length - at >= MARKER_BLOCK + AHEAD &&
           count <= MARKER_BATCH_MAX - MARKER_BLOCK) {
        __m256i left = keys(&tables, text + at);
        __m256i right = keys(&tables, text + at + MARKER_BLOCK / 2);
        __m256i both = _mm256_or_si256(left, right);

        if (!_mm256_testz_si256(both, both))
            count = note(left, right, at, count, found);
        at += MARKER_BLOCK;
    }
    found->count = count;
    return marker_find_plain(filter, wanted, text, length, at, to, found);
}

#else

bool marker_avx2_usable(void)
{
    return false;
}

size_t marker_find_avx2(const struct marker_filter *filter, unsigned wanted,
                        const unsigned char *text, size_t length, size_t from, size_t to,
                        struct marker_candidates *found)
{
    return marker_find_plain(filter, wanted, text, length, from, to, found);
}

#endif
