#include "verdict/runlog.h"

#include "base/duration.h"
#include "verdict/run_cause.h"
#include "verdict/runlog_finding.h"

#include <string.h>

#define LOGIN_ENDING_MS (3 * INT64_C(86400000))

static bool failed_by_exit(const struct runlog_policy *policy)
{
    return policy->exit_status.known && policy->exit_status.code != 0;
}

static bool good_by_exit(const struct runlog_policy *policy)
{
    return policy->exit_status.known && policy->exit_status.code == 0;
}

/* What a failure tells of the login and the plan, where the CLI itself said so. */
static struct run_verdict verdict_of(enum runlog_condition cause)
{
    struct run_verdict verdict = {.cause = cause};
    if (cause == RUNLOG_AUTH_FAILURE)
        verdict.outcome = RUN_REFUSED;
    else if (cause == RUNLOG_USAGE_LIMIT || cause == RUNLOG_BILLING)
        verdict.outcome = RUN_LIMITED;
    return verdict;
}

static const struct event *own_voice(const struct log_facts *facts)
{
    return facts->has_voice && event_is_own_voice(&facts->voice) ? &facts->voice : NULL;
}

/* A word of a field, where it is one of the CLI's: a log may hold anything. */
static void add_word(const char *word, struct text *text)
{
    if (word[strspn(word, "abcdefghijklmnopqrstuvwxyz_")] == '\0')
        text_add(text, word);
}

/* What an event's fields say of a failure; nothing where they say nothing. */
static void add_fields(const struct event *e, const struct event *voice, struct text *text)
{
    if (e->subtype[0] && strcmp(e->subtype, "success") != 0)
        add_word(e->subtype, text);
    else if (e->api_error_status > 0)
        text_format(text, "status %d", e->api_error_status);
    else if (e->api_error[0])
        add_word(e->api_error, text);
    else if (voice && strcmp(voice->error, "unknown") != 0)
        add_word(voice->error, text);
}

void runlog_add_evidence(const struct run_log *log, struct text *text)
{
    const struct log_facts *facts = &log->facts;
    const struct event *voice = own_voice(facts);
    const size_t before = text->length;
    if (facts->has_result)
        add_fields(&facts->result, voice, text);
    else if (facts->message.found)
        text_add(text, facts->message.family);
    else if (voice)
        add_fields(voice, voice, text);
    if (text->length == before)
        text_add(text, "the message of the run");
}

/* A failed result, or the CLI's voice in a run without one. */
static struct run_verdict decide_event(const struct runlog_decision *d, const struct event *e,
                                       uint64_t line)
{
    const enum runlog_condition cause = run_cause(&d->log->facts);
    struct text what = TEXT_INIT(256);
    add_fields(e, cause == RUNLOG_NETWORK ? NULL : own_voice(&d->log->facts), &what);
    runlog_find_failure(d, cause, line, text_get(&what));
    report_free_text(d->report, &what);
    if (e->has_text)
        runlog_show_message(d, e->text);
    return verdict_of(cause);
}

static void decide_denials(const struct runlog_decision *d)
{
    const struct event *result = &d->log->facts.result;
    if (result->denials > 0)
        runlog_find(d, RUNLOG_PERMISSION_DENIED, d->log->facts.result_line, "",
                    "%lld tool call%s not allowed (%s), allow what the run needs",
                    (long long)result->denials, result->denials == 1 ? " was" : "s were",
                    result->denied_tools[0] ? result->denied_tools : "tool not named");
}

/* A result without words, and why, as far as that is known. */
static void decide_empty(const struct runlog_decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    const char *why = facts->result.denials > 0      ? "it was not allowed what it wanted"
                      : run_unfinished_by(facts)     ? "it was not finished"
                      : facts->result.num_turns == 0 ? "it took no turn"
                      : facts->result.is_task_note   ? "it ended with a background task"
                                                     : "check its prompt";
    if (event_has_no_answer(&facts->result))
        runlog_find(d, RUNLOG_RESULT_EMPTY, facts->result_line, "",
                    "the run ended well but said nothing, %s", why);
}

static struct run_verdict decide_good_result(const struct runlog_decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    const char *why = run_unfinished_by(facts);
    if (why)
        runlog_find(d, RUNLOG_RUN_UNFINISHED, facts->result_line, why,
                    "the run ended before its work was done, see its result");
    decide_empty(d);
    decide_denials(d);
    return (struct run_verdict){.outcome = RUN_GOOD, .cause = RUNLOG_UNDECIDED};
}

/* A run of which no more is known than how it ended. */
static struct run_verdict decide_by_exit(const struct runlog_decision *d, const char *where)
{
    const int code = d->policy->exit_status.code;
    const bool died = code == 124 || (code > 128 && code <= 128 + 64);
    struct text what = TEXT_INIT(128);
    runlog_add_exit_status(&d->policy->exit_status, &what);
    runlog_find(d, died ? RUNLOG_RESULT_MISSING : RUNLOG_RUN_FAILED, 0, where,
                died ? "the run was %s, see the end of the log"
                     : "the run failed, %s, see the end of the log",
                text_get(&what));
    report_free_text(d->report, &what);
    return (struct run_verdict){.cause = died ? RUNLOG_RESULT_MISSING : RUNLOG_RUN_FAILED};
}

