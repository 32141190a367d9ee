/*
 * What settings say of a login, and of the config directory: those of the CLI's settings files, of
 * an environment file and of the plugin's own environment. Of secrets only whether they are set.
 * auth_source.h has the whole search.
 */
#ifndef CHECK_CLAUDE_AUTH_SETTINGS_H
#define CHECK_CLAUDE_AUTH_SETTINGS_H

#include "agent/env_file.h"
#include "base/text.h"
#include "verdict/preflight_facts.h"

#include <json-c/json.h>
#include <stddef.h>

/* The most that is read of a settings file. */
#define AUTH_SETTINGS_MAX ((size_t)1 << 20)

/* The indexes of auth_settings: the sources that settings can hold, the first in force first. */
enum auth_setting_index {
    SETTING_PROFILE = 7,
    SETTING_HELPER = 14,
    SETTING_FEDERATION_RULE = 19, /* from here on no sources, but what goes with them */
    SETTING_ORGANIZATION,
    SETTING_SCOPES,
    SETTING_PROFILE_DIR,
    SETTING_CONFIG_DIR,
    SETTING_SECURE_DIR,
    AUTH_SETTINGS
};
#define AUTH_SOURCES SETTING_FEDERATION_RULE

extern const struct auth_setting {
    enum auth_kind kind;
    const char *name; /* a variable's, also of an "env" block; AUTH_HELPER: a key of the settings */
    enum env_reading reading;
    enum auth_setting_index needs[2]; /* others without which it does not count; 0: none */
} auth_settings[AUTH_SETTINGS];

/* What one place says of each of them, or several places together. */
struct auth_values {
    struct env_variable of[AUTH_SETTINGS];
    const char *where[AUTH_SETTINGS]; /* the place; borrowed */
};

/* Begin with nothing; give back what it holds. */
void auth_values_init(struct auth_values *values);
void auth_values_free(struct auth_values *values);

/*
 * The JSON object in the file `path`, owned by the caller. NULL when there is no such file; also
 * when it cannot be read, has more than `maximum` bytes or is no JSON object, and then "PATH: why"
 * is appended to *trouble. Returns 0; an errno value that says nothing about the file (file.h) with
 * *ret untouched, and then *trouble is its path alone.
 */
int auth_read_object(const char *path, size_t maximum, struct text *trouble,
                     struct json_object **ret);

/*
 * Set in *values what the settings file `path` says, which is said to stand there; nothing where
 * auth_read_object() gives NULL. Numbers and booleans count as the strings that they look like; of
 * apiKeyHelper a string alone counts, and only where a program that it names by a path can start
 * (`home` stands for a ~; NULL where it is not known). *ret_root, if not NULL, is the object, owned
 * by the caller. Returns as auth_read_object().
 */
int auth_settings_read(const char *path, const char *home, struct text *trouble,
                       struct auth_values *values, struct json_object **ret_root);

#endif
