#include "system/progress.h"

#include "base/clock.h"
#include "plugin/output.h"
#include "suite.h"
#include "system/deadline.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The clock of this test: linked in place of lib/clock.c, it stands still until it is moved. */
static int64_t now_us = 1000000;

bool clock_now(int64_t *ret_ms)
{
    *ret_ms = now_us / 1000;
    return true;
}

int64_t clock_monotonic_us(void)
{
    return now_us;
}

static struct progress progress;
static int saved = -1, taken[2];

/* stdout becomes a pipe. */
static void begin(bool shown)
{
    ck_assert_int_eq(pipe(taken), 0);
    fflush(stdout);
    saved = dup(STDOUT_FILENO);
    dup2(taken[1], STDOUT_FILENO);
    close(taken[1]);
    fcntl(taken[0], F_SETFL, O_NONBLOCK);
    now_us = 1000000;
    progress_start(&progress, "check_it", shown);
}

/* What was written since the last time. */
static const char *written(void)
{
    static char bytes[4096];
    ssize_t n = read(taken[0], bytes, sizeof bytes - 1);
    bytes[n > 0 ? n : 0] = '\0';
    return bytes;
}

static void finish(void)
{
    deadline_erased();
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(taken[0]);
}

START_TEST(two_seconds_then_twice_a_second)
{
    begin(true);
    progress_count(&progress, 1, 50, "agents");
    now_us += 1999999;
    progress_count(&progress, 2, 50, "agents");
    ck_assert_str_eq(written(), "");
    now_us += 1;
    progress_count(&progress, 3, 50, "agents");
    ck_assert_str_eq(written(), "check_it: 3 of 50 agents");
    now_us += 499999;
    progress_count(&progress, 4, 50, "agents");
    ck_assert_str_eq(written(), "");
    now_us += 1;
    progress_count(&progress, 5, 50, "agents");
    ck_assert_str_eq(written(), "\r                        \rcheck_it: 5 of 50 agents");
    finish();
}
END_TEST

START_TEST(the_output_takes_its_place)
{
    begin(true);
    now_us += 2000000;
    progress_count(&progress, 1, 50, "agents");
    written();
    output_text("OK\n");
    ck_assert_str_eq(written(), "\r                        \rOK\n");
    output_text("OK\n");
    ck_assert_str_eq(written(), "OK\n");
    finish();
}
END_TEST

START_TEST(nothing_where_nobody_looks)
{
    begin(false);
    now_us += 60000000;
    progress_count(&progress, 1, 2, "agents");
    progress_bytes(&progress, 1, 2);
    ck_assert(progress_wait(&progress) == INT64_MAX);
    finish();
    ck_assert_str_eq(written(), "");
    progress_count(NULL, 1, 2, "agents");
    progress_bytes(NULL, 1, 2);
    progress_log(NULL, 1, 2);
    ck_assert(progress_wait(NULL) == INT64_MAX);
}
END_TEST

START_TEST(nothing_for_a_single_thing)
{
    begin(true);
    now_us += 3000000;
    progress_count(&progress, 0, 1, "agents");
    ck_assert_str_eq(written(), "");
    finish();
}
END_TEST

START_TEST(words_of_bytes)
{
    static const struct {
        uint64_t done, total;
        size_t log, logs;
        const char *want;
    } cases[] = {
        {3200000000, 10000000000, 1, 1, "check_it: 3.2 of 10.0 GB, 32 %"},
        {0, 10000000000, 1, 1, "check_it: 0.0 of 10.0 GB, 0 %"},
        {1, 1, 1, 1, "check_it: 0.0 of 0.0 MB, 100 %"},
        {0, 0, 1, 1, "check_it: 0.0 of 0.0 MB, 100 %"},
        {999900000, 999900000, 0, 0, "check_it: 999.9 of 999.9 MB, 100 %"},
        {9, 5000000, 1, 1, "check_it: 0.0 of 5.0 MB, 0 %"},
        {7000000, 5000000, 1, 1, "check_it: 5.0 of 5.0 MB, 100 %"},
        {UINT64_MAX / 2, UINT64_MAX, 1, 1, "check_it: 9223372036.8 of 18446744073.7 GB, 50 %"},
        {1000, 2000, 12, 3000, "check_it: log 12 of 3000"},
        {50000000, 200000000, 12, 3000, "check_it: log 12 of 3000, 50.0 of 200.0 MB, 25 %"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(true);
        now_us += 2000000;
        progress_log(&progress, cases[i].log, cases[i].logs);
        progress_bytes(&progress, cases[i].done, cases[i].total);
        const char *got = written();
        ck_assert_msg(strcmp(got, cases[i].want) == 0, "%s: got %s", cases[i].want, got);
        finish();
    }
}
END_TEST

START_TEST(a_step_that_does_not_say_how_far_it_is)
{
    begin(true);
    deadline_step("running claude --version");
    ck_assert(progress_wait(&progress) == 3000000); /* two seconds from its start */
    ck_assert_str_eq(written(), "");
    now_us = 4600000;
    ck_assert(progress_wait(&progress) == 5100000);
    ck_assert_str_eq(written(), "check_it: running claude --version, 3 s");
    finish();
}
END_TEST

START_TEST(a_line_is_never_longer_than_it_may_be)
{
    begin(true);
    now_us += 2000000;
    char step[300];
    memset(step, 'x', sizeof step - 1);
    step[sizeof step - 1] = '\0';
    deadline_step(step);
    progress_wait(&progress);
    ck_assert_uint_eq(strlen(written()), PROGRESS_COLUMNS);
    ck_assert_uint_eq(strlen(deadline_erased()), PROGRESS_COLUMNS + 2);
    finish();
    deadline_step("testing");
}
END_TEST

SUITE_MAIN("progress", two_seconds_then_twice_a_second, the_output_takes_its_place,
           nothing_where_nobody_looks, nothing_for_a_single_thing, words_of_bytes,
           a_step_that_does_not_say_how_far_it_is, a_line_is_never_longer_than_it_may_be)
