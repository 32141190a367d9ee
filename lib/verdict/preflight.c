#include "verdict/preflight.h"

#include "base/duration.h"
#include "base/file.h"
#include "verdict/cli.h"
#include "verdict/login.h"
#include "verdict/preflight_decision.h"
#include "verdict/renewal.h"

#include <errno.h>
#include <string.h>

/* True when the login is by another source than the file, or by none. */
static bool is_external(const struct decision *d)
{
    return d->policy->auth == AUTH_AUTO && d->facts->auth.kind != AUTH_CREDENTIALS_FILE;
}

/* ", token 7h 58m", ", token expired 2h ago" */
static void add_time_left(struct text *line, const char *what, int64_t left)
{
    text_format(line, ", %s %s", what, left < 0 ? "expired " : "");
    duration_add_words(line, left < 0 ? duration_subtract(0, left) : left);
    text_add(line, left < 0 ? " ago" : "");
}

/* "claude 2.1.330, token 7h 58m, login 26d 3h" */
static void set_headline(const struct decision *d)
{
    const struct credentials *c = &d->facts->credentials;
    const struct expiry end = login_end(d->facts);
    struct text line = TEXT_INIT(200);
    text_format(&line, "claude %s",
                d->facts->version.version[0] ? d->facts->version.version : "of unknown version");
    if (d->policy->auth == AUTH_OFF) {
        text_add(&line, ", login not checked");
    } else if (is_external(d)) {
        text_format(&line, ", login by %s", d->facts->auth.name);
    } else if (c->has_access_token) {
        if (c->access.known)
            add_time_left(&line, "token", duration_subtract(c->access.ms, d->now));
        else
            text_add(&line, ", token expiry unknown");
        if (end.known)
            add_time_left(&line, "login", duration_subtract(end.ms, d->now));
    }
    report_headline(d->report, d->subject, text_get(&line));
    report_free_text(d->report, &line);
}

static void set_login_fields(const struct decision *d)
{
    const struct agent_facts *facts = d->facts;
    const struct credentials *c = &facts->credentials;
    const struct expiry end = login_end(facts);
    const bool external = is_external(d);
    report_set_text(d->report, d->subject, PREFLIGHT_FIELD_AUTH_SOURCE,
                    external ? facts->auth.name : "credentials-file");
    if (external)
        return;
    report_set_list(d->report, d->subject, PREFLIGHT_FIELD_AUTH_OVERRIDES, facts->auth.overrides);
    report_set_text(d->report, d->subject, PREFLIGHT_FIELD_CREDENTIALS, facts->credentials_path);
    report_set_flag(d->subject, PREFLIGHT_FIELD_RENEWABLE, renewal_is_possible(facts, d->now));
    if (c->access.known)
        report_set_time(d->subject, PREFLIGHT_FIELD_TOKEN_EXPIRES, c->access.ms);
    if (end.known)
        report_set_time(d->subject, PREFLIGHT_FIELD_LOGIN_EXPIRES, end.ms);
    if (c->subscription_type[0])
        report_set_text(d->report, d->subject, PREFLIGHT_FIELD_SUBSCRIPTION, c->subscription_type);
}

static void set_fields(const struct decision *d)
{
    const struct agent_facts *facts = d->facts;
    if (facts->binary.look == CLI_FOUND || facts->binary.look == CLI_NOT_EXECUTABLE)
        report_set_text(d->report, d->subject, PREFLIGHT_FIELD_BINARY,
                        text_get(&facts->binary.path));
    if (facts->version.version[0])
        report_set_text(d->report, d->subject, PREFLIGHT_FIELD_CLI_VERSION, facts->version.version);
    report_set_flag(d->subject, PREFLIGHT_FIELD_CACHED, facts->version.cached);
    report_set_flag(d->subject, PREFLIGHT_FIELD_CLI_UP, facts->version.outcome == VERSION_ANSWERED);
    if (facts->version.outcome != VERSION_NOT_ASKED && !facts->version.cached)
        report_set_number(d->subject, PREFLIGHT_FIELD_VERSION_TIME, facts->version.elapsed_us, 6);
    if (d->policy->auth != AUTH_OFF && !facts->auth_untold && facts->home_error == 0)
        set_login_fields(d);
}

