/*
 * Everything there is to know about one agent, gathered: its binary, what --version says now or
 * said a moment ago, its credentials file and what stands around it. Judging it is
 * preflight_decide()'s.
 */
#ifndef CHECK_CLAUDE_AGENT_H
#define CHECK_CLAUDE_AGENT_H

#include "preflight.h"
#include "store.h"

#include <stdbool.h>
#include <stdint.h>

/* Where to look, and how. */
struct agent_request {
    const char *home;
    const char *binary;      /* --binary; NULL: search */
    const char *credentials; /* --credentials; NULL: in the config directory */
    const char *config_dir;
    enum auth_mode auth;
    int64_t version_timeout; /* milliseconds */
    int64_t cache_ttl;       /* milliseconds; 0: no cache */
    bool force;              /* ask the binary though an answer is stored */
};

/* What agent_gather() fills in: the facts, and the memory that they point into. */
struct agent {
    struct agent_facts facts;
    struct text credentials_path, user;
    int store_error;       /* errno of keeping the version; 0 when kept or not tried */
    const char *cache_why; /* why no stored version was used, for -vv; NULL when one was */
};

/*
 * Look at one agent. What the plugin itself could not do (no process, its deadline) goes to
 * report_fail(); all else is facts. Always fills *ret; agent_free() gives it back.
 */
void agent_gather(const struct agent_request *request, const struct store *store, int64_t now,
                  struct report *report, struct agent *ret);
void agent_free(struct agent *agent);

#endif
