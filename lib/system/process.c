#include "system/process.h"

#include "base/clock.h"
#include "system/child.h"
#include "system/orphan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

void process_result_free(struct process_result *result)
{
    text_free(&result->out);
    text_free(&result->err);
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

static void run_batch(const struct process_request *requests, struct process_result *results,
                      size_t count, volatile int *start_errors, const sigset_t *waiting)
{
    struct child children[PROCESS_PARALLEL];
    for (size_t i = 0; i < count; i++)
        child_start(&children[i], &requests[i], &start_errors[i], &results[i]);
    for (;;) {
        struct pollfd polled[2 * PROCESS_PARALLEL];
        nfds_t n = 0;
        int64_t next = INT64_MAX;
        for (size_t i = 0; i < count; i++) {
            if (children[i].done)
                continue;
            int64_t wanted = child_attend(&children[i]);
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
    volatile int *start_errors = child_new_errors(PROCESS_PARALLEL);
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
    child_free_errors(start_errors, PROCESS_PARALLEL);
}
