/*
 * Child processes under a deadline: an argument vector and no shell, each in a process group of its
 * own, stdin from /dev/null, default signals, stdout and stderr captured up to a cap and drained
 * past it. When a child ends, or its time is up (SIGTERM, 200 ms, SIGKILL), its whole group goes,
 * and so does what left the group but descends from it (Linux). Nobody keeps our descriptors.
 */
#ifndef CHECK_CLAUDE_PROCESS_H
#define CHECK_CLAUDE_PROCESS_H

#include "base/text.h"
#include "system/deadline.h"
#include "system/progress.h"

#include <stddef.h>
#include <stdint.h>

/* Children that run side by side; more wait their turn. */
#define PROCESS_PARALLEL DEADLINE_GROUPS

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

/* Run `count` requests to their ends, side by side; results[i] belongs to requests[i]. */
void process_run(const struct process_request *requests, struct process_result *results,
                 size_t count);

/* Give back what a result holds. */
void process_result_free(struct process_result *result);

#endif
