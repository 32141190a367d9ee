/*
 * One plugin process for all runs of a case: it stops before its main(), and each run is a child of
 * it. To fork costs a part of what exec, the loader and its libraries cost.
 */
#include "inject.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The next run's descriptors 0 to 2. False when there is no next one. */
static bool receive(int fds[3])
{
    char byte;
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(3 * sizeof(int))];
    } control;
    struct iovec bytes = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    const struct cmsghdr *head =
        recvmsg(FAULT_SOCKET, &message, 0) == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (head)
        memcpy(fds, CMSG_DATA(head), 3 * sizeof(int));
    return head != NULL;
}

void inject_serve(void)
{
    int fds[3];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (receive(fds)) {
        pid_t pid = fork();
        for (int i = 0; i < 3; i++) {
            if (pid == 0)
                dup2(fds[i], i);
            close(fds[i]);
        }
        if (pid == 0) {
            close(FAULT_SOCKET);
            return;
        }
        int status = 0;
        if (pid < 0 || waitpid(pid, &status, 0) != pid ||
            write(FAULT_SOCKET, &status, sizeof status) != sizeof status)
            break;
    }
    _exit(0);
}
