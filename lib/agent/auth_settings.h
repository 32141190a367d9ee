/*
 * What the CLI's settings files say of the sources of a login: which are set, never to what.
 * auth_source.h has the whole search, and is what a plugin includes.
 */
#ifndef CHECK_CLAUDE_AUTH_SETTINGS_H
#define CHECK_CLAUDE_AUTH_SETTINGS_H

#include "agent/env_file.h"
#include "base/text.h"

#include <json-c/json.h>
#include <stddef.h>

enum auth_kind {
    AUTH_PROVIDER,         /* CLAUDE_CODE_USE_BEDROCK and its like */
    AUTH_TOKEN,            /* ANTHROPIC_AUTH_TOKEN */
    AUTH_API_KEY,          /* ANTHROPIC_API_KEY */
    AUTH_HELPER,           /* apiKeyHelper of the settings */
    AUTH_OAUTH_TOKEN,      /* CLAUDE_CODE_OAUTH_TOKEN */
    AUTH_CREDENTIALS_FILE, /* to be judged by the caller */
    AUTH_PRIMARY_KEY,      /* primaryApiKey of .claude.json */
    AUTH_NONE
};

/* The most that is read of a settings file. */
#define AUTH_SETTINGS_MAX ((size_t)1 << 20)

/* The sources that settings can hold, the first in force first. */
#define AUTH_SETTINGS 10
extern const struct auth_setting {
    enum auth_kind kind;
    const char *name; /* a variable's, of an "env" block; AUTH_HELPER: a key of the settings */
} auth_settings[AUTH_SETTINGS];

/* What one place says of each of them. */
struct auth_values {
    enum env_value of[AUTH_SETTINGS];
};

/*
 * The JSON object in the file `path`, owned by the caller. NULL when there is no such file; also
 * when it cannot be read, has more than `maximum` bytes or is no JSON object, and then "PATH: why"
 * is appended to *trouble. Returns 0; an errno value that tells nothing of the file (file.h) with
 * *ret untouched.
 */
int auth_read_object(const char *path, size_t maximum, struct text *trouble,
                     struct json_object **ret);

/*
 * What the settings file `path` says; nothing where auth_read_object() gives NULL. Numbers and
 * booleans count as the strings that they look like; of apiKeyHelper a string alone counts. Returns
 * as auth_read_object().
 */
int auth_settings_read(const char *path, struct text *trouble, struct auth_values *ret);

/* Where the CLI's managed settings are. */
#define AUTH_MANAGED_DIRECTORY "/etc/claude-code"

/* What the managed settings say, which are the same for all agents. */
struct managed_settings {
    struct auth_values values;
    struct text where[AUTH_SETTINGS]; /* the file that said so last */
    struct text trouble;              /* "PATH: why, PATH: why"; mostly empty */
};

/*
 * Read managed-settings.json and then, by name, managed-settings.d/?*.json (but no hidden one) in
 * `directory`. A later file hides what an earlier one says of the same name, even by an empty
 * value. What is of no use is noted in ret->trouble. Returns as auth_read_object().
 * auth_managed_free() gives it back.
 */
int auth_managed_load(const char *directory, struct managed_settings *ret);
void auth_managed_free(struct managed_settings *managed);

#endif
