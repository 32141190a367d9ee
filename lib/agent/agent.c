#include "agent/agent.h"

#include "agent/config_dir.h"
#include "agent/credentials_look.h"
#include "base/file.h"
#include "system/deadline.h"
#include "system/user_name.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NO_UID ((uid_t)-1)

static void begin(struct agent *agent, const char *home)
{
    *agent = (struct agent){.credentials_path = TEXT_INIT(PATH_MAX),
                            .config_dir = TEXT_INIT(PATH_MAX),
                            .login_dir = TEXT_INIT(PATH_MAX),
                            .lock_path = TEXT_INIT(PATH_MAX),
                            .link_target = TEXT_INIT(PATH_MAX),
                            .user = TEXT_INIT(64),
                            .owner = TEXT_INIT(64),
                            .state_trouble = TEXT_INIT(2 * PATH_MAX),
                            .owner_uid = NO_UID};
    auth_source_init(&agent->auth);
    agent->facts.home = home;
    agent->facts.auth =
        (struct auth_facts){.kind = AUTH_NONE, .name = "none", .where = "", .overrides = ""};
}

void agent_free(struct agent *agent)
{
    cli_binary_free(&agent->facts.binary);
    text_free(&agent->credentials_path);
    text_free(&agent->config_dir);
    text_free(&agent->login_dir);
    text_free(&agent->lock_path);
    text_free(&agent->link_target);
    text_free(&agent->user);
    text_free(&agent->owner);
    text_free(&agent->state_trouble);
    free(agent->last_run);
    auth_source_free(&agent->auth);
}

void agent_name_users(struct agent *agent)
{
    user_name_add(agent->uid, &agent->user);
    agent->facts.user = text_get(&agent->user);
    if (agent->owner_uid == NO_UID || agent->owner_uid == agent->uid)
        return;
    user_name_add(agent->owner_uid, &agent->owner);
    agent->facts.credentials_owner = text_get(&agent->owner);
}

/*
 * Who runs the CLI: the plugin's own user where it looks after that, as an ordinary user does; else
 * the owner of the home. The root directory is the home of those who have none.
 */
static void look_at_home(const struct agent_request *request, struct agent *agent)
{
    struct stat home;
    const int error = stat(agent->facts.home, &home) == 0 ? 0 : errno;
    if (error == ENOENT || error == ENOTDIR)
        agent->facts.home_error = ENOENT;
    else if (error == ELOOP || (error == 0 && !S_ISDIR(home.st_mode)))
        agent->facts.home_error = ENOTDIR;
    credentials_look_failed(agent, GATHERING_CONFIG_DIR,
                            file_error_tells_nothing(error) ? error : 0, NULL);
    const bool own = (request->own && geteuid() != 0) || strcmp(agent->facts.home, "/") == 0;
    agent->uid = own || error != 0 ? geteuid() : home.st_uid;
}

struct agent_state agent_state_of(const struct agent *agent, const char *state_dir)
{
    const struct agent_facts *facts = &agent->facts;
    return (struct agent_state){
        .state_dir = state_dir,
        .home = facts->home,
        .credentials = facts->credentials_path,
        .config_dir = facts->config_dir,
        .credentials_status = agent->has_credentials_status ? &agent->credentials_status : NULL};
}

/*
 * Most agents have no record, and no memory is kept for them. Where the credentials cannot be read
 * that is told, and what to do about both is the same.
 */
static void recall_last_run(const struct agent_request *request, int64_t now, struct agent *agent)
{
    const struct agent_state state = agent_state_of(agent, request->state_dir);
    struct last_run run;
    int error = agent_state_last_run(&state, now, request->hold, &run, &agent->state_trouble);
    if (error == ENOENT)
        return;
    if (error == 0)
        agent->last_run = malloc(sizeof run);
    if (agent->last_run)
        *agent->last_run = run;
    else
        credentials_look_failed(agent, GATHERING_RUN_RECORD, error == 0 ? ENOMEM : error,
                                error == 0 ? NULL : text_get(&agent->state_trouble));
    agent->facts.last_run = agent->last_run;
}

/*
 * The directory that a login has to name, where it is not the one in the home. Returns 0 or an
 * errno value.
 */
static int name_login_dir(struct agent *agent)
{
    struct text usual = TEXT_INIT(PATH_MAX);
    const char *path = agent->facts.credentials_path;
    const char *slash = strrchr(path, '/');
    const bool by_path = slash && strcmp(slash, "/.credentials.json") == 0;
    if (by_path)
        text_add_bytes(&agent->login_dir, path, (size_t)(slash - path));
    else
        text_add(&agent->login_dir, agent->facts.config_dir);
    file_add_below(&usual, agent->facts.home, ".claude");
    if (strcmp(text_get(&agent->login_dir), text_get(&usual)) != 0)
        agent->facts.login_dir = text_get(&agent->login_dir);
    const int error = usual.failed || agent->login_dir.failed ? ENOMEM : 0;
    text_free(&usual);
    return error;
}

/* Returns 0 or an errno value. */
static int name_paths(const struct agent_request *request, const struct auth_values *settings,
                      struct agent *agent)
{
    struct agent_facts *facts = &agent->facts;
    text_reset(&agent->config_dir);
    config_dir_add_path(request->config_dir, settings, request->own, facts->home,
                        &agent->config_dir);
    facts->config_dir = text_get(&agent->config_dir);
    text_reset(&agent->credentials_path);
    if (request->credentials)
        text_add(&agent->credentials_path, request->credentials);
    else
        file_add_below(&agent->credentials_path, facts->config_dir, ".credentials.json");
    facts->credentials_path = text_get(&agent->credentials_path);
    return agent->config_dir.failed || agent->credentials_path.failed ? ENOMEM : 0;
}

