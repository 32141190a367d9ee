/*
 * Stands in front of rooms of lib/log/ where they are built for the fuzz targets: a log is then
 * read through windows, and looked at backwards over a distance, of any size.
 */
#ifndef CHECK_CLAUDE_TESTS_LOG_LIMITS_H
#define CHECK_CLAUDE_TESTS_LOG_LIMITS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

extern size_t log_limit_window;
extern uint64_t log_limit_tail;

#define LOG_WINDOW log_limit_window
#define TAIL_MAX   log_limit_tail

/* memory of just that size, so that a sanitizer sees a byte too far */
#define aligned_alloc(alignment, size) malloc(size)

#endif
