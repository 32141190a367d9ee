/* The filter in plain C, for any processor and any key. */
#ifndef CHECK_CLAUDE_FIND_PLAIN_H
#define CHECK_CLAUDE_FIND_PLAIN_H

#include "search/filter.h"

filter_find filter_find_plain;

#endif
