#include "search/filter.h"

#ifdef FILTER_VECTORS

#include <immintrin.h>

#define FIND           filter_find_avx512
#define USE            __attribute__((target("avx512bw")))
#define vector         __m512i
#define LOAD(bytes)    _mm512_loadu_si512((const void *)(bytes))
#define TWICE(bytes)   _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)(bytes)))
#define EACH(byte)     _mm512_set1_epi8(byte)
#define LOOK(table, v) _mm512_shuffle_epi8(table, v)
#define AND(v, w)      _mm512_and_si512(v, w)
#define OR(v, w)       _mm512_or_si512(v, w)
#define HIGH(v)        _mm512_srli_epi16(v, 4)
#define STORE(to, v)   _mm512_storeu_si512((void *)(to), v)
#define SOME(v)        _mm512_test_epi8_mask(v, v)
#include "search/find_vector.h"

#endif
