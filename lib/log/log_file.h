/*
 * A log as bytes at offsets, read through windows of a fixed size with pread(2): not mapped, so
 * that a log that is cut while it is read ends instead of killing the reader. The size is the one
 * at the time of opening; what is written later is for the next check.
 */
#ifndef CHECK_CLAUDE_LOG_FILE_H
#define CHECK_CLAUDE_LOG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Small enough to stay in a processor's second cache while it is searched. */
#ifndef LOG_WINDOW /* tests read through smaller ones */
#define LOG_WINDOW ((size_t)192 * 1024)
#endif
/* A small log is read through as much of a window as this part of it: memory that is touched for
 * the first time costs more than reading once more. */
#define LOG_WINDOW_SHARE 32
/* A longer line is taken for plain text. */
#define LOG_LINE_MAX ((uint64_t)64 << 20)

struct log_file {
    int fd;
    uint64_t size;
    int error;           /* errno of a failed read; everything behind it counts as absent */
    bool cut;            /* it was shorter than its size says: somebody truncated it */
    uint64_t bytes_read; /* how much was read in all */
};

/* One view of a log. Several may be open on the same one; each owns its buffer. */
struct log_window {
    struct log_file *log;
    const struct log_window *peer; /* another view whose bytes may be used too; NULL for none */
    unsigned char *bytes;          /* LOG_WINDOW of them; half of that to look around */
    size_t size;                   /* so many of them are used */
    uint64_t offset;
    size_t length;
};

/*
 * Begin a view. What `peer` has at hand is not read again; it must not move while bytes got through
 * this view are in use. False when there is no memory; log_window_close() is fine in any case.
 */
bool log_window_open(struct log_window *window, struct log_file *log,
                     const struct log_window *peer);
void log_window_close(struct log_window *window);

/* The two views that a search takes, peers of each other's, for one log after the other. */
struct log_views {
    struct log_window forward; /* for what is read in order */
    struct log_window around;  /* for looking around a place found in it */
};

/* False when there is no memory; log_views_close() is fine in any case. */
bool log_views_open(struct log_views *views);
/* Begin with a log: there is nothing at hand. */
void log_views_start(struct log_views *views, struct log_file *log);
void log_views_close(struct log_views *views);

/* The log will be read from its start to its end: what comes next may be fetched early. */
void log_will_be_read(const struct log_file *log);

/*
 * The bytes from `offset` on that are at hand, at least one; *ret_length of them. NULL at the log's
 * end. Valid until the next call on this window or its peer.
 */
const unsigned char *log_bytes(struct log_window *window, uint64_t offset, size_t *ret_length);

/*
 * The bytes before `end` that are at hand, at least one if end > 0; *ret_length of them, the last
 * one at end - 1. NULL at the log's start, and where nothing can be read.
 */
const unsigned char *log_bytes_before(struct log_window *window, uint64_t end, size_t *ret_length);

/*
 * The start of the line that `offset` is in: behind the last line feed before it. Not further back
 * than `floor`, which is returned when no line feed is found above it.
 */
uint64_t log_line_start(struct log_window *window, uint64_t offset, uint64_t floor);

/* The number of line feeds in [from, to). */
uint64_t log_count_lines(struct log_window *window, uint64_t from, uint64_t to);

#endif
