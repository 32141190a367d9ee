/* Child processes, waiting, clocks and signals. */
#include "inject.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int pipe(int ends[2])
{
    if (inject(FAULT_pipe, NULL))
        return -1;
    int result = NEXT(pipe)(ends);
    if (result == 0) {
        inject_name(ends[0], "pipe");
        inject_name(ends[1], "pipe");
    }
    return result;
}

pid_t fork(void)
{
    pid_t pid = inject(FAULT_fork, NULL) ? -1 : NEXT(fork)();
    if (pid == 0 && inject_active())
        inject_forked();
    return pid;
}

int setgroups(size_t count, const gid_t *groups)
{
    return inject(FAULT_setgroups, NULL) ? -1 : NEXT(setgroups)(count, groups);
}

int setegid(gid_t group)
{
    return inject(FAULT_setegid, NULL) ? -1 : NEXT(setegid)(group);
}

int seteuid(uid_t user)
{
    return inject(FAULT_seteuid, NULL) ? -1 : NEXT(seteuid)(user);
}

int setpgid(pid_t pid, pid_t group)
{
    return inject(FAULT_setpgid, NULL) ? -1 : NEXT(setpgid)(pid, group);
}

int dup2(int from, int to)
{
    return inject(FAULT_child_dup2, NULL) ? -1 : NEXT(dup2)(from, to);
}

int execve(const char *path, char *const arguments[], char *const environment[])
{
    return inject(FAULT_child_execve, path) ? -1 : NEXT(execve)(path, arguments, environment);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    return inject(FAULT_mmap, NULL) ? MAP_FAILED
                                    : NEXT(mmap)(at, size, protection, flags, fd, offset);
}

int poll(struct pollfd *polled, nfds_t count, int timeout)
{
    return inject(FAULT_poll, NULL) ? -1 : NEXT(poll)(polled, count, timeout);
}

int ppoll(struct pollfd *polled, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    return inject(FAULT_ppoll, NULL) ? -1 : NEXT(ppoll)(polled, count, timeout, mask);
}

int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    return inject(FAULT_waitid, NULL) ? -1 : NEXT(waitid)(type, id, info, options);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
    return inject(FAULT_waitpid, NULL) ? -1 : NEXT(waitpid)(pid, status, options);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    return inject(FAULT_clock_gettime, clock == CLOCK_REALTIME ? "time of day" : "monotonic")
               ? -1
               : NEXT(clock_gettime)(clock, time);
}

time_t time(time_t *ret)
{
    return inject(FAULT_time, NULL) ? (time_t)-1 : NEXT(time)(ret);
}

int kill(pid_t pid, int signal)
{
    return inject(FAULT_kill, NULL) ? -1 : NEXT(kill)(pid, signal);
}

/* The C library's asks the kernel past our ioctl(). */
int isatty(int fd)
{
    return inject(FAULT_isatty, inject_name_of(fd)) ? 0 : NEXT(isatty)(fd);
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return inject(FAULT_ioctl, inject_name_of(fd)) ? -1 : NEXT(ioctl)(fd, request, argument);
}

int setitimer(__itimer_which_t which, const struct itimerval *new, struct itimerval *old)
{
    return inject(FAULT_setitimer, NULL) ? -1 : NEXT(setitimer)(which, new, old);
}

int timer_create(clockid_t clock, struct sigevent *event, timer_t *ret)
{
    return inject(FAULT_timer_create, NULL) ? -1 : NEXT(timer_create)(clock, event, ret);
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    return inject(FAULT_timer_settime, NULL) ? -1 : NEXT(timer_settime)(timer, flags, new, old);
}

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
    return inject(FAULT_setrlimit, NULL) ? -1 : NEXT(setrlimit)(resource, limit);
}

int sigaction(int signal, const struct sigaction *new, struct sigaction *old)
{
    return inject(FAULT_sigaction, NULL) ? -1 : NEXT(sigaction)(signal, new, old);
}

int sigaltstack(const stack_t *new, stack_t *old)
{
    return inject(FAULT_sigaltstack, NULL) ? -1 : NEXT(sigaltstack)(new, old);
}

int prctl(int option, ...)
{
    va_list arguments;
    va_start(arguments, option);
    unsigned long argument = va_arg(arguments, unsigned long);
    va_end(arguments);
    return inject(FAULT_prctl, NULL) ? -1 : NEXT(prctl)(option, argument, 0UL, 0UL, 0UL);
}

/* The plugins make one call by its number: close_range(). */
long syscall(long number, ...)
{
    va_list arguments;
    va_start(arguments, number);
    unsigned first = va_arg(arguments, unsigned), last = va_arg(arguments, unsigned),
             flags = va_arg(arguments, unsigned);
    va_end(arguments);
    if (number != SYS_close_range)
        abort();
    return inject(FAULT_close_range, NULL) ? -1 : NEXT(syscall)(number, first, last, flags);
}
