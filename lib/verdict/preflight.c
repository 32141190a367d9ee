#include "verdict/preflight.h"

#include "base/duration.h"
#include "verdict/login.h"

#include <errno.h>
#include <string.h>

enum state preflight_state(const struct preflight_policy *policy,
                           enum preflight_condition condition, enum state ranged)
{
    return condition_state(&preflight_conditions, &policy->states, condition, ranged);
}

/* The parts of one decision on the CLI. */
struct decision {
    const struct preflight_policy *policy;
    const struct agent_facts *facts;
    struct report *report;
    struct subject *subject;
};

#define find(d, condition, ...)                                                                    \
    report_find((d)->report, (d)->subject, condition,                                              \
                preflight_state((d)->policy, condition, STATE_OK), __VA_ARGS__)

/* About a binary that the kernel would not start. */
static const char *what_to_do(int error)
{
    switch (error) {
    case ENOENT: return "install that";
    case EACCES: return "make it executable for this user";
    case EISDIR: return "name a file in it by --binary";
    default: return "install the Claude CLI again";
    }
}

static void decide_binary(const struct decision *d)
{
    const struct cli_binary *binary = &d->facts->binary;
    if (binary->look == CLI_MISSING && binary->dangling)
        find(d, PREFLIGHT_BINARY_MISSING, "%s is a link to nothing, install the Claude CLI again",
             text_get(&binary->path));
    else if (binary->look == CLI_MISSING)
        find(d, PREFLIGHT_BINARY_MISSING, "no %s, install the Claude CLI or name it by --binary",
             text_get(&binary->looked));
    else if (binary->look == CLI_NOT_EXECUTABLE && binary->unreachable)
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE, "cannot reach %s: %s, run the check as its owner",
             text_get(&binary->path), strerror(binary->error));
    else if (binary->look == CLI_NOT_EXECUTABLE)
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE, "cannot execute %s: %s, %s",
             text_get(&binary->path),
             binary->error == ENOENT ? "its interpreter is missing" : strerror(binary->error),
             what_to_do(binary->error));
}

static void decide_version(const struct decision *d)
{
    const struct version_facts *version = &d->facts->version;
    const char *said = version->said && *version->said ? version->said : "nothing";
    switch (version->outcome) {
    case VERSION_EXIT_STATUS:
        find(d, PREFLIGHT_VERSION_FAILED,
             "claude --version failed with status %d, run it by hand, it said: %s", version->code,
             said);
        break;
    case VERSION_SIGNAL:
        find(d, PREFLIGHT_VERSION_FAILED,
             "claude --version died by signal %d (%s), run it by hand, it said: %s", version->code,
             strsignal(version->code), said);
        break;
    case VERSION_TIMEOUT: {
        struct text words = TEXT_INIT(64);
        duration_add_words(&words, d->policy->version_timeout);
        find(d, PREFLIGHT_VERSION_TIMEOUT,
             "claude --version gave no answer in %s, run it by hand or raise --version-timeout",
             text_get(&words));
        text_free(&words);
        break;
    }
    case VERSION_ANSWERED:
        if (!version->version[0])
            find(
                d, PREFLIGHT_VERSION_UNRECOGNISED,
                "claude --version printed no X.Y.Z (Claude Code), check that it is the Claude CLI");
        break;
    case VERSION_NOT_ASKED:
    case VERSION_UNTOLD: break;
    }
    const char *oldest = d->policy->min_version;
    if (!oldest)
        return;
    if (version->outcome == VERSION_UNTOLD)
        return; /* report_fail() has said so */
    if (!version->version[0])
        find(d, PREFLIGHT_VERSION_OUTDATED,
             "the version is unknown, wanted is %s or newer, run claude --version by hand", oldest);
    else if (cli_version_compare(version->version, oldest) < 0)
        find(d, PREFLIGHT_VERSION_OUTDATED, "claude is %s, older than %s, update it",
             version->version, oldest);
}

/* A dead login is written with expiresAt 0, which is no time. */
static bool has_token_end(const struct credentials *c)
{
    return c->access.known && c->has_access_token;
}

