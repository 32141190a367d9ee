/*
 * Lines that begin with a message of the CLI, whatever a wrapper puts before it.
 */
#ifndef CHECK_CLAUDE_LOG_MESSAGE_H
#define CHECK_CLAUDE_LOG_MESSAGE_H

#include "search/marker.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The message that the line bytes[0..length) begins with, behind colours, [anything], dates and
 * times; behind "API Error:" it may be further on. Words of the plain search are a message only
 * with the CLI's dot, or nothing, behind them: prose begins with "Invalid API key" too. False when
 * it begins with none; then *ret_prefix (of a wrapper's bytes) and *ret_hit (counted from behind
 * it) are untouched.
 */
bool log_message_at_start(const struct marker_set *markers, const unsigned char *bytes,
                          size_t length, size_t *ret_prefix, struct marker_hit *ret_hit);

/*
 * The last moment of the day in "Warning: this sign-in can end at any time from now until
 * 2026-11-24." (from 2.1.316), in milliseconds since the epoch; 0 when there is none.
 */
int64_t log_message_until(const char *message);

#endif
