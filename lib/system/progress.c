#include "system/progress.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/wait.h"
#include "system/deadline.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FIRST_US INT64_C(2000000) /* nobody wonders before */
#define EVERY_US INT64_C(500000)
#define MEGABYTE UINT64_C(1000000)
#define LARGE    (100 * MEGABYTE) /* one of many logs that takes a while by itself */

void progress_start(struct progress *progress, const char *program, bool shown)
{
    const int64_t now = clock_monotonic_us();
    *progress = (struct progress){.program = shown && now > 0 ? program : NULL,
                                  .start_us = now,
                                  .next_us = now + FIRST_US,
                                  .columns = PROGRESS_COLUMNS};
    struct winsize size;
    if (shown && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
        size.ws_col <= PROGRESS_COLUMNS)
        progress->columns = (size_t)size.ws_col - 1; /* a last column may begin a new line */
}

static bool is_due(const struct progress *progress)
{
    return progress && progress->program && clock_monotonic_us() >= progress->next_us;
}

/* A terminal that somebody stopped (Ctrl-S) holds up the one line, not the plugin. */
static bool takes_a_line(void)
{
    return wait_ready(STDOUT_FILENO, POLLOUT, 0) != ETIMEDOUT;
}

/* The terminal may be gone: nobody is waiting then. */
static void put(const char *bytes, size_t length)
{
    ssize_t written = length > 0 ? write(STDOUT_FILENO, bytes, length) : 0;
    (void)written;
}

/* Write the line in place of the one before. */
static void show(struct progress *progress, const struct text *words)
{
    struct text line = TEXT_INIT(progress->columns);
    text_format(&line, "%s: %s", progress->program, text_get(words));
    struct text whole = TEXT_INIT(4 * PROGRESS_COLUMNS);
    text_format(&whole, "%s%s", progress->erase, text_get(&line));

    sigset_t before;
    deadline_hold(&before); /* a line is there with what takes it away, or not at all */
    if (takes_a_line()) {
        put(text_get(&whole), whole.length);
        memset(progress->erase, ' ', line.length + 1);
        progress->erase[0] = progress->erase[line.length + 1] = '\r';
        progress->erase[line.length + 2] = '\0';
        deadline_erase(progress->erase);
    }
    deadline_release(&before);

    progress->next_us = clock_monotonic_us() + EVERY_US;
    text_free(&line);
    text_free(&whole);
}

void progress_log(struct progress *progress, size_t log, size_t logs)
{
    if (!progress)
        return;
    progress->log = log;
    progress->logs = logs;
}

/* "3.2 of 10.0 GB, 32 %" */
static void add_bytes(uint64_t done, uint64_t total, struct text *words)
{
    const bool large = total >= 1000 * MEGABYTE;
    const uint64_t tenth = (large ? 1000 * MEGABYTE : MEGABYTE) / 10;
    const unsigned long long some = done / tenth, all = total / tenth;
    const uint64_t percent = total == 0                  ? 100
                             : total <= UINT64_MAX / 100 ? done * 100 / total
                                                         : done / (total / 100);
    text_format(words, "%llu.%llu of %llu.%llu %s, %llu %%", some / 10, some % 10, all / 10,
                all % 10, large ? "GB" : "MB", (unsigned long long)percent);
}

void progress_bytes(struct progress *progress, uint64_t done, uint64_t total)
{
    if (!is_due(progress))
        return;
    struct text words = TEXT_INIT(PROGRESS_COLUMNS);
    if (progress->logs > 1)
        text_format(&words, "log %zu of %zu", progress->log, progress->logs);
    if (progress->logs > 1 && total >= LARGE)
        text_add(&words, ", ");
    if (progress->logs <= 1 || total >= LARGE)
        add_bytes(done < total ? done : total, total, &words);
    show(progress, &words);
    text_free(&words);
}

void progress_count(struct progress *progress, size_t done, size_t total, const char *things)
{
    if (total < 2 || !is_due(progress))
        return;
    struct text words = TEXT_INIT(PROGRESS_COLUMNS);
    text_format(&words, "%zu of %zu %s", done, total, things);
    show(progress, &words);
    text_free(&words);
}

int64_t progress_wait(struct progress *progress)
{
    if (is_due(progress)) {
        struct text words = TEXT_INIT(PROGRESS_COLUMNS);
        text_format(&words, "%s, %lld s", deadline_current_step(),
                    (long long)((clock_monotonic_us() - progress->start_us) / 1000000));
        show(progress, &words);
        text_free(&words);
    }
    return progress && progress->program ? progress->next_us : INT64_MAX;
}
