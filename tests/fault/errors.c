#include "driver.h"

#include <errno.h>
#include <string.h>

#define RETURN(...)                                                                                \
    do {                                                                                           \
        static const struct fault_error list[] = {__VA_ARGS__, {0, false}};                        \
        return list;                                                                               \
    } while (0)
#define FAILS(error)                                                                               \
    {                                                                                              \
        error, false                                                                               \
    }
#define PASSES(error)                                                                              \
    {                                                                                              \
        error, true                                                                                \
    }

/*
 * As the manual pages of Linux name them; of those that mean the same to us, one. ESTALE stands for
 * all that a disk, or another machine's, has besides EIO (ENOTCONN, EHOSTDOWN, EUCLEAN, ...), and
 * EMFILE for ENFILE: what tells them apart is file_error_tells_nothing() alone, and its unit test
 * has them all. ETIMEDOUT is the deadline's word, too.
 */
#define DENY  FAILS(EACCES), FAILS(EPERM), FAILS(ELOOP), FAILS(ENOTDIR)
#define LOOKS DENY, FAILS(EIO), FAILS(ESTALE), FAILS(ENOMEM)
#define LISTS LOOKS, FAILS(EMFILE), FAILS(EINTR), FAILS(EAGAIN)
#define OPENS LOOKS, FAILS(EMFILE), PASSES(EINTR), FAILS(EAGAIN)
#define ROOM  FAILS(ENOSPC), FAILS(EROFS)

