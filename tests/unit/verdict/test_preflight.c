#include "verdict/preflight.h"

#include "sample_agent.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

START_TEST(the_table_is_that_of_the_interface)
{
    static const struct {
        const char *id;
        enum state state;
        bool ranged;
    } rows[] = {
        {"home-missing", STATE_CRITICAL, false},
        {"binary-missing", STATE_CRITICAL, false},
        {"binary-not-executable", STATE_CRITICAL, false},
        {"version-failed", STATE_CRITICAL, false},
        {"version-timeout", STATE_CRITICAL, false},
        {"version-unrecognised", STATE_OK, false},
        {"version-outdated", STATE_WARNING, false},
        {"credentials-missing", STATE_CRITICAL, false},
        {"credentials-unreadable", STATE_CRITICAL, false},
        {"credentials-malformed", STATE_CRITICAL, false},
        {"token-missing", STATE_CRITICAL, false},
        {"login-ended", STATE_CRITICAL, false},
        {"login-expired", STATE_CRITICAL, false},
        {"login-expiring", STATE_WARNING, true},
        {"token-expired", STATE_CRITICAL, false},
        {"token-renewable", STATE_WARNING, false},
        {"token-expiring", STATE_WARNING, true},
        {"expiry-unknown", STATE_OK, false},
        {"scope-missing", STATE_CRITICAL, false},
        {"scopes-absent", STATE_CRITICAL, false},
        {"renewal-blocked", STATE_WARNING, false},
        {"refresh-lock-stale", STATE_WARNING, false},
        {"credentials-linked", STATE_WARNING, false},
        {"login-shared", STATE_WARNING, false},
        {"login-method-forced", STATE_CRITICAL, false},
        {"permissions-open", STATE_OK, false},
        {"run-refused", STATE_CRITICAL, false},
        {"run-limited", STATE_CRITICAL, false},
        {"auth-external", STATE_OK, false},
        {"auth-none", STATE_CRITICAL, false},
    };
    const struct condition_table *table = &preflight_conditions;
    ck_assert_uint_le(table->count, CONDITIONS_MAX);
    ck_assert_uint_eq(table->count, COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t at = condition_find(table, rows[i].id, strlen(rows[i].id));
        ck_assert_msg(at < table->count, "%s", rows[i].id);
        ck_assert_msg(i == 0 || at > condition_find(table, rows[i - 1].id, strlen(rows[i - 1].id)),
                      "%s is not in order", rows[i].id);
        ck_assert_msg(table->rows[at].ranged == rows[i].ranged, "%s", rows[i].id);
        ck_assert_msg(rows[i].ranged || table->rows[at].state == rows[i].state, "%s", rows[i].id);
    }
}
END_TEST

