#include "verdict/login_source.h"

#include "verdict/last_run.h"

#include <string.h>

/* True when this source is in force and the file is not what counts, in --auth=file. */
static bool has_other_source(const struct agent_facts *facts)
{
    return facts->auth.kind != AUTH_CREDENTIALS_FILE && facts->auth.kind != AUTH_NONE;
}

void login_source_add_way_in(const struct decision *d, struct text *text)
{
    const struct auth_facts *auth = &d->facts->auth;
    const bool here = strcmp(auth->where, "environment") == 0;
    if (d->policy->auth == AUTH_FILE && has_other_source(d->facts))
        text_format(text, "but %s has %s, --auth=auto counts it",
                    here ? "this environment" : auth->where, auth->name);
    else
        text_add(text, d->log_in);
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
        find(d, PREFLIGHT_LOGIN_METHOD_FORCED,
             "%s forces a login by a person, so the CLI refuses %s, take it out of %s",
             forced->where, auth->name,
             strcmp(auth->where, "environment") == 0 ? "the environment" : auth->where);
    else if (by_file && strcmp(method, "console") == 0)
        find(d, PREFLIGHT_LOGIN_METHOD_FORCED,
             "%s forces a login by the console, this one is by claude.ai, %s", forced->where,
             d->log_in);
    else if (by_file && forced->organization && *organization &&
             strcmp(organization, forced->organization) != 0)
        find(d, PREFLIGHT_LOGIN_METHOD_FORCED,
             "%s forces another organisation than that of this login, %s", forced->where,
             d->log_in);
}

static void decide_no_source(const struct decision *d)
{
    const struct auth_facts *auth = &d->facts->auth;
    if (auth->profile == PROFILE_OPEN_TO_OTHERS)
        find(d, PREFLIGHT_AUTH_NONE,
             "the CLI refuses %s as others may read %s, run chmod 600 on it", auth->name,
             auth->where);
    else if (auth->profile == PROFILE_MISSING)
        find(d, PREFLIGHT_AUTH_NONE,
             "%s names a profile without %s, make it or unset that variable", auth->name,
             auth->where);
    else
        find(d, PREFLIGHT_AUTH_NONE, "no source of a login for %s, %s", d->facts->home, d->log_in);
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
    find(d, PREFLIGHT_AUTH_EXTERNAL, "the login is %s from %s, only a run can test it", auth->name,
         auth->where);
    last_run_decide(d);
    return false;
}
