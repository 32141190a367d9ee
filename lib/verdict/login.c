#include "verdict/login.h"

#include "base/duration.h"
#include "base/file.h"
#include "verdict/last_run.h"
#include "verdict/login_source.h"
#include "verdict/renewal.h"

#include <errno.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
/* Milliseconds before 1973, seconds until 5138: a time that was written in seconds. */
#define SECONDS_END INT64_C(100000000000)

/* A token of some hours' life was handed in by somebody who hands in the next one too. */
bool login_is_setup_token(const struct agent_facts *facts)
{
    const struct credentials *c = &facts->credentials;
    return c->has_access_token && !c->has_refresh_token && c->access.known &&
           duration_subtract(c->access.ms, facts->credentials_modified) > DAY_MS;
}

struct expiry login_end(const struct agent_facts *facts)
{
    return login_is_setup_token(facts) ? facts->credentials.access : facts->credentials.login;
}

static void add_words(struct text *text, int64_t ms)
{
    duration_add_words(text, ms < 0 ? duration_subtract(0, ms) : ms);
}

/* The agent's user cannot read the file, whether we can or not. */
static void decide_unreadable(const struct decision *d, const char *path)
{
    const char *owner = d->facts->credentials_owner;
    const char *user = d->facts->user ? d->facts->user : "the agent";
    if (owner)
        find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
             "%s cannot read %s: it belongs to %s, run chown %s on it", user, path, owner,
             renewal_new_owner(d->facts));
    else if (d->facts->credentials_error == 0)
        find(d, PREFLIGHT_CREDENTIALS_UNREADABLE, "%s cannot read %s, run chmod 600 on it", user,
             path);
    else
        find(d, PREFLIGHT_CREDENTIALS_UNREADABLE, "cannot read %s: %s, run the check as its owner",
             path, file_error(EACCES));
}

static void decide_missing(const struct decision *d, const char *path)
{
    struct text way = TEXT_INIT(1024);
    login_source_add_way_in(d, &way);
    if (d->facts->link_target)
        find(d, PREFLIGHT_CREDENTIALS_MISSING, "%s is a link to %s, which is not there, %s", path,
             d->facts->link_target, text_get(&way));
    else
        find(d, PREFLIGHT_CREDENTIALS_MISSING, "not logged in, no %s, %s", path, text_get(&way));
    text_free(&way);
}

/* True when one file could be read and is JSON; else the finding is made. */
static bool decide_file(const struct decision *d)
{
    const char *path = d->facts->credentials_path;
    int error = d->facts->credentials_error;
    if (error == ENOENT || error == ENOTDIR)
        decide_missing(d, path);
    else if (error == EACCES || (error == 0 && d->facts->config.closed_to_user))
        decide_unreadable(d, path);
    else if (error == FILE_NOT_REGULAR || error == FILE_TOO_LARGE || error == EISDIR)
        find(d, PREFLIGHT_CREDENTIALS_UNREADABLE, "cannot read %s: %s, move it away and %s", path,
             file_error(error), d->log_in);
    else if (error != 0)
        find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
             "cannot read %s: %s, check the path and its file system", path, file_error(error));
    else if (d->facts->credentials_malformed)
        find(d, PREFLIGHT_CREDENTIALS_MALFORMED, "%s is not valid JSON, %s", path, d->log_in);
    else
        return true;
    return false;
}

/* True when there is a login whose times are worth looking at; else the finding is made. */
static bool decide_token(const struct decision *d)
{
    const struct credentials *c = &d->facts->credentials;
    if (c->has_access_token)
        return true;
    struct text way = TEXT_INIT(1024);
    login_source_add_way_in(d, &way);
    if (c->ended)
        find(d, PREFLIGHT_LOGIN_ENDED, "the login has ended%s%s%s, %s", c->ended_why[0] ? " (" : "",
             c->ended_why, c->ended_why[0] ? ")" : "", text_get(&way));
    else
        find(d, PREFLIGHT_TOKEN_MISSING, "%s in %s, %s",
             c->has_login ? "no access token" : "not logged in, no login",
             d->facts->credentials_path, text_get(&way));
    text_free(&way);
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
    find_ranged(d, condition, is_critical ? STATE_CRITICAL : STATE_WARNING,
                "%s %s%s%s (range %s), %s", what, left < 0 ? "ended " : "ends in ",
                text_get(&words), left < 0 ? " ago" : "", text_get(&bounds), what_to_do);
    text_free(&words);
    text_free(&bounds);
}

static void decide_login_end(const struct decision *d)
{
    const struct expiry end = login_end(d->facts);
    const bool setup = login_is_setup_token(d->facts);
    int64_t left = duration_subtract(end.ms, d->now);
    if (!end.known || (setup && left <= d->policy->skew))
        return; /* such an end is that of the token */
    if (left <= 0) {
        struct text words = TEXT_INIT(64);
        add_words(&words, left);
        find(d, PREFLIGHT_LOGIN_EXPIRED, "the login expired %s ago, %s", text_get(&words),
             d->log_in);
        text_free(&words);
        return;
    }
    decide_ranges(d, PREFLIGHT_LOGIN_EXPIRING, left, &d->policy->login_warning,
                  &d->policy->login_critical, setup ? "the token without renewal" : "the login",
                  d->log_in);
}

