#include "verdict/renewal.h"

#include "base/duration.h"
#include "base/file.h"

#include <limits.h>
#include <string.h>

static bool is_stuck(enum refresh_lock lock)
{
    return lock == LOCK_AHEAD || lock == LOCK_NO_DIRECTORY || lock == LOCK_NOT_EMPTY;
}

bool renewal_is_blocked(const struct config_facts *config)
{
    return config->renewal != RENEWAL_POSSIBLE || is_stuck(config->lock);
}

bool renewal_is_tried(const struct agent_facts *facts, int64_t now)
{
    const struct credentials *c = &facts->credentials;
    return c->has_refresh_token && !c->ended && !(c->login.known && c->login.ms <= now);
}

bool renewal_is_possible(const struct agent_facts *facts, int64_t now)
{
    return renewal_is_tried(facts, now) && !renewal_is_blocked(&facts->config);
}

static void add_lock(const struct decision *d, struct text *text)
{
    const struct config_facts *config = &d->facts->config;
    text_add(text, config->lock_path);
    if (config->lock == LOCK_NO_DIRECTORY) {
        text_add(text, " is no directory, as locks are");
    } else if (config->lock == LOCK_NOT_EMPTY) {
        text_add(text, " is not empty, so the CLI waits for it for ever");
    } else {
        text_add(text, " is dated ");
        duration_add_words(text, duration_subtract(0, config->lock_age));
        text_add(text, " ahead, so the CLI waits for it for ever");
    }
    text_add(text, ", remove it");
}

const char *renewal_new_owner(const struct agent_facts *facts)
{
    static const char by_number[] = "uid ";
    const char *user = facts->user ? facts->user : "the agent";
    const size_t skipped = sizeof by_number - 1;
    return strncmp(user, by_number, skipped) == 0 ? user + skipped : user;
}

static void add_renewal_block(const struct decision *d, struct text *text)
{
    const char *path = d->facts->credentials_path;
    const char *user = d->facts->user ? d->facts->user : "the agent";
    struct text directory = TEXT_INIT(PATH_MAX);
    file_add_directory(&directory, path);
    if (directory.length > 1 && directory.bytes[directory.length - 1] == '/')
        text_cut(&directory, directory.length - 1);
    const char *dir = text_get(&directory);
    switch (d->facts->config.renewal) {
    case RENEWAL_DIRECTORY_CLOSED:
        text_format(text, "%s cannot write %s, run chown %s on it", user, dir,
                    renewal_new_owner(d->facts));
        break;
    case RENEWAL_DIRECTORY_FOREIGN:
        text_format(text, "%s and the file in it belong to others, run chown -R %s on it", dir,
                    renewal_new_owner(d->facts));
        break;
    case RENEWAL_READ_ONLY:
        text_format(text, "the file system of %s is read-only, mount it read-write", dir);
        break;
    case RENEWAL_FILE_READ_ONLY:
        text_format(text,
                    "a run would spend the login, as %s alone is mounted read-only, mount its "
                    "directory read-write",
                    path);
        break;
    case RENEWAL_FILE_REPLACED:
        text_format(text, "%s was replaced outside, restart the container, or mount its directory",
                    path);
        break;
    case RENEWAL_POSSIBLE: break;
    }
    text_free(&directory);
}

void renewal_add_block(const struct decision *d, struct text *text)
{
    if (d->facts->config.renewal != RENEWAL_POSSIBLE)
        add_renewal_block(d, text);
    else
        add_lock(d, text);
}

static void decide_shared(const struct decision *d)
{
    if (d->facts->shared_with)
        find(d, PREFLIGHT_LOGIN_SHARED,
             "%s has the same refresh token, a renewal logs the other out, %s",
             d->facts->shared_with, d->log_in);
}

void renewal_decide(const struct decision *d)
{
    const struct config_facts *config = &d->facts->config;
    const bool lasts = renewal_is_tried(d->facts, d->now);
    struct text why = TEXT_INIT(2048);
    if (lasts && config->renewal != RENEWAL_POSSIBLE) {
        add_renewal_block(d, &why);
        find(d, PREFLIGHT_RENEWAL_BLOCKED, "no renewal of the login: %s", text_get(&why));
    }
    text_reset(&why);
    if (is_stuck(config->lock)) {
        add_lock(d, &why);
        find(d, PREFLIGHT_REFRESH_LOCK_STALE, "%s", text_get(&why));
    }
    text_free(&why);
    if (lasts && config->is_link && config->renewal == RENEWAL_POSSIBLE)
        find(d, PREFLIGHT_CREDENTIALS_LINKED,
             "%s is a link, which a renewal replaces, move the file itself there",
             d->facts->credentials_path);
    decide_shared(d);
    if (config->open_to_others)
        find(d, PREFLIGHT_PERMISSIONS_OPEN, "others may read %s, run chmod 600 on it",
             d->facts->credentials_path);
}
