/*
 * Logs whose lines are kept inside another format are turned into plain bytes before anything looks
 * at them: JSON records of loggers (wrapper.h), lines that Kubernetes cut into parts, UTF-16,
 * coloured JSON, JSON spread over lines with a time before each.
 *
 *     struct unwrap unwrap;
 *     error = unwrap_open(fd, size, &unwrap);
 *     ... read unwrap.fd, unwrap.size bytes ...
 *     line = unwrap_line(&unwrap, line);
 *     unwrap_close(&unwrap);
 *
 * What a log is made of is told by its first and last lines, so that a log that needs nothing costs
 * no more than these. What is taken out goes to a file without a name; memory stays bounded, by one
 * line of 64 MiB. One format may stand inside another (UTF-16 or CRI around JSON records).
 *
 * Evidence is safe: a log in which an event of the CLI stands by itself, in whatever line, is no
 * such log, and is read as it is. So an event that a tool prints or a model writes, which stands in
 * a string of an event, never gets out of it. Nor does what stands in a few lines of a text: half
 * of the lines must be records, or a record with a prefix must hold events or what a command
 * printed (Ansible).
 */
#ifndef CHECK_CLAUDE_LOG_UNWRAP_H
#define CHECK_CLAUDE_LOG_UNWRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNWRAP_LAYERS 4

enum unwrap_kind {
    UNWRAP_NOTHING,
    UNWRAP_UTF16,
    UNWRAP_CRI,     /* a time, the stream, P or F and a part of a line */
    UNWRAP_COLOUR,  /* escape sequences between the tokens of JSON */
    UNWRAP_RECORDS, /* a JSON object of a logger in each line */
    UNWRAP_MEMBERS, /* such objects spread over lines, a member in each */
    UNWRAP_PREFIX   /* a prefix in each line of a value that is spread over lines */
};

struct unwrap_layer {
    enum unwrap_kind kind;
    int fd; /* what it is read from */
    uint64_t size;
    bool is_big_endian; /* of UNWRAP_UTF16 */
    size_t prefix, gap; /* of UNWRAP_PREFIX: so many parts and blanks stand before the value */
    bool has_feeds;     /* of UNWRAP_RECORDS: a text that does not end its line goes on */
};

struct unwrap {
    int fd; /* to be read; the caller's own where nothing was to be done */
    uint64_t size;
    bool holds_foreign; /* events of the CLI stand in it in a way that cannot be read */
    /* private */
    size_t count;
    struct unwrap_layer layers[UNWRAP_LAYERS];
};

/*
 * Unwrap the log of `size` bytes that is open as `fd`, which stays the caller's. Returns 0; ENOMEM,
 * ETIMEDOUT at the plugin's deadline, or the errno of reading the log or of writing the file
 * (ENOSPC): then there is nothing to be closed.
 */
int unwrap_open(int fd, uint64_t size, struct unwrap *ret);

/*
 * The line of the log that a line of what was unwrapped comes from, both counted from 1; 0 for 0,
 * and where it cannot be found before the deadline. Reads the log up to there once more.
 */
uint64_t unwrap_line(const struct unwrap *unwrap, uint64_t line);

void unwrap_close(struct unwrap *unwrap);

#endif