const struct fault_error *fault_errors(enum fault_call call)
{
    static const struct fault_error none = {0, false};
    switch (call) {
    case FAULT_malloc:
    case FAULT_calloc:
    case FAULT_realloc:
    case FAULT_aligned_alloc:
    case FAULT_fdopendir:
    case FAULT_sigaltstack: RETURN(FAILS(ENOMEM));
    case FAULT_open:
    case FAULT_openat: RETURN(OPENS, ROOM);
    case FAULT_mkostemp: RETURN(LISTS, ROOM);
    case FAULT_opendir:
    case FAULT_scandir: RETURN(LISTS);
    case FAULT_close: RETURN(FAILS(EIO), FAILS(EINTR), FAILS(ENOSPC));
    case FAULT_read:
        RETURN(FAILS(EIO), FAILS(ESTALE), FAILS(ETIMEDOUT), PASSES(EINTR), PASSES(EAGAIN),
               PASSES(FAULT_SHORT));
    case FAULT_pread:
        RETURN(FAILS(EIO), FAILS(ESTALE), FAILS(ETIMEDOUT), FAILS(ENOMEM), PASSES(EINTR),
               PASSES(FAULT_SHORT));
    case FAULT_write:
        RETURN(FAILS(EIO), FAILS(ESTALE), FAILS(ENOSPC), FAILS(EFBIG), FAILS(EPIPE), PASSES(EINTR),
               PASSES(EAGAIN), PASSES(FAULT_SHORT));
    case FAULT_fsync: RETURN(FAILS(EIO), FAILS(ENOSPC), FAILS(EROFS), FAILS(EINVAL));
    case FAULT_fchmod: RETURN(FAILS(EPERM), FAILS(EIO), FAILS(EROFS));
    case FAULT_fcntl: RETURN(FAILS(EMFILE), FAILS(EINVAL));
    case FAULT_flock: RETURN(FAILS(ENOLCK), FAILS(EIO), PASSES(EINTR), PASSES(EWOULDBLOCK));
    case FAULT_stat:
    case FAULT_lstat:
    case FAULT_fstatat:
    case FAULT_access:
    case FAULT_faccessat: RETURN(LOOKS);
    case FAULT_fstat:
    case FAULT_fstatvfs:
    case FAULT_statvfs: RETURN(FAILS(EIO), FAILS(ENOMEM), FAILS(EOVERFLOW), FAILS(ESTALE));
    case FAULT_mkdir: RETURN(FAILS(EACCES), FAILS(EIO), FAILS(EMLINK), ROOM);
    case FAULT_renameat: RETURN(FAILS(EACCES), FAILS(EIO), FAILS(EXDEV), FAILS(ESTALE), ROOM);
    case FAULT_unlink:
    case FAULT_unlinkat: RETURN(FAILS(EACCES), FAILS(EIO), FAILS(EROFS), FAILS(EBUSY));
    case FAULT_readdir: RETURN(FAILS(EIO), FAILS(ESTALE), FAILS(ENOMEM), FAILS(ENOENT));
    case FAULT_getcwd: RETURN(FAILS(ENOENT), FAILS(EACCES), FAILS(ENOMEM));
    case FAULT_readlink:
    case FAULT_realpath: RETURN(LOOKS);
    case FAULT_setgroups:
    case FAULT_setegid:
    case FAULT_seteuid: RETURN(FAILS(EPERM), FAILS(EAGAIN), FAILS(ENOMEM));
    case FAULT_getpwuid:
        RETURN(FAILS(EIO), FAILS(EINTR), FAILS(EMFILE), FAILS(ENOMEM), FAILS(ETIMEDOUT));
    case FAULT_getgrouplist: RETURN(FAILS(ENOMEM));
    case FAULT_pipe: RETURN(FAILS(EMFILE), FAILS(ENFILE));
    case FAULT_mmap: RETURN(FAILS(ENOMEM), FAILS(EAGAIN));
    case FAULT_fork: RETURN(FAILS(EAGAIN), FAILS(ENOMEM), FAILS(ENOSYS));
    case FAULT_setpgid: RETURN(FAILS(EACCES), FAILS(ESRCH), FAILS(EPERM));
    case FAULT_child_dup2: RETURN(FAILS(EMFILE), FAILS(EBADF));
    case FAULT_child_open: RETURN(LISTS);
    case FAULT_child_execve:
        RETURN(FAILS(EACCES), FAILS(E2BIG), FAILS(ENOEXEC), FAILS(EIO), FAILS(ENOMEM),
               FAILS(EAGAIN), FAILS(EMFILE), FAILS(ENFILE), FAILS(ETXTBSY), FAILS(EPERM),
               FAILS(ELOOP));
    case FAULT_poll:
    case FAULT_ppoll: RETURN(FAILS(ENOMEM), FAILS(EINVAL), PASSES(EINTR));
    case FAULT_waitid: RETURN(FAILS(ECHILD), PASSES(EINTR));
    case FAULT_waitpid: RETURN(FAILS(ECHILD), PASSES(EINTR));
    case FAULT_timer_create: RETURN(FAILS(EAGAIN), FAILS(ENOMEM));
    case FAULT_setrlimit: RETURN(FAILS(EPERM));
    case FAULT_close_range: RETURN(FAILS(ENOSYS), FAILS(EMFILE));
    case FAULT_kill: RETURN(FAILS(EPERM), FAILS(ESRCH));
    case FAULT_isatty:
    case FAULT_ioctl: RETURN(FAILS(ENOTTY), FAILS(EIO));
    case FAULT_posix_fadvise: RETURN(FAILS(EINVAL), FAILS(ESPIPE));
    case FAULT_getgroups:
    case FAULT_clock_gettime:
    case FAULT_time:
    case FAULT_setitimer:
    case FAULT_timer_settime:
    case FAULT_sigaction:
    case FAULT_prctl: RETURN(FAILS(EINVAL));
    case FAULT_CALL_COUNT: break;
    }
    return &none;
}

const char *fault_call_name(enum fault_call call)
{
    static const char *const names[] = {
#define NAME(name) #name,
        FAULT_CALLS(NAME)
#undef NAME
    };
    return call < FAULT_CALL_COUNT ? names[call] : "none";
}

const char *fault_error_name(int error)
{
    return error == FAULT_SHORT ? "one byte" : strerrorname_np(error);
}
