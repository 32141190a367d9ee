/*
 * The two clocks. Everything that decides takes the time as a value, so only the plugins ask here;
 * the tests link tests/frozen_clock.c in its place.
 */
#ifndef CHECK_CLAUDE_CLOCK_H
#define CHECK_CLAUDE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since the epoch. False, and *ret_ms untouched, when the clock can't be read. */
bool clock_now(int64_t *ret_ms);

/* Microseconds on a clock that never steps; 0 when there is none (every wait then ends at once). */
int64_t clock_monotonic_us(void);

#endif
