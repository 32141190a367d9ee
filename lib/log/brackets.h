/*
 * Places in a log, looked for from its end to its start at the speed of memory.
 */
#ifndef CHECK_CLAUDE_LOG_SEEK_H
#define CHECK_CLAUDE_LOG_SEEK_H

#include "log/log_file.h"

#include <stdint.h>

/* Either of a pair, of which the two differ in one bit only. */
enum log_bracket { LOG_OPENING = '{', LOG_CLOSING = '}' };

/* The place behind the last closing bracket in [floor, end); floor when there is none. */
uint64_t log_behind_last_bracket(struct log_window *window, uint64_t end, uint64_t floor);

/* The last line that starts in [floor, end) and begins with such a bracket; UINT64_MAX for none. */
uint64_t log_last_line_with(struct log_window *window, enum log_bracket bracket, uint64_t end,
                            uint64_t floor);

/* The first one; `end` when there is none. */
uint64_t log_first_line_with(struct log_window *window, enum log_bracket bracket, uint64_t start,
                             uint64_t end);

/*
 * A place in [floor, end) from which on no "type" begins, quotes included, but for one that may
 * stand right there or lie over it. Only the nearest bytes are looked at, so that it may be far
 * from the last one: ask again from the start of its line.
 */
uint64_t log_no_type_from(struct log_window *window, uint64_t end, uint64_t floor);

#endif
