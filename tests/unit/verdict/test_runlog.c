#include "verdict/runlog.h"

#include "log/event.h"
#include "log/limit_time.h"
#include "log/message.h"
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1795000000000) /* 2026-11-18T11:06:40Z */
#define DAY INT64_C(86400000)

static struct event event_of(const char *json)
{
    char copy[2000];
    struct event event;
    snprintf(copy, sizeof copy, "%s", json);
    ck_assert_msg(event_parse(copy, strlen(copy), &event) == 0, "%s", json);
    return event;
}

/* A log as the tables below describe it: NULL for what is not there. */
struct made {
    const char *name;
    const char *result, *voice, *rate_limit;
    const char *marker;  /* a word of the plain search, on line 3 */
    const char *message; /* the last line, which is line 9 */
    bool events;         /* the run printed some */
    int error;
    bool missing, is_blank, mentioned;
    int64_t age;
};

static struct log_message message_of(const char *line)
{
    struct log_message ret = {.found = true, .alone = true, .line = 9};
    struct message message;
    ck_assert_msg(message_in_line((const unsigned char *)line, strlen(line), &message), "%s", line);
    ret.condition = message.condition == RUNLOG_UNDECIDED ? RUNLOG_RUN_FAILED : message.condition;
    ret.exits_0 = message.row->exits_0;
    snprintf(ret.family, sizeof ret.family, "%s", message.name);
    snprintf(ret.text, sizeof ret.text, "%s", line);
    return ret;
}

static struct run_log log_of(const struct made *made)
{
    struct run_log log = {.path = "/logs/run.log", .error = made->error, .missing = made->missing};
    log.newest = true;
    log.size = 1234;
    log.modified = NOW - made->age;
    log.facts.is_blank = made->is_blank;
    log.facts.has_result = made->result != NULL;
    log.facts.has_voice = made->voice != NULL;
    log.facts.has_rate_limit = made->rate_limit != NULL;
    if (made->result) {
        log.facts.result = event_of(made->result);
        log.facts.result_line = 7;
    }
    if (made->voice)
        log.facts.voice = event_of(made->voice);
    if (made->rate_limit)
        log.facts.rate_limit = event_of(made->rate_limit);
    log.facts.has_events = made->events || made->result || made->voice;
    if (made->marker)
        log.facts.marks[RUNLOG_AUTH_FAILURE] =
            (struct log_mark){.found = true, .offset = 20, .line = 3, .name = made->marker};
    if (made->message)
        log.facts.message = message_of(made->message);
    log.facts.limit_resets =
        limit_time_read(made->result ? log.facts.result.text : "", log.modified);
    if (made->mentioned) {
        log.facts.mentions_counted = true;
        log.facts.mentions = 2;
        log.facts.mention = (struct log_mark){.found = true, .offset = 5, .line = 2, .name = "401"};
    }
    return log;
}

static struct range range_of(const char *text)
{
    struct range range;
    struct text error = TEXT_INIT(200);
    ck_assert_msg(range_parse(text, RANGE_BARE_IS_MAXIMUM, &range, &error), "%s", text);
    text_free(&error);
    return range;
}

static struct run_verdict last; /* of decide() */

static struct subject *decide(const struct runlog_policy *policy, const struct run_log *log,
                              struct report *report)
{
    report_init(report, &runlog_report, NOW);
    report->verbosity = 3;
    struct subject *subject = report_add_subject(report, log->path);
    last = runlog_decide(policy, log, NOW, report, subject);
    return subject;
}

/* The ids of the findings that are no OK, worst first, with the line where there is one. */
static const char *found(const struct subject *subject)
{
    static char ids[400];
    size_t at = 0;
    ids[0] = '\0';
    for (const struct finding *f = subject->findings; f; f = f->next) {
        at += (size_t)snprintf(ids + at, sizeof ids - at, "%s%s%s", at > 0 ? " " : "",
                               runlog_conditions.rows[f->condition].id,
                               f->state == STATE_OK ? "(ok)" : "");
        if (f->line > 0)
            at += (size_t)snprintf(ids + at, sizeof ids - at, ":%llu", (unsigned long long)f->line);
    }
    return ids;
}

#define RESULT(fields) "{\"type\":\"result\",\"subtype\":\"success\"," fields "}"
#define GOOD           RESULT("\"is_error\":false,\"result\":\"done\"")

