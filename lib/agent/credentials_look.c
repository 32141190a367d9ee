#include "agent/credentials_look.h"

#include "agent/credentials.h"
#include "agent/refresh_lock.h"
#include "agent/renewal_look.h"
#include "base/file.h"
#include "base/wait.h"
#include "system/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#define REREAD_MS 100 /* an old CLI that writes in place is done by then */

void credentials_look_failed(struct agent *agent, enum gathering what, int error, const char *path)
{
    if (error != 0 && agent->facts.failure.what == GATHERED)
        agent->facts.failure = (struct gathering_failure){what, error, path};
}

/* A link is opened again by following it: most files are none, and cost no more than one open. */
static int open_and_read(struct agent *agent, struct file_bytes *file)
{
    const char *path = agent->facts.credentials_path;
    int error = file_read(AT_FDCWD, path, O_NOFOLLOW, CREDENTIALS_MAX, file);
    agent->facts.config.is_link = error == ELOOP;
    return error == ELOOP ? file_read(AT_FDCWD, path, 0, CREDENTIALS_MAX, file) : error;
}

static int read_credentials(struct agent *agent, int64_t now, struct stat *status)
{
    struct agent_facts *facts = &agent->facts;
    struct file_bytes file = {0};
    int error = open_and_read(agent, &file);
    if (error != 0)
        return error;
    *status = file.status;
    error =
        credentials_parse(file.bytes, file.length, now, &facts->credentials, &agent->refresh_mark);
    file_bytes_free(&file);
    facts->credentials_malformed = error == EINVAL;
    return error == EINVAL ? 0 : error;
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

/* A link to nothing is told with where it leads. */
static void look_at_dangling(struct agent *agent)
{
    char target[PATH_MAX];
    ssize_t length = readlink(agent->facts.credentials_path, target, sizeof target);
    if (length <= 0)
        return;
    text_add_bytes(&agent->link_target, target, (size_t)length);
    agent->facts.link_target = text_get(&agent->link_target);
}

static void look_around(struct agent *agent, const struct stat *file, int64_t now)
{
    struct agent_facts *facts = &agent->facts;
    struct config_facts *config = &facts->config;
    agent->credentials_status = *file;
    agent->has_credentials_status = true;
    agent->device = file->st_dev;
    agent->inode = file->st_ino;
    agent->hard_linked = file->st_nlink > 1;
    agent->owner_uid = file->st_uid;
    facts->credentials_modified = file_time_ms(&file->st_mtim);
    facts->credentials_changed = changed_at(file, now);
    config->open_to_others = (file->st_mode & (S_IRGRP | S_IROTH)) != 0;
    config->closed_to_user = renewal_user_cannot_read(file, agent->uid);
    int error = facts->credentials.has_refresh_token
                    ? renewal_look(facts->credentials_path, file, config->is_link, agent->uid,
                                   &config->renewal)
                    : 0;
    credentials_look_failed(agent, GATHERING_CONFIG_DIR, error, NULL);
    error = refresh_lock_look(facts->config_dir, now, &agent->lock_path, config);
    credentials_look_failed(agent, GATHERING_CONFIG_DIR, error, NULL);
}

void credentials_look(struct agent *agent, int64_t now)
{
    struct agent_facts *facts = &agent->facts;
    struct stat file;
    deadline_step("reading the credentials");
    int error = read_credentials(agent, now, &file);
    if (error == 0 && facts->credentials_malformed) {
        int64_t left = deadline_left_ms();
        wait_sleep(left < REREAD_MS ? left : REREAD_MS);
        error = read_credentials(agent, now, &file);
    }
    facts->credentials_error = error;
    if (file_error_is_ours(error)) {
        credentials_look_failed(agent, GATHERING_CREDENTIALS, error, facts->credentials_path);
        facts->auth_untold = true;
    } else if (error == 0) {
        look_around(agent, &file, now);
    } else if (error == ENOENT && facts->config.is_link) {
        look_at_dangling(agent);
    } else if (error == EACCES && stat(facts->credentials_path, &file) == 0) {
        agent->owner_uid = file.st_uid;
    }
}
