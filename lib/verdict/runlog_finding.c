#include "verdict/runlog_finding.h"

#include "base/duration.h"
#include "base/secret.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#define MESSAGE_SHOWN 200

void runlog_find(const struct runlog_decision *d, enum runlog_condition condition, uint64_t line,
                 const char *what, const char *format, ...)
{
    struct text text = TEXT_INIT(3072);
    va_list arguments;
    va_start(arguments, format);
    text_vformat(&text, format, arguments);
    va_end(arguments);
    struct finding *finding =
        report_find(d->report, d->subject, condition,
                    runlog_state(d->policy, condition, STATE_WARNING), "%s", text_get(&text));
    if (finding)
        finding->line = line;
    text_reset(&text);
    text_format(&text, "%s%s%s", what, *what ? " in " : "", d->log->path);
    if (line > 0)
        text_format(&text, ":%llu", (unsigned long long)line);
    report_evidence(d->report, finding, "%s", text_get(&text));
    report_free_text(d->report, &text);
}

/* What a person makes of the condition. */
static const char *words_of(enum runlog_condition condition)
{
    switch (condition) {
    case RUNLOG_AUTH_FAILURE: return "the login was refused, run claude auth login";
    case RUNLOG_BILLING: return "the API refused for lack of credit or payment, see to the billing";
    case RUNLOG_USAGE_LIMIT: return "the usage limit is reached";
    case RUNLOG_OVERLOADED: return "the API was overloaded or throttled the run, run again later";
    case RUNLOG_NETWORK: return "the API could not be reached, check network and proxy";
    case RUNLOG_LOGIN_ENDING: return "the login ends within 3 days, run claude auth login";
    default: return "the run failed, see its message in the log";
    }
}

void runlog_add_user(const struct runlog_decision *d, struct text *text)
{
    if (d->log->user)
        text_format(text, " as %s", d->log->user);
}

void runlog_find_failure(const struct runlog_decision *d, enum runlog_condition condition,
                         uint64_t line, const char *what)
{
    const int64_t resets = d->log->facts.limit_resets;
    struct text text = TEXT_INIT(2048);
    text_add(&text, words_of(condition));
    if (condition == RUNLOG_AUTH_FAILURE || condition == RUNLOG_LOGIN_ENDING)
        runlog_add_user(d, &text);
    if (condition == RUNLOG_USAGE_LIMIT && resets > 0) {
        text_add(&text, " until ");
        duration_add_iso_time(&text, resets);
        text_add(&text, ", run again then");
        report_set_time(d->subject, RUNLOG_FIELD_LIMIT_RESET, resets);
    } else if (condition == RUNLOG_USAGE_LIMIT) {
        text_add(&text, ", run again after its reset");
    }
    runlog_find(d, condition, line, what, "%s", text_get(&text));
    report_free_text(d->report, &text);
}

void runlog_add_exit_status(const struct exit_status *status, struct text *text)
{
    const int signal = status->code - 128;
    if (status->code == 124)
        text_add(text, "ended by timeout");
    else if (status->code == 126)
        text_add(text, "claude could not be executed");
    else if (status->code == 127)
        text_add(text, "claude was not found");
    else if (signal > 0 && signal <= 64)
        text_format(text, "killed by signal %d", signal);
    else
        text_format(text, "exit status %d", status->code);
}

void runlog_show_message(const struct runlog_decision *d, const char *message)
{
    size_t shown = secret_begins(message);
    if (shown > MESSAGE_SHOWN)
        shown = MESSAGE_SHOWN;
    if (shown > 0)
        report_detail(d->report, d->subject, 1, "message: %.*s", (int)shown, message);
}

void runlog_find_unreadable(const struct runlog_decision *d)
{
    const int error = d->log->error;
    if (strcmp(d->log->path, "-") == 0 && error != EINVAL && error != EISDIR) {
        report_evidence(d->report,
                        report_find(d->report, d->subject, RUNLOG_LOG_UNREADABLE,
                                    runlog_state(d->policy, RUNLOG_LOG_UNREADABLE, STATE_UNKNOWN),
                                    "cannot copy standard input, set TMPDIR to a directory with "
                                    "room for it"),
                        "%s", strerror(error));
        return;
    }
    const char *why = error == EINVAL    ? "not a regular file"
                      : error == ENOTSUP ? "compressed"
                                         : strerror(error);
    const char *what_to_do =
        error == ENOTSUP                     ? "name the plain log, or let the last one stay plain"
        : error == EACCES || error == EPERM  ? "let the user of the check read it"
        : error == EINVAL || error == EISDIR ? "name a log that is one"
                                             : "check the path and its file system";
    if (d->log->missing)
        runlog_find(d, RUNLOG_LOG_MISSING, 0, "",
                    d->log->too_old ? "no log is young enough for --since, see why nothing ran"
                                    : "no log, check the path and that runs write it");
    else
        report_evidence(d->report,
                        report_find(d->report, d->subject, RUNLOG_LOG_UNREADABLE,
                                    runlog_state(d->policy, RUNLOG_LOG_UNREADABLE, STATE_UNKNOWN),
                                    "cannot read the log, %s", what_to_do),
                        "%s: %s", d->log->path, why);
}
