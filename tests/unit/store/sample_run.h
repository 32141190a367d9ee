/* What the tests of a run's records share: a place in a scratch directory, and runs to record. */
#ifndef CHECK_CLAUDE_TESTS_SAMPLE_RUN_H
#define CHECK_CLAUDE_TESTS_SAMPLE_RUN_H

#include "scratch.h"
#include "store/run_feed.h"

#include <stdio.h>

#define HOME_A "/home/a"
#define NOW_MS INT64_C(1795000000000)
#define NOW_NS (NOW_MS * 1000000)

static struct place place;

/* The place of an agent's state in state/, left and entered again for another home. */
static inline void at_home(const char *home)
{
    place_leave(&place);
    place_enter("state", home, true, &place);
    ck_assert_msg(place.stores[0].directory >= 0, "%s", text_get(&place.stores[0].trouble));
}

static inline void begin(void)
{
    scratch_enter();
    at_home(HOME_A);
}

static inline struct run_record run_of(enum run_recorded outcome, int64_t time_ns)
{
    struct run_record run = {.outcome = outcome, .time_ns = time_ns};
    snprintf(run.log, sizeof run.log, "/logs/%lld", (long long)time_ns);
    snprintf(run.words, sizeof run.words, "%s", outcome == RECORDED_GOOD ? "" : "status 403");
    return run;
}

static inline int feed(const struct run_record *run)
{
    return run_feed(&place, NOW_MS, 1000, run);
}

/* The letters of what is recorded: g r l b, '-' for none, '!' for what cannot be read. */
static inline char letter(int error, const struct run_record *run)
{
    return error == 0 ? "grlb"[run->outcome] : error == ENOENT ? '-' : '!';
}

static inline char known(enum run_record_kind kind)
{
    struct run_record run = {.time_ns = 77};
    int error = run_record_read(&place, kind, &run);
    ck_assert(error == 0 || run.time_ns == 77);
    return letter(error, &run);
}

#endif
