#include "verdict/runlog.h"

#include "base/duration.h"

#include <errno.h>
#include <string.h>

#define LOGIN_ENDING_MS (3 * INT64_C(86400000))
#define CLOCK_JITTER_MS 60000 /* of two machines that keep their clocks right */

enum state runlog_state(const struct runlog_policy *policy, enum runlog_condition condition,
                        enum state ranged)
{
    return condition_state(&runlog_conditions, &policy->states, condition, ranged);
}

bool runlog_may_be_in_progress(const struct runlog_policy *policy, const struct run_log *log,
                               int64_t now)
{
    const int64_t age = now - log->modified;
    return age < policy->grace && -age < policy->grace;
}

/* The parts of one decision. */
struct decision {
    const struct runlog_policy *policy;
    const struct marker_set *markers;
    const struct run_log *log;
    int64_t now;
    struct report *report;
    struct subject *subject;
};

#define find(d, condition, ranged, ...)                                                            \
    report_find((d)->report, (d)->subject, condition,                                              \
                runlog_state((d)->policy, condition, ranged), __VA_ARGS__)

static void set_line(struct finding *finding, uint64_t line)
{
    if (finding)
        finding->line = line;
}

/* What a person makes of the condition. */
static const char *words_of(enum runlog_condition condition)
{
    switch (condition) {
    case RUNLOG_AUTH_FAILURE: return "the login was refused, run claude auth login";
    case RUNLOG_BILLING: return "the API refused for lack of credit or payment, see to the billing";
    case RUNLOG_USAGE_LIMIT: return "the usage limit of the plan is reached";
    case RUNLOG_OVERLOADED: return "the API was overloaded or throttled the run, run again later";
    case RUNLOG_NETWORK: return "the API could not be reached, check network and proxy";
    case RUNLOG_LOGIN_ENDING: return "the login ends within 3 days, run claude auth login";
    default: return "the run failed, see its message in the log";
    }
}

/* Behind "run claude auth login". */
static void add_user(const struct decision *d, struct text *text)
{
    if (d->log->user)
        text_format(text, " as %s", d->log->user);
}

static void place(const struct decision *d, uint64_t line, struct text *text)
{
    text_format(text, " (%s", d->log->path);
    if (line > 0)
        text_format(text, ":%llu", (unsigned long long)line);
    text_add(text, ")");
}

static int64_t limit_reset(const struct decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    return runlog_limit_reset(facts->has_rate_limit ? &facts->rate_limit : NULL,
                              facts->has_result  ? facts->result.text
                              : facts->has_voice ? facts->voice.text
                                                 : facts->message,
                              d->log->modified);
}

/* One condition of a failed run, found at `line` by `what` ("marker 401", "status 401"). */
static void find_failure(const struct decision *d, enum runlog_condition condition, uint64_t line,
                         const char *what)
{
    struct text text = TEXT_INIT(2048);
    text_add(&text, words_of(condition));
    if (condition == RUNLOG_AUTH_FAILURE || condition == RUNLOG_LOGIN_ENDING)
        add_user(d, &text);
    if (condition == RUNLOG_USAGE_LIMIT && limit_reset(d) > 0) {
        text_add(&text, " until ");
        duration_add_iso_time(&text, limit_reset(d));
        text_add(&text, ", run again then");
        report_set_time(d->subject, RUNLOG_FIELD_LIMIT_RESET, limit_reset(d));
    } else if (condition == RUNLOG_USAGE_LIMIT) {
        text_add(&text, ", run again after its reset");
    }
    if (*what)
        text_format(&text, ", %s", what);
    place(d, line, &text);
    set_line(find(d, condition, STATE_WARNING, "%s", text_get(&text)), line);
    text_free(&text);
}

/* What an event's fields say of a failure; nothing where they say nothing. */
static void add_fields(const struct event *e, const struct event *voice, struct text *text)
{
    if (e->subtype[0] && strcmp(e->subtype, "success") != 0)
        text_add(text, e->subtype);
    else if (e->api_error_status > 0)
        text_format(text, "status %d", e->api_error_status);
    else if (voice && strcmp(voice->error, "unknown") != 0)
        text_add(text, voice->error);
}

static void add_marker(const struct marker_set *markers, const struct log_mark *mark,
                       struct text *text)
{
    text_format(text, "marker %s", marker_set_row(markers, mark->row)->text);
}

