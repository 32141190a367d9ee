#include "system/process.h"

#include "base/clock.h"
#include "system/orphan.h"
#include "system/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#define TERM_GRACE_US 200000

/* One running child. */
struct child {
    pid_t pid;
    int pipes[2];     /* reading ends of its stdout and stderr; -1 once closed */
    int64_t start_us; /* monotonic, as the two below */
    int64_t end_us;   /* when it gets the next signal */
    bool told;        /* it had its SIGTERM */
    bool done;
    int error;                 /* errno of reading what it said, or of waiting for it */
    volatile int *start_error; /* why it could not be executed; 0 where it was */
    struct process_result *result;
};

void process_result_free(struct process_result *result)
{
    text_free(&result->out);
    text_free(&result->err);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void wake(int signal)
{
    (void)signal; /* its arrival alone ends ppoll() */
}

/* Descriptors that whoever started us left open are none of the child's business. */
static void keep_descriptors_from_children(void)
{
#ifdef SYS_close_range
    const unsigned close_on_exec = 1U << 2; /* CLOSE_RANGE_CLOEXEC, Linux 5.11 */
    if (syscall(SYS_close_range, 3U, ~0U, close_on_exec) == 0)
        return;
#endif
    for (int fd = 3; fd < 1024; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* A pipe whose reading end does not block; both ends -1 on failure. */
static bool make_pipe(int ends[2])
{
    if (pipe(ends) != 0) {
        ends[0] = ends[1] = -1;
        return false;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return true;
}

/* What the system lacked, and what it has against the program. */
static enum process_outcome outcome_of(int error)
{
    bool ours = error == ENOMEM || error == EAGAIN || error == EMFILE || error == ENFILE;
    return ours ? PROCESS_FAILED : PROCESS_NOT_STARTED;
}

static void start(struct child *child, const struct process_request *request,
                  volatile int *start_error)
{
    struct process_result *result = child->result;
    const struct text empty = TEXT_INIT(request->capture);
    *result = (struct process_result){.outcome = PROCESS_FAILED, .out = empty, .err = empty};
    *child = (struct child){
        .pipes = {-1, -1}, .done = true, .start_error = start_error, .result = result};
    int out[2], err[2] = {-1, -1};
    int error = make_pipe(out) && make_pipe(err) ? 0 : errno;
    sigset_t before;
    deadline_hold(&before); /* a child is known to the deadline from its first moment */
    if (error == 0) {
        const struct spawn_request asked = {.path = request->path,
                                            .arguments = request->arguments,
                                            .environment = request->environment,
                                            .out = out[1],
                                            .err = err[1]};
        child->start_us = clock_monotonic_us();
        child->pid = spawn(&asked, start_error);
        error = child->pid < 0 ? errno : 0;
    }
    if (error == 0) {
        deadline_add_group(child->pid);
        child->end_us = child->start_us + request->timeout * 1000;
        child->done = false;
    }
    deadline_release(&before);
    result->code = error;
    close_fd(&out[1]);
    close_fd(&err[1]);
    if (child->done) {
        close_fd(&out[0]);
        close_fd(&err[0]);
    }
    child->pipes[0] = out[0];
    child->pipes[1] = err[0];
}

/* Take what is there, keep what fits; what a child writes without end is left for the next round.
 */
static void drain(struct child *child)
{
    struct text *kept[] = {&child->result->out, &child->result->err};
    for (size_t i = 0; i < 2; i++) {
        for (int rounds = 0; child->pipes[i] >= 0 && rounds < 16; rounds++) {
            char piece[16384];
            ssize_t n = read(child->pipes[i], piece, sizeof piece);
            if (n > 0)
                text_add_bytes(kept[i], piece, (size_t)n);
            if (n < 0 && (errno == EAGAIN || errno == EINTR))
                break;
            if (n < 0)
                child->error = errno;
            if (n <= 0)
                close_fd(&child->pipes[i]);
        }
    }
}

static void signal_child(const struct child *child, int signal)
{
    kill(-child->pid, signal);
    kill(child->pid, signal); /* should it have left its group */
}

/* The child has ended but is not reaped, so its group's number is still its own. */
static void finish(struct child *child)
{
    struct process_result *result = child->result;
    result->elapsed_us = clock_monotonic_us() - child->start_us;
    kill(-child->pid, SIGKILL);
    int status = 0;
    pid_t reaped;
    while ((reaped = waitpid(child->pid, &status, 0)) < 0 && errno == EINTR)
        ;
    if (reaped < 0)
        child->error = errno; /* without a status it did not exit well */
    deadline_forget_group(child->pid);
    drain(child);
    close_fd(&child->pipes[0]);
    close_fd(&child->pipes[1]);
    child->done = true;
    if (result->out.failed || result->err.failed)
        child->error = ENOMEM;
    if (child->told) {
        result->outcome = PROCESS_TIMED_OUT;
    } else if (*child->start_error != 0) {
        result->code = *child->start_error;
        result->outcome = outcome_of(result->code);
    } else if (child->error != 0) {
        result->code = child->error;
        result->outcome = PROCESS_FAILED;
    } else if (WIFSIGNALED(status)) {
        result->outcome = PROCESS_KILLED;
        result->code = WTERMSIG(status);
    } else {
        result->outcome = PROCESS_EXITED;
        result->code = WEXITSTATUS(status);
    }
}

static bool has_ended(const struct child *child)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT | WNOHANG) == 0 &&
           info.si_pid == child->pid;
}

/* One look at one child. Returns the time at which it wants the next one at the latest. */
static int64_t attend(struct child *child)
{
    drain(child);
    if (has_ended(child)) {
        finish(child);
        return INT64_MAX;
    }
    if (clock_monotonic_us() >= child->end_us) {
        signal_child(child, child->told ? SIGKILL : SIGTERM);
        child->told = true;
        child->end_us = clock_monotonic_us() + TERM_GRACE_US;
    }
    return child->end_us;
}

static void run_batch(const struct process_request *requests, struct process_result *results,
                      size_t count, volatile int *start_errors, const sigset_t *waiting)
{
    struct child children[PROCESS_PARALLEL];
    for (size_t i = 0; i < count; i++) {
        children[i].result = &results[i];
        start(&children[i], &requests[i], &start_errors[i]);
    }
    for (;;) {
        struct pollfd polled[2 * PROCESS_PARALLEL];
        nfds_t n = 0;
        int64_t next = INT64_MAX;
        for (size_t i = 0; i < count; i++) {
            if (children[i].done)
                continue;
            int64_t wanted = attend(&children[i]);
            next = wanted < next ? wanted : next;
            if (children[i].done)
                continue;
            wanted = progress_wait(requests[i].progress);
            next = wanted < next ? wanted : next;
            for (size_t p = 0; p < 2; p++)
                if (children[i].pipes[p] >= 0)
                    polled[n++] = (struct pollfd){.fd = children[i].pipes[p], .events = POLLIN};
        }
        if (next == INT64_MAX)
            return;
        int64_t left = next - clock_monotonic_us();
        left = left > 0 ? left : 0;
        const struct timespec pause = {.tv_sec = (time_t)(left / 1000000),
                                       .tv_nsec = (long)(left % 1000000) * 1000};
        ppoll(polled, n, &pause, waiting);
    }
}

/* No memory for what every child needs. */
static void fail_all(struct process_result *results, size_t count)
{
    for (size_t i = 0; i < count; i++)
        results[i] = (struct process_result){
            .outcome = PROCESS_FAILED, .code = ENOMEM, .out = TEXT_INIT(0), .err = TEXT_INIT(0)};
}

void process_run(const struct process_request *requests, struct process_result *results,
                 size_t count)
{
    volatile int *start_errors = spawn_new_errors(PROCESS_PARALLEL);
    if (!start_errors) {
        fail_all(results, count);
        return;
    }
    struct sigaction old_action;
    struct sigaction action = {.sa_handler = wake};
    sigset_t chld, before, waiting;
    sigemptyset(&action.sa_mask);
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_BLOCK, &chld, &before);
    waiting = before;
    sigdelset(&waiting, SIGCHLD);
    sigaction(SIGCHLD, &action, &old_action);
    keep_descriptors_from_children();
    const bool adopt = orphans_adopt();
    deadline_end_orphans(adopt);
    for (size_t done = 0; done < count; done += PROCESS_PARALLEL) {
        size_t batch = count - done < PROCESS_PARALLEL ? count - done : PROCESS_PARALLEL;
        run_batch(requests + done, results + done, batch, start_errors, &waiting);
    }
    if (adopt)
        orphans_end();
    sigaction(SIGCHLD, &old_action, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    spawn_free_errors(start_errors, PROCESS_PARALLEL);
}
