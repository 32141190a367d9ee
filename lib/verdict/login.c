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

/* "not logged in, run claude auth login as agent (no FILE)"; frees both texts */
static void find_logged_out(const struct decision *d, enum preflight_condition condition,
                            struct text *cure, struct text *why)
{
    login_source_add_way_in(d, cure, why);
    evidence(d, find(d, condition, "not logged in, %s", text_get(cure)), "%s", text_get(why));
    text_free(cure);
    text_free(why);
}

/* The agent's user cannot read the file, whether we can or not. */
static void decide_unreadable(const struct decision *d, const char *path)
{
    const char *owner = d->facts->credentials_owner;
    const char *user = d->facts->user ? d->facts->user : "the agent";
    if (owner)
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "%s cannot read its login, run chown %s on the file", user,
                      renewal_new_owner(d->facts)),
                 "%s belongs to %s", path, owner);
    else if (d->facts->credentials_error == 0)
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "%s cannot read its login, run chmod 600 on the file", user),
                 "%s", path);
    else
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "cannot read the login, run the check as its owner"),
                 "%s: %s", path, file_error(EACCES));
}

/* No login is kept in it: under another name than the CLI's it was named by mistake. */
static void decide_odd_file(const struct decision *d, const char *path, int error)
{
    static const char name[] = "/.credentials.json";
    const size_t length = strlen(path);
    if (length >= strlen(name) && strcmp(path + length - strlen(name), name) == 0)
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "cannot read the login, move it away and %s", d->log_in),
                 "%s: %s", path, file_error(error));
    else
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "cannot read the login, name the credentials file itself"),
                 "%s: %s", path, file_error(error));
}

static void decide_missing(const struct decision *d, const char *path)
{
    struct text cure = TEXT_INIT(1024), why = TEXT_INIT(3072);
    if (path[0] == '~') { /* which a shell makes a home of, and nobody else */
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_MISSING,
                      "not logged in, write the whole path, as ~ is no home there"),
                 "no %s", path);
        return;
    }
    if (d->facts->link_target)
        text_format(&why, "%s is a link to %s, which is not there", path, d->facts->link_target);
    else
        text_format(&why, "no %s", path);
    find_logged_out(d, PREFLIGHT_CREDENTIALS_MISSING, &cure, &why);
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
        decide_odd_file(d, path, error);
    else if (error != 0)
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "cannot read the login, check its path and file system"),
                 "%s: %s", path, file_error(error));
    else if (d->facts->credentials_malformed)
        evidence(
            d,
            find(d, PREFLIGHT_CREDENTIALS_MALFORMED, "the login is not valid JSON, %s", d->log_in),
            "%s", path);
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
    struct text cure = TEXT_INIT(1024), why = TEXT_INIT(3072);
    if (!c->ended) {
        text_format(&why, "no %s in %s", c->has_login ? "access token" : "login",
                    d->facts->credentials_path);
        find_logged_out(d, PREFLIGHT_TOKEN_MISSING, &cure, &why);
        return false;
    }
    text_add(&why, c->ended_why[0] ? c->ended_why : "by the CLI's mark");
    login_source_add_way_in(d, &cure, &why);
    evidence(d, find(d, PREFLIGHT_LOGIN_ENDED, "the login has ended, %s", text_get(&cure)), "%s",
             text_get(&why));
    report_free_text(d->report, &cure);
    report_free_text(d->report, &why);
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
    evidence(d,
             find_ranged(d, condition, is_critical ? STATE_CRITICAL : STATE_WARNING,
                         "%s %s%s%s, %s", what, left < 0 ? "ended " : "ends in ", text_get(&words),
                         left < 0 ? " ago" : "", what_to_do),
             "range %s", text_get(&bounds));
    report_free_text(d->report, &words);
    report_free_text(d->report, &bounds);
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
        report_free_text(d->report, &words);
        return;
    }
    decide_ranges(d, PREFLIGHT_LOGIN_EXPIRING, left, &d->policy->login_warning,
                  &d->policy->login_critical, setup ? "the token without renewal" : "the login",
                  d->log_in);
}

/* "expired 1h ago", "ends in 20s" (with --skew), "expired" for a time that is none */
static void add_token_end(struct text *text, int64_t ms, int64_t left)
{
    if (ms < SECONDS_END) {
        text_add(text, "expired");
    } else {
        text_add(text, left > 0 ? "ends in " : "expired ");
        add_words(text, left);
        text_add(text, left > 0 ? "" : " ago");
    }
}

/* What is odd about an expiry: "expiresAt is 0". Nothing for a time in milliseconds. */
static void add_odd_expiry(struct text *text, int64_t ms)
{
    if (ms > 0 && ms < SECONDS_END)
        text_format(text, "expiresAt %lld looks like seconds, not milliseconds", (long long)ms);
    else if (ms <= 0)
        text_format(text, "expiresAt is %lld", (long long)ms);
}

static void decide_expired_token(const struct decision *d, int64_t left)
{
    const int64_t ms = d->facts->credentials.access.ms;
    const bool renewable = renewal_is_possible(d->facts, d->now);
    struct text end = TEXT_INIT(128), why = TEXT_INIT(2048), cure = TEXT_INIT(2048);
    add_token_end(&end, ms, left);
    add_odd_expiry(&why, ms);
    if (!renewable) {
        text_add(&why, why.length > 0 ? ", no run can renew it" : "no run can renew it");
        if (renewal_is_tried(d->facts, d->now)) {
            text_add(&why, ": ");
            renewal_add_block(d, &cure, &why);
        } else {
            text_add(&cure, d->log_in);
        }
    }
    struct finding *found = find(d, renewable ? PREFLIGHT_TOKEN_RENEWABLE : PREFLIGHT_TOKEN_EXPIRED,
                                 "access token %s, %s", text_get(&end),
                                 renewable ? "the next run renews it" : text_get(&cure));
    if (why.length > 0)
        evidence(d, found, "%s", text_get(&why));
    report_free_text(d->report, &end);
    report_free_text(d->report, &why);
    report_free_text(d->report, &cure);
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
        evidence(d, find(d, PREFLIGHT_SCOPES_ABSENT, "the login names no scopes, %s", d->log_in),
                 "the CLI says Not logged in");
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
    return facts->credentials_error != 0 || !c->has_access_token ||
           c->scopes != SCOPES_SUFFICIENT || facts->forced.method || facts->forced.organization ||
           last_run_was_refused(facts) || facts->shared_with || facts->config.closed_to_user ||
           renewal_is_blocked(&facts->config) ||
           ends_soon(&end, &policy->login_warning, &policy->login_critical, now) ||
           (!renewable && c->access.known &&
            (duration_subtract(c->access.ms, now) <= policy->skew ||
             ends_soon(&c->access, &policy->token_warning, &policy->token_critical, now)));
}
