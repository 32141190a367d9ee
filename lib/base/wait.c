#include "base/wait.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>

static int whole(int64_t ms)
{
    return ms < 0 ? 0 : ms < INT_MAX ? (int)ms : INT_MAX;
}

int wait_ready(int fd, short events, int64_t ms)
{
    struct pollfd polled = {.fd = fd, .events = events};
    int ready = poll(&polled, 1, whole(ms));
    if (ready < 0 && (errno == EINTR || errno == EAGAIN))
        return EINTR;
    return ready == 0 ? ETIMEDOUT : 0;
}

void wait_sleep(int64_t ms)
{
    poll(NULL, 0, whole(ms));
}
