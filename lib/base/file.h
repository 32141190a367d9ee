/*
 * Files of others: reading them within bounds. Our own files are replaced by file_replace.h.
 */
#ifndef CHECK_CLAUDE_FILE_H
#define CHECK_CLAUDE_FILE_H

#include "base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/* The errno values that file_read() returns of itself. */
#define FILE_NOT_REGULAR ENOTSUP
#define FILE_TOO_LARGE   EFBIG

struct file_bytes {
    char *bytes; /* length bytes and a NUL after them */
    size_t length;
    size_t capacity;
    struct stat status; /* of the file that was read */
};

/*
 * How often in a row a call is repeated after a signal interrupted it. The limit keeps the plugin
 * from hanging.
 */
#define FILE_INTERRUPTIONS 1000

/*
 * All files are opened and read with these calls. A signal in between is no failure: see signal(7)
 * on EINTR. Each call returns 0 or an errno value.
 *
 * file_open(): open(2) relative to `directory`; `mode` is the mode of a new file.
 * file_read_at(): `length` bytes from `offset` on, fewer only at the end of the file. It does not
 * move the position of the descriptor.
 * file_read_some(): the bytes that are available, like read(2); 0 bytes mean the end.
 */
int file_open(int directory, const char *path, int flags, mode_t mode, int *ret_fd);
int file_read_at(int fd, uint64_t offset, void *bytes, size_t length, size_t *ret_length);
int file_read_some(int fd, void *bytes, size_t length, size_t *ret_length);

/*
 * Read the regular file `path`, relative to the directory descriptor `directory` (AT_FDCWD for the
 * current one), if it has at most `maximum` bytes. Never blocks on a FIFO or a terminal. `flags` is
 * or-ed into those of open(2), O_NOFOLLOW for one.
 * Returns 0, or an errno value with *ret untouched.
 */
int file_read(int directory, const char *path, int flags, size_t maximum, struct file_bytes *ret);

/* Overwrite with zeros and give back; whatever was read may be a secret. */
void file_bytes_free(struct file_bytes *file);

/* True if this process lacks descriptors or memory. The error says nothing about the file. */
bool file_error_is_ours(int result);

/* What a result of file_read() means, as in "No such file or directory", "not a regular file". */
const char *file_error(int result);

/*
 * A time of a file in nanoseconds and in milliseconds since the epoch. 64 bits of nanoseconds end
 * in 2262 and begin in 1677. File systems go further: a time outside counts as the nearest end.
 */
int64_t file_time_ns(const struct timespec *time);
int64_t file_time_ms(const struct timespec *time);
int64_t file_ms_to_ns(int64_t ms);

/*
 * True if the error says nothing about the file itself: our own limits, as above, the disk, or the
 * machine that the file is on.
 */
bool file_error_tells_nothing(int result);

/* Append the directory that `path` is in, as far as the path says: "." when it names none. */
void file_add_directory(struct text *text, const char *path);

/* Append the path of `name` below a directory: no second slash where that is the root. */
void file_add_below(struct text *text, const char *directory, const char *name);

/* Call visit() for each name in a directory until it fails. Returns 0 or an errno value. */
typedef int file_visit(int directory, const char *name, void *context);
int file_for_each_name(int directory, file_visit *visit, void *context);

#endif