/* Each condition of the table found, and beside it a log in which it is not. */
START_TEST(finds_each_condition)
{
    static const struct {
        struct made log;
        const char *wanted;
    } rows[] = {
        {{"good", .result = GOOD}, ""},
        {{"401", .result = RESULT("\"is_error\":true,\"api_error_status\":401,\"result\":\"x\"")},
         "auth-failure:7"},
        {{"is_error decides", .result = RESULT("\"is_error\":false,\"api_error_status\":401,"
                                               "\"result\":\"401 Unauthorized\"")},
         ""},
        {{"marker", .marker = "not logged in"}, "auth-failure:3 result-missing"},
        {{"marker, good result", .result = GOOD, .marker = "Not logged in"}, ""},
        {{"voice of a killed run", .voice = "{\"type\":\"assistant\",\"error\":"
                                            "\"authentication_failed\"}"},
         "auth-failure result-missing"},
        {{"transcript", .voice = "{\"message\":{\"content\":\"API Error: 529 x\"},"
                                 "\"isApiErrorMessage\":true}"},
         "result-missing overloaded"},
        {{"prose of a killed run", .voice = "{\"message\":{\"content\":\"Not logged in\"}}"},
         "result-missing"},
        {{"credit", .result = RESULT("\"is_error\":true,\"api_error_status\":400,"
                                     "\"result\":\"Credit balance is too low\"")},
         "billing:7"},
        {{"credit, plain", .message = "Credit balance is too low"}, "billing:9 result-missing"},
        {{"empty", .is_blank = true}, "log-empty"},
        {{"no result", .age = 0}, "result-missing"},
        {{"limit", .result = RESULT("\"is_error\":true,\"api_error_status\":429,"
                                    "\"result\":\"You've hit your weekly limit\"")},
         "usage-limit:7"},
        {{"limit, plain", .message = "Claude AI usage limit reached"},
         "result-missing usage-limit:9"},
        {{"529", .result = RESULT("\"is_error\":true,\"api_error_status\":529,\"result\":\"x\"")},
         "overloaded:7"},
        {{"dropped", .result = RESULT("\"is_error\":true,\"result\":"
                                      "\"API Error: Connection dropped (ECONNRESET)\"")},
         "network:7"},
        {{"turns", .result = "{\"is_error\":true,\"subtype\":\"error_max_turns\"}"},
         "run-failed:7"},
        {{"turns, prose before", .result = "{\"is_error\":true,\"subtype\":\"error_max_turns\"}",
          .voice = "{\"message\":{\"content\":\"Not logged in users are sent away\"}}"},
         "run-failed:7"},
        {{"said nothing", .result = RESULT("\"is_error\":false,\"result\":\"\"")},
         "result-empty:7"},
        {{"said null", .result = RESULT("\"is_error\":false,\"structured_output\":null")},
         "result-empty:7"},
        {{"answered a schema", .result = RESULT("\"is_error\":false,\"result\":\"\","
                                                "\"structured_output\":{\"n\":1}")},
         ""},
        {{"failed and said nothing", .result = RESULT("\"is_error\":true,\"result\":\"\"")},
         "run-failed:7"},
        {{"ends in 3 days", .result = RESULT("\"is_error\":false,\"result\":\"x\","
                                             "\"credential_expires_at\":\"2026-11-21T11:06:40Z\"")},
         "login-ending:7"},
        {{"ends a second later",
          .result = RESULT("\"is_error\":false,\"result\":\"x\","
                           "\"credential_expires_at\":\"2026-11-21T11:06:41Z\"")},
         ""},
        {{"ended", .result = RESULT("\"is_error\":false,\"result\":\"x\","
                                    "\"credential_expires_at\":\"2026-11-01T00:00:00Z\"")},
         "login-ending:7"},
        {{"allowed nothing", .result = RESULT("\"is_error\":false,\"result\":\"x\","
                                              "\"permission_denials\":[{\"tool_name\":\"Bash\"}]")},
         "permission-denied(ok):7"},
        {{"not finished", .result = RESULT("\"is_error\":false,\"result\":\"x\","
                                           "\"stop_reason\":\"refusal\"")},
         "run-unfinished:7"},
        {{"nothing, and not finished", .result = RESULT("\"is_error\":false,\"result\":\" \\n\","
                                                        "\"stop_reason\":\"tool_use\"")},
         "run-unfinished:7 result-empty:7"},
        {{"no error, but the subtype's",
          .result = "{\"is_error\":false,\"subtype\":\"error_max_budget_usd\"}"},
         "run-failed:7"},
        {{"missing", .error = ENOENT, .missing = true}, "log-missing"},
        {{"unreadable", .error = EACCES}, "log-unreadable"},
        {{"a day old", .result = GOOD, .age = DAY}, ""},
        {{"over a day old", .result = GOOD, .age = DAY + 1}, "log-stale"},
        {{"over two days old", .result = GOOD, .age = 2 * DAY + 1}, "log-stale"},
        {{"a clock ahead", .result = GOOD, .age = -5}, ""},
        {{"a minute ahead", .result = GOOD, .age = -60000}, ""},
        {{"from the future", .result = GOOD, .age = -60001}, "log-stale"},
        {{"from far in the future", .result = GOOD, .age = -1825 * DAY}, "log-stale"},
        {{"mention", .result = GOOD, .mentioned = true}, "auth-mention(ok):2"},
    };
    const struct runlog_policy policy = {.age_warning = range_of("1d"),
                                         .age_critical = range_of("2d")};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct run_log log = log_of(&rows[i].log);
        struct report report;
        const struct subject *subject = decide(&policy, &log, &report);
        ck_assert_msg(strcmp(found(subject), rows[i].wanted) == 0, "%s: [%s], wanted [%s]",
                      rows[i].log.name, found(subject), rows[i].wanted);
        ck_assert(!report.failed);
        report_free(&report);
    }
}
END_TEST

