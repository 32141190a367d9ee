/*
 * What is the same for all agents of a call: the managed settings, the environment file, and the
 * plugin's own environment where it is the agents'. Each is read once.
 */
#ifndef CHECK_CLAUDE_AUTH_BASE_H
#define CHECK_CLAUDE_AUTH_BASE_H

#include "agent/auth_settings.h"

/* Where the CLI's managed settings are. */
#define AUTH_MANAGED_DIRECTORY "/etc/claude-code"

struct auth_base {
    struct auth_values values;
    struct text managed_files; /* the paths that values.where and forced.where point into */
    struct forced_login forced;
    struct json_object *forcing; /* what `forced` points into; owned */
    struct text trouble;         /* "PATH: why, PATH: why" of what was passed over; mostly empty */
    bool exports;           /* the environment file has `export`, which systemd does not know */
    int error;              /* errno value of what kept us from reading; 0 for none */
    const char *error_path; /* the file that it is about; NULL where memory ran out */
};

/*
 * Read managed-settings.json and then, by name, managed-settings.d/?*.json (but no hidden one) in
 * `managed_directory`: of these a later file hides what an earlier one says of the same name, even
 * by an empty value. Then `env_file` (NULL: none), and where `own_environment` says so our own. A
 * place hides what a later one says, but not by an empty value. Always fills *ret;
 * auth_base_free() gives it back.
 */
void auth_base_load(const char *managed_directory, const char *env_file, bool own_environment,
                    struct auth_base *ret);
void auth_base_free(struct auth_base *base);

#endif