/* ", token 7h 58m", ", token expired 2h ago" */
static void add_time_left(struct text *line, const char *what, int64_t left)
{
    text_format(line, ", %s %s", what, left < 0 ? "expired " : "");
    duration_add_words(line, left < 0 ? duration_subtract(0, left) : left);
    text_add(line, left < 0 ? " ago" : "");
}

/* "claude 2.1.330, token 7h 58m, login 26d 3h" */
static void set_headline(const struct decision *d, int64_t now)
{
    const struct credentials *c = &d->facts->credentials;
    struct text line = TEXT_INIT(200);
    text_format(&line, "claude %s",
                d->facts->version.version[0] ? d->facts->version.version : "of unknown version");
    if (d->policy->auth == AUTH_OFF) {
        text_add(&line, ", login not checked");
    } else if (d->facts->auth_name) {
        text_format(&line, ", login by %s", d->facts->auth_name);
    } else if (d->facts->credentials_error == 0 && c->has_access_token) {
        if (c->access.known)
            add_time_left(&line, "token", duration_subtract(c->access.ms, now));
        else
            text_add(&line, ", token expiry unknown");
        if (c->login.known)
            add_time_left(&line, "login", duration_subtract(c->login.ms, now));
    }
    report_headline(d->report, d->subject, text_get(&line));
    text_free(&line);
}

static void set_fields(const struct decision *d, int64_t now)
{
    const struct agent_facts *facts = d->facts;
    const struct credentials *c = &facts->credentials;
    if (facts->binary.look == CLI_FOUND || facts->binary.look == CLI_NOT_EXECUTABLE)
        report_set_text(d->report, d->subject, PREFLIGHT_FIELD_BINARY,
                        text_get(&facts->binary.path));
    if (facts->version.version[0])
        report_set_text(d->report, d->subject, PREFLIGHT_FIELD_CLI_VERSION, facts->version.version);
    report_set_flag(d->subject, PREFLIGHT_FIELD_CACHED, facts->version.cached);
    report_set_flag(d->subject, PREFLIGHT_FIELD_CLI_UP, facts->version.outcome == VERSION_ANSWERED);
    if (facts->version.outcome != VERSION_NOT_ASKED && !facts->version.cached)
        report_set_number(d->subject, PREFLIGHT_FIELD_VERSION_TIME, facts->version.elapsed_us, 6);
    if (d->policy->auth == AUTH_OFF || facts->auth_untold)
        return;
    report_set_text(d->report, d->subject, PREFLIGHT_FIELD_AUTH_SOURCE,
                    facts->auth_none   ? "none"
                    : facts->auth_name ? facts->auth_name
                                       : "credentials-file");
    if (facts->auth_none || facts->auth_name)
        return;
    report_set_text(d->report, d->subject, PREFLIGHT_FIELD_CREDENTIALS, facts->credentials_path);
    report_set_flag(d->subject, PREFLIGHT_FIELD_RENEWABLE, login_is_renewable(c, now));
    if (has_token_end(c))
        report_set_time(d->subject, PREFLIGHT_FIELD_TOKEN_EXPIRES, c->access.ms);
    if (c->login.known)
        report_set_time(d->subject, PREFLIGHT_FIELD_LOGIN_EXPIRES, c->login.ms);
    if (c->subscription_type[0])
        report_set_text(d->report, d->subject, PREFLIGHT_FIELD_SUBSCRIPTION, c->subscription_type);
}

/* -v: every check made and what it looked at; -vv: times. */
static void add_details(const struct decision *d)
{
    const struct agent_facts *facts = d->facts;
    const struct version_facts *version = &facts->version;
    if (!report_wants(d->report, 1))
        return;
    report_detail(d->report, d->subject, 1, "agent: home %s", facts->home);
    if (facts->binary.look == CLI_FOUND || facts->binary.look == CLI_NOT_EXECUTABLE)
        report_detail(
            d->report, d->subject, 1, "binary: %s, version %s%s", text_get(&facts->binary.path),
            version->version[0] ? version->version : "unknown", version->cached ? " (cached)" : "");
    if (d->policy->auth == AUTH_OFF)
        report_detail(d->report, d->subject, 1, "login: not checked (--auth=off)");
    else if (facts->auth_untold)
        report_detail(d->report, d->subject, 1, "login: it could not be told");
    else if (facts->auth_none)
        report_detail(d->report, d->subject, 1, "login: from no source");
    else if (facts->auth_name)
        report_detail(d->report, d->subject, 1, "login: by %s from %s", facts->auth_name,
                      facts->auth_where);
    else if (facts->credentials_error != 0 || facts->credentials_malformed)
        report_detail(d->report, d->subject, 1, "login: none to be read from %s",
                      facts->credentials_path);
    else
        report_detail(d->report, d->subject, 1, "login: from %s, %s, %s", facts->credentials_path,
                      facts->credentials.has_refresh_token ? "with a refresh token"
                                                           : "without a refresh token",
                      facts->credentials.subscription_type[0] ? facts->credentials.subscription_type
                                                              : "no subscription named");
    if (version->cached)
        report_detail(d->report, d->subject, 2, "timing: version record is %lld ms old",
                      (long long)version->cache_age);
    else if (version->outcome != VERSION_NOT_ASKED)
        report_detail(d->report, d->subject, 2, "timing: claude --version took %lld us",
                      (long long)version->elapsed_us);
}

