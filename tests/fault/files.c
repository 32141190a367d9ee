/* Descriptors and what stands behind them. */
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The common place of the machine's users is the scene's. */
static const char *in_scene(const char *path)
{
    static char room[2][FAULT_PATH];
    static unsigned next;
    static const char common[] = "/var/tmp/check_claude-";
    if (strncmp(path, common, sizeof common - 1) != 0)
        return path;
    char *moved = room[next++ % 2];
    snprintf(moved, FAULT_PATH, "%s/var/check_claude-%s", inject_root(), path + sizeof common - 1);
    return moved;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
}

/* Only a new file needs room on the disk. */
static bool may_open_fail(int flags)
{
    int error = inject_error();
    return flags & O_CREAT || (error != ENOSPC && error != EROFS && error != EDQUOT);
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    enum fault_call call = inject_in_child() ? FAULT_child_open : FAULT_open;
    if (inject_if(call, path, may_open_fail(flags)))
        return -1;
    int fd = NEXT(open)(in_scene(path), flags, mode);
    inject_name(fd, path);
    return fd;
}

int openat(int directory, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    if (inject_if(FAULT_openat, path, may_open_fail(flags)))
        return -1;
    int fd = NEXT(openat)(directory, in_scene(path), flags, mode);
    inject_name(fd, path);
    return fd;
}

int mkostemp(char *template, int flags)
{
    if (inject(FAULT_mkostemp, template))
        return -1;
    int fd = NEXT(mkostemp)(template, flags);
    inject_name(fd, template);
    return fd;
}

/* On Linux it is closed whatever close() says. */
int close(int fd)
{
    int error = inject(FAULT_close, inject_name_of(fd));
    int result = NEXT(close)(fd);
    inject_name(fd, "");
    if (error)
        errno = error;
    return error ? -1 : result;
}

/* What a transfer of this size is cut to; again and again it must not take all day. */
static size_t cut(size_t size)
{
    return inject_repeats() ? size / 8 + 1 : 1;
}

/* EAGAIN is for pipes. */
static int fault_of_transfer(enum fault_call call, int fd, size_t size)
{
    struct stat status;
    bool regular = NEXT(fstat)(fd, &status) == 0 && S_ISREG(status.st_mode);
    int error = inject_error();
    bool applies = (error != EAGAIN || !regular) && (error != FAULT_SHORT || size > 1);
    return inject_if(call, inject_name_of(fd), applies);
}

ssize_t read(int fd, void *bytes, size_t size)
{
    int error = fault_of_transfer(FAULT_read, fd, size);
    return error > 0 ? -1 : NEXT(read)(fd, bytes, error == FAULT_SHORT ? cut(size) : size);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t offset)
{
    int error = fault_of_transfer(FAULT_pread, fd, size);
    return error > 0 ? -1 : NEXT(pread)(fd, bytes, error == FAULT_SHORT ? cut(size) : size, offset);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    int error = fault_of_transfer(FAULT_write, fd, size);
    return error > 0 ? -1 : NEXT(write)(fd, bytes, error == FAULT_SHORT ? cut(size) : size);
}

/* The test's files need not outlive the machine. */
int fsync(int fd)
{
    return inject(FAULT_fsync, inject_name_of(fd)) ? -1 : 0;
}

int fchmod(int fd, mode_t mode)
{
    return inject(FAULT_fchmod, inject_name_of(fd)) ? -1 : NEXT(fchmod)(fd, mode);
}

int fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    bool duplicates = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
    if (inject_if(FAULT_fcntl, inject_name_of(fd), duplicates == (inject_error() == EMFILE)))
        return -1;
    int result = NEXT(fcntl)(fd, command, argument);
    if (duplicates)
        inject_name(result, inject_name_of(fd));
    return result;
}

/* It answers with the error itself. */
int posix_fadvise(int fd, off_t from, off_t length, int advice)
{
    int error = inject(FAULT_posix_fadvise, inject_name_of(fd));
    return error ? error : NEXT(posix_fadvise)(fd, from, length, advice);
}

int flock(int fd, int operation)
{
    return inject(FAULT_flock, inject_name_of(fd)) ? -1 : NEXT(flock)(fd, operation);
}

int stat(const char *path, struct stat *status)
{
    return inject(FAULT_stat, path) ? -1 : NEXT(stat)(in_scene(path), status);
}

int lstat(const char *path, struct stat *status)
{
    return inject(FAULT_lstat, path) ? -1 : NEXT(lstat)(path, status);
}

int fstat(int fd, struct stat *status)
{
    return inject(FAULT_fstat, inject_name_of(fd)) ? -1 : NEXT(fstat)(fd, status);
}

int fstatat(int directory, const char *path, struct stat *status, int flags)
{
    return inject(FAULT_fstatat, path) ? -1 : NEXT(fstatat)(directory, path, status, flags);
}

int statvfs(const char *path, struct statvfs *status)
{
    return inject(FAULT_statvfs, path) ? -1 : NEXT(statvfs)(path, status);
}

int fstatvfs(int fd, struct statvfs *status)
{
    return inject(FAULT_fstatvfs, inject_name_of(fd)) ? -1 : NEXT(fstatvfs)(fd, status);
}

ssize_t readlink(const char *path, char *target, size_t size)
{
    return inject(FAULT_readlink, path) ? -1 : NEXT(readlink)(path, target, size);
}

int access(const char *path, int mode)
{
    return inject(FAULT_access, path) ? -1 : NEXT(access)(path, mode);
}

int faccessat(int directory, const char *path, int mode, int flags)
{
    return inject(FAULT_faccessat, path) ? -1 : NEXT(faccessat)(directory, path, mode, flags);
}

int mkdir(const char *path, mode_t mode)
{
    return inject(FAULT_mkdir, path) ? -1 : NEXT(mkdir)(in_scene(path), mode);
}

int renameat(int old_directory, const char *old, int new_directory, const char *new)
{
    return inject(FAULT_renameat, new) ? -1
                                       : NEXT(renameat)(old_directory, old, new_directory, new);
}

int unlink(const char *path)
{
    return inject(FAULT_unlink, path) ? -1 : NEXT(unlink)(path);
}

int unlinkat(int directory, const char *path, int flags)
{
    return inject(FAULT_unlinkat, path) ? -1 : NEXT(unlinkat)(directory, path, flags);
}

char *getcwd(char *path, size_t size)
{
    return inject(FAULT_getcwd, NULL) ? NULL : NEXT(getcwd)(path, size);
}

char *realpath(const char *path, char *resolved)
{
    return inject(FAULT_realpath, path) ? NULL : NEXT(realpath)(path, resolved);
}
