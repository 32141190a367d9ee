/*
 * check_claude_runlog: did the runs that wrote these logs do their work, and if not, was it the
 * login?
 */
#include "agent/home_list.h"
#include "base/clock.h"
#include "base/version.h"
#include "log/log_list.h"
#include "log/marker_table.h"
#include "plugin/output.h"
#include "runlog_feed.h"
#include "runlog_options.h"
#include "runlog_read.h"
#include "system/deadline.h"
#include "system/privilege.h"
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
    struct text user; /* to whom --agent-home belongs, once that was looked for */
};

/* Who has to log in where these facts say so; NULL where it is not known, or none of them does. */
static const char *find_user(struct call *call, const struct log_facts *facts)
{
    struct stat home;
    const char *path = call->options->agent_home;
    if (!path ||
        (facts->has_result && !event_is_failed(&facts->result) && facts->result.login_ends == 0))
        return NULL;
    if (call->user.length == 0 && stat(path, &home) == 0)
        user_name_add(home.st_uid, &call->user);
    return call->user.length > 0 ? text_get(&call->user) : NULL;
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
static bool check_log(struct call *call, const struct log_entry *entry, bool newest,
                      struct run_log *log)
{
    deadline_step("reading a log");
    memset(log, 0, sizeof *log);
    log->path = entry->path;
    log->newest = newest;
    log->error = entry->error;
    log->missing = entry->missing;
    log->too_old = entry->too_old;
    log->told = entry->told;
    log->modified = entry->modified_ns / 1000000;
    struct subject *subject = report_add_subject(&call->report, entry->path);
    const struct runlog_reading reading = {.options = call->options,
                                           .markers = call->markers,
                                           .views = &call->views,
                                           .progress = &call->progress,
                                           .now = call->now,
                                           .report = &call->report,
                                           .subject = subject};
    int error = log->error == 0 && !log->told ? runlog_read(&reading, log) : 0;
    if (error != 0) {
        report_fail(&call->report, "%s while reading %s, %s",
                    error == ETIMEDOUT ? "timed out" : strerror(error), log->path,
                    error == ETIMEDOUT ? "raise --timeout" : "free memory or descriptors");
        return false;
    }
    log->user = find_user(call, &log->facts);
    const struct run_verdict verdict =
        runlog_decide(&call->options->policy, log, call->now, &call->report, subject);
    if (!log->told)
        count(call, subject, log,
              &verdict); /* first: what is not recorded is no failure of the run */
    if (newest && log->error == 0 && call->options->feed)
        runlog_feed(call->options, log, &verdict, &call->report, subject);
    return true;
}

static void check_logs(struct call *call, const struct log_list *list)
{
    size_t newest = log_list_newest(list);
    struct run_log *log = malloc(sizeof *log);
    if (!log) {
        report_fail(&call->report, "out of memory");
        return;
    }
    struct run_log newest_log; /* of which only the time is asked for */
    for (size_t i = 0; i < list->count; i++) {
        progress_log(&call->progress, i + 1, list->count);
        if (!check_log(call, &list->entries[i], i == newest, log))
            break;
        if (i == newest && log->error == 0) {
            newest_log.modified = log->modified;
            call->totals.newest = &newest_log;
        }
    }
    if (list->count == 1 && log->error == 0)
        call->totals.only = log;
    runlog_add_perfdata(&call->options->policy, &call->totals, call->now, &call->report);
    call->totals.newest = call->totals.only = NULL; /* they end here */
    free(log);
}

static int check(struct call *call, bool stdout_open)
{
    const struct runlog_options *options = call->options;
    const struct log_choice choice = {options->newest,
                                      options->since > 0 ? call->now - options->since : INT64_MIN,
                                      call->now + RUNLOG_CLOCK_JITTER};
    report_init(&call->report, &runlog_report, call->now);
    call->report.verbosity = options->common.verbosity;
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
        status = (int)state_worst((enum state)status, report_state(&call->report));
    log_list_free(&list);
    report_free(&call->report);
    return status;
}

static int run(const struct runlog_options *options, bool stdout_open)
{
    deadline_start(options->common.timeout);
    struct call call = {
        .options = options, .terminal = plugin_terminal(&options->common), .user = TEXT_INIT(64)};
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
    bool stdout_open = deadline_guard(SERVICE);
    const enum gate gate = gate_asked(argc, argv);
    if (privilege_is_lent())
        return gate_status(gate, output_line(SERVICE, STATE_UNKNOWN, PRIVILEGE_REFUSAL, false));
    struct runlog_options options;
    struct text error = TEXT_INIT(900);
    int status;
    if (!runlog_options_parse(argc, argv, &options, &error))
        status = gate_status(gate, output_line(SERVICE, STATE_UNKNOWN, text_get(&error),
                                               plugin_terminal(&options.common).color));
    else if (options.common.help != HELP_NONE)
        status = output_made(SERVICE, options.common.help == HELP_OPTIONS
                                          ? runlog_options_add_help
                                          : runlog_options_add_conditions);
    else if (options.list_markers)
        status = output_made(SERVICE, runlog_options_add_markers);
    else if (options.common.version)
        status = output_text("check_claude_runlog v" CHECK_CLAUDE_VERSION "\n");
    else
        status = gate_status(gate, run(&options, stdout_open));
    runlog_options_free(&options);
    text_free(&error);
    return status;
}
