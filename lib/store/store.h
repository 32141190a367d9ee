/*
 * The state directory: what one call leaves for the next.
 *
 * It is made 0700, and used only if it is a directory (no symbolic link), writable by nobody else,
 * and of the user whose records are wanted or of root. A directory of root and of a group, mode
 * 2770, is that group's: who is in the group is trusted. A record is believed only if it is a
 * regular file, of that user, of root or of that group, whole, of this format, and for exactly this
 * key (record.h). Records are replaced as a whole, so two calls at once never see half of one.
 *
 * Calling steps: store_open(); store_read() and store_write(), between store_lock() and
 * store_unlock() where a change depends on what was read; store_close().
 */
#ifndef CHECK_CLAUDE_STORE_H
#define CHECK_CLAUDE_STORE_H

#include "base/file.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct store {
    int directory; /* its descriptor; -1 when it is not used */
    uid_t user;    /* whose records are believed besides root's */
    bool shared;   /* it is a group's, above */
    gid_t group;
    int error;           /* errno value: why it is not used; 0 if it is, or there is none */
    struct text trouble; /* then: the same for a person, with the path */
    bool may_hold;       /* then: records may stand in it all the same, which cannot be read */
    bool is_foreign;     /* then: it belongs to another user, and not to root */
};

/*
 * Open the directory of a user's records; `create` makes it and what is missing above it. Always
 * fills *ret; then store_close().
 */
void store_open(const char *path, uid_t user, bool create, struct store *ret);
void store_close(struct store *store);

/*
 * Append what an agent's records are kept under: the path of its home without links and needless
 * slashes, so that it has one record however it is called; the path as given where there is no such
 * directory, or none that we may follow. Returns 0, or an errno value when that is not known.
 */
int store_add_key(struct text *key, const char *home);

/* Append the name of a record under this key; all names of a key begin alike. */
void store_add_record_name(struct text *name, const char *key, const char *what);

/* FNV-1a: spreads names. The full key stands inside a record, so a collision is a miss. */
uint64_t store_hash(const char *string);

/*
 * Read the record `what` of this kind and key; file_bytes_free() gives it back. Returns 0; ENOENT
 * if there is none; EBADMSG if it is damaged; EPERM if another user may have written it;
 * store.error if it may stand in a directory that is not used; or another errno value. *ret is not
 * touched on failure.
 */
int store_read(const struct store *store, const char *key, const char *what, const char *kind,
               struct file_bytes *ret);

/* Replace it; `durable` outlasts a crash of the machine. Returns 0 or an errno value. */
int store_write(const struct store *store, const char *key, const char *what,
                const struct text *record, bool durable);

/* True if a record of any key may stand there whose name ends so. Cheaper than to read many. */
bool store_may_have(const struct store *store, const char *ending);

/*
 * Remove the records of a key whose names end so ("" for all), and count them. Returns 0, or an
 * errno value when one could not be removed, or it is not known whether there are any.
 */
int store_forget(const struct store *store, const char *key, const char *ending, int *ret_removed);

/* Remove what writers left when they were killed: file_sweep(). */
void store_sweep(const struct store *store);

#endif
