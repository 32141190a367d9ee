#include "system/stdin_copy.h"

#include "base/file.h"
#include "base/file_replace.h"
#include "base/wait.h"
#include "system/deadline.h"
#include "system/nameless_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536

/* Returns 0 or an errno value. */
static int copy_stdin(int fd)
{
    char piece[PIECE];
    for (;;) {
        int64_t left = deadline_left_ms();
        if (left == 0)
            return ETIMEDOUT;
        if (wait_ready(STDIN_FILENO, POLLIN, left) != 0)
            continue;
        size_t n;
        int error = file_read_some(STDIN_FILENO, piece, sizeof piece, &n);
        if (error == EINTR || error == EAGAIN)
            continue;
        if (error == 0 && n > 0)
            error = file_write(fd, piece, n);
        if (error != 0 || n == 0)
            return error;
    }
}

int spool_stdin(int *ret_fd)
{
    struct stat status;
    int fd = -1;
    if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode)) {
        fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (fd < 0)
            return errno;
        *ret_fd = fd;
        return 0;
    }
    int error = nameless_file_create(&fd);
    if (error != 0)
        return error;
    error = copy_stdin(fd);
    if (error == 0)
        *ret_fd = fd;
    else
        close(fd);
    return error;
}