void preflight_decide(const struct preflight_policy *policy, const struct agent_facts *facts,
                      int64_t now, struct report *report, struct subject *subject)
{
    const struct decision d = {policy, facts, report, subject};
    decide_binary(&d);
    decide_version(&d);
    if (policy->auth != AUTH_OFF)
        login_decide(policy, facts, now, report, subject);
    if (facts->auth_untold || facts->untold || facts->version.outcome == VERSION_UNTOLD)
        report_untold(subject);
    set_headline(&d, now);
    set_fields(&d, now);
    add_details(&d);
}

/* The two times until which a login lasts, each with its ranges. */
static void add_expiry_perfdata(const struct preflight_policy *policy, const struct expiry *token,
                                const struct expiry *login, int64_t now, struct report *report)
{
    if (token->known) {
        struct perfdata *p =
            report_add_perfdata(report, "token_expiry", duration_subtract(token->ms, now), 3, "s");
        p->warning = policy->token_warning;
        p->critical = policy->token_critical;
    }
    if (login->known) {
        struct perfdata *p =
            report_add_perfdata(report, "login_expiry", duration_subtract(login->ms, now), 3, "s");
        p->warning = policy->login_warning;
        p->critical = policy->login_critical;
    }
}

static void take_earlier(struct expiry *earliest, const struct expiry *expiry)
{
    if (expiry->known && (!earliest->known || expiry->ms < earliest->ms))
        *earliest = *expiry;
}

void preflight_count(const struct preflight_policy *policy, const struct agent_facts *facts,
                     const struct subject *subject, struct preflight_totals *totals)
{
    totals->agents++;
    totals->states[subject ? subject->state : STATE_UNKNOWN]++;
    if (policy->auth == AUTH_OFF)
        return;
    if (has_token_end(&facts->credentials))
        take_earlier(&totals->token_end, &facts->credentials.access);
    take_earlier(&totals->login_end, &facts->credentials.login);
}

void preflight_add_total_perfdata(const struct preflight_policy *policy,
                                  const struct preflight_totals *totals, int64_t now,
                                  struct report *report)
{
    static const char *const labels[] = {"agents_ok", "agents_warning", "agents_critical",
                                         "agents_unknown"};
    add_expiry_perfdata(policy, &totals->token_end, &totals->login_end, now, report);
    report_add_perfdata(report, "agents", (int64_t)totals->agents, 0, "");
    for (size_t i = 0; i < 4; i++)
        report_add_perfdata(report, labels[i], (int64_t)totals->states[i], 0, "");
}

void preflight_add_perfdata(const struct preflight_policy *policy, const struct agent_facts *facts,
                            int64_t now, struct report *report)
{
    struct preflight_totals totals = {0};
    preflight_count(policy, facts, NULL, &totals);
    add_expiry_perfdata(policy, &totals.token_end, &totals.login_end, now, report);
    if (facts->version.cached) {
        report_add_perfdata(report, "cache_age", facts->version.cache_age, 3, "s");
    } else if (facts->version.outcome != VERSION_NOT_ASKED) {
        struct perfdata *p =
            report_add_perfdata(report, "version_time", facts->version.elapsed_us, 6, "s");
        p->has_minimum = p->has_maximum = true;
        p->maximum = policy->version_timeout * 1000;
    }
}
