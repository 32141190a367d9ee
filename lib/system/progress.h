/*
 * One line on the terminal for a person who waits: what the plugin is at, once that takes longer
 * than two seconds. It is written again every half second; the output takes it away.
 *
 *     struct progress progress;
 *     progress_start(&progress, "check_claude_runlog", terminal.can_rewrite);
 *     progress_bytes(&progress, read, size);      "check_claude_runlog: 3.2 of 10.0 GB, 32 %"
 *     output_report(...);                         and it is gone
 *
 * Nothing is written where stdout is no terminal. From the start until the output is made the
 * struct must stay where it is: deadline_erase() was given a part of it. NULL is let pass
 * everywhere but at the start.
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
    char erase[PROGRESS_COLUMNS + 3]; /* what takes the line away; "" while there is none */
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
 * The step that deadline_step() named goes on, and nobody knows how far it is. Returns when, on the
 * monotonic clock, this wants to be called again; INT64_MAX for never.
 */
int64_t progress_wait(struct progress *progress);

#endif