START_TEST(tells_the_state)
{
    static const struct {
        struct made log;
        enum state wanted;
    } rows[] = {
        {{"good", .result = GOOD}, STATE_OK},
        {{"marker", .marker = "401"}, STATE_CRITICAL},
        {{"billing", .message = "Credit balance is too low"}, STATE_CRITICAL},
        {{"empty", .is_blank = true}, STATE_CRITICAL},
        {{"turns", .result = "{\"is_error\":true,\"subtype\":\"error_max_turns\"}"}, STATE_WARNING},
        {{"missing", .error = ENOENT, .missing = true}, STATE_UNKNOWN},
        {{"unreadable", .error = EIO}, STATE_UNKNOWN},
        {{"mention", .result = GOOD, .mentioned = true}, STATE_OK},
        {{"old", .result = GOOD, .age = DAY + 1}, STATE_WARNING},
        {{"very old", .result = GOOD, .age = 2 * DAY + 1}, STATE_CRITICAL},
    };
    const struct runlog_policy policy = {.age_warning = range_of("1d"),
                                         .age_critical = range_of("2d")};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct run_log log = log_of(&rows[i].log);
        struct report report;
        ck_assert_msg(decide(&policy, &log, &report)->state == rows[i].wanted, "%s",
                      rows[i].log.name);
        report_free(&report);
    }
}
END_TEST

START_TEST(takes_the_state_asked_for)
{
    static const struct made made = {"marker", .marker = "401"};
    struct run_log log = log_of(&made);
    for (int state = STATE_OK; state <= STATE_UNKNOWN; state++) {
        struct runlog_policy policy = {.grace = 0};
        policy.states.set[RUNLOG_AUTH_FAILURE] = policy.states.set[RUNLOG_RESULT_MISSING] = true;
        policy.states.states[RUNLOG_AUTH_FAILURE] = (enum state)state;
        policy.states.states[RUNLOG_RESULT_MISSING] = STATE_OK;
        struct report report;
        ck_assert_int_eq(decide(&policy, &log, &report)->state, state);
        report_free(&report);
        ck_assert_int_eq(runlog_state(&policy, RUNLOG_AUTH_FAILURE, STATE_OK), state);
        ck_assert_int_eq(runlog_state(&policy, RUNLOG_LOG_STALE, STATE_CRITICAL), STATE_CRITICAL);
        ck_assert_int_eq(runlog_state(&policy, RUNLOG_RUN_FAILED, STATE_OK), STATE_WARNING);
    }
}
END_TEST

