/*
 * The lines of a file from one place to another, read in order, whatever their length.
 *
 *     struct line_reader reader;
 *     line_reader_start(&reader, fd, 0, size);
 *     while (line_reader_next(&reader, &line, &length, &feed)) ...
 *     error = reader.error;
 *     line_reader_free(&reader);
 */
#ifndef CHECK_CLAUDE_LOG_LINE_READER_H
#define CHECK_CLAUDE_LOG_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A longer line comes in pieces. */
#define LINE_READER_MAX ((size_t)64 << 20)

struct line_reader {
    int fd;
    uint64_t at, end; /* what is still to be read */
    char *bytes;
    size_t capacity, begin, filled;
    size_t searched; /* no line feed stands before it */
    int error;       /* ENOMEM, ETIMEDOUT at the plugin's deadline, or the errno of reading */
};

void line_reader_start(struct line_reader *reader, int fd, uint64_t from, uint64_t end);

/*
 * The next line, without its line feed; *ret_feed says whether it has one: the last line may not,
 * nor a piece. False at the end and on an error. Valid until the next call.
 */
bool line_reader_next(struct line_reader *reader, const char **ret_line, size_t *ret_length,
                      bool *ret_feed);

void line_reader_free(struct line_reader *reader);

#endif