/* The user settings may move the config directory that they stand in. */
static int read_settings(const struct agent_request *request, struct text *path,
                         struct auth_values *user, struct agent *agent)
{
    const struct auth_values *base = &request->base->values;
    int error = name_paths(request, base, agent);
    file_add_below(path, agent->facts.config_dir, "settings.json");
    if (error == 0)
        error = path->failed ? ENOMEM
                             : auth_settings_read(text_get(path), agent->facts.home,
                                                  &agent->auth.trouble, user, NULL);
    const bool moves = user->of[SETTING_CONFIG_DIR].plain || user->of[SETTING_SECURE_DIR].plain;
    const bool named = base->of[SETTING_CONFIG_DIR].plain || base->of[SETTING_SECURE_DIR].plain;
    if (error == 0 && moves && !named)
        error = name_paths(request, user, agent);
    return error;
}

/* True when the file holds a login, or has to be judged for what it is. */
static bool counts(const struct agent_facts *facts)
{
    const int error = facts->credentials_error;
    if (error == ENOENT || error == ENOTDIR)
        return false;
    return error != 0 || facts->credentials_malformed || facts->credentials.has_access_token;
}

static void take_source(enum auth_mode mode, struct agent *agent)
{
    agent->facts.auth = (struct auth_facts){.kind = agent->auth.kind,
                                            .name = agent->auth.name,
                                            .where = text_get(&agent->auth.where),
                                            .overrides = text_get(&agent->auth.overrides),
                                            .profile = agent->auth.profile};
    /* another source in force cannot be seen to change */
    if (mode == AUTH_AUTO && agent->auth.kind != AUTH_CREDENTIALS_FILE)
        agent->facts.credentials_changed = INT64_MIN;
}

/* In the CLI's order. With --auth=file the file is read whatever comes before it. */
static int find_source(const struct agent_request *request, const struct auth_values *user,
                       int64_t now, struct agent *agent)
{
    struct agent_facts *facts = &agent->facts;
    const struct auth_places places = {request->base, user, facts->config_dir, facts->home};
    struct auth_source *source = &agent->auth;
    deadline_step("looking for the login");
    int error = auth_source_find_before(&places, source);
    if (error == 0 && (request->auth == AUTH_FILE || source->kind == AUTH_NONE))
        credentials_look(agent, now);
    if (error != 0 || facts->auth_untold || source->kind != AUTH_NONE)
        return error;
    if (counts(facts)) {
        auth_source_set(source, AUTH_CREDENTIALS_FILE, "credentials-file", facts->credentials_path);
        return source->where.failed ? ENOMEM : 0;
    }
    error = auth_source_find_after(&places, source);
    if (error == 0 && source->kind == AUTH_NONE && facts->credentials.ended)
        auth_source_set(source, AUTH_CREDENTIALS_FILE, "credentials-file", facts->credentials_path);
    return error == 0 && source->where.failed ? ENOMEM : error;
}

/* The file that could not be read, and is no reason to free memory; NULL for none. */
static const char *source_trouble(const struct agent *agent, int error)
{
    return file_error_is_ours(error) ? NULL : text_get(&agent->auth.trouble);
}

static void look_at_login(const struct agent_request *request, int64_t now, struct agent *agent)
{
    struct agent_facts *facts = &agent->facts;
    struct auth_values user;
    struct text path = TEXT_INIT(PATH_MAX);
    auth_values_init(&user);
    look_at_home(request, agent);
    int error = read_settings(request, &path, &user, agent);
    credentials_look_failed(agent, GATHERING_SETTINGS, error, source_trouble(agent, error));
    if (error == 0) {
        error = name_login_dir(agent);
        credentials_look_failed(agent, GATHERING_SETTINGS, error, NULL);
    }
    if (error == 0) {
        error = request->base->error;
        credentials_look_failed(agent, GATHERING_ENV_FILE, error, request->base->error_path);
        if (error == 0)
            error = find_source(request, &user, now, agent);
        credentials_look_failed(agent, GATHERING_SETTINGS, error, source_trouble(agent, error));
        recall_last_run(request, now, agent);
    }
    facts->auth_untold = facts->auth_untold || error != 0;
    facts->forced = request->base->forced;
    take_source(request->auth, agent);
    auth_values_free(&user);
    text_free(&path);
}

void agent_look(const struct agent_request *request, const struct cli_search *search,
                const char *home, int64_t now, struct agent *ret)
{
    begin(ret, home);
    if (request->auth != AUTH_OFF)
        look_at_login(request, now, ret);
    deadline_step("looking for claude");
    cli_search_agent(search, home, &ret->facts.binary);
    if (ret->facts.binary.look == CLI_UNTOLD)
        credentials_look_failed(ret, GATHERING_BINARY, ret->facts.binary.error, NULL);
}

int agent_forget(const struct agent_request *request, const char *home, int *ret_removed,
                 struct text *trouble)
{
    struct agent agent;
    struct auth_values user;
    struct text path = TEXT_INIT(PATH_MAX);
    auth_values_init(&user);
    begin(&agent, home);
    int error = read_settings(request, &path, &user, &agent);
    const struct agent_state state = agent_state_of(&agent, request->state_dir);
    *ret_removed = 0;
    if (error == 0)
        error = agent_state_forget(&state, ret_removed, trouble);
    auth_values_free(&user);
    text_free(&path);
    agent_free(&agent);
    return error;
}
