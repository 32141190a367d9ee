/*
 * A log that is cut while it is read: what is there afterwards counts, the new run, and not what is
 * left of the old one. The end-to-end tests look at the rest of this room.
 */
#include "runlog_read.h"

#include "log/marker_table.h"
#include "scratch.h"

#include <errno.h>
#include <sys/syscall.h>

#define NEW_RUN                                                                                    \
    "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"done\"}\n"

/* Takes the place of the log's content at the next read of it. Not static: with -D_FORTIFY_SOURCE
 * pread() is an inline function of the C library. */
const char *next_content;

/* In the place of the C library's. */
ssize_t pread(int fd, void *bytes, size_t length, off_t offset)
{
    if (next_content) {
        const int log = open("run.log", O_WRONLY | O_TRUNC);
        ck_assert_int_ge(log, 0);
        ck_assert_int_eq(write(log, next_content, strlen(next_content)),
                         (ssize_t)strlen(next_content));
        close(log);
        next_content = NULL;
    }
    return (ssize_t)syscall(SYS_pread64, fd, bytes, length, offset);
}

static void write_old_run(void)
{
    char *bytes = malloc(1 << 20);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 'x', 1 << 20);
    for (size_t i = 80; i < 1 << 20; i += 81)
        bytes[i] = '\n';
    bytes[(1 << 20) - 1] = '\0';
    scratch_write("run.log", bytes, 0600);
    free(bytes);
}

START_TEST(what_is_there_afterwards_counts)
{
    static const struct {
        const char *content;
        bool has_result;
    } rows[] = {{NEW_RUN, true}, {"", false}, {"a line\n" NEW_RUN, true}};
    struct runlog_options options = {0};
    struct progress progress = {0};
    struct log_views views;
    struct report report;
    struct marker_set *markers;
    ck_assert_int_eq(marker_table_set_new(NULL, 0, &markers), 0);
    ck_assert(log_views_open(&views));
    report_init(&report, &runlog_report, 1795000000000);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run_log log = {.path = "run.log"};
        scratch_enter();
        write_old_run();
        next_content = rows[i].content;
        const struct runlog_reading reading = {.options = &options,
                                               .markers = markers,
                                               .views = &views,
                                               .progress = &progress,
                                               .now = report.checked_at,
                                               .report = &report,
                                               .subject = report_add_subject(&report, log.path)};
        ck_assert_int_eq(runlog_read(&reading, &log), 0);
        ck_assert_msg(log.error == 0 && log.size == strlen(rows[i].content), "row %zu: %d, %llu", i,
                      log.error, (unsigned long long)log.size);
        ck_assert_msg(log.facts.has_result == rows[i].has_result, "row %zu", i);
    }
    report_free(&report);
    log_views_close(&views);
    marker_set_free(markers);
}
END_TEST

SUITE_MAIN("runlog_read", what_is_there_afterwards_counts)
