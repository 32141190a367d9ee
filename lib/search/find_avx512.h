/* The filter with AVX-512 (BW): 128 positions in one go, where the processor has it. */
#ifndef CHECK_CLAUDE_FIND_AVX512_H
#define CHECK_CLAUDE_FIND_AVX512_H

#include "search/filter.h"

#include <stdbool.h>

bool filter_has_avx512(void);
filter_find filter_find_avx512; /* only where filter_has_avx512() */

#endif