void runlog_add_evidence(const struct marker_set *markers, const struct run_log *log,
                         struct text *text)
{
    const struct log_facts *facts = &log->facts;
    const struct log_mark *mark = &facts->marks[RUNLOG_AUTH_FAILURE];
    const struct event *voice = facts->has_voice ? &facts->voice : NULL;
    const size_t before = text->length;
    if (facts->has_result)
        add_fields(&facts->result, voice, text);
    else if (mark->found)
        add_marker(markers, mark, text);
    else if (voice)
        add_fields(voice, voice, text);
    if (text->length == before)
        text_add(text, "the message of the run");
}

/* By which fields a failed result, or the voice of a run without one, was told. */
static void decide_failure(const struct decision *d, const struct event *e, uint64_t line)
{
    const struct log_facts *facts = &d->log->facts;
    const struct event *result = facts->has_result ? &facts->result : NULL;
    const struct event *voice = facts->has_voice ? &facts->voice : NULL;
    enum runlog_condition condition = runlog_classify(
        d->markers, result, voice, facts->has_rate_limit ? &facts->rate_limit : NULL);
    struct text what = TEXT_INIT(256);
    add_fields(e, condition == RUNLOG_NETWORK ? NULL : voice, &what);
    find_failure(d, condition, line, text_get(&what));
    text_free(&what);
    if (e->has_text)
        report_detail(d->report, d->subject, 1, "message: %.200s", e->text);
}

static void decide_good_result(const struct decision *d)
{
    const struct event *result = &d->log->facts.result;
    if (event_has_no_answer(result)) {
        struct text text = TEXT_INIT(1024);
        place(d, d->log->facts.result_line, &text);
        set_line(find(d, RUNLOG_RESULT_EMPTY, STATE_WARNING,
                      "the run ended well but said nothing, check its prompt%s", text_get(&text)),
                 d->log->facts.result_line);
        text_free(&text);
    }
}

static void decide_login_end(const struct decision *d)
{
    int64_t ends = d->log->facts.result.login_ends;
    if (!d->log->facts.has_result || ends == 0 || ends - d->log->modified > LOGIN_ENDING_MS)
        return;
    struct text text = TEXT_INIT(1024);
    duration_add_iso_time(&text, ends);
    text_add(&text, ", run claude auth login");
    add_user(d, &text);
    place(d, d->log->facts.result_line, &text);
    set_line(find(d, RUNLOG_LOGIN_ENDING, STATE_WARNING, "the login ends by %s", text_get(&text)),
             d->log->facts.result_line);
    text_free(&text);
}

/* Markers in plain text, and what the CLI said in an event, of a run without a result. */
static void decide_by_text(const struct decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    for (size_t i = 0; i < RUNLOG_CONDITIONS; i++) {
        const struct log_mark *mark = &facts->marks[i];
        bool far = i == RUNLOG_LOGIN_ENDING && facts->warned_until > 0 &&
                   facts->warned_until - d->log->modified > LOGIN_ENDING_MS;
        if (!mark->found || far)
            continue;
        struct text what = TEXT_INIT(256);
        add_marker(d->markers, mark, &what);
        find_failure(d, (enum runlog_condition)i, mark->line, text_get(&what));
        text_free(&what);
    }
    if (facts->message[0])
        report_detail(d->report, d->subject, 1, "message: %s", facts->message);
    if (facts->has_voice && (facts->voice.error[0] || facts->voice.is_api_error))
        decide_failure(d, &facts->voice, 0);
}

static void decide_without_result(const struct decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    if (runlog_may_be_in_progress(d->policy, d->log, d->now)) {
        find(d, RUNLOG_RUN_IN_PROGRESS, STATE_OK, "a run is in progress, check again later (%s)",
             d->log->path);
        return;
    }
    if (facts->is_blank) {
        find(d, RUNLOG_LOG_EMPTY, STATE_CRITICAL,
             "the log is empty, the run died, look for what ended it (%s)", d->log->path);
        return;
    }
    find(d, RUNLOG_RESULT_MISSING, STATE_CRITICAL,
         "no result, the run was killed or died, see the end of the log%s (%s)",
         facts->is_behind_result ? " behind the result of an earlier run" : "", d->log->path);
    decide_by_text(d);
}

static void decide_mentions(const struct decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    if (!facts->mention.found)
        return;
    struct text text = TEXT_INIT(1024);
    place(d, facts->mention.line, &text);
    set_line(find(d, RUNLOG_AUTH_MENTION, STATE_OK,
                  "%llu mention%s of a login failure, look there if runs fail, first %s%s",
                  (unsigned long long)facts->mentions, facts->mentions == 1 ? "" : "s",
                  marker_set_row(d->markers, facts->mention.row)->text, text_get(&text)),
             facts->mention.line);
    text_free(&text);
}

