/*
 * The locks that the CLI holds while it renews a login: directories. It takes over an empty one
 * that is older than a minute (2.1.332), and no other.
 */
#ifndef CHECK_CLAUDE_REFRESH_LOCK_H
#define CHECK_CLAUDE_REFRESH_LOCK_H

#include "base/text.h"
#include "verdict/preflight_facts.h"

#include <stdint.h>

/*
 * Look for .oauth_refresh.lock in the config directory and for <config directory>.lock. Fills in
 * the lock's facts; of two, that of the worse. *path holds what facts->lock_path points to, and
 * must live as long. A lock that we may not look at is taken to be in order. Returns 0, or an errno
 * value when one could not be looked at for another reason.
 */
int refresh_lock_look(const char *config_dir, int64_t now, struct text *path,
                      struct config_facts *facts);

#endif
