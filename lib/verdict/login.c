#include "verdict/login.h"

#include "base/duration.h"
#include "base/file.h"

#include <errno.h>
#include <string.h>

/* A lock younger than this belongs to a renewal under way; the CLI takes over older ones. */
#define LOCK_STALE_MS 60000

/* The parts of one decision, so that the rules below read as one line each. */
struct decision {
    const struct preflight_policy *policy;
    const struct agent_facts *facts;
    int64_t now;
    struct report *report;
    struct subject *subject;
    char log_in[160]; /* what a person has to do */
};

bool login_is_renewable(const struct credentials *credentials, int64_t now)
{
    bool over = credentials->login.known && credentials->login.ms <= now;
    return credentials->has_refresh_token && !credentials->ended && !over;
}

/* find(d, PREFLIGHT_TOKEN_EXPIRED, STATE_CRITICAL, "..."): the last state is for ranged conditions.
 */
#define find(d, condition, ranged, ...)                                                            \
    report_find((d)->report, (d)->subject, condition,                                              \
                preflight_state((d)->policy, condition, ranged), __VA_ARGS__)

static void add_words(struct text *text, int64_t ms)
{
    duration_add_words(text, ms < 0 ? duration_subtract(0, ms) : ms);
}

/* True when one file could be read and is JSON; else the finding is made. */
static bool decide_file(const struct decision *d)
{
    const char *path = d->facts->credentials_path;
    int error = d->facts->credentials_error;
    if (error == ENOENT || error == ENOTDIR)
        find(d, PREFLIGHT_CREDENTIALS_MISSING, STATE_CRITICAL, "not logged in, no %s, %s", path,
             d->log_in);
    else if (error == EACCES)
        find(d, PREFLIGHT_CREDENTIALS_UNREADABLE, STATE_CRITICAL,
             "cannot read %s: %s, run the check as its owner", path, file_error(error));
    else if (error == FILE_NOT_REGULAR || error == FILE_TOO_LARGE || error == EISDIR)
        find(d, PREFLIGHT_CREDENTIALS_UNREADABLE, STATE_CRITICAL,
             "cannot read %s: %s, move it away and %s", path, file_error(error), d->log_in);
    else if (error != 0)
        find(d, PREFLIGHT_CREDENTIALS_UNREADABLE, STATE_CRITICAL,
             "cannot read %s: %s, check the path and its file system", path, file_error(error));
    else if (d->facts->credentials_malformed)
        find(d, PREFLIGHT_CREDENTIALS_MALFORMED, STATE_CRITICAL, "%s is not valid JSON, %s", path,
             d->log_in);
    else
        return true;
    return false;
}

/* True when there is a login whose times are worth looking at; else the finding is made. */
static bool decide_token(const struct decision *d)
{
    const struct credentials *c = &d->facts->credentials;
    if (c->ended)
        find(d, PREFLIGHT_LOGIN_ENDED, STATE_CRITICAL, "the login has ended%s%s%s, %s",
             c->ended_why[0] ? " (" : "", c->ended_why, c->ended_why[0] ? ")" : "", d->log_in);
    else if (!c->has_login)
        find(d, PREFLIGHT_TOKEN_MISSING, STATE_CRITICAL, "not logged in, no login in %s, %s",
             d->facts->credentials_path, d->log_in);
    else if (!c->has_access_token)
        find(d, PREFLIGHT_TOKEN_MISSING, STATE_CRITICAL, "no access token in %s, %s",
             d->facts->credentials_path, d->log_in);
    else
        return true;
    return false;
}

/* A time until which something lasts, against its two ranges; critical first. */
static void decide_ranges(const struct decision *d, enum preflight_condition condition,
                          int64_t left, const struct range *warning, const struct range *critical,
                          const char *what, const char *what_to_do)
{
    bool is_critical = range_alerts(critical, left);
    if (!is_critical && !range_alerts(warning, left))
        return;
    const struct range *range = is_critical ? critical : warning;
    struct text words = TEXT_INIT(64), bounds = TEXT_INIT(64);
    add_words(&words, left);
    range_add_words(range, &bounds);
    find(d, condition, is_critical ? STATE_CRITICAL : STATE_WARNING, "%s %s%s%s (range %s), %s",
         what, left < 0 ? "ended " : "ends in ", text_get(&words), left < 0 ? " ago" : "",
         text_get(&bounds), what_to_do);
    text_free(&words);
    text_free(&bounds);
}

static void decide_login_end(const struct decision *d)
{
    const struct expiry *login = &d->facts->credentials.login;
    if (!login->known)
        return;
    int64_t left = duration_subtract(login->ms, d->now);
    if (left <= 0) {
        struct text words = TEXT_INIT(64);
        add_words(&words, left);
        find(d, PREFLIGHT_LOGIN_EXPIRED, STATE_CRITICAL, "the login expired %s ago, %s",
             text_get(&words), d->log_in);
        text_free(&words);
        return;
    }
    decide_ranges(d, PREFLIGHT_LOGIN_EXPIRING, left, &d->policy->login_warning,
                  &d->policy->login_critical, "the login", d->log_in);
}

