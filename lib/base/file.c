#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
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

int file_open(int directory, const char *path, int flags, mode_t mode, int *ret_fd)
{
    int fd, tries = 0;
    do
        fd = openat(directory, path, flags, mode);
    while (fd < 0 && errno == EINTR && ++tries < FILE_INTERRUPTIONS);
    if (fd < 0)
        return errno;
    *ret_fd = fd;
    return 0;
}

/* Read once; `offset` below 0: from where the descriptor stands. */
static int read_once(int fd, int64_t offset, void *bytes, size_t length, size_t *ret_length)
{
    ssize_t n;
    int tries = 0;
    do
        n = offset < 0 ? read(fd, bytes, length) : pread(fd, bytes, length, (off_t)offset);
    while (n < 0 && errno == EINTR && ++tries < FILE_INTERRUPTIONS);
    if (n < 0)
        return errno;
    *ret_length = (size_t)n;
    return 0;
}

int file_read_at(int fd, uint64_t offset, void *bytes, size_t length, size_t *ret_length)
{
    size_t have = 0, n = 1;
    for (int error; have < length && n > 0; have += n) {
        error = read_once(fd, (int64_t)(offset + have), (char *)bytes + have, length - have, &n);
        if (error != 0)
            return error;
    }
    *ret_length = have;
    return 0;
}

int file_read_some(int fd, void *bytes, size_t length, size_t *ret_length)
{
    return read_once(fd, -1, bytes, length, ret_length);
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
        size_t room = file->capacity - file->length - 1, n = 0;
        int error = file_read_some(fd, file->bytes + file->length, room, &n);
        if (error != 0)
            return error;
        file->length += n;
        /* all that there was, and the file has no more: one read for a small file */
        bool whole = n > 0 && n < room && file->length == (size_t)file->status.st_size;
        if (n == 0 || whole)
            break;
    }
    file->bytes[file->length] = '\0';
    return 0;
}

int file_read(int directory, const char *path, int flags, size_t maximum, struct file_bytes *ret)
{
    int fd;
    int result =
        file_open(directory, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | flags, 0, &fd);
    if (result != 0)
        return result == ENXIO ? FILE_NOT_REGULAR : result; /* a socket */
    struct file_bytes file = {0};
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
    switch (result) {
    case EIO:
    case EUCLEAN: /* damaged */
    case EOVERFLOW:
    case EINTR:
    case EAGAIN: /* leased, and its holder does not let go */
    case ESTALE:
    case ENOTCONN:
    case ETIMEDOUT:
    case EHOSTDOWN: return true;
    default: return file_error_is_ours(result);
    }
}

void file_add_directory(struct text *text, const char *path)
{
    const char *slash = strrchr(path, '/');
    text_add_bytes(text, slash ? path : ".", slash ? (size_t)(slash - path) + 1 : 1);
}

void file_add_below(struct text *text, const char *directory, const char *name)
{
    const bool is_root = strcmp(directory, "/") == 0;
    text_format(text, "%s/%s", is_root ? "" : directory, name);
}

int file_for_each_name(int directory, file_visit *visit, void *context)
{
    int copy = -1;
    int error = file_open(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, &copy);
    if (error != 0)
        return error;
    DIR *names = fdopendir(copy);
    if (!names) {
        error = errno;
        close(copy);
        return error;
    }
    while (error == 0) {
        errno = 0;
        struct dirent *entry = readdir(names);
        if (!entry) {
            error = errno;
            break;
        }
        error = visit(directory, entry->d_name, context);
    }
    closedir(names);
    return error;
}
