/*
 * The last step: standard output that is slow, full or interrupted. What is printed is looked at by
 * the end-to-end tests.
 */
#include "plugin/output.h"

#include "scratch.h"

#include <errno.h>
#include <sys/syscall.h>

enum { TOO_MANY = 100 };

static int errors[8]; /* what the next writes fail with; 0: they do not */
static int calls;

/* In the place of the C library's: writes to standard output as the test wants it. */
ssize_t write(int fd, const void *bytes, size_t length)
{
    if (fd == STDOUT_FILENO) {
        const int error = calls < 8 ? errors[calls] : errors[7];
        calls++;
        if (calls == TOO_MANY)
            _exit(1); /* a loop without end */
        if (error != 0) {
            errno = error;
            return -1;
        }
    }
    return (ssize_t)syscall(SYS_write, fd, bytes, length);
}

/* What output_line() returns, with standard output in the file `out`. */
static int print_line(void)
{
    scratch_enter();
    const int out = open("out", O_WRONLY | O_CREAT, 0600), before = dup(STDOUT_FILENO);
    ck_assert(out >= 0 && before >= 0 && dup2(out, STDOUT_FILENO) >= 0);
    calls = 0;
    const int status = output_line("A SERVICE", STATE_OK, "words", false);
    dup2(before, STDOUT_FILENO);
    close(before);
    close(out);
    return status;
}

static void expect_line(const char *want)
{
    char got[64] = "";
    const int fd = open("out", O_RDONLY);
    ck_assert_int_ge(read(fd, got, sizeof got - 1), 0);
    close(fd);
    ck_assert_str_eq(got, want);
}

START_TEST(an_interruption_is_no_failure)
{
    static const int rows[] = {EINTR, EAGAIN};
    for (size_t i = 0; i < COUNT(rows); i++) {
        memset(errors, 0, sizeof errors);
        errors[0] = errors[1] = rows[i];
        ck_assert_int_eq(print_line(), STATE_OK);
        expect_line("A SERVICE OK - words\n");
    }
}
END_TEST

/* The same error comes for ever: to ask again would take up a processor until the deadline. */
START_TEST(a_full_device_is_asked_once)
{
    static const int rows[] = {ENOSPC, EIO, EPIPE};
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t k = 0; k < COUNT(errors); k++)
            errors[k] = rows[i];
        ck_assert_int_eq(print_line(), STATE_UNKNOWN);
        ck_assert_int_eq(calls, 1);
        expect_line("");
    }
}
END_TEST

SUITE_MAIN("output", an_interruption_is_no_failure, a_full_device_is_asked_once)
