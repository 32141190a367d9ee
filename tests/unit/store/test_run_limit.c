#include "store/run_limit.h"
#include "store/store_lock.h"

#include "sample_run.h"

#include <sys/wait.h>

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define HOLD   (30 * MINUTE)

/* All times in ms from NOW_MS; 0 in `resets` and `tried` stands for none. */
START_TEST(holds_until_the_reset_or_for_a_while)
{
    static const struct {
        enum run_recorded outcome;
        int64_t met, resets, tried;
        enum run_hold want;
        int64_t until;
    } rows[] = {
        {RECORDED_GOOD, -1, 9, 0, RUN_FREE, 0},
        {RECORDED_REFUSED, -1, 9, 0, RUN_FREE, 0},
        {RECORDED_LIMITED, -HOUR, 1, 0, RUN_HELD, 1},
        {RECORDED_LIMITED, -HOUR, -1, 0, RUN_FREE, 0},
        {RECORDED_LIMITED, -9 * DAY, DAY, 0, RUN_HELD, DAY},
        {RECORDED_LIMITED, -HOUR, 31 * DAY, 0, RUN_HELD, 31 * DAY},
        {RECORDED_LIMITED, -HOUR, 32 * DAY, 0, RUN_ONE_TRY, 0}, /* no limit is as long */
        {RECORDED_LIMITED, -MINUTE, 365 * DAY, 0, RUN_HELD, HOLD - MINUTE},
        {RECORDED_LIMITED, -HOUR, -2 * HOUR, 0, RUN_ONE_TRY, 0},    /* before the run */
        {RECORDED_LIMITED, -MINUTE, 0, 0, RUN_HELD, HOLD - MINUTE}, /* its end is not known */
        {RECORDED_LIMITED, -HOLD + 1, 0, 0, RUN_HELD, 1},
        {RECORDED_LIMITED, -HOLD, 0, 0, RUN_ONE_TRY, 0},
        {RECORDED_LIMITED, -HOUR, 0, -MINUTE, RUN_HELD, HOLD - MINUTE},
        {RECORDED_LIMITED, -HOUR, 0, -HOLD, RUN_ONE_TRY, 0},
        {RECORDED_BILLING, -MINUTE, 0, 0, RUN_HELD, HOLD - MINUTE},
        {RECORDED_BILLING, -HOUR, 9, 0, RUN_ONE_TRY, 0},
        {RECORDED_LIMITED, MINUTE / 2, 0, 0, RUN_HELD, HOLD + MINUTE / 2}, /* two clocks */
        /* the clock was set back by a day, or a year ahead when it was written */
        {RECORDED_LIMITED, DAY, DAY + HOUR, 0, RUN_ONE_TRY, 0},
        {RECORDED_LIMITED, 365 * DAY, 365 * DAY + HOUR, 0, RUN_ONE_TRY, 0},
        {RECORDED_LIMITED, 365 * DAY, 0, -MINUTE, RUN_HELD, HOLD - MINUTE},
        {RECORDED_LIMITED, -HOUR, 0, 365 * DAY, RUN_ONE_TRY, 0},
        /* it is a year ahead now */
        {RECORDED_LIMITED, -365 * DAY, -365 * DAY + HOUR, 0, RUN_FREE, 0},
        {RECORDED_LIMITED, INT64_MIN / 1000000 - NOW_MS, 0, 0, RUN_ONE_TRY, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct run_record run = {.outcome = rows[i].outcome,
                                       .time_ns = (NOW_MS + rows[i].met) * 1000000,
                                       .resets_at = rows[i].resets ? NOW_MS + rows[i].resets : 0,
                                       .tried_at = rows[i].tried ? NOW_MS + rows[i].tried : 0};
        int64_t until = 0;
        const enum run_hold hold = run_limit_hold(&run, NOW_MS, HOLD, &until);
        ck_assert_msg(hold == rows[i].want, "row %zu: %d", i, (int)hold);
        if (hold == RUN_HELD)
            ck_assert_msg(until == NOW_MS + rows[i].until, "row %zu: %lld", i,
                          (long long)(until - NOW_MS));
    }
}
END_TEST

static bool ask(uint64_t account, int64_t now)
{
    bool granted = true;
    ck_assert_int_eq(run_limit_try(&place, account, now, HOLD, 10000, &granted), 0);
    return granted;
}

static void limit(uint64_t account, int64_t when, int64_t resets)
{
    struct run_record run = run_of(RECORDED_LIMITED, (NOW_MS + when) * 1000000);
    run.account = account;
    run.resets_at = resets;
    ck_assert_int_eq(feed(&run), 0);
}

START_TEST(one_try_in_each_hold)
{
    begin();
    ck_assert(ask(0, NOW_MS)); /* nothing is recorded */
    ck_assert_int_eq(scratch_count("state"), 0);
    limit(0, -HOUR, 0);
    ck_assert(ask(0, NOW_MS) && !ask(0, NOW_MS) && !ask(0, NOW_MS + HOLD - 1));
    ck_assert(ask(0, NOW_MS + HOLD) && !ask(0, NOW_MS + HOLD));
    ck_assert(ask(0, NOW_MS) && !ask(0, NOW_MS)); /* set back: the last try is still to come */
    limit(0, -MINUTE, 0);
    ck_assert(!ask(0, NOW_MS));
    limit(0, 0, NOW_MS + HOUR);
    ck_assert(!ask(0, NOW_MS + HOUR - 1) && ask(0, NOW_MS + HOUR) && ask(0, NOW_MS + HOUR));
    const struct run_record good = run_of(RECORDED_GOOD, NOW_NS + 1);
    ck_assert_int_eq(feed(&good), 0);
    ck_assert(ask(0, NOW_MS) && ask(0, NOW_MS));
    place_leave(&place);
}
END_TEST

START_TEST(agents_of_an_account_have_one_try_together)
{
    begin();
    limit(5, -HOUR, 0);
    at_home("/home/b");
    ck_assert(ask(6, NOW_MS) && ask(0, NOW_MS)); /* another account, or none that is known */
    ck_assert(ask(5, NOW_MS) && !ask(5, NOW_MS));
    at_home(HOME_A);
    ck_assert(!ask(5, NOW_MS));
    ck_assert(ask(6, NOW_MS)); /* someone has logged in as another account */
    ck_assert(ask(5, NOW_MS + HOLD));
    at_home("/home/b");
    ck_assert(!ask(5, NOW_MS + HOLD));
    struct run_record good = run_of(RECORDED_GOOD, NOW_NS + 1);
    good.account = 5;
    ck_assert_int_eq(feed(&good), 0);
    at_home(HOME_A);
    ck_assert(ask(5, NOW_MS) && ask(5, NOW_MS));
    place_leave(&place);
}
END_TEST

/* Of many who ask at once one is let through. */
START_TEST(two_at_once_do_not_both_try)
{
    int granted = 0, ended = 0;
    begin();
    limit(5, -HOUR, 0);
    place_leave(&place);
    for (int i = 0; i < 40; i++) {
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            struct place own;
            bool is_granted = false;
            place_enter("state", i % 2 ? HOME_A : "/home/b", true, &own);
            int error = run_limit_try(&own, 5, NOW_MS, HOLD, 30000, &is_granted);
            _exit(error != 0 ? 2 : is_granted);
        }
    }
    for (int status; wait(&status) > 0; ended++) {
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) < 2);
        granted += WEXITSTATUS(status);
    }
    ck_assert_int_eq(ended, 40);
    ck_assert_int_eq(granted, 1);
}
END_TEST

/* What cannot be recorded, or read, is granted to nobody. */
START_TEST(a_failure_grants_nothing)
{
    bool granted = true;
    begin();
    limit(0, -HOUR, 0);
    if (!scratch_no_descriptors())
        return;
    ck_assert_int_eq(run_limit_try(&place, 0, NOW_MS, HOLD, 10, &granted), EMFILE);
    ck_assert(!granted);
    scratch_descriptors_again();
    struct store other;
    granted = true;
    store_open("state", geteuid(), false, &other);
    ck_assert_int_eq(store_lock(&other, 0), 0);
    ck_assert_int_eq(run_limit_try(&place, 0, NOW_MS, HOLD, 5, &granted), EBUSY);
    ck_assert(!granted);
    store_close(&other);
    ck_assert(ask(0, NOW_MS));
    place_leave(&place);
}
END_TEST

SUITE_MAIN("run_limit", holds_until_the_reset_or_for_a_while, one_try_in_each_hold,
           agents_of_an_account_have_one_try_together, two_at_once_do_not_both_try,
           a_failure_grants_nothing)
