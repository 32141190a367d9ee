#include "system/orphan.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/wait.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define END_US     INT64_C(500000)
#define END_ROUNDS 500 /* of a millisecond at least, where there is no clock */

#ifdef __linux__
/* Send a signal, or none for 0, to each child that is listed. False when there is none to be seen.
 */
static bool signal_listed_children(int signal)
{
    char list[4096];
    int fd;
    pid_t pid = 0; /* its digits may be in two pieces */
    bool any = false;
    if (file_open(AT_FDCWD, "/proc/thread-self/children", O_RDONLY | O_CLOEXEC, 0, &fd) != 0)
        return false;
    for (size_t n; file_read_some(fd, list, sizeof list, &n) == 0 && n > 0;) {
        for (size_t i = 0; i < n; i++) {
            if (list[i] >= '0' && list[i] <= '9') {
                pid = pid * 10 + (list[i] - '0');
                continue;
            }
            any = any || pid > 0;
            if (pid > 0 && signal != 0)
                kill(pid, signal);
            pid = 0;
        }
    }
    close(fd);
    return any;
}

bool orphans_adopt(void)
{
    return !signal_listed_children(0) && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

void orphans_end(void)
{
    const int64_t end = clock_monotonic_us() + END_US;
    for (int round = 0; round < END_ROUNDS && clock_monotonic_us() < end; round++) {
        pid_t reaped;
        do
            reaped = waitpid(-1, NULL, WNOHANG);
        while (reaped > 0 && clock_monotonic_us() < end);
        if (reaped < 0)
            return;
        signal_listed_children(SIGKILL);
        wait_sleep(1);
    }
}
#else
bool orphans_adopt(void)
{
    return false;
}

void orphans_end(void)
{
}
#endif
