/*
 * Logs for the tests of what reads them: files without a name, made from bytes or piece by piece.
 *
 *     struct made_log log = made_log_new();
 *     made_log_add(&log, "plain text\n");
 *     made_log_fill(&log, 'x', 1000);
 *     ... made_log_file(&log) ...
 *     made_log_close(&log);
 */
#ifndef CHECK_CLAUDE_TESTS_MADE_LOG_H
#define CHECK_CLAUDE_TESTS_MADE_LOG_H

#include "log/log_file.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct made_log {
    FILE *stream;
};

static inline struct made_log made_log_new(void)
{
    struct made_log log = {tmpfile()};
    ck_assert_msg(log.stream != NULL, "tmpfile");
    return log;
}

static inline void made_log_add_bytes(struct made_log *log, const void *bytes, size_t length)
{
    if (fwrite(bytes, 1, length, log->stream) != length) /* each ck_assert costs a write(2) */
        ck_abort_msg("fwrite");
}

static inline void made_log_add(struct made_log *log, const char *text)
{
    made_log_add_bytes(log, text, strlen(text));
}

/* The same byte over and over. */
static inline void made_log_fill(struct made_log *log, char byte, size_t length)
{
    char piece[4096];
    memset(piece, byte, sizeof piece);
    for (size_t n; length > 0; length -= n) {
        n = length < sizeof piece ? length : sizeof piece;
        made_log_add_bytes(log, piece, n);
    }
}

/* Lines of plain text, `length` bytes of them, the last one ended too. */
static inline void made_log_add_lines(struct made_log *log, size_t length)
{
    static const char line[] = "plain words of some wrapper, one line of them after the other\n";
    for (; length >= 2 * (sizeof line - 1); length -= sizeof line - 1)
        made_log_add(log, line);
    if (length > 0) {
        made_log_fill(log, '.', length - 1);
        made_log_add(log, "\n");
    }
}

/* What the library reads. The descriptor stays with the made log. */
static inline struct log_file made_log_file(struct made_log *log)
{
    ck_assert_int_eq(fflush(log->stream), 0);
    int fd = fileno(log->stream);
    return (struct log_file){.fd = fd, .size = (uint64_t)lseek(fd, 0, SEEK_END)};
}

static inline void made_log_close(struct made_log *log)
{
    fclose(log->stream);
}

#endif
