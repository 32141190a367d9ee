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

#include "base/file.h"
#include "base/text.h"
#include "base/version_number.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct store {
    int directory; /* its descriptor; -1 when it is not used */
    bool shared;   /* it is a group's, below */
    gid_t group;
    struct text trouble; /* then: why not, for a person; "" when it just does not exist */
    int error; /* then: the errno value, if it tells nothing of the directory (file.h); else 0 */
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

/* Most bytes of a record. */
#define STORE_RECORD_MAX ((size_t)16384)

/* What store_read_record() returns besides what file_read() does. */
enum { STORE_NOT_BELIEVED = -3 };

/*
 * Append what an agent's records are kept under: the path of its home without links and needless
 * slashes, so that it has one record however it is called; the path as given where there is no such
 * directory, or none that we may follow. Returns 0, or an errno value when that is not known.
 */
int store_add_key(struct text *key, const char *home);

/* Append the name of a record under this key; all of an agent's names begin alike. */
void store_add_record_name(struct text *name, const char *key, const char *what);
/* Which kind of record it is, of whatever agent, is told by the end of its name. */
bool store_record_name_ends(const char *name, const char *ending);

/* Spreads names; the full key stands inside a record, so a collision is a miss. */
uint64_t store_hash(const char *string);

/*
 * Read a record that may be believed; file_bytes_free() gives it back. ENOENT where there is no
 * directory; but store.error where there may be one.
 */
int store_read_record(const struct store *store, const char *name, struct file_bytes *ret);

/* Replace a record. Returns 0 or an errno value. */
int store_write_record(const struct store *store, const char *name, const struct text *record,
                       bool durable);

/*
 * Keep others from changing records between a look and a change. Waits for them half of what is
 * left of the deadline, 30 seconds at most; false when that was not enough.
 */
bool store_lock(const struct store *store);
void store_unlock(const struct store *store);

/* What decides the answer of `claude --version`. */
struct version_key {
    const char *binary;        /* its absolute path */
    const char *home;          /* HOME it runs under */
    const struct stat *status; /* of the file that the path leads to */
};

struct version_record {
    char version[VERSION_NUMBER_MAX]; /* "" when --version printed none */
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
 * Remove all records of the agent with this home, and count them. Returns 0, or an errno value when
 * one could not be removed, or it is not known whether there are any.
 */
int store_forget(const struct store *store, const char *home, int *ret_removed);

/* The same for the versions only, whose records' names end so. */
#define STORE_VERSION_ENDING ".version"
int store_forget_versions(const struct store *store, const char *home);

/* Remove what writers left behind when they were killed: file_sweep(). */
void store_sweep(const struct store *store);

#endif
