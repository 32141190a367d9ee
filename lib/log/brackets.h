/*
 * Places in a log, looked for from its end to its start at the speed of memory.
 */
#ifndef CHECK_CLAUDE_LOG_SEEK_H
#define CHECK_CLAUDE_LOG_SEEK_H

#include "log/log_file.h"

#include <limits.h>
#include <stdbool.h>
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

/* Kinds of events, a bit for each enum json_event_kind; or all that have a type, of whatever kind.
 */
#define LOG_KIND(kind) (1u << (kind))
#define LOG_ANY_KIND   UINT_MAX

/*
 * A place in [floor, end) from which on no "type" begins, quotes included, of an event of one of
 * these kinds, but for one that may stand right there or lie over it. Only the nearest bytes are
 * looked at, so that it may be far from the last one: ask again from the start of its line.
 */
uint64_t log_no_type_from(struct log_window *window, uint64_t end, uint64_t floor, unsigned kinds);

/* False where no "type" of an event of one of these kinds stands in [start, end). */
bool log_may_have_type(struct log_window *window, uint64_t start, uint64_t end, unsigned kinds);

#endif
