/*
 * The state directory: what one call leaves for the next. Nothing in it decides a verdict by
 * itself; trouble with it costs a call of `claude --version`, never more.
 *
 * The directory is made 0700, and used only if it is a directory (no symbolic link), ours, and
 * writable by nobody else. A record is read only if it is a regular file, ours, whole, of this
 * format version, for exactly this key, and not from the future; anything else counts as absent.
 * Records are replaced as a whole, so two calls at once never see half of one.
 */
#ifndef CHECK_CLAUDE_STORE_H
#define CHECK_CLAUDE_STORE_H

#include "claude_cli.h"
#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct store {
    int directory;       /* its descriptor; -1 when it is not used */
    struct text trouble; /* then: why not, for a person; "" when it just does not exist */
};

/*
 * Append the path of the state directory: `asked` if not NULL, else $XDG_CACHE_HOME/check_claude,
 * else /var/tmp/check_claude-UID.
 */
void store_add_path(const char *asked, struct text *text);

/* Open it; `create` makes it, and what is missing above it. Always fills *ret; then store_close().
 */
void store_open(const char *path, bool create, struct store *ret);
void store_close(struct store *store);

/* What decides the answer of `claude --version`. */
struct version_key {
    const char *binary;        /* its absolute path */
    const char *home;          /* HOME it runs under */
    const struct stat *status; /* of the file that the path leads to */
};

struct version_record {
    char version[CLI_VERSION_MAX]; /* "" when --version printed none */
    int64_t checked_at;            /* milliseconds since the epoch */
};

/*
 * The record for this key if it is younger than `ttl` milliseconds at `now`. False, and *ret
 * untouched, when there is none; then *ret_why says why for -vv ("none stored", "stored for another
 * binary", ...).
 */
bool store_read_version(const struct store *store, const struct version_key *key, int64_t now,
                        int64_t ttl, struct version_record *ret, const char **ret_why);

/* Keep a record. Returns 0 or an errno value. */
int store_write_version(const struct store *store, const struct version_key *key,
                        const struct version_record *record);

/*
 * Remove all records of the agent with this home. Returns how many there were; -1 when one could
 * not be removed (errno says why).
 */
int store_forget(const struct store *store, const char *home);

/* Remove temporary files that writers left behind when they were killed, more than a minute ago. */
void store_sweep(const struct store *store);

#endif
