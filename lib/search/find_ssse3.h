/* The filter with SSSE3: 32 positions in one go, where the processor has it. */
#ifndef CHECK_CLAUDE_FIND_SSSE3_H
#define CHECK_CLAUDE_FIND_SSSE3_H

#include "search/filter.h"

#include <stdbool.h>

bool filter_has_ssse3(void);
filter_find filter_find_ssse3; /* only where filter_has_ssse3() */

#endif
