#include "system/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

volatile int *spawn_new_errors(size_t count)
{
    void *room =
        mmap(NULL, count * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return room == MAP_FAILED ? NULL : room;
}

void spawn_free_errors(volatile int *errors, size_t count)
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

/* The pipes' own numbers are given back before one is wanted for /dev/null. */
static bool place_descriptors(const struct spawn_request *request)
{
    if (dup2(request->out, STDOUT_FILENO) < 0 || dup2(request->err, STDERR_FILENO) < 0)
        return false;
    close(request->out);
    close(request->err);
    close(STDIN_FILENO);
    return open("/dev/null", O_RDONLY) == STDIN_FILENO;
}

/* In the child. Only what a signal handler may call: see fork(2). */
__attribute__((noreturn)) static void become(const struct spawn_request *request, pid_t parent,
                                             volatile int *error)
{
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() == parent && place_descriptors(request)) {
        restore_signals();
        execve(request->path, request->arguments, request->environment);
    }
    *error = errno;
    _exit(127);
}

pid_t spawn(const struct spawn_request *request, volatile int *error)
{
    sigset_t all, before;
    const pid_t parent = getpid();
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before); /* our handlers are none of the child's */
    *error = 0;
    pid_t child = fork();
    if (child == 0)
        become(request, parent, error);
    int reason = errno;
    if (child > 0)
        setpgid(child, child); /* whoever of the two comes first */
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = reason;
    return child;
}
