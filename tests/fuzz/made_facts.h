/*
 * The facts of a log that is in memory, read through windows of a chosen size.
 */
#ifndef CHECK_CLAUDE_TESTS_MADE_FACTS_H
#define CHECK_CLAUDE_TESTS_MADE_FACTS_H

#include "log/log_search.h"

#include <stddef.h>
#include <stdint.h>

/* No made log is longer. */
#define WINDOW_WHOLE ((size_t)32768)
#define TAIL_WHOLE   ((uint64_t)1 << 20)

/* A made log; one at a time. */
void made_facts_log(const void *bytes, size_t length);

/* What log_search() says of it. */
void made_facts(const struct log_search *search, size_t window, uint64_t tail,
                struct log_facts *ret);

/* The set that all searches use. */
const struct marker_set *made_facts_markers(void);

#endif