START_TEST(lets_a_run_go_on)
{
    static const struct {
        struct made log;
        int64_t grace;
        const char *wanted;
    } rows[] = {
        {{"young", .marker = "401", .age = 59999}, 60000, "run-in-progress(ok)"},
        {{"empty and young", .is_blank = true, .age = 0}, 60000, "run-in-progress(ok)"},
        {{"as old as that", .age = 60000}, 60000, "result-missing"},
        {{"empty and old", .is_blank = true, .age = 60001}, 60000, "log-empty"},
        {{"no grace", .age = 0}, 0, "result-missing"},
        {{"no grace, ahead", .age = -1}, 0, "result-missing"},
        {{"a clock ahead", .age = -59999}, 60000, "run-in-progress(ok)"},
        {{"from the future", .age = -60000}, 60000, "result-missing"},
        {{"at its end", .result = GOOD, .age = 0}, 60000, ""},
        {{"failed", .result = RESULT("\"is_error\":true,\"api_error_status\":401"), .age = 0},
         60000,
         "auth-failure:7"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct runlog_policy policy = {.grace = rows[i].grace};
        struct run_log log = log_of(&rows[i].log);
        struct report report;
        const struct subject *subject = decide(&policy, &log, &report);
        ck_assert_msg(strcmp(found(subject), rows[i].wanted) == 0, "%s: [%s], wanted [%s]",
                      rows[i].log.name, found(subject), rows[i].wanted);
        report_free(&report);
    }
}
END_TEST

static const char *perfdata_of(const struct report *report)
{
    static char line[600];
    size_t at = 0;
    for (const struct perfdata *p = report->perfdata; p; p = p->next)
        at += (size_t)snprintf(line + at, sizeof line - at, "%s=%lld/%u%s%s ", p->label,
                               (long long)p->number, p->digits, p->unit,
                               p->warning.set || p->critical.set ? ";" : "");
    return line;
}

START_TEST(counts_into_perfdata)
{
    static const struct made made = {
        "limit",
        .result = RESULT("\"is_error\":true,\"api_error_status\":429,\"duration_ms\":598,"
                         "\"num_turns\":3,\"total_cost_usd\":0.00028,"
                         "\"result\":\"You've hit your 5-hour limit, resets 6pm (UTC)\""),
        .mentioned = true, .age = 1500};
    static const struct made bare = {"bare", .result = RESULT("\"is_error\":true"), .age = -7};
    struct run_log log = log_of(&made);
    struct runlog_policy policy = {.age_critical = range_of("1d")};
    struct report report;
    decide(&policy, &log, &report);
    struct runlog_totals totals = {1, 1, 0, &log, &log, 1234};
    runlog_add_perfdata(&policy, &totals, NOW, &report);
    ck_assert_str_eq(perfdata_of(&report),
                     "logs=1/0 logs_failed=1/0 auth_failures=0/0 log_age=1500/3s; log_size=1234/0B "
                     "run_time=598/3s run_turns=3/0 run_cost=280/6 limit_reset=24800000/3s "
                     "auth_mentions=2/0 ");
    report_free(&report);

    log = log_of(&bare);
    decide(&policy, &log, &report);
    runlog_add_perfdata(&policy, &totals, NOW, &report);
    ck_assert_str_eq(perfdata_of(&report),
                     "logs=1/0 logs_failed=1/0 auth_failures=0/0 log_age=0/3s; log_size=1234/0B ");
    report_free(&report);

    totals = (struct runlog_totals){.logs = 3, .failed = 2, .auth_failures = 1};
    report_init(&report, &runlog_report, NOW);
    runlog_add_perfdata(&policy, &totals, NOW, &report);
    ck_assert_str_eq(perfdata_of(&report), "logs=3/0 logs_failed=2/0 auth_failures=1/0 ");
    report_free(&report);
}
END_TEST

/* What a log says is not shown: only the CLI's own message, at -v, and cut. */
START_TEST(shows_no_text_of_the_log)
{
    static const struct made rows[] = {
        {"good", .result = RESULT("\"is_error\":false,\"result\":\"canary\""), .mentioned = true},
        {"prose", .voice = "{\"message\":{\"content\":\"canary\"}}"},
        {"turns", .result = "{\"is_error\":true,\"subtype\":\"error_max_turns\"}",
         .voice = "{\"message\":{\"content\":\"canary\"}}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct runlog_policy policy = {.grace = 0};
        struct run_log log = log_of(&rows[i]);
        struct report report;
        const struct subject *subject = decide(&policy, &log, &report);
        for (const struct finding *f = subject->findings; f; f = f->next)
            ck_assert_msg(!strstr(f->message, "canary"), "%s: %s", rows[i].name, f->message);
        for (const struct detail *d = subject->details; d; d = d->next)
            ck_assert_msg(!strstr(d->message, "canary"), "%s: %s", rows[i].name, d->message);
        ck_assert(!strstr(subject->headline, "canary"));
        report_free(&report);
    }
}
END_TEST

/* What the record in the state directory names as the reason. */
START_TEST(says_by_what_a_refusal_was_told)
{
    static const struct {
        struct made log;
        const char *words;
    } rows[] = {
        {{.result = "{\"is_error\":true,\"api_error_status\":403}"}, "status 403"},
        {{.result = "{\"is_error\":true,\"subtype\":\"error_during_execution\"}"},
         "error_during_execution"},
        {{.result = "{\"is_error\":true}", .voice = "{\"error\":\"authentication_failed\"}"},
         "authentication_failed"},
        {{.result = "{\"is_error\":true,\"subtype\":\"success\"}"}, "the message of the run"},
        {{.result = "{\"is_error\":true}", .voice = "{\"error\":\"unknown\"}"},
         "the message of the run"},
        {{.message = "Not logged in \xC2\xB7 Please run /login"}, "not logged in"},
        {{.voice = "{\"error\":\"authentication_failed\"}"}, "authentication_failed"},
        {{.age = 0}, "the message of the run"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct run_log log = log_of(&rows[i].log);
        struct text words = TEXT_INIT(200);
        runlog_add_evidence(&log, &words);
        ck_assert_msg(strcmp(text_get(&words), rows[i].words) == 0, "%zu: %s instead of %s", i,
                      text_get(&words), rows[i].words);
        text_free(&words);
    }
}
END_TEST

/* With --plain a run without a result failed only where a message says so; with --exit-status that
 * says it. */
START_TEST(takes_the_exit_status_for_evidence)
{
    static const struct {
        struct made log;
        int code; /* -1: not known */
        bool plain;
        const char *wanted;
        enum run_outcome outcome;
    } rows[] = {
        {{"text", .age = 0}, -1, false, "result-missing", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, -1, true, "", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, 0, true, "", RUN_GOOD},
        {{"text", .age = 0}, 0, false, "", RUN_GOOD},
        {{"text", .age = 0}, 1, true, "run-failed", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, 1, false, "result-missing", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, 124, true, "result-missing", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, 125, true, "run-failed", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, 127, true, "run-failed", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, 128, true, "run-failed", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, 129, true, "result-missing", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, 192, true, "result-missing", RUN_TELLS_NOTHING},
        {{"text", .age = 0}, 193, true, "run-failed", RUN_TELLS_NOTHING},
        {{"words", .marker = "401"}, -1, true, "auth-failure:3", RUN_TELLS_NOTHING},
        {{"words", .marker = "401"}, 0, true, "", RUN_GOOD},
        {{"words", .marker = "401"}, 0, false, "", RUN_GOOD},
        {{"message", .message = "API Error: 401 x"}, -1, true, "auth-failure:9", RUN_REFUSED},
        {{"message", .message = "API Error: 401 x"}, 1, true, "auth-failure:9", RUN_REFUSED},
        {{"message", .message = "API Error: 401 x"}, 0, true, "", RUN_GOOD},
        {{"message", .message = "API Error: 529 x"}, -1, true, "overloaded:9", RUN_TELLS_NOTHING},
        {{"message", .message = "You've hit your limit"}, 1, true, "usage-limit:9", RUN_LIMITED},
        {{"message", .message = "Credit balance is too low"}, 1, true, "billing:9", RUN_LIMITED},
        {{"interrupted", .message = "Execution error"}, 0, true, "run-failed:9", RUN_TELLS_NOTHING},
        {{"blank", .is_blank = true}, 0, true, "log-empty", RUN_TELLS_NOTHING},
        {{"events", .events = true}, -1, true, "result-missing", RUN_TELLS_NOTHING},
        {{"events", .events = true}, 0, true, "result-missing", RUN_TELLS_NOTHING},
        {{"good", .result = GOOD}, -1, false, "", RUN_GOOD},
        {{"good", .result = GOOD}, 0, false, "", RUN_GOOD},
        {{"good", .result = GOOD}, 1, false, "run-failed", RUN_TELLS_NOTHING},
        {{"good", .result = GOOD}, 137, false, "result-missing", RUN_TELLS_NOTHING},
        {{"failed", .result = RESULT("\"is_error\":true,\"api_error_status\":401")},
         0,
         false,
         "auth-failure:7",
         RUN_REFUSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct runlog_policy policy = {
            .plain = rows[i].plain,
            .exit_status = {.known = rows[i].code >= 0, .code = rows[i].code}};
        struct run_log log = log_of(&rows[i].log);
        struct report report;
        const struct subject *subject = decide(&policy, &log, &report);
        ck_assert_msg(strcmp(found(subject), rows[i].wanted) == 0, "%zu %s, %d: [%s]", i,
                      rows[i].log.name, rows[i].code, found(subject));
        ck_assert_msg(last.outcome == rows[i].outcome, "%zu %s: outcome %d", i, rows[i].log.name,
                      (int)last.outcome);
        report_free(&report);
    }
}
END_TEST

SUITE_MAIN("runlog", takes_the_exit_status_for_evidence, says_by_what_a_refusal_was_told,
           finds_each_condition, tells_the_state, takes_the_state_asked_for, lets_a_run_go_on,
           counts_into_perfdata, shows_no_text_of_the_log)
