#include "verdict/login.h"

#include "base/duration.h"
#include "verdict/last_run.h"
#include "verdict/login_file.h"
#include "verdict/login_source.h"
#include "verdict/renewal.h"

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
        login_source_find_logged_out(d, PREFLIGHT_TOKEN_MISSING, &cure, &why);
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
    if (!login_source_decide(d) || !login_file_decide(d))
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
