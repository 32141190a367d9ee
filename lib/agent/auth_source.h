/*
 * Which source of a login is in force for an agent, as the CLI finds it: its name and where it
 * stands, never its value. No secret is kept or put into a text here, and the bytes read of a file
 * are wiped (what json-c made of them is given back as it is).
 *
 *     struct auth_base base;
 *     auth_base_load(AUTH_MANAGED_DIRECTORY, env_file, own, &base);    once
 *     struct auth_source source;
 *     auth_source_init(&source);                                       for each agent
 *     error = auth_source_find_before(&places, &source);
 *     ... where that found nothing, is there a login in the credentials file? Where not:
 *     error = auth_source_find_after(&places, &source);
 *     auth_source_free(&source);
 *     auth_base_free(&base);
 *
 * The order is that of enum auth_kind, the first one found wins. The provider switches count when
 * they say yes (1, true, yes, on, in any case), all else when it is not blank. Not looked at are
 * the settings of projects, which are known to a run only, and flags of a run.
 */
#ifndef CHECK_CLAUDE_AUTH_SOURCE_H
#define CHECK_CLAUDE_AUTH_SOURCE_H

#include "agent/auth_base.h"

/* The most that is read of .claude.json, which holds a history as well. */
#define AUTH_STATE_MAX ((size_t)16 << 20)

/* Where to look, for one agent. */
struct auth_places {
    const struct auth_base *base;   /* what is the same for all */
    const struct auth_values *user; /* the user settings */
    const char *config_dir, *home;
};

struct auth_source {
    enum auth_kind kind;
    const char *name;      /* static: "ANTHROPIC_API_KEY", "credentials-file", "none" */
    struct text where;     /* the file's path, or "environment"; empty for none */
    struct text overrides; /* names of all that come before the credentials file */
    struct text trouble;   /* "PATH: why, PATH: why" of files that were passed over; mostly empty */
    enum profile_look profile; /* of AUTH_PROFILE; then `where` may be what is wrong with it */
};

/* None at all. auth_source_free() gives back what the search adds. */
void auth_source_init(struct auth_source *source);
void auth_source_free(struct auth_source *source);

/* It is this one, which stands there. */
void auth_source_set(struct auth_source *source, enum auth_kind kind, const char *name,
                     const char *where);

/*
 * Find what comes before the credentials file, and what comes after it. Nothing found leaves the
 * kind AUTH_NONE. Files that cannot be read or are no JSON object count as empty, and are noted in
 * source->trouble. Returns 0, or an errno value that says nothing about the files (file.h).
 */
int auth_source_find_before(const struct auth_places *places, struct auth_source *source);
int auth_source_find_after(const struct auth_places *places, struct auth_source *source);

#endif
