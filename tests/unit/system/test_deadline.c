#include "system/deadline.h"

#include "suite.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SURVIVED 77

static char out[4096];

/* Run body(argument) in a child whose stdout is caught in `out`; returns its wait status. */
static int in_child(void (*body)(int), int argument)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        body(argument);
        _exit(SURVIVED);
    }
    close(ends[1]);
    size_t length = 0;
    for (ssize_t n; (n = read(ends[0], out + length, sizeof out - 1 - length)) > 0;)
        length += (size_t)n;
    out[length] = '\0';
    close(ends[0]);
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

static void check_ended(int status, const char *what, const char *says)
{
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 3, "%s: status %x", what, status);
    ck_assert_msg(!WCOREDUMP(status), "%s", what);
    ck_assert_msg(strncmp(out, "THE SERVICE UNKNOWN - ", 22) == 0, "%s: %s", what, out);
    ck_assert_msg(strchr(out, '\n') == out + strlen(out) - 1, "%s: not one line: %s", what, out);
    ck_assert_msg(strstr(out, says), "%s: %s", what, out);
}

static void begin(void)
{
    deadline_guard("THE SERVICE");
    deadline_step("testing");
}

static void raise_it(int signal)
{
    begin();
    raise(signal);
}

START_TEST(a_signal_is_one_unknown_line)
{
    static const int signals[] = {SIGTERM, SIGINT,  SIGHUP,  SIGQUIT, SIGALRM,
                                  SIGUSR1, SIGUSR2, SIGPROF, SIGXCPU, SIGVTALRM};
    for (size_t i = 0; i < COUNT(signals); i++)
        check_ended(in_child(raise_it, signals[i]), strsignal(signals[i]),
                    signals[i] == SIGALRM ? "timed out while testing, raise --timeout\n"
                                          : "while testing\n");
    in_child(raise_it, SIGALRM);
    ck_assert_str_eq(out, "THE SERVICE UNKNOWN - timed out while testing, raise --timeout\n");
    in_child(raise_it, SIGTERM);
    ck_assert_str_eq(out, "THE SERVICE UNKNOWN - ended by signal 15 while testing\n");
}
END_TEST

#ifndef CHECK_CLAUDE_SANITIZED

/* The sum keeps the compiler from making a loop of it. */
static int overflow(int depth)
{
    volatile char page[4096];
    page[depth % 4096] = (char)depth;
    return depth == 1 << 24 ? 0 : overflow(depth + 1) + page[depth % 4096];
}

static void overflow_the_stack(int unused)
{
    const struct rlimit small = {256 * 1024, 256 * 1024};
    (void)unused;
    setrlimit(RLIMIT_STACK, &small);
    begin();
    _exit(overflow(0) & 1);
}

START_TEST(a_crash_is_one_unknown_line)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};
    for (size_t i = 0; i < COUNT(signals); i++)
        check_ended(in_child(raise_it, signals[i]), strsignal(signals[i]),
                    signals[i] == SIGALRM ? "timed out while testing, raise --timeout\n"
                                          : "while testing\n");
    check_ended(in_child(overflow_the_stack, 0), "stack overflow", "signal 11");
}
END_TEST

#else

START_TEST(a_crash_is_one_unknown_line)
{
    /* the sanitizers have handlers of their own */
}
END_TEST

#endif

static void raise_all_at_once(int unused)
{
    sigset_t before;
    (void)unused;
    begin();
    deadline_hold(&before);
    raise(SIGTERM), raise(SIGINT), raise(SIGHUP), raise(SIGALRM);
    if (write(STDOUT_FILENO, "", 0) != 0) /* still alive */
        _exit(1);
    deadline_release(&before);
}

START_TEST(signals_that_were_held_are_one_line)
{
    check_ended(in_child(raise_all_at_once, 0), "held", "while testing\n");
}
END_TEST

static void hold_and_finish(int unused)
{
    sigset_t before;
    (void)unused;
    begin();
    deadline_hold(&before);
    raise(SIGTERM);
}