static void decide_token_end(const struct decision *d)
{
    const struct credentials *c = &d->facts->credentials;
    if (!c->access.known) {
        find(d, PREFLIGHT_EXPIRY_UNKNOWN, STATE_OK,
             "the access token has no readable expiry, log in again only if runs fail");
        return;
    }
    int64_t left = duration_subtract(c->access.ms, d->now);
    if (left <= d->policy->skew) {
        struct text words = TEXT_INIT(64);
        add_words(&words, left);
        const char *verb = left > 0 ? "ends in" : "expired";
        const char *ago = left > 0 ? "" : " ago";
        if (login_is_renewable(c, d->now))
            find(d, PREFLIGHT_TOKEN_RENEWABLE, STATE_WARNING,
                 "access token %s %s%s, the next run renews it", verb, text_get(&words), ago);
        else
            find(d, PREFLIGHT_TOKEN_EXPIRED, STATE_CRITICAL,
                 "access token %s %s%s and cannot be renewed, %s", verb, text_get(&words), ago,
                 d->log_in);
        text_free(&words);
    }
    /* who gives a range means it, for an expired token as well */
    decide_ranges(d, PREFLIGHT_TOKEN_EXPIRING, left, &d->policy->token_warning,
                  &d->policy->token_critical, "the access token",
                  login_is_renewable(c, d->now) ? "runs of claude renew it" : d->log_in);
}

static void decide_scopes(const struct decision *d)
{
    if (d->facts->credentials.scopes == SCOPES_LACKING)
        find(d, PREFLIGHT_SCOPE_MISSING, STATE_CRITICAL, "the login lacks user:inference, %s",
             d->log_in);
    else if (d->facts->credentials.scopes == SCOPES_ABSENT)
        find(d, PREFLIGHT_SCOPES_ABSENT, STATE_OK,
             "the login names no OAuth scopes, log in again only if runs fail");
}

static void decide_surroundings(const struct decision *d)
{
    const struct config_facts *config = &d->facts->config;
    if (login_is_renewable(&d->facts->credentials, d->now) && !config->owner_can_write)
        find(d, PREFLIGHT_RENEWAL_BLOCKED, STATE_WARNING,
             "no renewal is tried, make the directory of %s writable for its owner",
             d->facts->credentials_path);
    if (config->has_refresh_lock && config->lock_age > LOCK_STALE_MS) {
        struct text words = TEXT_INIT(64);
        add_words(&words, config->lock_age);
        find(d, PREFLIGHT_REFRESH_LOCK_STALE, STATE_WARNING,
             "%s/.oauth_refresh.lock was left behind %s ago, remove it", d->facts->config_dir,
             text_get(&words));
        text_free(&words);
    }
    if (config->open_to_others)
        find(d, PREFLIGHT_PERMISSIONS_OPEN, STATE_OK, "others may read %s, run chmod 600 on it",
             d->facts->credentials_path);
}

/* What the file cannot tell: the API refused it, and nobody has changed it since. */
static void decide_last_run(const struct decision *d)
{
    const struct run_record *run = d->facts->last_run;
    if (!run || !run->refused || run->time_ns <= d->facts->credentials_changed)
        return;
    struct text when = TEXT_INIT(64);
    duration_add_iso_time(&when, run->time_ns / 1000000);
    /* what is done now is before that: neither a login nor a good run can take it back */
    const bool ahead = run->time_ns / 1000000 > d->now;
    find(d, PREFLIGHT_RUN_REFUSED, STATE_CRITICAL, "a run was refused at %s%s (%s in %s), %s%s",
         text_get(&when), ahead ? ", still to come as the clock was set back" : "", run->marker,
         run->log, d->log_in, ahead ? " and call this once with --reset-cache" : "");
    text_free(&when);
}

static void say_how_to_log_in(struct decision *d)
{
    struct text text = TEXT_INIT(sizeof d->log_in - 1);
    if (d->facts->auth_name)
        text_format(&text, "renew %s", d->facts->auth_name);
    else
        text_add(&text, "run claude auth login");
    if (d->facts->user && !d->facts->auth_name)
        text_format(&text, " as %s", d->facts->user);
    memcpy(d->log_in, text_get(&text), text.length + 1);
    text_free(&text);
}

void login_decide(const struct preflight_policy *policy, const struct agent_facts *facts,
                  int64_t now, struct report *report, struct subject *subject)
{
    struct decision d = {
        .policy = policy, .facts = facts, .now = now, .report = report, .subject = subject};
    if (facts->auth_untold)
        return; /* report_fail() has said so */
    say_how_to_log_in(&d);
    if (facts->auth_none) {
        find(&d, PREFLIGHT_AUTH_NONE, STATE_CRITICAL, "no source of a login for %s, %s",
             facts->home, d.log_in);
        return;
    }
    if (facts->auth_name) {
        find(&d, PREFLIGHT_AUTH_EXTERNAL, STATE_OK,
             "the login is %s from %s, only a run can test it", facts->auth_name,
             facts->auth_where);
        decide_last_run(&d);
        return;
    }
    if (!decide_file(&d))
        return;
    if (decide_token(&d)) {
        decide_login_end(&d);
        decide_token_end(&d);
        decide_scopes(&d);
        decide_last_run(&d);
    }
    decide_surroundings(&d);
}
