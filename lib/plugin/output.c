#include "plugin/output.h"

#include "base/file.h"
#include "base/file_replace.h"
#include "base/wait.h"
#include "plugin/render.h"
#include "system/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define AGAIN_MS 10 /* between two tries where both were told that there was room */

/*
 * Until stdout takes PIPE_BUF bytes without a wait, or an error can be had from it. Returns 0, or
 * ETIMEDOUT once nobody has read it up to the deadline.
 */
static int wait_for_reader(void)
{
    int64_t left;
    int error;
    do {
        left = deadline_left_ms();
        error = wait_ready(STDOUT_FILENO, POLLOUT, left);
    } while (error != 0 && left > 0);
    return error;
}

/* All of it, in pieces that a pipe takes whole. Returns 0 or an errno value. */
static int print_whole(const char *bytes, size_t length)
{
    while (length > 0) {
        int error = wait_for_reader();
        if (error != 0)
            return error;
        ssize_t n = write(STDOUT_FILENO, bytes, length < PIPE_BUF ? length : PIPE_BUF);
        if (n >= 0) {
            bytes += n;
            length -= (size_t)n;
        } else if (errno != EINTR && errno != EAGAIN) {
            return errno;
        } else if (errno == EAGAIN) { /* another writer was quicker */
            if (deadline_left_ms() == 0)
                return ETIMEDOUT;
            wait_sleep(AGAIN_MS);
        }
    }
    return 0;
}

/*
 * In place of what shows the progress. Who sits at a terminal may take all the time for reading it,
 * behind a pager or a stopped screen: whoever else starts a plugin has it end in time. Returns 0 or
 * an errno value.
 */
static int print(const char *bytes, size_t length)
{
    deadline_output(isatty(STDOUT_FILENO) || isatty(STDERR_FILENO));
    const char *erase = deadline_erased();
    int error = print_whole(erase, strlen(erase));
    return error == 0 ? print_whole(bytes, length) : error;
}

/* Where there is no memory left this is what is said: it asks for none. */
int output_line(const char *service, enum state state, const char *words, bool color)
{
    char line[NAGIOS_FIRST_LINE_MAX + 1];
    struct text text = TEXT_IN(line);
    text.maximum--; /* for the line feed */
    words = *words ? words : "out of memory";
    text_format(&text, "%s ", service);
    render_state(state, color, &text);
    text_add(&text, " - ");
    text_add_clean(&text, words, strlen(words), "|");
    text.maximum++;
    text_add(&text, "\n");
    bool whole = print(line, text.length) == 0;
    return (int)(whole ? state : state_worst(state, STATE_UNKNOWN));
}

int output_text(const char *text)
{
    print(text, strlen(text));
    return STATE_UNKNOWN;
}

int output_made(const char *service, void (*add)(struct text *text))
{
    struct text text = TEXT_INIT(16384);
    add(&text);
    int status = text.failed ? output_line(service, STATE_UNKNOWN, "out of memory", false)
                             : output_text(text_get(&text));
    text_free(&text);
    return status;
}

/* Replace the textfile as a whole. Returns 0 or an errno value. */
static int write_textfile(const struct report *report, const char *path)
{
    struct text metrics = TEXT_INIT(RENDER_MAX);
    render_prometheus(report, &metrics);
    struct text directory = TEXT_INIT(PATH_MAX);
    const char *slash = strrchr(path, '/');
    file_add_directory(&directory, path);
    int error = metrics.failed || directory.failed ? ENOMEM : 0;
    if (metrics.truncated || directory.truncated)
        error = EFBIG;
    int fd = -1;
    if (error == 0)
        error =
            file_open(AT_FDCWD, text_get(&directory), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, &fd);
    if (error == 0) {
        file_sweep(fd); /* first: they may be what fills the disk */
        error = file_replace(fd, slash ? slash + 1 : path, text_get(&metrics), metrics.length,
                             S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, true);
    }
    if (fd >= 0)
        close(fd);
    text_free(&metrics);
    text_free(&directory);
    return error;
}

/* Metrics without any of a state would pass for a check that said nothing was wrong. */
static int print_failure(const struct report *report)
{
    struct text words = TEXT_INIT(NAGIOS_FIRST_LINE_MAX);
    report_add_summary(report, &words);
    int status =
        output_line(report->kind->service, report_state(report), text_get(&words), report->color);
    text_free(&words);
    return status;
}

int output_report(struct report *report, enum output_format format, const char *textfile,
                  bool stdout_open)
{
    if (textfile) {
        deadline_step("writing the textfile");
        int error = write_textfile(report, textfile);
        if (error != 0)
            report_fail(report, "cannot write textfile %s: %s, check its directory", textfile,
                        strerror(error));
    }
    deadline_step("printing");
    if (format == OUTPUT_PROMETHEUS && report->subject_count == 0)
        return print_failure(report);
    struct text text = TEXT_INIT(format == OUTPUT_NAGIOS ? 2 * NAGIOS_MAX : RENDER_MAX);
    if (format == OUTPUT_JSON)
        render_json(report, &text);
    else if (format == OUTPUT_PROMETHEUS)
        render_prometheus(report, &text);
    else
        render_nagios(report, &text);

    enum state state = report_state(report);
    bool whole = !text.failed && !text.truncated;
    int error = whole ? print(text_get(&text), text.length) : ENOMEM;
    text_free(&text);
    if (!whole)
        output_line(report->kind->service, report_worse(report, state, STATE_UNKNOWN),
                    "out of memory", report->color);
    if (error != 0 && (stdout_open || !whole))
        return (int)report_worse(report, state, STATE_UNKNOWN);
    return format == OUTPUT_PROMETHEUS ? 0 : (int)state;
}
