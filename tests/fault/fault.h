/*
 * Fault injection, the part that both sides share: a file that the driver maps, and inject.so in
 * the plugin under test. The driver writes which call is to fail; inject.so writes what happened.
 */
#ifndef CHECK_CLAUDE_FAULT_H
#define CHECK_CLAUDE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The environment variable that holds the path of the shared file. */
#define FAULT_VARIABLE "CHECK_CLAUDE_FAULT"

/* A socket by which the driver asks for runs, and is told how they ended: inject_serve(). */
#define FAULT_SOCKET 100

/*
 * Every call of the plugins, and of json-c for them, that can fail; child_: in a child of theirs
 * before it has become another program. Left out are those that fail only for arguments that are
 * wrong in themselves (sigemptyset, sigprocmask, getpid, ...).
 */
/* clang-format off */
#define FAULT_CALLS(X) \
    X(malloc) X(calloc) X(realloc) X(aligned_alloc) X(open) X(openat) X(mkostemp) X(close) \
    X(read) X(pread) X(write) X(fsync) X(fchmod) X(fcntl) X(flock) X(stat) X(lstat) X(fstat) \
    X(fstatat) X(statvfs) X(fstatvfs) X(readlink) X(access) X(faccessat) X(mkdir) X(renameat) X(unlink) X(unlinkat) \
    X(opendir) X(fdopendir) X(readdir) X(scandir) X(getcwd) X(realpath) X(getpwuid) \
    X(getgrouplist) X(getgroups) X(setgroups) X(setegid) X(seteuid) X(mmap) X(pipe) X(fork) X(setpgid) X(child_dup2) X(child_open) \
    X(child_execve) X(poll) X(ppoll) X(waitid) X(waitpid) X(clock_gettime) X(time) X(setitimer) \
    X(timer_create) X(timer_settime) X(setrlimit) X(sigaction) X(sigaltstack) X(prctl) \
    X(close_range) X(kill) X(isatty) X(ioctl) X(posix_fadvise)
/* clang-format on */

enum fault_call {
#define FAULT_ENUM(name) FAULT_##name,
    FAULT_CALLS(FAULT_ENUM)
#undef FAULT_ENUM
        FAULT_CALL_COUNT,
    FAULT_NO_CALL = FAULT_CALL_COUNT
};

/* In place of an errno value: read or write one byte only, or again and again a part. */
#define FAULT_SHORT (-1)

#define FAULT_FRAMES 40
#define FAULT_PATH   256
#define FAULT_LEAKS  8

/* Where in the plugin something happened. */
struct fault_place {
    char library_function[64];     /* the C library's or json-c's that did it, if it has a name */
    uint64_t frames[FAULT_FRAMES]; /* addresses in the plugin's file, the innermost first */
    unsigned count;
};

struct fault {
    /* from the driver */
    bool keeps_places;    /* fill in fault_shared.places */
    enum fault_call call; /* FAULT_NO_CALL: only count */
    unsigned nth;         /* which of these calls, from 1 */
    bool on;              /* and all that follow; what is refused for ever, for one file only */
    int error;            /* an errno value or FAULT_SHORT */
    unsigned traced[FAULT_LEAKS]; /* numbers of allocations to be told of in leaks[]; 0: none */

    /* from inject.so */
    pid_t pid;                        /* of the plugin */
    unsigned count[FAULT_CALL_COUNT]; /* how often each was called */
    unsigned injected;
    char path[FAULT_PATH]; /* what the first faulty call was about, as far as it is known */
    struct fault_place place, leaks[FAULT_LEAKS];
    bool ended;      /* it came to its exit() */
    unsigned leaked; /* allocations that were not given back; those of getpwuid() apart */
    unsigned leaked_numbers[FAULT_LEAKS]; /* of some of them, the earliest first */
    unsigned open_descriptors;            /* above 2, at the end */
};

#define FAULT_PLACES 256

/* The file. */
struct fault_shared {
    struct fault fault;
    uint64_t places[FAULT_CALL_COUNT][FAULT_PLACES]; /* where each call came from, by hashes */
};

#endif
