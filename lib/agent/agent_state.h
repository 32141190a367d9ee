/*
 * What is kept of an agent between calls: its CLI's version, and what its last runs did. The rest
 * of this wing asks here and knows nothing of directories and records (store/place.h).
 */
#ifndef CHECK_CLAUDE_AGENT_STATE_H
#define CHECK_CLAUDE_AGENT_STATE_H

#include "base/text.h"
#include "store/version_record.h"
#include "verdict/last_run_facts.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* An agent whose state is asked for. */
struct agent_state {
    const char *state_dir; /* --state-dir; NULL: see place.h */
    const char *home;
    const char *credentials; /* the path of its file */
    const char *config_dir;
    const struct stat *credentials_status; /* NULL: the file was not read */
};

/*
 * What its last runs did, by the state at `now`; a limit whose end is not known counts for `hold`
 * milliseconds at a time. Returns 0; ENOENT, and *ret untouched, where nothing is recorded; another
 * errno value where something may be recorded that cannot be read, with the words for it appended
 * to *trouble.
 */
int agent_state_last_run(const struct agent_state *state, int64_t now, int64_t hold,
                         struct last_run *ret, struct text *trouble);

/*
 * Ask for the one try of a limit (run_limit.h), for a caller who starts a run next. Returns 0 or an
 * errno value.
 */
int agent_state_try(const struct agent_state *state, uint64_t account, int64_t now, int64_t hold,
                    bool *ret_granted);

/* version_record_read() and version_record_write() where the agent's state is. */
bool agent_state_version(const char *state_dir, const struct version_key *key, int64_t now,
                         int64_t ttl, struct version_record *ret, const char **ret_why);
int agent_state_keep_version(const char *state_dir, const struct version_key *key,
                             const struct version_record *record);

/*
 * run_forget(): all that is stored for the agent, and the limit of its account. What was in the way
 * is appended to *trouble.
 */
int agent_state_forget(const struct agent_state *state, int *ret_removed, struct text *trouble);

/* Append where its state is, for -v. */
void agent_state_add_place(const char *state_dir, const char *home, struct text *text);

#endif
