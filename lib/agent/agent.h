/*
 * Everything there is to know about one agent but its CLI's version: where its binary is, its
 * credentials file and what stands around it. The versions of all agents are fleet.h's.
 */
#ifndef CHECK_CLAUDE_AGENT_H
#define CHECK_CLAUDE_AGENT_H

#include "agent/auth_source.h"
#include "store/store.h"
#include "system/progress.h"
#include "verdict/preflight.h"

#include <stdbool.h>
#include <stdint.h>

/* Where to look for every agent, and how. */
struct agent_request {
    const char *binary;      /* --binary; NULL: search */
    const char *credentials; /* --credentials; NULL: in the config directory */
    const char *config_dir;  /* --config-dir; NULL: the default */
    bool own;                /* the agent is the plugin's own user: its environment counts */
    const char *env_file;    /* --env-file; NULL: none */
    const struct managed_settings *managed; /* of all agents; NULL: none */
    const struct preflight_policy *policy;  /* what was asked: it tells what has to be known */
    int64_t cache_ttl;                      /* milliseconds; 0: no cache */
    bool no_run_records;                    /* of any agent: see run_record.h */
    bool force;                             /* ask the binary though an answer is stored */
    struct progress *progress;              /* of the call; NULL for none */
};

/* The facts, and the memory that they point into. */
struct agent {
    struct agent_facts facts;
    struct text credentials_path, config_dir, user;
    struct auth_source auth;
    struct run_record *last_run; /* owned; NULL for none */
    const char *cache_why;       /* why no stored version was used, for -vv; NULL when one was */
    int store_error;             /* errno of keeping the version; 0 when kept or not tried */
};

/*
 * Look at the agent with this home. What the plugin itself could not do goes to report_fail().
 * Always fills *ret; agent_free() gives it back.
 */
void agent_look(const struct agent_request *request, const struct cli_search *search,
                const struct store *store, const char *home, int64_t now, struct report *report,
                struct agent *ret);
void agent_free(struct agent *agent);

#endif
