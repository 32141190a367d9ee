#include "agent/agent_feed.h"

#include "agent/account.h"
#include "agent/config_dir.h"
#include "base/file.h"
#include "store/run_feed.h"
#include "system/deadline.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define LOCK_WAIT_MS 30000

/*
 * The state of the credentials file stands for the login that was refused, unless someone logged in
 * between the run and now. A file from the future tells no order.
 */
static void note_login(const char *path, int64_t now, struct run_record *record)
{
    struct stat file;
    if (record->outcome != RECORDED_REFUSED || stat(path, &file) != 0)
        return;
    int64_t changed = file_time_ns(&file.st_mtim);
    const int64_t ahead = file_ms_to_ns(now + RUN_RECORD_JITTER_MS);
    if (changed > ahead) /* set by a copy or by touch */
        changed = file_time_ns(&file.st_ctim);
    if (changed <= record->time_ns || changed > ahead)
        record->login = run_login_of(path, &file);
}

/* A good run of an account has something to take back only where a limit is recorded. */
static int note_account(const struct agent_feed *feed, const struct place *place,
                        const char *credentials, const char *config_dir, struct run_record *record)
{
    if (record->outcome == RECORDED_REFUSED ||
        (record->outcome == RECORDED_GOOD && !run_record_may_have_account(place)))
        return 0;
    return account_find(credentials, config_dir, feed->home, &record->account);
}

/* What keeps records from being written, for a person. */
static void add_trouble(const struct place *place, int error, struct text *trouble)
{
    for (size_t i = 0; i < place->count; i++) {
        if (place->stores[i].trouble.length > 0) {
            text_add(trouble, text_get(&place->stores[i].trouble));
            return;
        }
    }
    text_format(trouble, "%s: %s", text_get(&place->paths[place->moved ? 0 : place->own]),
                error != 0 ? strerror(error) : "not writable");
}

/* Half of what is left of the deadline: the rest is for the output. */
static int64_t lock_wait(void)
{
    const int64_t left = deadline_left_ms() / 2;
    return left < LOCK_WAIT_MS ? left : LOCK_WAIT_MS;
}

int agent_feed_run(const struct agent_feed *feed, int64_t now, struct run_record *record,
                   struct text *where, struct text *trouble)
{
    struct text config_dir = TEXT_INIT(PATH_MAX), credentials = TEXT_INIT(PATH_MAX);
    struct auth_values no_settings;
    struct place place;
    auth_values_init(&no_settings);
    config_dir_add_path(NULL, &no_settings, feed->own, feed->home, &config_dir);
    auth_values_free(&no_settings);
    file_add_below(&credentials, text_get(&config_dir), ".credentials.json");
    place_enter(feed->state_dir, feed->home, true, &place);
    int error = config_dir.failed || credentials.failed ? ENOMEM : 0;
    if (error == 0) {
        note_login(text_get(&credentials), now, record);
        error = note_account(feed, &place, text_get(&credentials), text_get(&config_dir), record);
    }
    if (error == 0)
        error = run_feed(&place, now, lock_wait(), record);
    if (error != 0 || place.moved)
        add_trouble(&place, error, trouble);
    text_add(where, text_get(&place.paths[place.own]));
    place_leave(&place);
    text_free(&config_dir);
    text_free(&credentials);
    return error;
}

int agent_feed_alarm(const struct agent_feed *feed, struct text *trouble)
{
    struct place place;
    place_enter(feed->state_dir, feed->home, false, &place);
    int error = run_forget_versions(&place);
    if (error != 0)
        add_trouble(&place, error, trouble);
    place_leave(&place);
    return error;
}
