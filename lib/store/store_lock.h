/*
 * The lock of a state directory: who holds it may change what was read.
 */
#ifndef CHECK_CLAUDE_STORE_LOCK_H
#define CHECK_CLAUDE_STORE_LOCK_H

#include "store/store.h"

/*
 * Keep others from changing records between a look and a change. Waits `wait_ms` for them at most.
 * Returns 0; EBUSY when that was not enough; or an errno value.
 */
int store_lock(const struct store *store, int64_t wait_ms);
void store_unlock(const struct store *store);

#endif
