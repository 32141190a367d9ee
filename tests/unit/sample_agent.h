/*
 * An agent in perfect order, the default policy, and what preflight_decide() finds. The tests
 * spoil one thing at a time:
 *
 *     struct preflight_policy policy = sample_policy();
 *     struct agent_facts facts = sample_facts();
 *     facts.credentials.ended = true;
 *     ck_assert(sample_found(&policy, &facts) == BIT(PREFLIGHT_LOGIN_ENDED));
 *     sample_free(&facts);
 */
#ifndef CHECK_CLAUDE_TESTS_SAMPLE_AGENT_H
#define CHECK_CLAUDE_TESTS_SAMPLE_AGENT_H

#include "verdict/preflight.h"
#include "verdict/preflight_perfdata.h"

#include "suite.h"

#include <string.h>

#define NOW             INT64_C(1795000000000) /* 2026-11-18T11:06:40Z */
#define SECONDS(n)      ((n)*INT64_C(1000))
#define HOURS(n)        ((n)*INT64_C(3600000))
#define DAYS(n)         ((n)*INT64_C(86400000))
#define BIT(condition)  (UINT32_C(1) << (condition))
#define SAMPLE_HOME     "/home/agent"
#define SAMPLE_DIR      SAMPLE_HOME "/.claude"
#define SAMPLE_FILE     SAMPLE_DIR "/.credentials.json"
#define SAMPLE_BINARY   "/usr/local/bin/claude"
#define FORBIDDEN_WORDS ";~$&'\"<>`|\n" /* what our own words on the first line leave out */

static inline struct preflight_policy sample_policy(void)
{
    return (struct preflight_policy){
        .auth = AUTH_FILE,
        .version_timeout = 5000,
        .login_warning = {.set = true, .start = DAYS(10), .open_end = true},
        .login_critical = {.set = true, .start = DAYS(4), .open_end = true}};
}

static inline struct agent_facts sample_facts(void)
{
    struct agent_facts facts = {
        .home = SAMPLE_HOME,
        .user = "agent",
        .binary = {.look = CLI_FOUND,
                   .path = TEXT_INIT(4096),
                   .looked = TEXT_INIT(4096),
                   .detail = TEXT_INIT(4096),
                   .elsewhere = TEXT_INIT(4096)},
        .version = {.outcome = VERSION_ANSWERED, .version = "2.1.330", .elapsed_us = 20500},
        .auth = {.kind = AUTH_CREDENTIALS_FILE,
                 .name = "credentials-file",
                 .where = SAMPLE_FILE,
                 .overrides = ""},
        .credentials_path = SAMPLE_FILE,
        .credentials_modified = NOW - SECONDS(60),
        .config_dir = SAMPLE_DIR,
        .credentials = {.has_login = true,
                        .has_access_token = true,
                        .has_refresh_token = true,
                        .access = {true, NOW + HOURS(8)},
                        .login = {true, NOW + DAYS(26)},
                        .scopes = SCOPES_SUFFICIENT,
                        .subscription_type = "max"},
        .config = {.lock_path = SAMPLE_DIR "/.oauth_refresh.lock"}};
    text_add(&facts.binary.path, SAMPLE_BINARY);
    text_add(&facts.binary.looked, "claude in PATH");
    return facts;
}

static inline void sample_free(struct agent_facts *facts)
{
    text_free(&facts->binary.path);
    text_free(&facts->binary.looked);
    text_free(&facts->binary.detail);
    text_free(&facts->binary.elsewhere);
}

/* A report on this one agent; report_free() it. */
static inline void sample_report(const struct preflight_policy *policy,
                                 const struct agent_facts *facts, int verbosity,
                                 struct report *report)
{
    report_init(report, &preflight_report, NOW);
    report->verbosity = verbosity;
    struct subject *subject = report_add_subject(report, facts->home);
    preflight_decide(policy, facts, NOW, report, subject);
    preflight_add_perfdata(policy, facts, NOW, report);
    ck_assert(!report->failed);
}

/* What the worst finding of a report says, and what shows it: "MESSAGE (EVIDENCE)". */
static inline void sample_words(const struct report *report, const char *want)
{
    const struct finding *worst = report->subjects->findings;
    struct text text = TEXT_INIT(4096);
    ck_assert_ptr_nonnull(worst);
    text_add(&text, worst->message);
    if (worst->evidence)
        text_format(&text, " (%s)", worst->evidence);
    ck_assert_str_eq(text_get(&text), want);
    text_free(&text);
}

/* The conditions that are found, as bits; *ret_state is the state that they make. */
static inline uint32_t sample_found(const struct preflight_policy *policy,
                                    const struct agent_facts *facts, enum state *ret_state)
{
    struct report report;
    sample_report(policy, facts, 0, &report);
    uint32_t found = 0;
    for (const struct finding *f = report.subjects->findings; f; f = f->next) {
        ck_assert_msg(!(found & BIT(f->condition)), "%s is found twice",
                      preflight_conditions.rows[f->condition].id);
        ck_assert_msg(*f->message && !strpbrk(f->message, FORBIDDEN_WORDS), "%s", f->message);
        found |= BIT(f->condition);
    }
    if (ret_state)
        *ret_state = report_state(&report);
    report_free(&report);
    return found;
}

#endif
