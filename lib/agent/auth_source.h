/*
 * Which source of a login is in force for an agent, as the CLI finds it: its name and where it
 * stands, never its value. No value is kept or put into a text here, and the bytes read of a file
 * are wiped (what json-c made of them is given back as it is).
 *
 *     struct managed_settings managed;
 *     auth_managed_load(AUTH_MANAGED_DIRECTORY, &managed);      once
 *     struct auth_places places = {.managed = &managed, .home = home, ...};
 *     struct auth_source source;
 *     int result = auth_source_find(&places, &source, &path);         for each agent
 *     ...
 *     auth_source_free(&source);
 *     auth_managed_free(&managed);
 *
 * The order of the sources is that of enum auth_kind, the first one found wins (as
 * documented for 2.1.330; measured in part). The provider switches count when they say yes (1,
 * true, yes, on, in any case), all else when it is not empty.
 *
 * Where one name is set in several places, the first of these says where it stands: the managed
 * settings, the environment file, the plugin's own environment, the user settings. An empty value
 * does not hide one in a place further on. The managed settings are one place made of several
 * files: in it a later file does hide an earlier one.
 *
 * Not looked at are the settings of projects, which are known to a run only, and flags of a run.
 */
#ifndef CHECK_CLAUDE_AUTH_SOURCE_H
#define CHECK_CLAUDE_AUTH_SOURCE_H

#include "agent/auth_settings.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* The most that is read of .claude.json, which holds a history as well. */
#define AUTH_STATE_MAX ((size_t)16 << 20)

/* Where to look, for one agent. */
struct auth_places {
    const struct managed_settings *managed; /* NULL: none */
    const char *env_file;                   /* NULL: not given */
    bool own_environment;                   /* the plugin's environment is the agent's */
    const char *config_dir;                 /* holds settings.json */
    const char *credentials;                /* the path of the credentials file */
    const char *home;                       /* holds .claude.json */
};

struct auth_source {
    enum auth_kind kind;
    const char *name;    /* static: "ANTHROPIC_API_KEY", "credentials-file", "none" */
    struct text where;   /* the file's path, or "environment"; empty for none */
    struct text trouble; /* "PATH: why, PATH: why" of files that were passed over; mostly empty */
};

/*
 * Find the source in force. The credentials file is found when there is an access token in its
 * claudeAiOauth, and when it is there but cannot be read or is malformed, so that the caller can
 * say so. One that bears the CLI's mark of a dead login is found after all else. It is read only
 * if nothing before it was found, .claude.json only if the credentials file was not.
 *
 * A missing settings file or .claude.json says nothing; one that cannot be read or is no JSON
 * object counts as empty and is noted in ret->trouble. managed->trouble is not repeated there.
 *
 * Returns 0; an errno value that tells nothing of the files (file.h); else a result of file_read()
 * for places->env_file, whether missing or not to be read, since a person named it. On failure *ret
 * is untouched, and *ret_path the file that it was about, NULL where that is not known.
 * auth_source_free() gives *ret back.
 */
int auth_source_find(const struct auth_places *places, struct auth_source *ret,
                     const char **ret_path);
void auth_source_free(struct auth_source *source);

#endif
