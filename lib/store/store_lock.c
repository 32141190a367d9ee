#include "store/store_lock.h"

#include "base/clock.h"
#include "base/wait.h"

#include <errno.h>
#include <sys/file.h>

#define LOCK_LOOK_MS 16 /* between two looks; less at first */

int store_lock(const struct store *store, int64_t wait_ms)
{
    if (store->directory < 0)
        return store->error != 0 ? store->error : ENOENT;
    const int64_t end = clock_monotonic_us() + wait_ms * 1000;
    for (int pause = 1;; pause = pause < LOCK_LOOK_MS ? 2 * pause : pause) {
        if (flock(store->directory, LOCK_EX | LOCK_NB) == 0)
            return 0;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return errno;
        if (clock_monotonic_us() >= end)
            return EBUSY;
        wait_sleep(pause);
    }
}

void store_unlock(const struct store *store)
{
    flock(store->directory, LOCK_UN);
}
