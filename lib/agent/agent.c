#include "agent/agent.h"

#include "agent/config_dir.h"
#include "agent/home_list.h"
#include "base/duration.h"
#include "base/file.h"
#include "system/deadline.h"
#include "verdict/login.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define REREAD_MS 100 /* an old CLI that writes in place is done by then */

void agent_free(struct agent *agent)
{
    cli_binary_free(&agent->facts.binary);
    text_free(&agent->credentials_path);
    text_free(&agent->config_dir);
    text_free(&agent->user);
    free(agent->last_run);
    auth_source_free(&agent->auth);
}

static int read_credentials(const char *path, struct agent_facts *facts, struct stat *status)
{
    struct file_bytes file = {0};
    int error = file_read(AT_FDCWD, path, 0, CREDENTIALS_MAX, &file);
    if (error != 0)
        return error;
    *status = file.status;
    error = credentials_parse(file.bytes, file.length, &facts->credentials);
    file_bytes_free(&file);
    facts->credentials_malformed = error == EINVAL;
    return error == EINVAL ? 0 : error;
}

static bool ends_soon(const struct expiry *expiry, const struct range *warning,
                      const struct range *critical, int64_t now)
{
    if (!expiry->known)
        return false;
    int64_t left = duration_subtract(expiry->ms, now);
    return range_alerts(warning, left) || range_alerts(critical, left);
}

/* Whether a person has to do something: only then is the user's name worth a look-up. */
static bool needs_person(const struct preflight_policy *policy, const struct agent_facts *facts,
                         int64_t now)
{
    const struct credentials *c = &facts->credentials;
    bool readable = facts->credentials_error == 0 && !facts->credentials_malformed;
    bool live = c->has_access_token && !c->ended && c->scopes != SCOPES_LACKING &&
                !(c->login.known && c->login.ms <= now);
    bool refused = facts->last_run && facts->last_run->refused;
    bool current = !c->access.known || c->access.ms > now || login_is_renewable(c, now);
    bool ending = ends_soon(&c->login, &policy->login_warning, &policy->login_critical, now) ||
                  (!login_is_renewable(c, now) &&
                   ends_soon(&c->access, &policy->token_warning, &policy->token_critical, now));
    return refused || ending || !(readable && live && current);
}

/* Who has to log in: the owner of the credentials file, or of the home where there is none. */
static void name_owner(const struct stat *file, struct agent *agent)
{
    struct stat home;
    if (!file && stat(agent->facts.home, &home) != 0)
        return;
    home_list_add_user(file ? file->st_uid : home.st_uid, &agent->user);
    agent->facts.user = text_get(&agent->user);
}

/* The agent is not to pass for one that is in order. */
static void cannot_tell(struct report *report, struct agent *agent, const char *what, int error)
{
    report_fail(report, "cannot %s of %s: %s", what, agent->facts.home, file_error(error));
    agent->facts.untold = true;
}

/* Most agents have no record, and none is kept for them. */
static void recall_last_run(const struct store *store, struct report *report, struct agent *agent)
{
    struct run_record record;
    int error = run_record_read(store, agent->facts.home, &record);
    if (error == 0)
        agent->last_run = malloc(sizeof record);
    if (agent->last_run)
        *agent->last_run = record;
    else if (error != ENOENT)
        cannot_tell(report, agent, "read the record of the last run", error == 0 ? ENOMEM : error);
    agent->facts.last_run = agent->last_run;
}

/*
 * When the file was last written to. A time that is still to come, set by a copy or by touch, would
 * hide every refusal until then: the time at which it was set counts.
 */
static int64_t changed_at(const struct stat *file, int64_t now)
{
    int64_t modified = file_time_ns(&file->st_mtim), set = file_time_ns(&file->st_ctim);
    return modified > file_ms_to_ns(now) && set < modified ? set : modified;
}

