#include "log/log_file.h"

#include "made_log.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>

/* Byte i of the log that most tests read: lines of 1 to 40 bytes. */
static unsigned char byte_at(uint64_t i)
{
    uint64_t phase = i % 820; /* 1 + 2 + ... + 40 */
    for (uint64_t line = 1; line <= 40; phase -= line, line++)
        if (phase < line)
            return phase == line - 1 ? '\n' : (unsigned char)('a' + (i / 820 + phase) % 26);
    return 0;
}

#define SIZE (3 * LOG_WINDOW + 777)

static struct made_log lines_log(void)
{
    static unsigned char bytes[SIZE];
    struct made_log log = made_log_new();
    for (uint64_t i = 0; i < SIZE; i++)
        bytes[i] = byte_at(i);
    made_log_add_bytes(&log, bytes, SIZE);
    return log;
}

static void open_window(struct log_window *window, struct log_file *file,
                        const struct log_window *peer)
{
    ck_assert(log_window_open(window, file, peer));
}

START_TEST(reads_at_any_offset)
{
    struct made_log log = lines_log();
    struct log_file file = made_log_file(&log);
    struct log_window window;
    open_window(&window, &file, NULL);
    for (uint64_t at = 0; at < SIZE; at += at % 4099 == 0 ? 1 : 4098) {
        size_t length = 0;
        const unsigned char *bytes = log_bytes(&window, at, &length);
        ck_assert_msg(bytes && length > 0 && at + length <= SIZE, "at %llu",
                      (unsigned long long)at);
        ck_assert_uint_eq(bytes[0], byte_at(at));
        ck_assert_uint_eq(bytes[length - 1], byte_at(at + length - 1));
    }
    for (uint64_t end = SIZE; end > 4099; end -= end % 2 ? 1 : 4098) {
        size_t length = 0;
        const unsigned char *bytes = log_bytes_before(&window, end, &length);
        ck_assert_msg(bytes && length > 0 && length <= end, "before %llu", (unsigned long long)end);
        ck_assert_uint_eq(bytes[length - 1], byte_at(end - 1));
        ck_assert_uint_eq(bytes[0], byte_at(end - length));
    }
    size_t length = 99;
    ck_assert_ptr_null(log_bytes(&window, SIZE, &length));
    ck_assert_ptr_null(log_bytes(&window, UINT64_MAX / 2, &length));
    ck_assert_ptr_null(log_bytes_before(&window, 0, &length));
    ck_assert_ptr_null(log_bytes_before(&window, SIZE + LOG_WINDOW, &length));
    ck_assert(!file.cut);
    ck_assert_int_eq(file.error, 0);
    log_window_close(&window);
    made_log_close(&log);
}
END_TEST

/* Every start, end and floor near the borders of windows. */
START_TEST(finds_the_start_of_a_line)
{
    struct made_log log = lines_log();
    struct log_file file = made_log_file(&log);
    struct log_window window;
    open_window(&window, &file, NULL);
    static const uint64_t around[] = {60, LOG_WINDOW / 2, LOG_WINDOW, 2 * LOG_WINDOW, SIZE - 60};
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
        for (uint64_t at = around[i] - 21; at <= around[i] + 21; at++) {
            uint64_t wanted = at;
            while (wanted > 0 && byte_at(wanted - 1) != '\n')
                wanted--;
            uint64_t got = log_line_start(&window, at, 0);
            ck_assert_msg(got == wanted, "at %llu: %llu", (unsigned long long)at,
                          (unsigned long long)got);
            ck_assert_uint_eq(log_line_start(&window, at, at), at);
            uint64_t floor = at > 3 ? at - 3 : 0;
            ck_assert_uint_eq(log_line_start(&window, at, floor), wanted > floor ? wanted : floor);
        }
    }
    log_window_close(&window);
    made_log_close(&log);
}
END_TEST

START_TEST(finds_the_start_of_a_long_line)
{
    struct made_log log = made_log_new();
    made_log_add(&log, "first\n");
    made_log_fill(&log, 'x', SIZE);
    struct log_file file = made_log_file(&log);
    struct log_window window;
    open_window(&window, &file, NULL);
    ck_assert_uint_eq(log_line_start(&window, SIZE + 6, 0), 6);
    ck_assert_uint_lt(file.bytes_read, SIZE + SIZE / 2); /* hardly a byte twice */
    ck_assert_uint_eq(log_line_start(&window, SIZE + 6, 5), 6);
    ck_assert_uint_eq(log_line_start(&window, SIZE + 6, 1000), 1000);
    ck_assert_uint_eq(log_line_start(&window, 6, 0), 6);
    ck_assert_uint_eq(log_line_start(&window, 5, 0), 0);
    log_window_close(&window);
    made_log_close(&log);
}
END_TEST

