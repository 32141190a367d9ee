/*
 * check_claude_runlog: did the runs that wrote these logs do their work, and if not, was it the
 * login?
 */
#include "agent/home_list.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/version.h"
#include "log/log_list.h"
#include "log/marker_table.h"
#include "plugin/output.h"
#include "plugin/program.h"
#include "runlog_feed.h"
#include "runlog_options.h"
#include "runlog_read.h"
#include "system/deadline.h"
#include "system/user_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SERVICE "CLAUDE RUNLOG"

/* Everything that one call works on. */
struct call {
    const struct runlog_options *options;
    struct terminal terminal;
    struct marker_set *markers;
    struct log_views views;
    int64_t now;
    struct progress progress;
    struct report report;
    struct runlog_totals totals;
    struct text user;               /* the name of user_id */
    int64_t user_id;                /* whose name was looked up; -1: nobody's */
    const struct log_entry *newest; /* its age counts; NULL for none */
    int64_t newest_modified;        /* once it was judged; INT64_MIN before */
};

/* A log and what was found of it. */
struct judged {
    struct run_log log;
    struct run_verdict verdict;
    struct subject *subject; /* NULL: none was judged yet */
};

/*
 * Who has to log in where the log says so: to whom --agent-home belongs, else who wrote the log.
 * NULL where it is not known, or nobody has to.
 */
static const char *find_user(struct call *call, const struct run_log *log)
{
    const struct event *result = &log->facts.result;
    const char *path = call->options->agent_home;
    struct stat home;
    int64_t user = log->owner;
    if (log->facts.has_result && !event_is_failed(result) && result->login_ends == 0)
        return NULL;
    if (path)
        user = stat(path, &home) == 0 ? (int64_t)home.st_uid : -1;
    if (user >= 0 && user != call->user_id) {
        text_reset(&call->user);
        user_name_add((uid_t)user, &call->user);
        call->user_id = user;
    }
    return user >= 0 ? text_get(&call->user) : NULL;
}

static void count(struct call *call, const struct subject *subject, const struct run_log *log,
                  const struct run_verdict *verdict)
{
    call->totals.logs++;
    call->totals.size += log->size;
    call->totals.failed += subject && subject->state != STATE_OK;
    call->totals.auth_failures += verdict->cause == RUNLOG_AUTH_FAILURE;
}

/* One log, from its name to its findings. False when the plugin itself cannot go on. */
static bool check_log(struct call *call, const struct log_entry *entry, struct judged *ret)
{
    struct run_log *log = &ret->log;
    deadline_step("reading a log");
    memset(ret, 0, sizeof *ret);
    log->path = entry->path;
    log->newest = entry == call->newest;
    log->owner = -1;
    log->error = entry->error;
    log->missing = entry->missing;
    log->too_old = entry->too_old;
    log->told = entry->told;
    log->modified = entry->modified_ns / 1000000;
    ret->subject = report_add_subject(&call->report, entry->path);
    const struct runlog_reading reading = {.options = call->options,
                                           .markers = call->markers,
                                           .views = &call->views,
                                           .progress = &call->progress,
                                           .now = call->now,
                                           .report = &call->report,
                                           .subject = ret->subject};
    int error = file_error_is_ours(log->error) ? log->error : 0;
    if (log->error == 0 && !log->told)
        error = runlog_read(&reading, log);
    if (error != 0) {
        report_fail(&call->report, "%s while reading %s, %s",
                    error == ETIMEDOUT ? "timed out" : strerror(error), log->path,
                    error == ETIMEDOUT ? "raise --timeout" : "free memory or descriptors");
        report_untold(&call->report, ret->subject);
        return false;
    }
    log->user = find_user(call, log);
    ret->verdict =
        runlog_decide(&call->options->policy, log, call->now, &call->report, ret->subject);
    if (!log->told)
        count(call, ret->subject, log, &ret->verdict);
    if (ret->subject) /* in Prometheus the newest log and those not OK have series of their own */
        ret->subject->counted_only =
            ret->subject->state == STATE_OK && !log->newest && call->report.verbosity == 0;
    return true;
}

/* Keep the one of two judged logs whose run ended last: it tells of the login. */
static void keep_last_finished(struct judged **last, struct judged **other)
{
    struct judged *one = *other;
    if (one->log.error != 0 || one->log.told || one->verdict.in_progress ||
        ((*last)->subject && (*last)->log.modified_ns >= one->log.modified_ns))
        return;
    *other = *last;
    *last = one;
}

