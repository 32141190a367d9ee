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

static void add_lock(const struct decision *d, struct text *cure, struct text *why)
{
    const struct config_facts *config = &d->facts->config;
    text_format(cure, "remove %s", config->lock_path);
    if (config->lock == LOCK_NO_DIRECTORY) {
        text_add(why, "a lock is a directory, and this is none");
    } else if (config->lock == LOCK_NOT_EMPTY) {
        text_add(why, "it is not empty, so the CLI waits for it for ever");
    } else {
        text_add(why, "it is dated ");
        duration_add_words(why, duration_subtract(0, config->lock_age));
        text_add(why, " ahead, so the CLI waits for it for ever");
    }
}

const char *renewal_new_owner(const struct agent_facts *facts)
{
    static const char by_number[] = "uid ";
    const char *user = facts->user ? facts->user : "the agent";
    const size_t skipped = sizeof by_number - 1;
    return strncmp(user, by_number, skipped) == 0 ? user + skipped : user;
}

static void add_renewal_block(const struct decision *d, struct text *cure, struct text *why)
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
        text_format(cure, "run chown %s on %s", renewal_new_owner(d->facts), dir);
        text_format(why, "%s cannot write there", user);
        break;
    case RENEWAL_DIRECTORY_FOREIGN:
        text_format(cure, "run chown -R %s on %s", renewal_new_owner(d->facts), dir);
        text_add(why, "it and the file in it belong to others");
        break;
    case RENEWAL_READ_ONLY:
        text_add(cure, "mount its file system read-write");
        text_format(why, "the file system of %s is read-only", dir);
        break;
    case RENEWAL_FILE_READ_ONLY:
        text_add(cure, "mount its directory read-write");
        text_format(why, "%s alone is mounted read-only, a run would spend the login", path);
        break;
    case RENEWAL_FILE_REPLACED:
        text_add(cure, "restart the container, or mount its directory");
        text_format(why, "%s was replaced outside", path);
        break;
    case RENEWAL_POSSIBLE: break;
    }
    report_free_text(d->report, &directory);
}

void renewal_add_block(const struct decision *d, struct text *cure, struct text *why)
{
    if (d->facts->config.renewal != RENEWAL_POSSIBLE)
        add_renewal_block(d, cure, why);
    else
        add_lock(d, cure, why);
}

static void decide_shared(const struct decision *d)
{
    if (d->facts->shared_with)
        evidence(d,
                 find(d, PREFLIGHT_LOGIN_SHARED, "%s has the same login, %s", d->facts->shared_with,
                      d->log_in),
                 "the same refresh token: a renewal logs the other agent out");
}

void renewal_decide(const struct decision *d)
{
    const struct config_facts *config = &d->facts->config;
    const bool lasts = renewal_is_tried(d->facts, d->now);
    struct text cure = TEXT_INIT(2048), why = TEXT_INIT(2048);
    if (lasts && config->renewal != RENEWAL_POSSIBLE) {
        add_renewal_block(d, &cure, &why);
        evidence(
            d,
            find(d, PREFLIGHT_RENEWAL_BLOCKED, "the login cannot be renewed, %s", text_get(&cure)),
            "%s", text_get(&why));
    }
    text_reset(&cure);
    text_reset(&why);
    if (is_stuck(config->lock)) {
        add_lock(d, &cure, &why);
        evidence(
            d, find(d, PREFLIGHT_REFRESH_LOCK_STALE, "a lock blocks the CLI, %s", text_get(&cure)),
            "%s", text_get(&why));
    }
    report_free_text(d->report, &cure);
    report_free_text(d->report, &why);
    if (lasts && config->is_link && config->renewal == RENEWAL_POSSIBLE)
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_LINKED,
                      "the credentials file is a link, move the file itself there"),
                 "a renewal replaces %s", d->facts->credentials_path);
    decide_shared(d);
    if (config->open_to_others)
        evidence(d,
                 find(d, PREFLIGHT_PERMISSIONS_OPEN,
                      "others may read the login, run chmod 600 on its file"),
                 "%s", d->facts->credentials_path);
}