/* The user's markers and the words of the plain search. True when one was found. */
static bool decide_marks(const struct runlog_decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    bool found = false;
    for (size_t i = 0; i < RUNLOG_CONDITIONS; i++) {
        const struct log_mark *mark = &facts->marks[i];
        struct text what = TEXT_INIT(256);
        if (!mark->found || (facts->message.found && facts->message.condition == i))
            continue;
        text_format(&what, "marker %s", mark->name);
        runlog_find_failure(d, (enum runlog_condition)i, mark->line, text_get(&what));
        report_free_text(d->report, &what);
        found = true;
    }
    return found;
}

static struct run_verdict decide_message(const struct runlog_decision *d)
{
    const struct log_message *message = &d->log->facts.message;
    struct text what = TEXT_INIT(256);
    text_format(&what, "marker %s", message->family);
    runlog_find_failure(d, message->condition, message->line, text_get(&what));
    report_free_text(d->report, &what);
    runlog_show_message(d, message->text);
    return verdict_of(message->condition);
}

/* A run without a result that prints text, be it that it was said so or that no event is there. */
static struct run_verdict decide_text(const struct runlog_decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    struct run_verdict verdict = {.cause = RUNLOG_UNDECIDED};
    bool failed = facts->message.found;
    if (good_by_exit(d->policy) && !(facts->message.exits_0 && facts->message.alone)) {
        verdict.outcome = RUN_GOOD;
        return verdict;
    }
    if (facts->message.found)
        verdict = decide_message(d);
    failed = decide_marks(d) || failed;
    if (failed_by_exit(d->policy) && !failed)
        verdict = decide_by_exit(d, "");
    return verdict;
}

static struct run_verdict decide_without_result(const struct runlog_decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    const bool is_text = !facts->has_events && !facts->is_behind_result;
    struct run_verdict verdict = {.cause = RUNLOG_RESULT_MISSING};
    /* a run that prints text says why it failed as it ends */
    const bool is_over = d->policy->exit_status.known || (is_text && facts->message.is_end);
    if (!is_over && runlog_may_be_in_progress(d->policy, d->log, d->now)) {
        runlog_find(d, RUNLOG_RUN_IN_PROGRESS, 0, "", "a run is in progress, check again later");
        return (struct run_verdict){.cause = RUNLOG_UNDECIDED, .in_progress = true};
    }
    if (facts->is_blank) {
        runlog_find(d, RUNLOG_LOG_EMPTY, 0, "",
                    "the log is empty, the run died, look for what ended it");
        return (struct run_verdict){.cause = RUNLOG_LOG_EMPTY};
    }
    if (is_text && (d->policy->plain || good_by_exit(d->policy)))
        return decide_text(d);
    struct text how = TEXT_INIT(128);
    if (failed_by_exit(d->policy))
        runlog_add_exit_status(&d->policy->exit_status, &how);
    else
        text_add(&how, "the run was killed or died");
    if (facts->holds_foreign)
        runlog_find(d, RUNLOG_RESULT_MISSING, 0, "events inside another format",
                    "no result that can be read, log what claude prints as it is");
    else
        runlog_find(d, RUNLOG_RESULT_MISSING, 0,
                    facts->is_behind_result ? "after the result of an earlier run" : "",
                    "no result, %s, see the end of the log", text_get(&how));
    report_free_text(d->report, &how);
    if (facts->message.found)
        verdict = decide_message(d);
    decide_marks(d);
    if (own_voice(facts))
        verdict = decide_event(d, &facts->voice, 0);
    return verdict;
}

/* The login ends soon: by the result, or by the warning of a run that prints text. */
static void decide_login_end(const struct runlog_decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    const int64_t ends = facts->has_result ? facts->result.login_ends : facts->warned_until;
    const int64_t left = duration_subtract(ends, d->log->modified);
    /* a warning of a day that is over is an earlier run's */
    if (ends == 0 || left > LOGIN_ENDING_MS || (!facts->has_result && left < 0))
        return;
    struct text text = TEXT_INIT(1024);
    duration_add_iso_time(&text, ends);
    text_add(&text, ", run claude auth login");
    runlog_add_user(d, &text);
    runlog_find(d, RUNLOG_LOGIN_ENDING, facts->has_result ? facts->result_line : facts->warned_line,
                "", "the login ends by %s", text_get(&text));
    report_free_text(d->report, &text);
}

static void decide_mentions(const struct runlog_decision *d)
{
    const struct log_facts *facts = &d->log->facts;
    if (facts->mention.found)
        runlog_find(d, RUNLOG_AUTH_MENTION, facts->mention.line, facts->mention.name,
                    "%llu mention%s of a login failure, look there if runs fail",
                    (unsigned long long)facts->mentions, facts->mentions == 1 ? "" : "s");
}

struct run_verdict runlog_decide(const struct runlog_policy *policy, const struct run_log *log,
                                 int64_t now, struct report *report, struct subject *subject)
{
    const struct runlog_decision d = {policy, log, now, report, subject};
    struct run_verdict verdict = {.cause = RUNLOG_UNDECIDED};
    if (log->error != 0) {
        runlog_find_unreadable(&d);
        return verdict;
    }
    if (log->told) {
        runlog_decide_age(&d);
        return verdict;
    }
    runlog_set_fields(&d);
    if (!log->facts.has_result)
        verdict = decide_without_result(&d);
    else if (event_is_failed(&log->facts.result))
        verdict = decide_event(&d, &log->facts.result, log->facts.result_line);
    else if (failed_by_exit(policy))
        verdict = decide_by_exit(&d, "the last result is an earlier run's,");
    else
        verdict = decide_good_result(&d);
    runlog_set_headline(&d, &verdict);
    decide_login_end(&d);
    decide_mentions(&d);
    runlog_decide_age(&d);
    return verdict;
}