/* The file, read once more if an old CLI may be writing it, and what stands around it. */
static void look_at_file(const struct preflight_policy *policy, int64_t now, struct report *report,
                         struct agent *agent)
{
    struct agent_facts *facts = &agent->facts;
    deadline_step("reading the credentials");
    struct stat file;
    facts->credentials_error = read_credentials(facts->credentials_path, facts, &file);
    if (facts->credentials_error == 0 && facts->credentials_malformed) {
        int64_t left = deadline_left_ms();
        poll(NULL, 0, (int)(left < REREAD_MS ? left : REREAD_MS));
        facts->credentials_error = read_credentials(facts->credentials_path, facts, &file);
    }
    if (file_error_is_ours(facts->credentials_error)) {
        report_fail(report, "cannot read %s: %s, free memory or descriptors",
                    facts->credentials_path, file_error(facts->credentials_error));
        facts->auth_untold = true;
        return;
    }
    if (facts->credentials_error == 0) {
        facts->credentials_changed = changed_at(&file, now);
        int error =
            config_dir_look(facts->config_dir, facts->credentials_path, &file, now, &facts->config);
        if (error != 0)
            cannot_tell(report, agent, "look at the config directory", error);
    }
    if (needs_person(policy, facts, now))
        name_owner(facts->credentials_error == 0 ? &file : NULL, agent);
}

/* --auth=auto: true when the credentials file is the source in force. */
static bool find_source(const struct agent_request *request, struct report *report,
                        struct agent *agent)
{
    struct agent_facts *facts = &agent->facts;
    deadline_step("looking for the login");
    const struct auth_places places = {.managed = request->managed,
                                       .env_file = request->env_file,
                                       .own_environment = request->own && !request->env_file,
                                       .config_dir = facts->config_dir,
                                       .credentials = facts->credentials_path,
                                       .home = facts->home};
    const char *file;
    int error = auth_source_find(&places, &agent->auth, &file);
    if (error != 0) {
        report_fail(report, "cannot look for the login of %s: %s%s%s%s", facts->home,
                    file ? file : "", file ? ": " : "", file_error(error),
                    file ? ", check --env-file" : "");
        facts->auth_untold = true;
        return false;
    }
    if (agent->auth.kind == AUTH_CREDENTIALS_FILE)
        return true;
    facts->auth_none = agent->auth.kind == AUTH_NONE;
    if (facts->auth_none)
        name_owner(NULL, agent);
    facts->auth_name = facts->auth_none ? NULL : agent->auth.name;
    facts->auth_where = text_get(&agent->auth.where);
    facts->credentials_changed = INT64_MIN;
    return false;
}

static void look_at_login(const struct agent_request *request, const struct store *store,
                          int64_t now, struct report *report, struct agent *agent)
{
    struct agent_facts *facts = &agent->facts;
    config_dir_add_path(request->config_dir, request->own, facts->home, &agent->config_dir);
    facts->config_dir = text_get(&agent->config_dir);
    if (request->credentials)
        text_add(&agent->credentials_path, request->credentials);
    else
        text_format(&agent->credentials_path, "%s/.credentials.json", facts->config_dir);
    facts->credentials_path = text_get(&agent->credentials_path);
    if (agent->config_dir.failed || agent->credentials_path.failed) {
        cannot_tell(report, agent, "name the config directory", ENOMEM);
        facts->auth_untold = true;
        return;
    }
    if (!request->no_run_records)
        recall_last_run(store, report, agent);
    if (request->policy->auth != AUTH_AUTO || find_source(request, report, agent))
        look_at_file(request->policy, now, report, agent);
}

void agent_look(const struct agent_request *request, const struct cli_search *search,
                const struct store *store, const char *home, int64_t now, struct report *report,
                struct agent *ret)
{
    *ret = (struct agent){.credentials_path = TEXT_INIT(PATH_MAX),
                          .config_dir = TEXT_INIT(PATH_MAX),
                          .user = TEXT_INIT(64)};
    ret->facts.home = home;
    ret->facts.config.owner_can_write = true;
    if (request->policy->auth != AUTH_OFF)
        look_at_login(request, store, now, report, ret);
    deadline_step("looking for claude");
    cli_search_agent(search, home, &ret->facts.binary);
    if (ret->facts.binary.look == CLI_UNTOLD)
        cannot_tell(report, ret, "look for the claude", ret->facts.binary.error);
}
