#include "verdict/login_source.h"

#include "verdict/last_run.h"

#include <string.h>

/* True when this source is in force and the file is not what counts, in --auth=file. */
static bool has_other_source(const struct agent_facts *facts)
{
    return facts->auth.kind != AUTH_CREDENTIALS_FILE && facts->auth.kind != AUTH_NONE;
}

static const char *place_of(const struct auth_facts *auth)
{
    return strcmp(auth->where, "environment") == 0 ? "the environment" : auth->where;
}

void login_source_add_way_in(const struct decision *d, struct text *cure, struct text *why)
{
    const struct auth_facts *auth = &d->facts->auth;
    if (d->policy->auth == AUTH_FILE && has_other_source(d->facts)) {
        text_format(cure, "but %s is set, write --auth=auto", auth->name);
        text_format(why, ", and %s has %s", place_of(auth), auth->name);
    } else {
        text_add(cure, d->log_in);
    }
}

void login_source_find_logged_out(const struct decision *d, enum preflight_condition condition,
                                  struct text *cure, struct text *why)
{
    login_source_add_way_in(d, cure, why);
    evidence(d, find(d, condition, "not logged in, %s", text_get(cure)), "%s", text_get(why));
    report_free_text(d->report, cure);
    report_free_text(d->report, why);
}

/* Sources that the CLI counts as no login of a person (measured on 2.1.332). */
static bool is_key_or_token(enum auth_kind kind)
{
    return kind >= AUTH_TOKEN && kind <= AUTH_OAUTH_TOKEN;
}

void login_source_decide_forced(const struct decision *d)
{
    const struct forced_login *forced = &d->facts->forced;
    const struct auth_facts *auth = &d->facts->auth;
    const char *method = forced->method ? forced->method : "";
    const char *organization = d->facts->credentials.organization;
    if (!forced->method && !forced->organization)
        return;
    const bool by_file = auth->kind == AUTH_CREDENTIALS_FILE;
    if (is_key_or_token(auth->kind) ||
        (auth->kind == AUTH_PRIMARY_KEY && strcmp(method, "claudeai") == 0))
        evidence(d,
                 find(d, PREFLIGHT_LOGIN_METHOD_FORCED, "the CLI refuses %s here, remove it",
                      auth->name),
                 "%s forces a login by a person, and %s has %s", forced->where, place_of(auth),
                 auth->name);
    else if (by_file && strcmp(method, "console") == 0)
        evidence(d,
                 find(d, PREFLIGHT_LOGIN_METHOD_FORCED, "a login by the console is forced, %s",
                      d->log_in),
                 "by %s, and this one is by claude.ai", forced->where);
    else if (by_file && forced->organization && *organization &&
             strcmp(organization, forced->organization) != 0)
        evidence(
            d,
            find(d, PREFLIGHT_LOGIN_METHOD_FORCED, "another organisation is forced, %s", d->log_in),
            "by %s", forced->where);
}

static void decide_no_source(const struct decision *d)
{
    const struct auth_facts *auth = &d->facts->auth;
    if (auth->profile == PROFILE_OPEN_TO_OTHERS)
        evidence(d,
                 find(d, PREFLIGHT_AUTH_NONE, "the CLI refuses %s, run chmod 600 on its file",
                      auth->name),
                 "others may read %s", auth->where);
    else if (auth->profile == PROFILE_MISSING)
        evidence(d,
                 find(d, PREFLIGHT_AUTH_NONE,
                      "%s names a profile that is not there, make or unset it", auth->name),
                 "no %s", auth->where);
    else
        evidence(d, find(d, PREFLIGHT_AUTH_NONE, "no source of a login, %s", d->log_in), "%s",
                 d->facts->home);
}

bool login_source_decide(const struct decision *d)
{
    const struct auth_facts *auth = &d->facts->auth;
    if (d->policy->auth != AUTH_AUTO || auth->kind == AUTH_CREDENTIALS_FILE)
        return true;
    if (auth->kind == AUTH_NONE || auth->profile != PROFILE_USABLE) {
        decide_no_source(d);
        return false;
    }
    evidence(
        d, find(d, PREFLIGHT_AUTH_EXTERNAL, "the login is %s, only a run can test it", auth->name),
        "from %s", auth->where);
    last_run_decide(d);
    return false;
}