/* As many of the logs as were asked for that are finished, and those in progress beside them. */
static void check_entries(struct call *call, const struct log_list *list, struct judged **last,
                          struct judged **other)
{
    size_t finished = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct log_entry *entry = &list->entries[i];
        if (i == 0 || entry->group != list->entries[i - 1].group)
            finished = 0;
        progress_log(&call->progress, i + 1, list->count);
        if (call->options->newest > 0 && finished >= call->options->newest && entry->error == 0 &&
            !entry->told)
            continue;
        if (!check_log(call, entry, *other))
            return;
        finished += entry->error == 0 && !entry->told && !(*other)->verdict.in_progress;
        if (entry == call->newest && (*other)->log.error == 0)
            call->newest_modified = (*other)->log.modified;
        if (list->count == 1)
            call->totals.only = (*other)->log.error == 0 ? &(*other)->log : NULL;
        keep_last_finished(last, other);
    }
}

static void check_logs(struct call *call, const struct log_list *list)
{
    struct judged *last = malloc(sizeof *last), *other = malloc(sizeof *other);
    const size_t newest = log_list_newest(list);
    if (!last || !other) {
        report_fail(&call->report, "out of memory");
    } else {
        struct run_log newest_log; /* of which only the time is asked for */
        last->subject = NULL;
        call->newest = newest < list->count ? &list->entries[newest] : NULL;
        call->newest_modified = INT64_MIN;
        check_entries(call, list, &last, &other);
        newest_log.modified = call->newest_modified;
        call->totals.newest = call->newest_modified != INT64_MIN ? &newest_log : NULL;
        if (last->subject)
            last->subject->counted_only = false; /* it keeps its series while another run goes on */
        if (last->subject && call->options->feed && !call->report.failure)
            runlog_feed(call->options, &last->log, &last->verdict, &call->report, last->subject);
        runlog_add_perfdata(&call->options->policy, &call->totals, call->now, &call->report);
        call->totals.newest = call->totals.only = NULL; /* they end here */
    }
    free(last);
    free(other);
}

static int check(struct call *call, bool stdout_open)
{
    const struct runlog_options *options = call->options;
    const int64_t grace = options->policy.exit_status.known ? 0 : options->policy.grace;
    const struct log_choice choice = {.newest = options->newest,
                                      .since = options->since > 0 ? call->now - options->since
                                                                  : INT64_MIN,
                                      .ahead = call->now + RUNLOG_CLOCK_JITTER,
                                      .young = grace > 0 ? call->now - grace : 0};
    report_init(&call->report, &runlog_report, call->now);
    call->report.verbosity = options->common.verbosity;
    call->report.is_gate = options->common.gate != GATE_NONE;
    call->report.owner = options->agent_home;
    call->report.on_terminal = call->terminal.present;
    call->report.color = call->terminal.color;
    progress_start(&call->progress, runlog_report.program, call->terminal.can_rewrite);
    struct log_list list = {0};
    deadline_step("looking for logs");
    for (size_t i = 0; i < options->log_count; i++)
        log_list_add(&list, options->logs[i], &choice);
    log_list_unique(&list);
    if (list.failed)
        report_fail(&call->report, "out of memory");
    check_logs(call, &list);
    int status =
        output_report(&call->report, options->common.format, options->common.textfile, stdout_open);
    if (options->common.gate != GATE_NONE) /* metrics that were printed are no success then */
        status = (int)report_worse(&call->report, (enum state)status, report_state(&call->report));
    log_list_free(&list);
    report_free(&call->report);
    return status;
}

static int run(const void *asked, bool stdout_open)
{
    const struct runlog_options *options = asked;
    deadline_start(options->common.timeout);
    struct call call = {.options = options,
                        .terminal = plugin_terminal(&options->common),
                        .user = TEXT_INIT(64),
                        .user_id = -1};
    if (!clock_now(&call.now))
        return output_line(SERVICE, STATE_UNKNOWN, "cannot read the clock", call.terminal.color);
    if (marker_table_set_new(options->own, options->own_count, &call.markers) != 0)
        return output_line(SERVICE, STATE_UNKNOWN, "out of memory", call.terminal.color);
    int status = log_views_open(&call.views)
                     ? check(&call, stdout_open)
                     : output_line(SERVICE, STATE_UNKNOWN, "out of memory", call.terminal.color);
    log_views_close(&call.views);
    marker_set_free(call.markers);
    text_free(&call.user);
    return status;
}

int main(int argc, char *argv[])
{
    struct runlog_options options;
    const struct program program = {.service = SERVICE,
                                    .version = "check_claude_runlog v" CHECK_CLAUDE_VERSION "\n",
                                    .options = &options,
                                    .parse = runlog_options_parse,
                                    .free_options = runlog_options_free,
                                    .add_help = {[HELP_OPTIONS] = runlog_options_add_help,
                                                 [HELP_CONDITIONS] = runlog_options_add_conditions,
                                                 [HELP_OTHER] = runlog_options_add_markers},
                                    .run = run};
    return program_main(&program, argc, argv);
}
