/* The figures of check_claude_runlog: fields of a log, its age, perfdata, and its headline. */
#include "base/duration.h"
#include "verdict/runlog_finding.h"

/*
 * A log written to since the check began, or by a clock that is a little ahead, is new. One dated
 * further ahead has an age below 0: it would stay the newest, and new, for as long.
 */
static int64_t age_of(const struct run_log *log, int64_t now)
{
    const int64_t age = duration_subtract(now, log->modified);
    return age < 0 && !runlog_is_ahead(log->modified, now) ? 0 : age;
}

/* It would hide all logs to come, and is none of them: somebody must see it. */
static void tell_ahead(const struct runlog_decision *d, int64_t ahead)
{
    struct text text = TEXT_INIT(64);
    duration_add_words(&text, ahead);
    runlog_find(d, RUNLOG_LOG_STALE, 0, "",
                "a log is dated %s ahead and cannot be the newest, set its time right",
                text_get(&text));
    report_free_text(d->report, &text);
}

void runlog_decide_age(const struct runlog_decision *d)
{
    int64_t age = age_of(d->log, d->now);
    bool is_critical = range_alerts(&d->policy->age_critical, age);
    if (d->log->told) {
        tell_ahead(d, duration_subtract(0, age));
        return;
    }
    if (!d->log->newest || (!is_critical && !range_alerts(&d->policy->age_warning, age)))
        return;
    struct text text = TEXT_INIT(128);
    const struct range *range = is_critical ? &d->policy->age_critical : &d->policy->age_warning;
    const bool too_old = !range->inside && !range->open_end && age > range->end;
    text_add(&text, age < 0 ? "dated " : "");
    duration_add_words(&text, age < 0 ? duration_subtract(0, age) : age);
    text_add(&text, age < 0   ? " ahead, set its time or the clock right"
                    : too_old ? " old, see why nothing ran"
                              : " old, see what runs when");
    const enum state state = is_critical ? STATE_CRITICAL : STATE_WARNING;
    struct finding *found = report_find(d->report, d->subject, RUNLOG_LOG_STALE,
                                        runlog_state(d->policy, RUNLOG_LOG_STALE, state),
                                        "the newest log is %s", text_get(&text));
    text_reset(&text);
    range_add_words(range, &text);
    report_evidence(d->report, found, "range %s, %s", text_get(&text), d->log->path);
    report_free_text(d->report, &text);
}

static void set_result_fields(const struct runlog_decision *d)
{
    const struct event *result = &d->log->facts.result;
    report_set_flag(d->subject, RUNLOG_FIELD_IS_ERROR, result->is_error);
    if (result->subtype[0])
        report_set_text(d->report, d->subject, RUNLOG_FIELD_SUBTYPE, result->subtype);
    if (result->api_error_status > 0)
        report_set_number(d->subject, RUNLOG_FIELD_API_STATUS, result->api_error_status, 0);
    if (result->duration_ms >= 0) {
        report_set_number(d->subject, RUNLOG_FIELD_DURATION_MS, result->duration_ms, 0);
        report_set_number(d->subject, RUNLOG_FIELD_DURATION, result->duration_ms, 3);
    }
    if (result->num_turns >= 0)
        report_set_number(d->subject, RUNLOG_FIELD_TURNS, result->num_turns, 0);
    if (result->cost_microdollars >= 0)
        report_set_number(d->subject, RUNLOG_FIELD_COST, result->cost_microdollars, 6);
}

void runlog_set_fields(const struct runlog_decision *d)
{
    report_set_number(d->subject, RUNLOG_FIELD_SIZE, (int64_t)d->log->size, 0);
    report_set_time(d->subject, RUNLOG_FIELD_MODIFIED, d->log->modified);
    if (d->log->facts.has_result)
        set_result_fields(d);
}

/* "run ended well after 598ms, 1 turn" */
void runlog_set_headline(const struct runlog_decision *d, const struct run_verdict *verdict)
{
    const struct event *result = &d->log->facts.result;
    struct text line = TEXT_INIT(200);
    if (verdict->in_progress) {
        text_add(&line, "a run is in progress");
    } else if (!d->log->facts.has_result) {
        text_add(&line,
                 verdict->outcome == RUN_GOOD ? "run ended well" : "nothing wrong in the log");
    } else {
        text_add(&line, verdict->cause != RUNLOG_UNDECIDED ? "run failed" : "run ended well");
        if (result->duration_ms >= 0) {
            text_add(&line, " after ");
            duration_add_words(&line, result->duration_ms);
        }
        if (result->num_turns >= 0)
            text_format(&line, ", %lld turn%s", (long long)result->num_turns,
                        result->num_turns == 1 ? "" : "s");
    }
    report_headline(d->report, d->subject, text_get(&line));
    report_free_text(d->report, &line);
}

/* Of a call for one log. */
static void add_run_perfdata(const struct log_facts *facts, int64_t now, struct report *report)
{
    const struct event *result = &facts->result;
    const struct value *reset =
        report->subjects ? &report->subjects->values[RUNLOG_FIELD_LIMIT_RESET] : NULL;
    if (facts->has_result && result->duration_ms >= 0)
        report_add_perfdata(report, "run_time", result->duration_ms, 3, "s");
    if (facts->has_result && result->num_turns >= 0)
        report_add_perfdata(report, "run_turns", result->num_turns, 0, "");
    if (facts->has_result && result->cost_microdollars >= 0)
        report_add_perfdata(report, "run_cost", result->cost_microdollars, 6, "");
    if (facts->has_result && result->denials > 0)
        report_add_perfdata(report, "run_denials", result->denials, 0, "");
    if (reset && reset->kind == VALUE_TIME)
        report_add_perfdata(report, "limit_reset", reset->number - now, 3, "s");
    if (facts->mentions_counted)
        report_add_perfdata(report, "auth_mentions", (int64_t)facts->mentions, 0, "");
}

void runlog_add_perfdata(const struct runlog_policy *policy, const struct runlog_totals *totals,
                         int64_t now, struct report *report)
{
    report_add_perfdata(report, "logs", totals->logs, 0, "");
    report_add_perfdata(report, "logs_failed", totals->failed, 0, "");
    report_add_perfdata(report, "auth_failures", totals->auth_failures, 0, "");
    if (totals->newest) {
        struct perfdata *age =
            report_add_perfdata(report, "log_age", age_of(totals->newest, now), 3, "s");
        age->warning = policy->age_warning;
        age->critical = policy->age_critical;
        report_add_perfdata(report, "log_size", (int64_t)totals->size, 0, "B");
    }
    if (totals->only)
        add_run_perfdata(&totals->only->facts, now, report);
}