/* -v: what the login is made of, and what overrides it. */
static void add_login_details(const struct decision *d)
{
    const struct agent_facts *facts = d->facts;
    const struct credentials *c = &facts->credentials;
    struct report *report = d->report;
    if (d->policy->auth == AUTH_OFF)
        report_detail(report, d->subject, 1, "login: not checked (--auth=off)");
    else if (facts->auth_untold)
        report_detail(report, d->subject, 1, "login: it is not known");
    else if (is_external(d) && facts->auth.kind == AUTH_NONE)
        report_detail(report, d->subject, 1, "login: from no source");
    else if (is_external(d))
        report_detail(report, d->subject, 1, "login: by %s from %s", facts->auth.name,
                      facts->auth.where);
    else if (facts->credentials_error != 0 || facts->credentials_malformed)
        report_detail(report, d->subject, 1, "login: none to be read from %s",
                      facts->credentials_path);
    else
        report_detail(report, d->subject, 1, "login: from %s, %s, %s", facts->credentials_path,
                      c->has_refresh_token ? "with a refresh token" : "without a refresh token",
                      c->subscription_type[0] ? c->subscription_type : "no subscription named");
    if (d->policy->auth == AUTH_FILE && !facts->auth_untold &&
        facts->auth.kind < AUTH_CREDENTIALS_FILE)
        report_detail(report, d->subject, 1,
                      "login: runs use %s from %s instead, --auth=auto counts it", facts->auth.name,
                      facts->auth.where);
    if (facts->config.lock == LOCK_OLD)
        report_detail(report, d->subject, 1, "lock: %s is old, the next renewal takes it over",
                      facts->config.lock_path);
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
    if (facts->binary.look == CLI_MISSING)
        report_detail(d->report, d->subject, 1, "binary: none, looked for %s",
                      text_get(&facts->binary.looked));
    add_login_details(d);
    if (d->policy->auth != AUTH_OFF && facts->config_dir)
        report_detail(d->report, d->subject, 1, "config directory: %s, to log in %s",
                      facts->config_dir, d->log_in);
    if (version->cached)
        report_detail(d->report, d->subject, 2, "timing: version record is %lld ms old",
                      (long long)version->cache_age);
    else if (version->outcome != VERSION_NOT_ASKED)
        report_detail(d->report, d->subject, 2, "timing: claude --version took %lld us",
                      (long long)version->elapsed_us);
}

/* What could not be looked at, for no fault of the agent's: it is not to pass for one in order. */
static void report_gathering(const struct decision *d)
{
    const struct gathering_failure *failure = &d->facts->failure;
    const char *error = file_error(failure->error), *home = d->facts->home;
    const char *path = failure->path;
    const char *cure =
        file_error_is_ours(failure->error) ? "free memory or descriptors"
        : failure->what == GATHERING_ENV_FILE && !file_error_tells_nothing(failure->error)
            ? "check --env-file"
            : "check its file system";
    switch (failure->what) {
    case GATHERED: return;
    case GATHERING_CREDENTIALS:
        report_fail(d->report, "cannot read %s: %s, free memory or descriptors", path, error);
        break;
    case GATHERING_ENV_FILE:
    case GATHERING_SETTINGS:
        report_fail(d->report, "cannot look for the login of %s: %s%s%s, %s", home,
                    path ? path : "", path ? ": " : "",
                    failure->error == EINVAL ? "systemd does not read it" : error, cure);
        break;
    case GATHERING_CONFIG_DIR:
        report_fail(d->report, "cannot look at the config directory of %s: %s, %s", home, error,
                    cure);
        break;
    case GATHERING_RUN_RECORD:
        report_fail(d->report,
                    "cannot read the record of the last run of %s: %s, run the check as "
                    "the agent, or call it once with --reset-cache",
                    home, path ? path : error);
        break;
    case GATHERING_BINARY:
        report_fail(d->report, "cannot look for the claude of %s: %s, %s", home, error, cure);
        break;
    }
    report_untold(d->report, d->subject);
}

/* As a shell reads it back. */
static void add_shell_word(struct text *text, const char *word)
{
    for (; *word; word++) {
        if (strchr(" \t\"'\\$`*?[]{}()<>|&;!#~", *word))
            text_add(text, "\\");
        text_add_bytes(text, word, 1);
    }
}

/* "run claude auth login as agent", "run CLAUDE_CONFIG_DIR=/srv/a claude auth login as agent" */
static void add_log_in(const struct agent_facts *facts, enum auth_mode mode, struct text *text)
{
    if (mode == AUTH_AUTO && facts->auth.kind != AUTH_CREDENTIALS_FILE &&
        facts->auth.kind != AUTH_NONE) {
        text_format(text, "renew %s", facts->auth.name);
        return;
    }
    text_add(text, "run ");
    if (facts->login_dir) {
        text_add(text, "CLAUDE_CONFIG_DIR=");
        add_shell_word(text, facts->login_dir);
        text_add(text, " ");
    }
    text_add(text, login_is_setup_token(facts) ? "claude setup-token" : "claude auth login");
    if (facts->user)
        text_format(text, " as %s", facts->user);
}

void preflight_decide(const struct preflight_policy *policy, const struct agent_facts *facts,
                      int64_t now, struct report *report, struct subject *subject)
{
    struct text log_in = TEXT_INIT(1024);
    add_log_in(facts, policy->auth, &log_in);
    const struct decision d = {policy, facts, now, report, subject, text_get(&log_in)};
    report_gathering(&d);
    cli_decide(&d);
    if (policy->auth != AUTH_OFF && facts->home_error != 0)
        find(&d, PREFLIGHT_HOME_MISSING, "the home %s is %s, make it or correct its name",
             facts->home, facts->home_error == ENOENT ? "not there" : "no directory");
    else if (policy->auth != AUTH_OFF)
        login_decide(&d);
    set_headline(&d);
    set_fields(&d);
    add_details(&d);
    report_free_text(report, &log_in);
}
