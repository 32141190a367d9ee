/* The filter with AVX2: 64 positions in one go, where the processor has it. */
#ifndef CHECK_CLAUDE_FIND_AVX2_H
#define CHECK_CLAUDE_FIND_AVX2_H

#include "search/filter.h"

#include <stdbool.h>

bool filter_has_avx2(void);
filter_find filter_find_avx2; /* only where filter_has_avx2() */

#endif