/* "expired 1h ago", "ends in 20s" (with --skew), "expired (expiresAt 0 is no time)" */
static void add_token_end(struct text *text, int64_t ms, int64_t left)
{
    if (ms > 0 && ms < SECONDS_END) {
        text_format(text, "expired (expiresAt %lld looks like seconds, not milliseconds)",
                    (long long)ms);
    } else if (ms <= 0) {
        text_format(text, "expired (expiresAt is %lld)", (long long)ms);
    } else {
        text_add(text, left > 0 ? "ends in " : "expired ");
        add_words(text, left);
        text_add(text, left > 0 ? "" : " ago");
    }
}

static void decide_expired_token(const struct decision *d, int64_t left)
{
    struct text end = TEXT_INIT(128), why = TEXT_INIT(2048);
    add_token_end(&end, d->facts->credentials.access.ms, left);
    if (renewal_is_possible(d->facts, d->now)) {
        find(d, PREFLIGHT_TOKEN_RENEWABLE, "access token %s, the next run renews it",
             text_get(&end));
    } else if (renewal_is_tried(d->facts, d->now)) {
        renewal_add_block(d, &why);
        find(d, PREFLIGHT_TOKEN_EXPIRED, "access token %s and cannot be renewed: %s",
             text_get(&end), text_get(&why));
    } else {
        find(d, PREFLIGHT_TOKEN_EXPIRED, "access token %s and cannot be renewed, %s",
             text_get(&end), d->log_in);
    }
    text_free(&end);
    text_free(&why);
}

static void decide_token_end(const struct decision *d)
{
    const struct credentials *c = &d->facts->credentials;
    if (!c->access.known) {
        find(d, PREFLIGHT_EXPIRY_UNKNOWN,
             "the access token has no readable expiry, log in again only if runs fail");
        return;
    }
    int64_t left = duration_subtract(c->access.ms, d->now);
    if (left <= d->policy->skew)
        decide_expired_token(d, left);
    /* who gives a range means it, for an expired token as well */
    decide_ranges(d, PREFLIGHT_TOKEN_EXPIRING, left, &d->policy->token_warning,
                  &d->policy->token_critical, "the access token",
                  renewal_is_possible(d->facts, d->now) ? "runs of claude renew it" : d->log_in);
}

static void decide_scopes(const struct decision *d)
{
    if (d->facts->credentials.scopes == SCOPES_LACKING)
        find(d, PREFLIGHT_SCOPE_MISSING, "the login lacks user:inference, %s", d->log_in);
    else if (d->facts->credentials.scopes == SCOPES_ABSENT)
        find(d, PREFLIGHT_SCOPES_ABSENT,
             "the login names no scopes, so the CLI says Not logged in, %s", d->log_in);
}

void login_decide(const struct decision *d)
{
    if (d->facts->auth_untold)
        return; /* report_fail() has said so */
    login_source_decide_forced(d);
    if (!login_source_decide(d) || !decide_file(d))
        return;
    if (decide_token(d)) {
        decide_login_end(d);
        decide_token_end(d);
        decide_scopes(d);
        last_run_decide(d);
    }
    renewal_decide(d);
}

static bool ends_soon(const struct expiry *expiry, const struct range *warning,
                      const struct range *critical, int64_t now)
{
    int64_t left = duration_subtract(expiry->ms, now);
    return expiry->known &&
           (left <= 0 || range_alerts(warning, left) || range_alerts(critical, left));
}

bool login_needs_person(const struct preflight_policy *policy, const struct agent_facts *facts,
                        int64_t now)
{
    const struct credentials *c = &facts->credentials;
    const struct expiry end = login_end(facts);
    const bool renewable = renewal_is_possible(facts, now);
    if (policy->auth == AUTH_OFF || facts->auth_untold)
        return false;
    if (policy->auth == AUTH_AUTO && facts->auth.kind != AUTH_CREDENTIALS_FILE)
        return facts->auth.kind == AUTH_NONE || last_run_was_refused(facts);
    return !c->has_access_token || c->scopes != SCOPES_SUFFICIENT || facts->forced.method ||
           facts->forced.organization || last_run_was_refused(facts) || facts->shared_with ||
           facts->config.closed_to_user || renewal_is_blocked(&facts->config) ||
           ends_soon(&end, &policy->login_warning, &policy->login_critical, now) ||
           (!renewable && c->access.known &&
            (duration_subtract(c->access.ms, now) <= policy->skew ||
             ends_soon(&c->access, &policy->token_warning, &policy->token_critical, now)));
}