START_TEST(judges_the_binary)
{
    static const struct {
        enum cli_look look;
        bool dangling;
        int error;
        uint32_t found;
    } rows[] = {
        {CLI_FOUND, false, 0, 0},
        {CLI_MISSING, false, ENOENT, BIT(PREFLIGHT_BINARY_MISSING)},
        {CLI_MISSING, true, ENOENT, BIT(PREFLIGHT_BINARY_MISSING)},
        {CLI_NOT_EXECUTABLE, false, EISDIR, BIT(PREFLIGHT_BINARY_NOT_EXECUTABLE)},
        {CLI_NOT_EXECUTABLE, false, EACCES, BIT(PREFLIGHT_BINARY_NOT_EXECUTABLE)},
        {CLI_NOT_EXECUTABLE, false, ENOEXEC, BIT(PREFLIGHT_BINARY_NOT_EXECUTABLE)},
        {CLI_NOT_EXECUTABLE, false, ENOENT, BIT(PREFLIGHT_BINARY_NOT_EXECUTABLE)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        enum state state;
        facts.binary.look = rows[i].look;
        facts.binary.dangling = rows[i].dangling;
        facts.binary.error = rows[i].error;
        if (rows[i].look != CLI_FOUND)
            facts.version = (struct version_facts){.outcome = VERSION_NOT_ASKED};
        uint32_t found = sample_found(&policy, &facts, &state);
        ck_assert_msg(found == rows[i].found, "row %zu: %x", i, found);
        ck_assert_int_eq(state, found ? STATE_CRITICAL : STATE_OK);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(judges_the_version)
{
    const uint32_t outdated = BIT(PREFLIGHT_VERSION_OUTDATED);
    const struct {
        enum version_outcome outcome;
        const char *version, *oldest;
        uint32_t found;
        enum state state;
    } rows[] = {
        {VERSION_ANSWERED, "2.1.330", NULL, 0, STATE_OK},
        {VERSION_ANSWERED, "2.1.330", "2.1.330", 0, STATE_OK},
        {VERSION_ANSWERED, "2.1.330", "2.1.329", 0, STATE_OK},
        {VERSION_ANSWERED, "2.1.330", "2.1.331", outdated, STATE_WARNING},
        {VERSION_ANSWERED, "2.1.9", "2.1.10", outdated, STATE_WARNING},
        {VERSION_ANSWERED, "3.0.0", "2.1.331", 0, STATE_OK},
        {VERSION_ANSWERED, "", NULL, BIT(PREFLIGHT_VERSION_UNRECOGNISED), STATE_OK},
        {VERSION_ANSWERED, "", "1.0.0", BIT(PREFLIGHT_VERSION_UNRECOGNISED) | outdated,
         STATE_WARNING},
        {VERSION_EXIT_STATUS, "", NULL, BIT(PREFLIGHT_VERSION_FAILED), STATE_CRITICAL},
        {VERSION_EXIT_STATUS, "", "1.0.0", BIT(PREFLIGHT_VERSION_FAILED) | outdated,
         STATE_CRITICAL},
        {VERSION_SIGNAL, "", NULL, BIT(PREFLIGHT_VERSION_FAILED), STATE_CRITICAL},
        {VERSION_TIMEOUT, "", NULL, BIT(PREFLIGHT_VERSION_TIMEOUT), STATE_CRITICAL},
        {VERSION_UNTOLD, "", NULL, 0, STATE_UNKNOWN},
        {VERSION_UNTOLD, "", "1.0.0", 0, STATE_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        enum state state;
        policy.min_version = rows[i].oldest;
        facts.version = (struct version_facts){.outcome = rows[i].outcome, .code = SIGKILL};
        memcpy(facts.version.version, rows[i].version, strlen(rows[i].version));
        uint32_t found = sample_found(&policy, &facts, &state);
        ck_assert_msg(found == rows[i].found && state == rows[i].state, "row %zu: %x", i, found);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(every_state_can_be_overridden)
{
    static const enum state states[] = {STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN};
    for (size_t c = 0; c < preflight_conditions.count; c++) {
        for (size_t s = 0; s < COUNT(states); s++) {
            struct preflight_policy policy = sample_policy();
            policy.states.set[c] = true;
            policy.states.states[c] = states[s];
            ck_assert_int_eq(
                condition_state(&preflight_conditions, &policy.states, c, STATE_WARNING),
                states[s]);
        }
    }
    /* a ranged one as well, whichever range it is outside of */
    struct preflight_policy policy = sample_policy();
    struct agent_facts facts = sample_facts();
    struct text error = TEXT_INIT(200);
    enum state state;
    ck_assert(condition_override(&preflight_conditions, "login-expiring=unknown", &policy.states,
                                 &error));
    facts.credentials.login.ms = NOW + 1;
    ck_assert_uint_eq(sample_found(&policy, &facts, &state), BIT(PREFLIGHT_LOGIN_EXPIRING));
    ck_assert_int_eq(state, STATE_UNKNOWN);
    text_free(&error);
    sample_free(&facts);
}
END_TEST

/* CRITICAL > WARNING > UNKNOWN > OK; of the same state the first in the table speaks. */
START_TEST(the_worst_finding_speaks)
{
    static const struct {
        const char *states, *begins;
        enum state state;
        unsigned more;
    } rows[] = {
        {"", "claude --version failed with status 1", STATE_CRITICAL, 2},
        {"version-failed=warning", "the login expired", STATE_CRITICAL, 2},
        {"version-failed=ok", "the login expired", STATE_CRITICAL, 1},
        {"version-failed=unknown,login-expired=warning,token-expired=ok", "the login expired",
         STATE_WARNING, 1},
        {"version-failed=unknown,login-expired=unknown,token-expired=ok", "claude --version",
         STATE_UNKNOWN, 1},
        {"version-failed=ok,login-expired=ok,token-expired=ok", "claude of unknown version",
         STATE_OK, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        struct report report;
        struct text text = TEXT_INIT(500);
        ck_assert(!*rows[i].states ||
                  condition_override(&preflight_conditions, rows[i].states, &policy.states, &text));
        facts.version = (struct version_facts){.outcome = VERSION_EXIT_STATUS, .code = 1};
        facts.credentials.access.ms = facts.credentials.login.ms = NOW - 1000;
        sample_report(&policy, &facts, 0, &report);
        report_add_summary(&report, &text);
        char more[32] = "";
        if (rows[i].more)
            snprintf(more, sizeof more, "(and %u more)", rows[i].more);
        ck_assert_msg(report_state(&report) == rows[i].state &&
                          strncmp(text_get(&text), rows[i].begins, strlen(rows[i].begins)) == 0 &&
                          strstr(text_get(&text), more),
                      "%s: %s", rows[i].states, text_get(&text));
        report_free(&report);
        text_free(&text);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(the_headline_names_version_and_times)
{
    static const struct {
        const char *version;
        enum auth_mode auth;
        bool token, login;
        const char *want;
    } rows[] = {
        {"2.1.330", AUTH_FILE, true, true, "claude 2.1.330, token 8h, login 26d"},
        {"2.1.330", AUTH_FILE, true, false, "claude 2.1.330, token 8h"},
        {"2.1.330", AUTH_FILE, false, false, "claude 2.1.330, token expiry unknown"},
        {"", AUTH_FILE, true, false, "claude of unknown version, token 8h"},
        {"2.1.330", AUTH_OFF, true, true, "claude 2.1.330, login not checked"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        struct report report;
        struct text text = TEXT_INIT(500);
        policy.auth = rows[i].auth;
        memset(facts.version.version, 0, sizeof facts.version.version);
        memcpy(facts.version.version, rows[i].version, strlen(rows[i].version));
        facts.credentials.access.known = rows[i].token;
        facts.credentials.login.known = rows[i].login;
        sample_report(&policy, &facts, 0, &report);
        report_add_summary(&report, &text);
        ck_assert_str_eq(text_get(&text), rows[i].want);
        report_free(&report);
        text_free(&text);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(fills_in_the_fields)
{
    struct preflight_policy policy = sample_policy();
    struct agent_facts facts = sample_facts();
    struct report report;
    sample_report(&policy, &facts, 0, &report);
    const struct value *v = report.subjects->values;
    ck_assert_str_eq(v[PREFLIGHT_FIELD_BINARY].text, SAMPLE_BINARY);
    ck_assert_str_eq(v[PREFLIGHT_FIELD_CLI_VERSION].text, "2.1.330");
    ck_assert_str_eq(v[PREFLIGHT_FIELD_CREDENTIALS].text, SAMPLE_FILE);
    ck_assert_str_eq(v[PREFLIGHT_FIELD_SUBSCRIPTION].text, "max");
    ck_assert_int_eq(v[PREFLIGHT_FIELD_TOKEN_EXPIRES].kind, VALUE_TIME);
    ck_assert_int_eq(v[PREFLIGHT_FIELD_TOKEN_EXPIRES].number, NOW + HOURS(8));
    ck_assert_int_eq(v[PREFLIGHT_FIELD_LOGIN_EXPIRES].number, NOW + DAYS(26));
    ck_assert_int_eq(v[PREFLIGHT_FIELD_RENEWABLE].number, 1);
    ck_assert_int_eq(v[PREFLIGHT_FIELD_CACHED].number, 0);
    ck_assert_int_eq(v[PREFLIGHT_FIELD_CLI_UP].number, 1);
    ck_assert_int_eq(v[PREFLIGHT_FIELD_VERSION_TIME].number, 20500);
    report_free(&report);

    facts.credentials = (struct credentials){.has_login = false};
    facts.credentials_error = ENOENT;
    facts.version = (struct version_facts){.outcome = VERSION_TIMEOUT};
    sample_report(&policy, &facts, 0, &report);
    v = report.subjects->values;
    ck_assert_int_eq(v[PREFLIGHT_FIELD_TOKEN_EXPIRES].kind, VALUE_NONE);
    ck_assert_int_eq(v[PREFLIGHT_FIELD_LOGIN_EXPIRES].kind, VALUE_NONE);
    ck_assert_int_eq(v[PREFLIGHT_FIELD_SUBSCRIPTION].kind, VALUE_NONE);
    ck_assert_int_eq(v[PREFLIGHT_FIELD_CLI_VERSION].kind, VALUE_NONE);
    ck_assert_int_eq(v[PREFLIGHT_FIELD_CLI_UP].number, 0);
    report_free(&report);
    sample_free(&facts);
}
END_TEST

/* "label number unit" of each perfdata, in order. */
static void add_perfdata(const struct report *report, struct text *text)
{
    for (const struct perfdata *p = report->perfdata; p; p = p->next) {
        text_format(text, "%s%s=", text->length ? " " : "", p->label);
        text_add_decimal(text, p->number, p->digits);
        text_add(text, p->unit);
    }
}

START_TEST(gives_perfdata_of_what_there_is)
{
    static const struct {
        enum auth_mode auth;
        bool token, login, cached;
        enum version_outcome outcome;
        const char *want;
    } rows[] = {
        {AUTH_FILE, true, true, false, VERSION_ANSWERED,
         "token_expiry=-1s login_expiry=2246400s version_time=0.0205s"},
        {AUTH_FILE, true, false, false, VERSION_ANSWERED, "token_expiry=-1s version_time=0.0205s"},
        {AUTH_FILE, false, true, true, VERSION_ANSWERED, "login_expiry=2246400s cache_age=42.5s"},
        {AUTH_FILE, false, false, false, VERSION_NOT_ASKED, ""},
        {AUTH_OFF, true, true, false, VERSION_ANSWERED, "version_time=0.0205s"},
        {AUTH_OFF, true, true, false, VERSION_TIMEOUT, "version_time=0.0205s"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        struct report report;
        struct text text = TEXT_INIT(500);
        policy.auth = rows[i].auth;
        facts.version.outcome = rows[i].outcome;
        facts.version.cached = rows[i].cached;
        facts.version.cache_age = 42500;
        facts.credentials.access = (struct expiry){rows[i].token, NOW - 1000};
        facts.credentials.login.known = rows[i].login;
        sample_report(&policy, &facts, 0, &report);
        add_perfdata(&report, &text);
        ck_assert_str_eq(text_get(&text), rows[i].want);
        report_free(&report);
        text_free(&text);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(perfdata_has_its_ranges_and_limits)
{
    struct preflight_policy policy = sample_policy();
    struct agent_facts facts = sample_facts();
    struct report report;
    sample_report(&policy, &facts, 0, &report);
    const struct perfdata *token = report.perfdata, *login = token->next, *time = login->next;
    ck_assert(!token->warning.set && !token->critical.set);
    ck_assert(login->warning.set && login->critical.set);
    ck_assert_int_eq(login->warning.start, DAYS(10));
    ck_assert_int_eq(login->critical.start, DAYS(4));
    ck_assert(time->has_minimum && time->minimum == 0);
    ck_assert(time->has_maximum && time->maximum == 5000000);
    report_free(&report);
    sample_free(&facts);
}
END_TEST

START_TEST(details_come_with_verbosity)
{
    for (int verbosity = 0; verbosity <= 3; verbosity++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        struct report report;
        sample_report(&policy, &facts, verbosity, &report);
        int lines = 0;
        for (const struct detail *d = report.subjects->details; d; d = d->next, lines++)
            ck_assert_int_le(d->level, verbosity);
        ck_assert_int_eq(lines > 0, verbosity > 0);
        report_free(&report);
        sample_free(&facts);
    }
}
END_TEST

SUITE_MAIN("preflight", the_table_is_that_of_the_interface, judges_the_binary, judges_the_version,
           every_state_can_be_overridden, the_worst_finding_speaks,
           the_headline_names_version_and_times, fills_in_the_fields,
           gives_perfdata_of_what_there_is, perfdata_has_its_ranges_and_limits,
           details_come_with_verbosity)
