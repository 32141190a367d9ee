#include "search/filter.h"

#ifdef FILTER_VECTORS

#include <immintrin.h>

#define FIND        filter_find_avx2
#define USE         __attribute__((target("avx2")))
#define vector      __m256i
#define LOAD(bytes) _mm256_loadu_si256((const __m256i *)(const void *)(bytes))
#define TWICE(bytes)                                                                               \
    _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(bytes)))
#define EACH(byte)     _mm256_set1_epi8(byte)
#define LOOK(table, v) _mm256_shuffle_epi8(table, v)
#define AND(v, w)      _mm256_and_si256(v, w)
#define OR(v, w)       _mm256_or_si256(v, w)
#define HIGH(v)        _mm256_srli_epi16(v, 4)
#define STORE(to, v)   _mm256_storeu_si256((__m256i *)(void *)(to), v)
#define SOME(v)        (unsigned)~_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_setzero_si256()))
#include "search/find_vector.h"

#endif
