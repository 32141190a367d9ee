/*
 * The order in which logs count as the last ones.
 */
#ifndef CHECK_CLAUDE_LOG_ORDER_H
#define CHECK_CLAUDE_LOG_ORDER_H

#include "log/log_list.h"

/*
 * For qsort() on entries: last modified first; of the same moment the later name first, in which
 * numbers count as such; those that are dated ahead behind all others.
 */
int log_order_by_age(const void *a, const void *b);

#endif
