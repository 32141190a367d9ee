#include "runlog_read.h"

#include "base/file.h"
#include "log/unwrap.h"
#include "system/stdin_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Who ran claude: the owner of the log, and in a pipe our own user. A log of root tells nothing, as
 * systemd and cron make the logs of others as root.
 */
static int64_t writer_of(const struct stat *log, bool is_stdin)
{
    const uid_t user = is_stdin ? geteuid() : log->st_uid;
    return user == 0 ? -1 : (int64_t)user;
}

/* A descriptor to read the log from, its size and time. Returns 0 or an errno value. */
static int open_log(const struct runlog_reading *reading, struct run_log *log, int *ret_fd)
{
    struct stat status;
    bool is_stdin = strcmp(log->path, "-") == 0;
    const int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    int fd;
    int error = is_stdin ? spool_stdin(&fd) : file_open(AT_FDCWD, log->path, flags, 0, &fd);
    if (error != 0)
        return error;
    error = fstat(fd, &status) == 0 ? 0 : errno;
    if (error == 0 && !S_ISREG(status.st_mode))
        error = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    if (error != 0) {
        close(fd);
        return error;
    }
    log->owner = writer_of(&status, is_stdin);
    log->size = (uint64_t)status.st_size;
    log->modified_ns = is_stdin ? file_ms_to_ns(reading->now) : file_time_ns(&status.st_mtim);
    log->modified = is_stdin ? reading->now : file_time_ms(&status.st_mtim);
    *ret_fd = fd;
    return 0;
}

/* Mentions cost a look at the whole log: only where they can show. */
static bool wants_mentions(const struct runlog_options *options)
{
    const struct runlog_policy *policy = &options->policy;
    return options->common.verbosity > 0 ||
           runlog_state(policy, RUNLOG_AUTH_MENTION, STATE_OK) != STATE_OK;
}

/* What keeps the plugin itself from going on; any other error is one of the log. */
static bool is_own_error(int error)
{
    return error == ETIMEDOUT || file_error_is_ours(error);
}

/* The log's own line for one of what was unwrapped. */
static void map_line(const struct unwrap *unwrap, uint64_t *line)
{
    if (*line > 0)
        *line = unwrap_line(unwrap, *line);
}

static void map_lines(const struct unwrap *unwrap, struct log_facts *facts)
{
    if (unwrap->count == 0)
        return;
    map_line(unwrap, &facts->result_line);
    map_line(unwrap, &facts->message.line);
    map_line(unwrap, &facts->warned_line);
    map_line(unwrap, &facts->mention.line);
    for (size_t i = 0; i < RUNLOG_CONDITIONS; i++)
        map_line(unwrap, &facts->marks[i].line);
}

/* Search what the log holds; *ret_cut where it was truncated while it was read. */
static int search_once(const struct runlog_reading *reading, int fd, struct run_log *log,
                       bool *ret_cut)
{
    const struct runlog_policy *policy = &reading->options->policy;
    const struct log_search search = {.markers = reading->markers,
                                      .anchored = reading->options->anchored,
                                      .mentions = wants_mentions(reading->options),
                                      .progress = reading->progress,
                                      .written = log->modified,
                                      .only_result =
                                          !policy->exit_status.known &&
                                          runlog_may_be_in_progress(policy, log, reading->now),
                                      .views = reading->views};
    struct unwrap unwrap;
    int error = unwrap_open(fd, log->size, &unwrap);
    if (error != 0)
        return error;
    struct log_file file = {.fd = unwrap.fd, .size = unwrap.size};
    error = log_search(&file, &search, &log->facts);
    log->facts.holds_foreign = unwrap.holds_foreign && !log->facts.has_events;
    map_lines(&unwrap, &log->facts);
    unwrap_close(&unwrap);
    *ret_cut = file.cut;
    report_detail(reading->report, reading->subject, 2, "%s: %llu bytes read", log->path,
                  (unsigned long long)file.bytes_read);
    return error;
}

int runlog_read(const struct runlog_reading *reading, struct run_log *log)
{
    int fd = -1;
    bool cut = false;
    log->error = open_log(reading, log, &fd);
    log->missing = strcmp(log->path, "-") != 0 && (log->error == ENOENT || log->error == ENOTDIR);
    if (log->error != 0)
        return is_own_error(log->error) ? log->error : 0;
    int error = search_once(reading, fd, log, &cut);
    if (error == 0 && cut) { /* what is there now counts */
        struct stat status;
        error = fstat(fd, &status) == 0 ? 0 : errno;
        log->size = error == 0 ? (uint64_t)status.st_size : 0;
        if (error == 0)
            error = search_once(reading, fd, log, &cut);
    }
    close(fd);
    if (is_own_error(error))
        return error;
    log->error = error;
    return 0;
}