START_TEST(what_is_held_waits)
{
    int status = in_child(hold_and_finish, 0);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == SURVIVED);
    ck_assert_str_eq(out, "");
}
END_TEST

static void raise_after_a_blocked_start(int signal)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    raise_it(signal);
}

START_TEST(signals_that_the_parent_blocked_count)
{
    check_ended(in_child(raise_after_a_blocked_start, SIGTERM), "blocked", "signal 15");
}
END_TEST

START_TEST(some_signals_are_let_pass)
{
    static const int signals[] = {SIGPIPE, SIGXFSZ, SIGCHLD, SIGWINCH};
    for (size_t i = 0; i < COUNT(signals); i++) {
        int status = in_child(raise_it, signals[i]);
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == SURVIVED, "%s",
                      strsignal(signals[i]));
        ck_assert_str_eq(out, "");
    }
}
END_TEST

static void hang(int timeout)
{
    begin();
    deadline_start(timeout);
    for (;;)
        pause();
}

/* Half a second behind the deadline a timer ends what hangs. */
START_TEST(a_timer_stands_behind_the_steps)
{
    check_ended(in_child(hang, 100), "hanging", "timed out while testing, raise --timeout\n");
}
END_TEST

static void long_names(int signal)
{
    static char name[1000];
    memset(name, 'n', sizeof name - 1);
    begin();
    deadline_step(name);
    raise(signal);
}

START_TEST(a_long_step_is_one_line)
{
    check_ended(in_child(long_names, SIGTERM), "long", "nnn\n");
}
END_TEST

static int alive[2]; /* a pipe that children hold open */

static void leave_children(int signal)
{
    begin();
    close(alive[0]);
    for (int i = 0; i < 3; i++) {
        pid_t child = fork();
        if (child == 0) {
            setpgid(0, 0);
            close(STDOUT_FILENO);
            sleep(9);
            _exit(0);
        }
        setpgid(child, child);
        deadline_add_group(child);
        if (i == 1) {
            kill(child, SIGKILL);
            waitpid(child, NULL, 0);
            deadline_forget_group(child);
        }
    }
    raise(signal);
}

START_TEST(children_die_with_the_plugin)
{
    ck_assert_int_eq(pipe(alive), 0);
    check_ended(in_child(leave_children, SIGTERM), "with children", "signal 15");
    close(alive[1]);
    struct pollfd ended = {.fd = alive[0], .events = POLLIN};
    ck_assert_msg(poll(&ended, 1, 1500) == 1 && (ended.revents & POLLHUP), "a child lives on");
    close(alive[0]);
}
END_TEST

START_TEST(time_runs_out)
{
    ck_assert_int_gt(deadline_left_ms(), INT64_C(1000000000));
    deadline_start(60000);
    int64_t left = deadline_left_ms();
    ck_assert_msg(left > 50000 && left <= 60000, "%lld", (long long)left);
    deadline_start(INT64_C(9007199254740991));
    ck_assert_int_gt(deadline_left_ms(), INT64_C(9007199254000000));
    deadline_start(0);
    ck_assert_int_eq(deadline_left_ms(), 0);
    deadline_start(60000); /* the timer of the one before is gone */
    deadline_step("a step");
    ck_assert_str_eq(deadline_current_step(), "a step");
}
END_TEST

static void print_and_raise(int signal)
{
    begin();
    deadline_output(false);
    if (write(STDOUT_FILENO, "half a li", 9) != 9)
        _exit(1);
    raise(signal);
}

/* What is there is not all: the status says so. */
START_TEST(a_signal_adds_nothing_to_what_is_printed)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGALRM};
    for (size_t i = 0; i < COUNT(signals); i++) {
        int status = in_child(print_and_raise, signals[i]);
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 3, "%x", status);
        ck_assert_str_eq(out, "half a li");
    }
}
END_TEST

