#include "search/filter.h"

#ifdef FILTER_VECTORS

#include <immintrin.h>

#define FIND           filter_find_ssse3
#define USE            __attribute__((target("ssse3")))
#define vector         __m128i
#define LOAD(bytes)    _mm_loadu_si128((const __m128i *)(const void *)(bytes))
#define TWICE(bytes)   LOAD(bytes)
#define EACH(byte)     _mm_set1_epi8(byte)
#define LOOK(table, v) _mm_shuffle_epi8(table, v)
#define AND(v, w)      _mm_and_si128(v, w)
#define OR(v, w)       _mm_or_si128(v, w)
#define HIGH(v)        _mm_srli_epi16(v, 4)
#define STORE(to, v)   _mm_storeu_si128((__m128i *)(void *)(to), v)
#define SOME(v)        (0xffffu & ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_setzero_si128())))
#include "search/find_vector.h"

#endif
