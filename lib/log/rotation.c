#include "log/rotation.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ROTATION_MS INT64_C(60000) /* that rotating may take, compressing included */

static const char *const compressed[] = {".gz",   ".xz", ".zst", ".bz2", ".lz4",
                                         ".lzma", ".Z",  ".zip", NULL};

static bool ends_with(const char *name, size_t length, const char *end)
{
    size_t size = strlen(end);
    return length > size && memcmp(name + length - size, end, size) == 0;
}

/* The length of the name without what compressing adds. */
static size_t plain_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (const char *const *end = compressed; dot && dot > name && *end; end++)
        if (strcmp(dot, *end) == 0)
            return (size_t)(dot - name);
    return strlen(name);
}

bool rotation_is_foreign_name(const char *name)
{
    size_t length = strlen(name);
    return plain_length(name) < length || ends_with(name, length, ".pid");
}

/* The first bytes of a file. Returns 0 or an errno value. */
static int read_head(const char *path, char *bytes, size_t size, size_t *ret_length)
{
    int fd;
    int error = file_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0, &fd);
    if (error != 0)
        return error;
    error = file_read_at(fd, 0, bytes, size, ret_length);
    close(fd);
    return error;
}

int rotation_is_compressed(const char *path, bool *ret_compressed)
{
    static const struct {
        const char *bytes;
        size_t length;
    } marks[] = {{"\x1F\x8B", 2},
                 {"\x1F\x9D", 2},
                 {"\xFD"
                  "7zXZ",
                  5},
                 {"\x28\xB5\x2F\xFD", 4},
                 {"\x04\x22\x4D\x18", 4},
                 {"PK\x03\x04", 4}};
    char bytes[5];
    size_t length;
    int error = read_head(path, bytes, sizeof bytes, &length);
    if (error != 0)
        return error;
    bool is_one = length == 5 && memcmp(bytes, "BZh", 3) == 0 && bytes[3] >= '1' &&
                  bytes[3] <= '9' && bytes[4] == '1';
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        is_one = is_one ||
                 (length >= marks[i].length && memcmp(bytes, marks[i].bytes, marks[i].length) == 0);
    *ret_compressed = is_one;
    return 0;
}

/* True for what rotation adds: a number or a date behind a dot or a dash. */
static bool is_added(const char *at, size_t length)
{
    size_t digits = 0;
    for (size_t i = 1; i < length; i++) {
        digits += at[i] >= '0' && at[i] <= '9';
        if (!(at[i] >= '0' && at[i] <= '9') && !strchr("-_.:T", at[i]))
            return false;
    }
    return length > 1 && strchr(".-_", at[0]) && digits > 0;
}

/* True when the name is what rotation makes of the log's. */
static bool is_rotated(const char *name, const char *log)
{
    size_t length = plain_length(name), size = strlen(log);
    if (length > size && memcmp(name, log, size) == 0)
        return is_added(name + size, length - size);
    const char *extension = strrchr(log, '.');
    size_t stem = extension ? (size_t)(extension - log) : 0;
    return stem > 0 && length > size && memcmp(name, log, stem) == 0 &&
           ends_with(name, length, extension) && is_added(name + stem, length - size);
}

/* True when the one was written later; of the same time, the one that is not compressed. */
static bool is_later(const struct stat *one, const char *name, const struct stat *other,
                     const char *other_name)
{
    int64_t a = file_time_ns(&one->st_mtim), b = file_time_ns(&other->st_mtim);
    return a != b ? a > b : rotation_is_foreign_name(other_name) && !rotation_is_foreign_name(name);
}

/* Whether a name beside the log is what it was before, as far as its status tells. */
static bool is_just_rotated(const struct stat *log, const struct stat *found)
{
    return S_ISREG(found->st_mode) && found->st_size > 0 &&
           file_time_ms(&log->st_mtim) <= file_time_ms(&found->st_ctim) + ROTATION_MS;
}

/* What is gone, or not ours to see, is passed over; else a log would pass for one not rotated. */
static int error_to_tell(int error)
{
    return error == ENOENT || error == ENOTDIR || error == EACCES ? 0 : error;
}

int rotation_find(const char *path, const struct stat *status, struct text *ret_path,
                  struct stat *ret_status)
{
    const char *slash = strrchr(path, '/'), *log = slash ? slash + 1 : path;
    struct text directory = TEXT_INIT(4096), best = TEXT_INIT(4096 + 256),
                candidate = TEXT_INIT(4096 + 256);
    struct stat best_status = {0}, found;
    file_add_directory(&directory, path);
    DIR *names = opendir(text_get(&directory));
    int error = names ? 0 : error_to_tell(errno);
    for (struct dirent *entry; names && error == 0;) {
        errno = 0;
        if (!(entry = readdir(names))) {
            error = error_to_tell(errno);
            break;
        }
        if (!is_rotated(entry->d_name, log))
            continue;
        text_reset(&candidate);
        text_add_bytes(&candidate, path, (size_t)(log - path));
        text_add(&candidate, entry->d_name);
        if (stat(text_get(&candidate), &found) != 0) {
            error = error_to_tell(errno);
            continue;
        }
        if (!is_just_rotated(status, &found) ||
            (best.length > 0 &&
             !is_later(&found, text_get(&candidate), &best_status, text_get(&best))))
            continue;
        text_reset(&best);
        text_add(&best, text_get(&candidate));
        best_status = found;
    }
    if (names)
        closedir(names);
    if (error == 0 && (directory.failed || best.failed || candidate.failed))
        error = ENOMEM;
    if (error == 0 && (best.length == 0 || best.truncated))
        error = ENOENT;
    if (error == 0) {
        text_reset(ret_path);
        text_add(ret_path, text_get(&best));
        *ret_status = best_status;
    }
    text_free(&directory);
    text_free(&best);
    text_free(&candidate);
    return error;
}
