/*
 * The way back from a run's log to the preflight: what the last runs of an agent did. Only a run
 * can tell that a token was revoked or that the plan is used up.
 *
 * An agent has two records: "login" (refused, or good since) and "limit" (limited, or good since).
 * A limit is recorded for the agent's account too, where that is known, so that every agent of the
 * account finds it. A record of a later run replaces that of an earlier one, never the other way,
 * but that a record from the future gives way to any: the clock was wrong, and no order is known.
 */
#ifndef CHECK_CLAUDE_RUN_RECORD_H
#define CHECK_CLAUDE_RUN_RECORD_H

#include "store/place.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#define RUN_RECORD_LOG   1024
#define RUN_RECORD_WORDS 200

/* Two clocks that are right differ by less. */
#define RUN_RECORD_JITTER_MS 60000

/* A good run takes back a record from the future only if it is as new as this. */
#define RUN_RECORD_RECENT_MS 900000

enum run_recorded { RECORDED_GOOD, RECORDED_REFUSED, RECORDED_LIMITED, RECORDED_BILLING };

/* The credentials file that a run logged in with; all 0: not known. */
struct run_login {
    uint64_t path;  /* a hash of where it is */
    uint64_t state; /* a hash of its inode, size and time, which any login changes */
};

struct run_record {
    enum run_recorded outcome;
    int64_t time_ns;              /* when its log was last written to, since the epoch */
    char log[RUN_RECORD_LOG];     /* which one; cut */
    char words[RUN_RECORD_WORDS]; /* what showed it; "" for a good run */
    struct run_login login;       /* of a refused run */
    uint64_t account;             /* a hash of the account that was limited; 0: not known */
    int64_t resets_at;            /* of a limit, ms since the epoch; 0: not known */
    int64_t tried_at;             /* of a limit, ms: when a run was last let through to try; 0 */
};

enum run_record_kind { RUN_RECORD_LOGIN, RUN_RECORD_LIMIT };

/* How the names of all limits of accounts end. */
#define RUN_RECORD_ACCOUNT_ENDING "-account"

/*
 * The agent's record of a kind, the latest of all stores. Returns 0; ENOENT, and *ret untouched,
 * when there is none; another errno value when there may be one that cannot be read: EBADMSG for a
 * damaged one, EPERM for one that another user may have written.
 */
int run_record_read(const struct place *place, enum run_record_kind kind, struct run_record *ret);

/*
 * The limit that counts for the agent: the later one of its own, unless that is of another account,
 * and that of its account. `account` is 0 where it is not known. Returns as run_record_read().
 */
int run_record_read_limit(const struct place *place, uint64_t account, struct run_record *ret);

/* True if a record that is written now is later than this one: see above. `now` in ms. */
bool run_record_gives_way(const struct run_record *before, const struct run_record *record,
                          int64_t now);

/* True if the clock was wrong when it was written, or is wrong now. */
bool run_record_is_ahead(const struct run_record *record, int64_t now);

/* Write the agent's own record of a kind. Returns 0 or an errno value. */
int run_record_write(const struct place *place, enum run_record_kind kind,
                     const struct run_record *record);

/* The limit of an account, which is not 0: as run_record_read() and run_record_write(). */
int run_record_read_account(const struct place *place, uint64_t account, struct run_record *ret);
int run_record_write_account(struct place *place, uint64_t account,
                             const struct run_record *record);

/* Remove the limit of an account and count it, as store_forget(). */
int run_record_forget_account(const struct place *place, uint64_t account, int *ret_removed);

/* True if the limit of some account may be recorded: only then is an account worth a look-up. */
bool run_record_may_have_account(const struct place *place);

/* The state of a credentials file, whose status is *file. */
struct run_login run_login_of(const char *path, const struct stat *file);

#endif
