#include "agent/agent_state.h"

#include "agent/account.h"
#include "base/duration.h"
#include "store/run_feed.h"
#include "store/run_limit.h"
#include "system/deadline.h"

#include <errno.h>
#include <string.h>

#define LOCK_WAIT_MS 30000

/* Half of what is left of the deadline: the rest is for what comes behind. */
static int64_t lock_wait(void)
{
    const int64_t left = deadline_left_ms() / 2;
    return left < LOCK_WAIT_MS ? left : LOCK_WAIT_MS;
}

static void note_run(const struct run_record *record, struct last_run_seen *ret)
{
    _Static_assert(sizeof ret->log == sizeof record->log, "a log's name");
    _Static_assert(sizeof ret->words == sizeof record->words, "what showed it");
    ret->time_ns = record->time_ns;
    memcpy(ret->log, record->log, sizeof ret->log);
    memcpy(ret->words, record->words, sizeof ret->words);
}

static enum login_change change_of(const struct agent_state *state, const struct run_login *then)
{
    if (!state->credentials_status || then->path == 0)
        return LOGIN_CHANGE_UNKNOWN;
    const struct run_login now = run_login_of(state->credentials, state->credentials_status);
    if (now.path != then->path)
        return LOGIN_CHANGE_UNKNOWN;
    return now.state == then->state ? LOGIN_UNCHANGED : LOGIN_CHANGED;
}

static int recall_refusal(const struct agent_state *state, const struct place *place, int64_t now,
                          struct last_run *ret)
{
    struct run_record record;
    int error = run_record_read(place, RUN_RECORD_LOGIN, &record);
    if (error != 0)
        return error;
    ret->refused = record.outcome == RECORDED_REFUSED;
    ret->is_ahead = run_record_is_ahead(&record, now);
    ret->login = change_of(state, &record.login);
    note_run(&record, &ret->refusal);
    return 0;
}

static int recall_limit(const struct agent_state *state, const struct place *place, int64_t now,
                        int64_t hold, struct last_run *ret)
{
    static const enum last_run_hold holds[] = {
        [RUN_FREE] = LAST_RUN_FREE, [RUN_HELD] = LAST_RUN_HELD, [RUN_ONE_TRY] = LAST_RUN_ONE_TRY};
    struct run_record record;
    int error = run_record_read(place, RUN_RECORD_LIMIT, &record);
    if (error != 0 && error != ENOENT)
        return error;
    if (error == 0 || run_record_may_have_account(place)) {
        error = account_find(state->credentials, state->config_dir, state->home, &ret->account);
        if (error != 0)
            return error;
    }
    error = run_record_read_limit(place, ret->account, &record);
    if (error != 0)
        return error;
    ret->hold = holds[run_limit_hold(&record, now, hold, &ret->held_until)];
    ret->is_billing = record.outcome == RECORDED_BILLING;
    ret->resets_at = run_limit_reset(&record, now);
    note_run(&record, &ret->limit);
    return 0;
}

/* Which store it is that cannot be read, and why; else a record in it. */
static void add_trouble(const struct place *place, int error, struct text *trouble)
{
    for (size_t i = 0; i < place->count; i++) {
        const struct store *store = &place->stores[i];
        if (store->error == error && store->trouble.length > 0) {
            text_add(trouble, text_get(&store->trouble));
            return;
        }
    }
    text_format(trouble, "%s: %s", text_get(&place->paths[place->own]),
                error == EBADMSG ? "the record is damaged"
                : error == EPERM ? "the record may be another user's"
                                 : strerror(error));
}

int agent_state_last_run(const struct agent_state *state, int64_t now, int64_t hold,
                         struct last_run *ret, struct text *trouble)
{
    struct last_run run = {0};
    struct place place;
    place_enter(state->state_dir, state->home, false, &place);
    int refusal = recall_refusal(state, &place, now, &run);
    int limit =
        refusal == 0 || refusal == ENOENT ? recall_limit(state, &place, now, hold, &run) : refusal;
    if (limit != 0 && limit != ENOENT)
        add_trouble(&place, limit, trouble);
    place_leave(&place);
    if (limit != 0 && limit != ENOENT)
        return limit;
    if (refusal == ENOENT && limit == ENOENT)
        return ENOENT;
    *ret = run;
    return 0;
}

int agent_state_try(const struct agent_state *state, uint64_t account, int64_t now, int64_t hold,
                    bool *ret_granted)
{
    struct place place;
    place_enter(state->state_dir, state->home, true, &place);
    int error = run_limit_try(&place, account, now, hold, lock_wait(), ret_granted);
    place_leave(&place);
    return error;
}

bool agent_state_version(const char *state_dir, const struct version_key *key, int64_t now,
                         int64_t ttl, struct version_record *ret, const char **ret_why)
{
    struct place place;
    place_enter(state_dir, key->home, false, &place);
    bool found = version_record_read(&place.stores[place.own], key, now, ttl, ret, ret_why);
    place_leave(&place);
    return found;
}

int agent_state_keep_version(const char *state_dir, const struct version_key *key,
                             const struct version_record *record)
{
    struct place place;
    place_enter(state_dir, key->home, true, &place);
    int error = version_record_write(&place.stores[place.own], key, record);
    store_sweep(&place.stores[place.own]);
    place_leave(&place);
    return error;
}

int agent_state_forget(const struct agent_state *state, int *ret_removed, struct text *trouble)
{
    uint64_t account = 0;
    struct place place;
    place_enter(state->state_dir, state->home, false, &place);
    int error = 0;
    if (run_record_may_have_account(&place))
        error = account_find(state->credentials, state->config_dir, state->home, &account);
    int failed = run_forget(&place, account, ret_removed);
    error = error != 0 ? error : failed;
    if (error != 0)
        add_trouble(&place, error, trouble);
    place_leave(&place);
    return error;
}

void agent_state_add_place(const char *state_dir, const char *home, struct text *text)
{
    struct place place;
    place_enter(state_dir, home, false, &place);
    place_add_words(&place, text);
    place_leave(&place);
}