static void raise_before_a_full_pipe(int signal)
{
    int ends[2];
    char piece[4096] = "";
    begin();
    if (pipe(ends) != 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
        _exit(1);
    while (write(ends[1], piece, sizeof piece) > 0)
        ;
    fcntl(ends[1], F_SETFL, 0);
    dup2(ends[1], STDOUT_FILENO);
    deadline_start(60000);
    raise(signal);
}

START_TEST(a_signal_does_not_wait_for_a_reader)
{
    int status = in_child(raise_before_a_full_pipe, SIGTERM);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 3, "%x", status);
    ck_assert_str_eq(out, "");
}
END_TEST

static void look_at_the_clock(int unused)
{
    (void)unused;
    begin();
    int64_t at_first = deadline_left_ms();
    deadline_start(60000);
    deadline_output(false);
    int64_t enough = deadline_left_ms();
    deadline_start(1);
    deadline_output(false);
    int64_t little = deadline_left_ms();
    deadline_output(true);
    int64_t patient = deadline_left_ms();
    poll(NULL, 0, 10);
    _exit(at_first <= 0 || at_first > DEADLINE_DEFAULT_MS  ? 1
          : enough < DEADLINE_DEFAULT_MS || enough > 60000 ? 2
          : little < 100 || little > 1000                  ? 3
          : patient < 100000000                            ? 4
                                                           : SURVIVED);
}

START_TEST(a_reader_has_time)
{
    int status = in_child(look_at_the_clock, 0);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == SURVIVED, "%x", status);
}
END_TEST

static void close_descriptors(int last)
{
    struct stat status;
    for (int fd = 0; fd <= last; fd++)
        close(fd);
    bool open_before = deadline_guard("THE SERVICE");
    for (int fd = 0; fd <= 2; fd++)
        if (fstat(fd, &status) != 0)
            _exit(1);
    int next = open("/dev/null", O_RDONLY);
    _exit(next > 2 ? (open_before ? 10 : 11) : 2);
}

START_TEST(closed_descriptors_are_opened)
{
    static const struct {
        int last, want;
    } rows[] = {{-1, 10}, {0, 10}, {1, 11}, {2, 11}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int status = in_child(close_descriptors, rows[i].last);
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == rows[i].want, "row %zu: %x", i,
                      status);
    }
}
END_TEST

/* More groups than there is room for, and forgetting one that was never there. */
START_TEST(groups_beyond_the_room_do_no_harm)
{
    for (pid_t group = 1000000; group < 1000000 + 3 * DEADLINE_GROUPS; group++)
        deadline_add_group(group);
    for (pid_t group = 1000000; group < 1000000 + 4 * DEADLINE_GROUPS; group++)
        deadline_forget_group(group);
}
END_TEST

/* A core pattern that is a pipe passes a limit of 0 by, and heeds 1: core(5). */
START_TEST(no_core_file_is_left_by_children_either)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_CORE, &limit), 0);
    const rlim_t want = limit.rlim_max > 0 || geteuid() == 0 ? 1 : 0;
    deadline_guard("THE SERVICE");
    ck_assert_int_eq(getrlimit(RLIMIT_CORE, &limit), 0);
    ck_assert_uint_eq(limit.rlim_cur, want);
    ck_assert_uint_eq(limit.rlim_max, want);
}
END_TEST

SUITE_MAIN("deadline", no_core_file_is_left_by_children_either, a_signal_is_one_unknown_line,
           a_crash_is_one_unknown_line, signals_that_were_held_are_one_line, what_is_held_waits,
           signals_that_the_parent_blocked_count, some_signals_are_let_pass,
           a_timer_stands_behind_the_steps, a_signal_adds_nothing_to_what_is_printed,
           a_signal_does_not_wait_for_a_reader, a_reader_has_time, a_long_step_is_one_line,
           children_die_with_the_plugin, time_runs_out, closed_descriptors_are_opened,
           groups_beyond_the_room_do_no_harm)
