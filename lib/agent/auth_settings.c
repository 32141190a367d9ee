#include "agent/auth_settings.h"

#include "agent/key_program.h"
#include "base/file.h"
#include "base/json_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

const struct auth_setting auth_settings[AUTH_SETTINGS] = {
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_BEDROCK", ENV_SECRET, {0}},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_VERTEX", ENV_SECRET, {0}},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_FOUNDRY", ENV_SECRET, {0}},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_ANTHROPIC_AWS", ENV_SECRET, {0}},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD", ENV_SECRET, {0}},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_MANTLE", ENV_SECRET, {0}},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_GATEWAY", ENV_SECRET, {0}},
    [SETTING_PROFILE] = {AUTH_PROFILE, "ANTHROPIC_PROFILE", ENV_PLAIN, {0}},
    {AUTH_WORKLOAD,
     "ANTHROPIC_IDENTITY_TOKEN",
     ENV_SECRET,
     {SETTING_FEDERATION_RULE, SETTING_ORGANIZATION}},
    {AUTH_WORKLOAD,
     "ANTHROPIC_IDENTITY_TOKEN_FILE",
     ENV_SECRET,
     {SETTING_FEDERATION_RULE, SETTING_ORGANIZATION}},
    {AUTH_TOKEN, "ANTHROPIC_AUTH_TOKEN", ENV_SECRET, {0}},
    {AUTH_API_KEY, "ANTHROPIC_API_KEY", ENV_SECRET, {0}},
    {AUTH_API_KEY, "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR", ENV_SECRET, {0}},
    {AUTH_HEADERS, "ANTHROPIC_CUSTOM_HEADERS", ENV_HEADERS, {0}},
    [SETTING_HELPER] = {AUTH_HELPER, "apiKeyHelper", ENV_SECRET, {0}},
    {AUTH_OAUTH_TOKEN, "CLAUDE_CODE_OAUTH_TOKEN", ENV_SECRET, {0}},
    {AUTH_OAUTH_TOKEN, "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR", ENV_SECRET, {0}},
    {AUTH_OAUTH_TOKEN, "CLAUDE_CODE_OAUTH_REFRESH_TOKEN", ENV_SECRET, {SETTING_SCOPES}},
    {AUTH_OAUTH_TOKEN, "CLAUDE_CODE_HOST_CREDS_FILE", ENV_SECRET, {0}},
    [SETTING_FEDERATION_RULE] = {AUTH_NONE, "ANTHROPIC_FEDERATION_RULE_ID", ENV_SECRET, {0}},
    {AUTH_NONE, "ANTHROPIC_ORGANIZATION_ID", ENV_SECRET, {0}},
    {AUTH_NONE, "CLAUDE_CODE_OAUTH_SCOPES", ENV_SECRET, {0}},
    {AUTH_NONE, "ANTHROPIC_CONFIG_DIR", ENV_PLAIN, {0}},
    {AUTH_NONE, "CLAUDE_CONFIG_DIR", ENV_PLAIN, {0}},
    {AUTH_NONE, "CLAUDE_SECURESTORAGE_CONFIG_DIR", ENV_PLAIN, {0}},
};

/* What is looked at closer, and may be long. */
static const char *const kept[] = {"ANTHROPIC_PROFILE",
                                   "ANTHROPIC_CONFIG_DIR",
                                   "CLAUDE_CONFIG_DIR",
                                   "CLAUDE_SECURESTORAGE_CONFIG_DIR",
                                   "ANTHROPIC_CUSTOM_HEADERS",
                                   "apiKeyHelper",
                                   NULL};

void auth_values_init(struct auth_values *values)
{
    memset(values, 0, sizeof *values);
    for (size_t i = 0; i < AUTH_SETTINGS; i++) {
        values->of[i].name = i == SETTING_HELPER ? NULL : auth_settings[i].name;
        values->of[i].reading = auth_settings[i].reading;
    }
}

void auth_values_free(struct auth_values *values)
{
    for (size_t i = 0; i < AUTH_SETTINGS; i++) {
        free(values->of[i].plain);
        values->of[i].plain = NULL;
    }
}

int auth_read_object(const char *path, size_t maximum, struct text *trouble,
                     struct json_object **ret)
{
    struct file_bytes file = {0};
    struct json_object *root = NULL;
    int error = file_read(AT_FDCWD, path, 0, maximum, &file);
    bool was_read = error == 0;
    const char *why = NULL;
    if (was_read) {
        error = json_input_parse_secret(file.bytes, file.length, kept, &root);
        file_bytes_free(&file);
    }
    if (file_error_tells_nothing(error)) {
        text_reset(trouble);
        text_add(trouble, path);
        return error;
    }
    if (!was_read && error != ENOENT && error != ENOTDIR)
        why = file_error(error);
    if (was_read && !json_object_is_type(root, json_type_object)) {
        why = error == 0 ? "not a JSON object" : "not JSON";
        json_object_put(root);
        root = NULL;
    }
    if (why)
        text_format(trouble, "%s%s: %s", trouble->length > 0 ? ", " : "", path, why);
    *ret = root;
    return 0;
}

/* As it would stand in the environment: only scalars can. Returns 0 or ENOMEM. */
static int set_from_json(struct env_variable *variable, struct json_object *value, bool *ret_set)
{
    const char *string = "0";
    *ret_set = true;
    switch (json_object_get_type(value)) {
    case json_type_string:
        return env_variable_set(variable, json_object_get_string(value),
                                (size_t)json_object_get_string_len(value));
    case json_type_boolean: string = json_object_get_boolean(value) ? "true" : "false"; break;
    case json_type_int: string = json_object_get_int64(value) == 1 ? "1" : "0"; break;
    case json_type_double: break;
    default: *ret_set = false; return 0;
    }
    return env_variable_set(variable, string, strlen(string));
}

static int set_helper(struct env_variable *variable, struct json_object *root, const char *home,
                      bool *ret_set)
{
    struct json_object *helper = json_input_member(root, "apiKeyHelper", json_type_string);
    *ret_set = helper != NULL;
    if (!helper)
        return 0;
    const char *command = json_object_get_string(helper);
    bool can_start;
    const int error = key_program_look(command, home, &can_start);
    if (error != 0)
        return error;
    return env_variable_set(variable, can_start ? command : "",
                            can_start ? (size_t)json_object_get_string_len(helper) : 0);
}

int auth_settings_read(const char *path, const char *home, struct text *trouble,
                       struct auth_values *values, struct json_object **ret_root)
{
    struct json_object *root = NULL;
    int error = auth_read_object(path, AUTH_SETTINGS_MAX, trouble, &root);
    struct json_object *environment =
        error == 0 ? json_input_member(root, "env", json_type_object) : NULL;
    for (size_t i = 0; i < AUTH_SETTINGS && root && error == 0; i++) {
        struct json_object *value = NULL;
        bool set = false;
        if (i == SETTING_HELPER) {
            error = set_helper(&values->of[i], root, home, &set);
        } else if (json_object_object_get_ex(environment, auth_settings[i].name, &value)) {
            error = set_from_json(&values->of[i], value, &set);
        }
        if (set)
            values->where[i] = path;
    }
    if (error == 0 && ret_root)
        *ret_root = root;
    else
        json_object_put(root);
    return error;
}
