#include "system/child.h"

#include "base/clock.h"
#include "base/file.h"
#include "system/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define TERM_GRACE_US 200000

volatile int *child_new_errors(size_t count)
{
    void *room =
        mmap(NULL, count * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return room == MAP_FAILED ? NULL : room;
}

void child_free_errors(volatile int *errors, size_t count)
{
    if (errors)
        munmap((void *)errors, count * sizeof(int));
}

/* What is ignored stays so over an exec, and a program counts on the defaults. */
static void restore_signals(void)
{
    const struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t none;
    for (int signal = 1; signal < NSIG; signal++)
        sigaction(signal, &standard, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* An empty root has no /dev/null; a pipe that nobody writes to reads as empty too. */
static int open_nothing(void)
{
    int ends[2], fd = open("/dev/null", O_RDONLY);
    if (fd < 0 && pipe(ends) == 0) {
        close(ends[1]);
        fd = ends[0];
    }
    return fd;
}

/* The pipes' own numbers are given back before one is wanted for stdin. */
static bool place_descriptors(int out, int err)
{
    if (dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
        return false;
    close(out);
    close(err);
    close(STDIN_FILENO);
    return open_nothing() == STDIN_FILENO;
}

/* In the child. Only what a signal handler may call: see fork(2). */
__attribute__((noreturn)) static void become(const struct process_request *request, int out,
                                             int err, pid_t parent, volatile int *error)
{
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() == parent && place_descriptors(out, err)) {
        restore_signals();
        execve(request->path, request->arguments, request->environment);
    }
    *error = errno;
    _exit(127);
}

/* Returns the process id, -1 with errno when there is no new process. */
static pid_t start_process(const struct process_request *request, int out, int err,
                           volatile int *error)
{
    sigset_t all, before;
    const pid_t parent = getpid();
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before); /* our handlers are none of the child's */
    *error = 0;
    pid_t child = fork();
    if (child == 0)
        become(request, out, err, parent, error);
    int reason = errno;
    if (child > 0)
        setpgid(child, child); /* whoever of the two comes first */
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = reason;
    return child;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
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

void child_start(struct child *child, const struct process_request *request,
                 volatile int *start_error, struct process_result *result)
{
    const struct text empty = TEXT_INIT(request->capture);
    *result = (struct process_result){.outcome = PROCESS_FAILED, .out = empty, .err = empty};
    *child = (struct child){
        .pipes = {-1, -1}, .done = true, .start_error = start_error, .result = result};
    int out[2], err[2] = {-1, -1};
    int error = make_pipe(out) && make_pipe(err) ? 0 : errno;
    sigset_t before;
    deadline_hold(&before); /* a child is known to the deadline from its first moment */
    if (error == 0) {
        child->start_us = clock_monotonic_us();
        child->pid = start_process(request, out[1], err[1], start_error);
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
            size_t n = 0;
            int error = file_read_some(child->pipes[i], piece, sizeof piece, &n);
            if (error == EAGAIN || error == EINTR)
                break;
            text_add_bytes(kept[i], piece, n);
            if (error != 0)
                child->error = error;
            if (n == 0)
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
    if (child->terminated) {
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

int64_t child_attend(struct child *child)
{
    drain(child);
    if (has_ended(child)) {
        finish(child);
        return INT64_MAX;
    }
    if (clock_monotonic_us() >= child->end_us) {
        signal_child(child, child->terminated ? SIGKILL : SIGTERM);
        child->terminated = true;
        child->end_us = clock_monotonic_us() + TERM_GRACE_US;
    }
    return child->end_us;
}