/*
 * A log written to since the check began, or by a clock that is a little ahead, is new. One dated
 * further ahead has an age below 0: it would stay the newest, and new, for as long.
 */
static int64_t age_of(const struct run_log *log, int64_t now)
{
    const int64_t age = duration_subtract(now, log->modified);
    return age < 0 && age >= -CLOCK_JITTER_MS ? 0 : age;
}

static void decide_age(const struct decision *d)
{
    int64_t age = age_of(d->log, d->now);
    bool is_critical = range_alerts(&d->policy->age_critical, age);
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
    text_add(&text, " (range ");
    range_add_seconds(range, &text);
    find(d, RUNLOG_LOG_STALE, is_critical ? STATE_CRITICAL : STATE_WARNING,
         "the newest log is %s, %s)", text_get(&text), d->log->path);
    text_free(&text);
}

static void set_result_fields(const struct decision *d)
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

/* "run of 598ms, 1 turn, 0.00028 dollars" */
static void set_headline(const struct decision *d)
{
    const struct event *result = &d->log->facts.result;
    struct text line = TEXT_INIT(200);
    if (!d->log->facts.has_result && runlog_may_be_in_progress(d->policy, d->log, d->now)) {
        text_add(&line, "a run is in progress");
    } else if (!d->log->facts.has_result) {
        text_add(&line, "nothing wrong in the log");
    } else {
        text_add(&line, result->is_error ? "run failed" : "run ended well");
        if (result->duration_ms >= 0) {
            text_add(&line, " after ");
            duration_add_words(&line, result->duration_ms);
        }
        if (result->num_turns >= 0)
            text_format(&line, ", %lld turn%s", (long long)result->num_turns,
                        result->num_turns == 1 ? "" : "s");
    }
    report_headline(d->report, d->subject, text_get(&line));
    text_free(&line);
}

static void decide_unreadable(const struct decision *d)
{
    const int error = d->log->error;
    const char *why = error == EINVAL ? "not a regular file" : strerror(error);
    const char *what_to_do = error == EACCES || error == EPERM ? "let the user of the check read it"
                             : error == EINVAL || error == EISDIR
                                 ? "name a log that is one"
                                 : "check the path and its file system";
    find(d, RUNLOG_LOG_UNREADABLE, STATE_UNKNOWN, "cannot read %s: %s, %s", d->log->path, why,
         what_to_do);
}

void runlog_decide(const struct runlog_policy *policy, const struct marker_set *markers,
                   const struct run_log *log, int64_t now, struct report *report,
                   struct subject *subject)
{
    const struct decision d = {policy, markers, log, now, report, subject};
    if (log->error != 0) {
        if (log->missing)
            find(&d, RUNLOG_LOG_MISSING, STATE_UNKNOWN, "no log %s%s", log->path,
                 log->too_old ? " that is young enough for --since, see why nothing ran"
                              : ", check the path and that runs write it");
        else
            decide_unreadable(&d);
        return;
    }
    report_set_number(subject, RUNLOG_FIELD_SIZE, (int64_t)log->size, 0);
    report_set_time(subject, RUNLOG_FIELD_MODIFIED, log->modified);
    if (log->facts.has_result)
        set_result_fields(&d);
    set_headline(&d);
    if (!log->facts.has_result)
        decide_without_result(&d);
    else if (log->facts.result.is_error)
        decide_failure(&d, &log->facts.result, log->facts.result_line);
    else
        decide_good_result(&d);
    decide_login_end(&d);
    decide_mentions(&d);
    decide_age(&d);
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
    if (!totals->only)
        return;
    const struct log_facts *facts = &totals->only->facts;
    if (facts->has_result && facts->result.duration_ms >= 0)
        report_add_perfdata(report, "run_time", facts->result.duration_ms, 3, "s");
    if (facts->has_result && facts->result.num_turns >= 0)
        report_add_perfdata(report, "run_turns", facts->result.num_turns, 0, "");
    if (facts->has_result && facts->result.cost_microdollars >= 0)
        report_add_perfdata(report, "run_cost", facts->result.cost_microdollars, 6, "");
    const struct value *reset =
        report->subjects ? &report->subjects->values[RUNLOG_FIELD_LIMIT_RESET] : NULL;
    if (reset && reset->kind == VALUE_TIME)
        report_add_perfdata(report, "limit_reset", reset->number - now, 3, "s");
    if (facts->mentions_counted)
        report_add_perfdata(report, "auth_mentions", (int64_t)facts->mentions, 0, "");
}
