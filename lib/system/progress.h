/*
 * One line on the terminal for a person who waits. It appears after two seconds and says what the
 * plugin does. It is written again every half second, and the output erases it.
 *
 *     struct progress progress;
 *     progress_start(&progress, "check_claude_runlog", terminal.can_rewrite);
 *     progress_bytes(&progress, read, size);      "check_claude_runlog: 3.2 of 10.0 GB, 32 %"
 *     output_report(...);                         and it is gone
 *
 * Nothing is written if stdout is no terminal. The struct must not move from the start until the
 * output, because deadline_erase() keeps a pointer into it. All functions but progress_start()
 * accept NULL and do nothing then.
 */
#ifndef CHECK_CLAUDE_PROGRESS_H
#define CHECK_CLAUDE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_COLUMNS 79 /* of the line; less on a narrow terminal */

struct progress {
    const char *program;              /* NULL: nothing is shown */
    int64_t start_us;                 /* on the monotonic clock */
    int64_t next_us;                  /* when the line is due */
    size_t columns;                   /* of the line at most */
    size_t log, logs;                 /* which one of how many */
    char erase[PROGRESS_COLUMNS + 3]; /* the bytes that erase the line; "" while there is none */
};

/* Begin. With `shown` false, and without a clock, nothing will be written. */
void progress_start(struct progress *progress, const char *program, bool shown);

/* progress_bytes() is about log number `log`, counted from 1, of `logs`. */
void progress_log(struct progress *progress, size_t log, size_t logs);

/* So many bytes of the log are done. */
void progress_bytes(struct progress *progress, uint64_t done, uint64_t total);

/* So many of `total` things are done: "1200 of 10000 agents". */
void progress_count(struct progress *progress, size_t done, size_t total, const char *things);

/*
 * The step of deadline_step() goes on, and its progress is not known. Returns the time on the
 * monotonic clock for the next call; INT64_MAX for never.
 */
int64_t progress_wait(struct progress *progress);

#endif
