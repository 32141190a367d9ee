#include "agent.h"

#include "config_dir.h"
#include "deadline.h"
#include "file.h"
#include "login.h"
#include "version_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#define REREAD_MS 100 /* an old CLI that writes in place is done by then */

void agent_free(struct agent *agent)
{
    cli_binary_free(&agent->facts.binary);
    text_free(&agent->credentials_path);
    text_free(&agent->user);
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

/* Whether a person has to do something: only then is the user's name worth a look-up. */
static bool needs_person(const struct agent_facts *facts, int64_t now)
{
    const struct credentials *c = &facts->credentials;
    bool readable = facts->credentials_error == 0 && !facts->credentials_malformed;
    bool live = c->has_access_token && !c->ended && c->scopes != SCOPES_LACKING &&
                !(c->login.known && c->login.ms <= now);
    bool current = !c->access.known || c->access.ms > now || login_is_renewable(c, now);
    return !(readable && live && current);
}

static void name_user(uid_t user, struct text *name)
{
    struct passwd *entry = getpwuid(user);
    if (entry)
        text_add(name, entry->pw_name);
    else
        text_format(name, "uid %lu", (unsigned long)user);
}

static void look_at_login(const struct agent_request *request, int64_t now, struct agent *agent)
{
    struct agent_facts *facts = &agent->facts;
    if (request->credentials)
        text_add(&agent->credentials_path, request->credentials);
    else
        text_format(&agent->credentials_path, "%s/.credentials.json", request->config_dir);
    facts->credentials_path = text_get(&agent->credentials_path);
    facts->config_dir = request->config_dir;

    deadline_step("reading the credentials");
    struct stat file, home;
    facts->credentials_error = read_credentials(facts->credentials_path, facts, &file);
    if (facts->credentials_error == 0 && facts->credentials_malformed) {
        int64_t left = deadline_left_ms();
        poll(NULL, 0, (int)(left < REREAD_MS ? left : REREAD_MS));
        facts->credentials_error = read_credentials(facts->credentials_path, facts, &file);
    }
    if (facts->credentials_error == 0)
        config_dir_look(request->config_dir, facts->credentials_path, &file, now, &facts->config);
    if (needs_person(facts, now)) {
        if (facts->credentials_error == 0)
            name_user(file.st_uid, &agent->user);
        else if (stat(request->home, &home) == 0)
            name_user(home.st_uid, &agent->user);
        facts->user = agent->user.length > 0 ? text_get(&agent->user) : NULL;
    }
}

/* The version: stored if there is a record to be believed, else asked for, and stored. */
static void look_at_version(const struct agent_request *request, const struct store *store,
                            int64_t now, struct report *report, struct agent *agent)
{
    struct agent_facts *facts = &agent->facts;
    const struct version_key key = {text_get(&facts->binary.path), request->home,
                                    &facts->binary.status};
    struct version_record record;
    agent->cache_why = request->cache_ttl == 0 ? "turned off" : "not wanted (--force)";
    if (request->cache_ttl > 0 && !request->force &&
        store_read_version(store, &key, now, request->cache_ttl, &record, &agent->cache_why)) {
        facts->version.outcome = VERSION_ANSWERED;
        facts->version.cached = true;
        facts->version.cache_age = now - record.checked_at;
        memcpy(facts->version.version, record.version, sizeof record.version);
        return;
    }
    version_probe(&facts->binary, request->home, request->version_timeout, report, &facts->version);
    /* a failure is asked about again each time, so that a recovery is seen at once */
    if (facts->version.outcome == VERSION_ANSWERED && request->cache_ttl > 0) {
        record.checked_at = now;
        memcpy(record.version, facts->version.version, sizeof record.version);
        agent->store_error = store_write_version(store, &key, &record);
        store_sweep(store);
    }
}

void agent_gather(const struct agent_request *request, const struct store *store, int64_t now,
                  struct report *report, struct agent *ret)
{
    *ret = (struct agent){.credentials_path = TEXT_INIT(PATH_MAX), .user = TEXT_INIT(64)};
    ret->facts.home = request->home;
    ret->facts.config.owner_can_write = true;
    if (request->auth == AUTH_FILE)
        look_at_login(request, now, ret);
    deadline_step("looking for claude");
    cli_find(request->binary, request->home, getenv("PATH"), &ret->facts.binary);
    if (ret->facts.binary.look == CLI_FOUND)
        look_at_version(request, store, now, report, ret);
}
