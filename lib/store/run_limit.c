#include "store/run_limit.h"
#include "store/store_lock.h"

#include "base/duration.h"

#include <errno.h>

int64_t run_limit_reset(const struct run_record *record, int64_t now)
{
    const int64_t met = record->time_ns / 1000000;
    const bool is_known = record->outcome == RECORDED_LIMITED && record->resets_at > met &&
                          record->resets_at - met <= RUN_LIMIT_MAX_MS;
    return is_known && !run_record_is_ahead(record, now) ? record->resets_at : 0;
}

enum run_hold run_limit_hold(const struct run_record *record, int64_t now, int64_t hold,
                             int64_t *ret_until)
{
    if (record->outcome != RECORDED_LIMITED && record->outcome != RECORDED_BILLING)
        return RUN_FREE;
    const int64_t reset = run_limit_reset(record, now), met = record->time_ns / 1000000;
    if (reset != 0) {
        if (reset <= now)
            return RUN_FREE;
        *ret_until = reset;
        return RUN_HELD;
    }
    const int64_t times[] = {met, record->tried_at};
    bool held = false;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        const int64_t until = duration_add(times[i], hold);
        if (times[i] - RUN_RECORD_JITTER_MS > now || until <= now || (held && until < *ret_until))
            continue;
        *ret_until = until;
        held = true;
    }
    return held ? RUN_HELD : RUN_ONE_TRY;
}

/* With both stores locked. The account's record, where there is one, is what all its agents ask. */
static int take_try(struct place *place, uint64_t account, int64_t now, int64_t hold,
                    bool *ret_granted)
{
    struct run_record record, of_account;
    int64_t until;
    int error = run_record_read_limit(place, account, &record);
    if (error != 0 && error != ENOENT)
        return error;
    const enum run_hold is = error == 0 ? run_limit_hold(&record, now, hold, &until) : RUN_FREE;
    if (is != RUN_ONE_TRY) {
        *ret_granted = is == RUN_FREE;
        return 0;
    }
    record.tried_at = now;
    error = account != 0 ? run_record_read_account(place, account, &of_account) : ENOENT;
    if (error != 0 && error != ENOENT) /* all agents of the account ask that one */
        return error;
    if (error == 0 && of_account.time_ns == record.time_ns)
        error = run_record_write_account(place, account, &record);
    else
        error = run_record_write(place, RUN_RECORD_LIMIT, &record);
    if (error == 0)
        *ret_granted = true;
    return error;
}

int run_limit_try(struct place *place, uint64_t account, int64_t now, int64_t hold, int64_t wait_ms,
                  bool *ret_granted)
{
    const struct store *own = &place->stores[place->own];
    const struct store *common = &place->stores[place->common];
    *ret_granted = false;
    int error = store_lock(own, wait_ms);
    if (error != 0)
        return error;
    const bool has_common = common != own && common->directory >= 0;
    if (has_common)
        error = store_lock(common, wait_ms);
    if (error == 0) {
        error = take_try(place, account, now, hold, ret_granted);
        if (has_common)
            store_unlock(common);
    }
    store_unlock(own);
    return error;
}
