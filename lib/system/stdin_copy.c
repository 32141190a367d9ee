#include "system/stdin_copy.h"

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
        ssize_t n = read(STDIN_FILENO, piece, sizeof piece);
        if (n == 0)
            return 0;
        int error = n > 0                               ? file_write(fd, piece, (size_t)n)
                    : errno == EINTR || errno == EAGAIN ? 0
                                                        : errno;
        if (error != 0)
            return error;
    }
}

int spool_stdin(void)
{
    struct stat status;
    if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode))
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int fd = -1;
    int error = nameless_file_create(&fd);
    if (error == 0)
        error = copy_stdin(fd);
    if (error != 0) {
        if (fd >= 0)
            close(fd);
        errno = error;
        return -1;
    }
    return fd;
}
