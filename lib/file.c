#include "file.h"

#include "clock.h"
#include "deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROWTH 4096

void file_bytes_free(struct file_bytes *file)
{
    if (!file || !file->bytes)
        return;
    explicit_bzero(file->bytes, file->capacity);
    free(file->bytes);
    file->bytes = NULL;
    file->length = file->capacity = 0;
}

/* realloc would leave a copy of a secret behind. */
static bool grow(struct file_bytes *file, size_t capacity)
{
    char *bytes = malloc(capacity);
    if (!bytes)
        return false;
    if (file->bytes) {
        memcpy(bytes, file->bytes, file->length);
        explicit_bzero(file->bytes, file->capacity);
        free(file->bytes);
    }
    file->bytes = bytes;
    file->capacity = capacity;
    return true;
}

static int read_all(int fd, size_t maximum, struct file_bytes *file)
{
    if (!grow(file, (size_t)file->status.st_size + GROWTH))
        return ENOMEM;
    for (;;) {
        if (file->length > maximum)
            return FILE_TOO_LARGE;
        if (file->capacity - file->length < 2 && !grow(file, file->capacity * 2))
            return ENOMEM;
        size_t room = file->capacity - file->length - 1;
        ssize_t n = read(fd, file->bytes + file->length, room);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0)
            file->length += (size_t)n;
        /* all that there was, and the file has no more: one read for a small file */
        bool whole = n > 0 && (size_t)n < room && file->length == (size_t)file->status.st_size;
        if (n == 0 || whole)
            break;
    }
    file->bytes[file->length] = '\0';
    return 0;
}

int file_read(int directory, const char *path, int flags, size_t maximum, struct file_bytes *ret)
{
    int fd = openat(directory, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | flags);
    if (fd < 0)
        return errno == ENXIO ? FILE_NOT_REGULAR : errno; /* a socket */
    struct file_bytes file = {0};
    int result;
    if (fstat(fd, &file.status) != 0)
        result = errno;
    else if (!S_ISREG(file.status.st_mode))
        result = S_ISDIR(file.status.st_mode) ? EISDIR : FILE_NOT_REGULAR;
    else if ((uintmax_t)file.status.st_size > maximum)
        result = FILE_TOO_LARGE;
    else
        result = read_all(fd, maximum, &file);
    close(fd);
    if (result == 0)
        *ret = file;
    else
        file_bytes_free(&file);
    return result;
}

bool file_error_is_ours(int result)
{
    return result == ENOMEM || result == EMFILE || result == ENFILE;
}

const char *file_error(int result)
{
    switch (result) {
    case FILE_NOT_REGULAR: return "not a regular file";
    case FILE_TOO_LARGE: return "too large";
    default: return strerror(result);
    }
}

int64_t file_time_ns(const struct timespec *time)
{
    const int64_t second = 1000000000, last = INT64_MAX / second - 1;
    int64_t seconds = time->tv_sec;
    seconds = seconds > last ? last : seconds < -last ? -last : seconds;
    return seconds * second + time->tv_nsec;
}

int64_t file_time_ms(const struct timespec *time)
{
    int64_t ns = file_time_ns(time);
    return ns / 1000000 - (ns % 1000000 < 0);
}

int64_t file_ms_to_ns(int64_t ms)
{
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000),
                                  .tv_nsec = (long)(ms % 1000) * 1000000};
    return file_time_ns(&time);
}

bool file_error_tells_nothing(int result)
{
    return file_error_is_ours(result) || result == EIO || result == EOVERFLOW;
}

void file_add_directory(struct text *text, const char *path)
{
    const char *slash = strrchr(path, '/');
    text_add_bytes(text, slash ? path : ".", slash ? (size_t)(slash - path) + 1 : 1);
}

int file_write(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
    return 0;
}

/* A new file beside the target; its name goes into temporary[]. Returns a descriptor or -1. */
static int create_temporary(int directory, char *temporary, size_t size, mode_t mode)
{
    int fd = -1;
    for (unsigned attempt = 0; attempt < 100 && fd < 0; attempt++) {
        uint64_t stamp = (uint64_t)clock_monotonic_us() * 100 + attempt;
        snprintf(temporary, size, FILE_TEMPORARY_PREFIX "%ld-%llx", (long)getpid(),
                 (unsigned long long)stamp);
        fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                    S_IRUSR | S_IWUSR);
        if (fd < 0 && errno != EEXIST)
            return -1;
    }
    if (fd >= 0 && fchmod(fd, mode) != 0) {
        int error = errno;
        close(fd);
        unlinkat(directory, temporary, 0);
        errno = error;
        return -1;
    }
    return fd;
}

int file_replace(int directory, const char *name, const char *bytes, size_t length, mode_t mode,
                 bool durable)
{
    char temporary[64];
    sigset_t before;
    deadline_hold(&before);
    int fd = create_temporary(directory, temporary, sizeof temporary, mode);
    int result = fd < 0 ? errno : file_write(fd, bytes, length);
    if (fd >= 0) {
        if (result == 0 && durable && fsync(fd) != 0)
            result = errno;
        if (close(fd) != 0 && result == 0)
            result = errno;
        if (result == 0 && renameat(directory, temporary, directory, name) != 0)
            result = errno;
        if (result != 0)
            unlinkat(directory, temporary, 0);
    }
    deadline_release(&before);
    return result;
}
