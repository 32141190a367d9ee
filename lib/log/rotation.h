/*
 * What rotation leaves beside a log: files that are none, and the one that the log was before.
 */
#ifndef CHECK_CLAUDE_LOG_ROTATION_H
#define CHECK_CLAUDE_LOG_ROTATION_H

#include "base/text.h"

#include <stdbool.h>
#include <sys/stat.h>

/* True for the name of a file beside logs that is none: compressed (.gz, .xz, ...), or .pid. */
bool rotation_is_foreign_name(const char *name);

/* Whether a file is compressed, by its first bytes. Returns 0 or an errno value. */
int rotation_is_compressed(const char *path, bool *ret_compressed);

/*
 * Where an empty log is empty because it was just rotated: the last of NAME.1, NAME-20261128,
 * NAME.20261128-1795860000 and, for NAME.log, NAME-20261128.log and the like, compressed or not,
 * where nobody has opened the log anew since (a run that died without a word sets its time).
 * One that is empty itself was rotated without a run, and is passed over. Returns 0, and *ret_path
 * is replaced by its path, *ret_status by its status; ENOENT where there is none, or none that we
 * may see; or another errno value, where it cannot be told.
 */
int rotation_find(const char *path, const struct stat *status, struct text *ret_path,
                  struct stat *ret_status);

#endif
