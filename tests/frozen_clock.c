/*
 * Linked in place of lib/clock.c: the time of day is what CHECK_CLAUDE_TEST_NOW says, in seconds,
 * so that a test can compare whole outputs. The monotonic clock goes on, for the deadlines; where
 * CHECK_CLAUDE_TEST_TICK is set, every look at it takes so many seconds besides, up to a minute in
 * all: else what waits until a time would find it past at each look, and write and write.
 */
#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

#define TICKS_US INT64_C(60000000)

bool clock_now(int64_t *ret_ms)
{
    const char *now = getenv("CHECK_CLAUDE_TEST_NOW");
    if (!now)
        return false;
    *ret_ms = (int64_t)(strtod(now, NULL) * 1000);
    return true;
}

int64_t clock_monotonic_us(void)
{
    static int64_t ticked;
    const char *tick = getenv("CHECK_CLAUDE_TEST_TICK");
    if (tick && ticked < TICKS_US)
        ticked += (int64_t)(strtod(tick, NULL) * 1000000);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 + ticked;
}
