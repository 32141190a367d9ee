#include "store/run_feed.h"
#include "store/store_lock.h"

#include "store/version_record.h"

#include <errno.h>

/* A damaged record, or a stranger's, says nothing: whatever is known takes its place. */
static bool may_write(int error, const struct run_record *before, const struct run_record *record,
                      int64_t now)
{
    return error == ENOENT || error == EBADMSG || error == EPERM ||
           (error == 0 && run_record_gives_way(before, record, now));
}

static int write_kind(const struct place *place, enum run_record_kind kind, int64_t now,
                      const struct run_record *record, bool *ret_written)
{
    struct run_record before;
    int error = run_record_read(place, kind, &before);
    *ret_written = may_write(error, &before, record, now);
    if (*ret_written)
        return run_record_write(place, kind, record);
    return error;
}

/* A good run has nothing to take back where no limit is recorded. */
static int write_account(struct place *place, int64_t now, int64_t wait_ms,
                         const struct run_record *record)
{
    struct run_record before;
    if (record->account == 0)
        return 0;
    struct store *store = place_common(place);
    int error = store_lock(store, wait_ms);
    if (error != 0)
        return error;
    error = run_record_read_account(place, record->account, &before);
    if (record->outcome == RECORDED_GOOD && error == ENOENT)
        error = 0;
    else if (may_write(error, &before, record, now))
        error = run_record_write_account(place, record->account, record);
    store_unlock(store);
    return error;
}

int run_feed(struct place *place, int64_t now, int64_t wait_ms, const struct run_record *record)
{
    const struct store *store = &place->stores[place->own];
    const bool is_limit =
        record->outcome == RECORDED_LIMITED || record->outcome == RECORDED_BILLING;
    bool login_written = false, limit_written = false;
    int error = store_lock(store, wait_ms);
    if (error != 0)
        return error;
    if (!is_limit)
        error = write_kind(place, RUN_RECORD_LOGIN, now, record, &login_written);
    if (error == 0 && record->outcome != RECORDED_REFUSED)
        error = write_kind(place, RUN_RECORD_LIMIT, now, record, &limit_written);
    if (login_written && record->outcome == RECORDED_REFUSED) {
        int forgotten = run_forget_versions(place);
        error = error != 0 ? error : forgotten;
    }
    store_unlock(store);
    if (error == 0 && limit_written)
        error = write_account(place, now, wait_ms, record);
    return error;
}

static int forget(const struct place *place, const char *ending, int *ret_removed)
{
    int error = place->error;
    *ret_removed = 0;
    for (size_t i = 0; i < place->count; i++) {
        int removed;
        if (i != place->own && place->stores[i].directory < 0 && !place->stores[i].may_hold)
            continue;
        int failed = store_forget(&place->stores[i], text_get(&place->key), ending, &removed);
        *ret_removed += removed;
        error = error != 0 ? error : failed;
    }
    return error;
}

int run_forget_versions(const struct place *place)
{
    int removed;
    return forget(place, VERSION_RECORD_ENDING, &removed);
}

int run_forget(const struct place *place, uint64_t account, int *ret_removed)
{
    int error = forget(place, "", ret_removed);
    if (account != 0) {
        int removed, failed = run_record_forget_account(place, account, &removed);
        *ret_removed += removed;
        error = error != 0 ? error : failed;
    }
    return error;
}
