/*
 * Everything there is to know about one agent but its CLI's version: where its binary is, its
 * credentials file and what stands around it, the source of its login. The versions of all agents
 * are fleet.h's.
 */
#ifndef CHECK_CLAUDE_AGENT_H
#define CHECK_CLAUDE_AGENT_H

#include "agent/agent_state.h"
#include "agent/auth_source.h"
#include "agent/claude_cli.h"
#include "system/progress.h"
#include "verdict/preflight_facts.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Where to look for every agent, and how. */
struct agent_request {
    const char *binary;           /* --binary; NULL: search */
    const char *credentials;      /* --credentials; NULL: in the config directory */
    const char *config_dir;       /* --config-dir; NULL: the default */
    bool own;                     /* the agent is the plugin's own user: its environment counts */
    enum auth_mode auth;          /* --auth */
    const struct auth_base *base; /* what is the same for all; NULL with AUTH_OFF */
    int64_t version_timeout;      /* milliseconds */
    int64_t cache_ttl;            /* milliseconds; 0: no cache */
    const char *state_dir;        /* --state-dir; NULL: see place.h */
    int64_t hold;                 /* milliseconds: of a limit whose end is not known */
    bool force;                   /* ask the binary though an answer is stored */
    struct progress *progress;    /* of the call; NULL for none */
};

/* The facts, and the memory that they point into. */
struct agent {
    struct agent_facts facts;
    struct text credentials_path, config_dir, login_dir, lock_path, link_target, user, owner;
    uid_t uid;       /* of whoever runs the CLI */
    uid_t owner_uid; /* of the credentials file; (uid_t)-1 where it is not known */
    struct auth_source auth;
    struct stat credentials_status; /* where it was read */
    bool has_credentials_status;
    struct last_run *last_run; /* owned; NULL for none */
    struct text state_trouble; /* why the state cannot be read */
    dev_t device; /* of the credentials file, to know one that two agents have from two */
    ino_t inode;
    bool hard_linked;
    uint64_t refresh_mark; /* credentials.h; wiped when the fleet has been compared */
    const char *cache_why; /* why no stored version was used, for -vv; NULL when one was */
    int store_error;       /* errno of keeping the version; 0 when kept or not tried */
};

/* Look at the agent with this home. Always fills *ret; agent_free() gives it back. */
void agent_look(const struct agent_request *request, const struct cli_search *search,
                const char *home, int64_t now, struct agent *ret);
void agent_free(struct agent *agent);

/*
 * Remove all that is stored of the agent with this home, and count it. Of the request only where
 * things are is looked at. Returns 0, or an errno value with what was in the way appended to
 * *trouble.
 */
int agent_forget(const struct agent_request *request, const char *home, int *ret_removed,
                 struct text *trouble);

/* What its state is asked for by; it borrows from the agent. */
struct agent_state agent_state_of(const struct agent *agent, const char *state_dir);

/* Look up the names that messages about the agent need: facts.user and facts.credentials_owner. */
void agent_name_users(struct agent *agent);

#endif
