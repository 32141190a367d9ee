/*
 * One running child process. process.h runs several of them to their ends; this is its lower half.
 *
 *     child_start(&child, &request, start_error, &result);
 *     while (!child.done)
 *         wait for child.pipes, then: wanted = child_attend(&child);
 *
 * posix_spawn() waits until the kernel executes the program, and cannot be interrupted: the owner
 * of a binary can hold it up for as long as he likes, by a lease on the file (fcntl(2), F_SETLEASE)
 * or a file system of his own. Here only the child is held up, and a deadline can end the child.
 */
#ifndef CHECK_CLAUDE_CHILD_H
#define CHECK_CLAUDE_CHILD_H

#include "base/text.h"
#include "system/progress.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process_request {
    const char *path;          /* executed as it is, no search */
    char *const *arguments;    /* NULL-terminated, arguments[0] included */
    char *const *environment;  /* NULL-terminated */
    int64_t timeout;           /* milliseconds from its start */
    size_t capture;            /* bytes kept of stdout, and of stderr */
    struct progress *progress; /* shown while it runs; NULL for nobody who waits */
};

enum process_outcome {
    PROCESS_EXITED,      /* code: the exit status */
    PROCESS_KILLED,      /* code: the signal it died by, none of ours */
    PROCESS_TIMED_OUT,   /* code: 0 */
    PROCESS_NOT_STARTED, /* code: the errno with which the kernel refused to execute it */
    PROCESS_FAILED       /* code: an errno of our own: no descriptor, no memory, no process left */
};

struct process_result {
    enum process_outcome outcome;
    int code;
    int64_t elapsed_us;
    struct text out, err; /* as the child wrote them, any bytes */
};

struct child {
    pid_t pid;
    int pipes[2];     /* reading ends of its stdout and stderr; -1 once closed */
    int64_t start_us; /* monotonic, as the next one */
    int64_t end_us;   /* when it gets the next signal */
    bool terminated;  /* it has got its SIGTERM */
    bool done;
    int error;                 /* errno of reading what it printed, or of waiting for it */
    volatile int *start_error; /* why it could not be executed; 0 where it was */
    struct process_result *result;
};

/*
 * Memory for the errno values of `count` children that cannot start. A value is 0 before, and after
 * the child runs. NULL with errno on failure. Call child_free_errors() after the children ended.
 */
volatile int *child_new_errors(size_t count);
void child_free_errors(volatile int *errors, size_t count);

/*
 * Start the program: in a process group of its own, stdin from /dev/null, default signals, and
 * killed when this process dies (Linux). `start_error` is one of child_new_errors(). Always fills
 * *child and *result; when there is no new process, child->done is set and the result says why.
 */
void child_start(struct child *child, const struct process_request *request,
                 volatile int *start_error, struct process_result *result);

/*
 * Look at a running child once: keep its output, send a signal that is due, notice its end. Returns
 * the time on the monotonic clock by which this must be called again.
 */
int64_t child_attend(struct child *child);

#endif