START_TEST(counts_lines)
{
    struct made_log log = lines_log();
    struct log_file file = made_log_file(&log);
    struct log_window window;
    open_window(&window, &file, NULL);
    uint64_t wanted = 0;
    for (uint64_t to = 0; to <= SIZE; to++) {
        if (to % 65521 == 0 || to == SIZE)
            ck_assert_uint_eq(log_count_lines(&window, 0, to), wanted);
        wanted += to < SIZE && byte_at(to) == '\n';
    }
    ck_assert_uint_eq(log_count_lines(&window, 7, 7), 0);
    ck_assert_uint_eq(log_count_lines(&window, 0, 1), 1);
    ck_assert_uint_eq(log_count_lines(&window, SIZE, SIZE + 100), 0);
    log_window_close(&window);
    made_log_close(&log);
}
END_TEST

/* What one view has at hand, the other does not read again. */
START_TEST(shares_what_a_peer_has)
{
    struct made_log log = lines_log();
    struct log_file file = made_log_file(&log);
    struct log_window one, other;
    open_window(&one, &file, NULL);
    open_window(&other, &file, &one);
    size_t length;
    log_bytes(&one, 0, &length);
    ck_assert_uint_eq(file.bytes_read, LOG_WINDOW);
    ck_assert_ptr_nonnull(log_bytes(&other, 100, &length));
    ck_assert_uint_eq(log_line_start(&other, LOG_WINDOW - 1, 0),
                      log_line_start(&one, LOG_WINDOW - 1, 0));
    ck_assert_uint_eq(file.bytes_read, LOG_WINDOW);
    ck_assert_ptr_nonnull(log_bytes(&other, LOG_WINDOW, &length));
    ck_assert_uint_gt(file.bytes_read, LOG_WINDOW);
    log_window_close(&other);
    log_window_close(&one);
    made_log_close(&log);
}
END_TEST

/* A log that is shorter than it was when it was opened ends there. */
START_TEST(ends_where_a_log_is_cut)
{
    struct made_log log = lines_log();
    struct log_file file = made_log_file(&log);
    struct log_window window;
    open_window(&window, &file, NULL);
    const uint64_t left = 2 * LOG_WINDOW + 10;
    ck_assert_int_eq(ftruncate(file.fd, (off_t)left), 0);
    size_t length = 0;
    ck_assert_ptr_nonnull(log_bytes(&window, left - 5, &length));
    ck_assert_uint_eq(length, 5);
    ck_assert(file.cut);
    ck_assert_uint_eq(file.size, left);
    ck_assert_ptr_null(log_bytes(&window, left, &length));
    ck_assert_int_eq(file.error, 0);
    log_window_close(&window);

    file = made_log_file(&log);
    open_window(&window, &file, NULL);
    ck_assert_int_eq(ftruncate(file.fd, 0), 0);
    ck_assert_ptr_null(log_bytes(&window, 5, &length));
    ck_assert_ptr_null(log_bytes_before(&window, left, &length));
    ck_assert_uint_eq(log_line_start(&window, left, 3), 3);
    ck_assert_uint_eq(log_count_lines(&window, 0, left), 0);
    ck_assert(file.cut);
    log_window_close(&window);
    made_log_close(&log);
}
END_TEST

/* What was written behind the size at the time of opening is for the next check. */
START_TEST(does_not_see_what_is_written_later)
{
    struct made_log log = made_log_new();
    made_log_add(&log, "before");
    struct log_file file = made_log_file(&log);
    made_log_add(&log, "later");
    made_log_file(&log);
    struct log_window window;
    open_window(&window, &file, NULL);
    size_t length;
    ck_assert_ptr_nonnull(log_bytes(&window, 0, &length));
    ck_assert_uint_eq(length, 6);
    ck_assert_ptr_null(log_bytes(&window, 6, &length));
    log_window_close(&window);
    made_log_close(&log);
}
END_TEST

START_TEST(keeps_the_error_of_a_failed_read)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct log_file file = {.fd = fd, .size = 100};
    struct log_window window;
    open_window(&window, &file, NULL);
    size_t length;
    ck_assert_ptr_null(log_bytes(&window, 0, &length));
    ck_assert_int_eq(file.error, EBADF);
    ck_assert_uint_eq(file.size, 0);
    ck_assert(!file.cut);
    log_window_close(&window);
    log_window_close(&window); /* is fine twice */
    close(fd);
}
END_TEST

SUITE_MAIN("log_file", reads_at_any_offset, finds_the_start_of_a_line,
           finds_the_start_of_a_long_line, counts_lines, shares_what_a_peer_has,
           ends_where_a_log_is_cut, does_not_see_what_is_written_later,
           keeps_the_error_of_a_failed_read)
