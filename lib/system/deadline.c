#include "system/deadline.h"

#include "base/clock.h"
#include "base/wait.h"
#include "system/orphan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define BACKSTOP_MS 500
#define LAST_MS     1500
#define OUTPUT_MS   1000 /* for a reader of what was found at the last moment */
#define LINE_MS     100  /* for room in stdout for the line that a signal prints */

static const int ending[] = {SIGTERM, SIGINT,  SIGHUP,    SIGQUIT, SIGALRM,
                             SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGXCPU};
#ifndef CHECK_CLAUDE_SANITIZED
static const int crashing[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};
#endif

static struct {
    const char *volatile service;
    const char *volatile step;
    const char *volatile erase;
    volatile int64_t end_us; /* on the monotonic clock; 0 for never */
    volatile pid_t groups[DEADLINE_GROUPS];
    volatile sig_atomic_t exit_status;
    volatile sig_atomic_t orphans;  /* are ended with the plugin */
    volatile sig_atomic_t printing; /* what a signal would print comes too late */
    timer_t last_timer;
    bool has_last_timer;
    char stack[16384]; /* for a handler after a stack overflow */
} guard = {
    .service = "CLAUDE", .step = "starting", .erase = "", .exit_status = DEADLINE_EXIT_STATUS};

/* Append to a line that is built without the C library's help, in a signal handler. */
static size_t put(char *line, size_t length, size_t size, const char *string)
{
    while (*string && length < size)
        line[length++] = *string++;
    return length;
}

/* A pipe that is full would hold up the end for as long as nobody reads. */
static void print_line(int signal)
{
    char line[512];
    const size_t room = sizeof line - 1;
    size_t length = put(line, 0, room, guard.erase);
    length = put(line, length, room, guard.service);
    length = put(line, length, room, " UNKNOWN - ");
    if (signal == SIGALRM) {
        length = put(line, length, room, "timed out");
    } else {
        char number[] = {(char)('0' + signal / 10), (char)('0' + signal % 10), '\0'};
        length = put(line, length, room, "ended by signal ");
        length = put(line, length, room, number + (number[0] == '0'));
    }
    length = put(line, length, room, " while ");
    length = put(line, length, room, guard.step);
    if (signal == SIGALRM)
        length = put(line, length, room, ", raise --timeout");
    line[length++] = '\n';
    if (wait_ready(STDOUT_FILENO, POLLOUT, LINE_MS) == ETIMEDOUT)
        return;
    ssize_t written = write(STDOUT_FILENO, line, length);
    (void)written; /* the exit status says it too */
}

__attribute__((noreturn)) static void end(int signal)
{
    for (size_t i = 0; i < DEADLINE_GROUPS; i++)
        if (guard.groups[i] > 0)
            kill(-guard.groups[i], SIGKILL);
    if (guard.orphans)
        orphans_end();
    if (!guard.printing)
        print_line(signal);
    _exit(guard.exit_status);
}

static void handle(const int *signals, size_t count, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigfillset(&action.sa_mask); /* a second signal must not print a second line */
    for (size_t i = 0; i < count; i++)
        sigaction(signals[i], &action, NULL);
}

/* Descriptors 0 to 2 must not be taken by a file of ours that is then printed into. */
static bool open_standard_descriptors(void)
{
    bool stdout_open = fcntl(STDOUT_FILENO, F_GETFD) != -1 || errno != EBADF;
    int fd;
    do
        fd = open("/dev/null", O_RDWR | O_NOCTTY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
    return stdout_open;
}

/* Ours and our children's. A core pattern that is a pipe heeds no limit but 1: do_coredump(). */
static void forbid_core_files(void)
{
    const struct rlimit least = {1, 1}, none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &least) != 0)
        setrlimit(RLIMIT_CORE, &none);
#if defined(__linux__) && !defined(CHECK_CLAUDE_SANITIZED)
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* SIGKILL, which needs no handler to run. Where there is no such timer, the other must do. */
static void set_last_timer(int64_t after)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
    const struct itimerspec time = {
        .it_value = {.tv_sec = (time_t)(after / 1000), .tv_nsec = (long)(after % 1000) * 1000000}};
    if (!guard.has_last_timer)
        guard.has_last_timer = timer_create(CLOCK_MONOTONIC, &event, &guard.last_timer) == 0;
    if (guard.has_last_timer)
        timer_settime(guard.last_timer, 0, &time, NULL);
}

/* Milliseconds until each; 0 for never. */
static void set_timers(int64_t backstop, int64_t last)
{
    const struct itimerval timer = {.it_value = {.tv_sec = (time_t)(backstop / 1000),
                                                 .tv_usec = (suseconds_t)(backstop % 1000 * 1000)}};
    setitimer(ITIMER_REAL, &timer, NULL);
    set_last_timer(last);
}

void deadline_start(int64_t timeout)
{
    guard.end_us = clock_monotonic_us() + timeout * 1000;
    set_timers(timeout + BACKSTOP_MS, timeout + LAST_MS);
}

bool deadline_guard(const char *service)
{
    guard.service = service;
    forbid_core_files();
    bool stdout_open = open_standard_descriptors();

    handle(ending, sizeof ending / sizeof ending[0], end, 0);
#ifndef CHECK_CLAUDE_SANITIZED
    const stack_t stack = {.ss_sp = guard.stack, .ss_size = sizeof guard.stack};
    sigaltstack(&stack, NULL);
    handle(crashing, sizeof crashing / sizeof crashing[0], end, SA_ONSTACK);
#endif
    const int ignored[] = {SIGPIPE, SIGXFSZ};
    handle(ignored, 2, SIG_IGN, 0);
    const int children[] = {SIGCHLD};
    handle(children, 1, SIG_DFL, 0); /* ignored, it would hide their exit status */
    sigset_t nothing;
    sigemptyset(&nothing);
    sigprocmask(SIG_SETMASK, &nothing, NULL);
    deadline_start(DEADLINE_DEFAULT_MS);
    return stdout_open;
}

void deadline_exit_status(int status)
{
    guard.exit_status = status;
}

int64_t deadline_left_ms(void)
{
    if (guard.end_us == 0)
        return INT64_MAX / 1000000;
    int64_t left = guard.end_us - clock_monotonic_us();
    return left > 0 ? left / 1000 : 0;
}

void deadline_step(const char *step)
{
    guard.step = step;
}

const char *deadline_current_step(void)
{
    return guard.step;
}

void deadline_erase(const char *erase)
{
    guard.erase = erase;
}

const char *deadline_erased(void)
{
    const char *erase = guard.erase;
    guard.erase = "";
    return erase;
}

void deadline_output(bool patient)
{
    guard.printing = 1;
    if (patient) {
        guard.end_us = 0;
        set_timers(0, 0);
    } else if (deadline_left_ms() < OUTPUT_MS) {
        deadline_start(OUTPUT_MS);
    }
}

static void replace_group(pid_t old, pid_t new)
{
    for (size_t i = 0; i < DEADLINE_GROUPS; i++) {
        if (guard.groups[i] == old) {
            guard.groups[i] = new;
            return;
        }
    }
}

void deadline_add_group(pid_t group)
{
    replace_group(0, group);
}

void deadline_forget_group(pid_t group)
{
    replace_group(group, 0);
}

void deadline_end_orphans(bool all)
{
    guard.orphans = all;
}

void deadline_hold(sigset_t *ret_before)
{
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
        sigaddset(&held, ending[i]);
    sigprocmask(SIG_BLOCK, &held, ret_before);
}

void deadline_release(const sigset_t *before)
{
    sigprocmask(SIG_SETMASK, before, NULL);
}
