#include "base/file_replace.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STALE_TEMPORARY_S 60

int file_write(int fd, const char *bytes, size_t length)
{
    for (int interruptions = 0; length > 0;) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && (errno != EINTR || ++interruptions == FILE_INTERRUPTIONS))
            return errno;
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
            interruptions = 0;
        }
    }
    return 0;
}

/* A new file beside the target; its name goes into temporary[]. Returns 0 or an errno value. */
static int create_temporary(int directory, char *temporary, size_t size, mode_t mode, int *ret_fd)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    int error = EEXIST;
    for (unsigned attempt = 0; attempt < 100 && error == EEXIST; attempt++) {
        uint64_t stamp = (uint64_t)clock_monotonic_us() * 100 + attempt;
        snprintf(temporary, size, FILE_TEMPORARY_PREFIX "%ld-%llx", (long)getpid(),
                 (unsigned long long)stamp);
        error = file_open(directory, temporary, flags, S_IRUSR | S_IWUSR, ret_fd);
    }
    if (error == 0 && fchmod(*ret_fd, mode) != 0) {
        error = errno;
        close(*ret_fd);
        unlinkat(directory, temporary, 0);
    }
    return error;
}

int file_replace(int directory, const char *name, const char *bytes, size_t length, mode_t mode,
                 bool durable)
{
    char temporary[64];
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    int fd;
    int result = create_temporary(directory, temporary, sizeof temporary, mode, &fd);
    if (result == 0) {
        result = file_write(fd, bytes, length);
        if (result == 0 && durable && fsync(fd) != 0)
            result = errno;
        if (close(fd) != 0 && result == 0)
            result = errno;
        if (result == 0 && renameat(directory, temporary, directory, name) != 0)
            result = errno;
        if (result != 0)
            unlinkat(directory, temporary, 0);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return result;
}

static int sweep_name(int directory, const char *name, void *context)
{
    (void)context;
    struct stat status;
    if (strncmp(name, FILE_TEMPORARY_PREFIX, strlen(FILE_TEMPORARY_PREFIX)) == 0 &&
        fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_uid == geteuid() &&
        time(NULL) - status.st_mtime > STALE_TEMPORARY_S)
        unlinkat(directory, name, 0);
    return 0;
}

void file_sweep(int directory)
{
    file_for_each_name(directory, sweep_name, NULL);
}
