#include "agent/auth_settings.h"

#include "base/file.h"
#include "base/json_input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define TROUBLE_MAX ((size_t)4 * PATH_MAX)

const struct auth_setting auth_settings[AUTH_SETTINGS] = {
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_BEDROCK"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_VERTEX"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_FOUNDRY"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_ANTHROPIC_AWS"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_MANTLE"},
    {AUTH_TOKEN, "ANTHROPIC_AUTH_TOKEN"},
    {AUTH_API_KEY, "ANTHROPIC_API_KEY"},
    {AUTH_HELPER, "apiKeyHelper"},
    {AUTH_OAUTH_TOKEN, "CLAUDE_CODE_OAUTH_TOKEN"},
};

static void note(struct text *trouble, const char *path, const char *why)
{
    text_format(trouble, "%s%s: %s", trouble->length > 0 ? ", " : "", path, why);
}

int auth_read_object(const char *path, size_t maximum, struct text *trouble,
                     struct json_object **ret)
{
    struct file_bytes file = {0};
    struct json_object *root = NULL;
    int error = file_read(AT_FDCWD, path, 0, maximum, &file);
    bool was_read = error == 0;
    if (was_read) {
        error = json_input_parse_secret(file.bytes, file.length, &root);
        file_bytes_free(&file);
    }
    if (file_error_tells_nothing(error))
        return error;
    if (!was_read && error != ENOENT && error != ENOTDIR)
        note(trouble, path, file_error(error));
    if (was_read && !json_object_is_type(root, json_type_object)) {
        note(trouble, path, error == 0 ? "not a JSON object" : "not JSON");
        json_object_put(root);
        root = NULL;
    }
    *ret = root;
    return 0;
}

/* As it would stand in the environment: only scalars can. */
static enum env_value value_of(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_string:
        return env_value_of(json_object_get_string(value),
                            (size_t)json_object_get_string_len(value));
    case json_type_boolean: return json_object_get_boolean(value) ? ENV_TRUE : ENV_SET;
    case json_type_int: return json_object_get_int64(value) == 1 ? ENV_TRUE : ENV_SET;
    case json_type_double: return ENV_SET;
    default: return ENV_ABSENT;
    }
}

int auth_settings_read(const char *path, struct text *trouble, struct auth_values *ret)
{
    struct json_object *root = NULL;
    int error = auth_read_object(path, AUTH_SETTINGS_MAX, trouble, &root);
    if (error != 0)
        return error;
    struct json_object *environment = json_input_member(root, "env", json_type_object);
    for (size_t i = 0; i < AUTH_SETTINGS; i++) {
        struct json_object *value = NULL;
        if (auth_settings[i].kind == AUTH_HELPER)
            value = json_input_member(root, auth_settings[i].name, json_type_string);
        else
            json_object_object_get_ex(environment, auth_settings[i].name, &value);
        ret->of[i] = value_of(value);
    }
    json_object_put(root);
    return 0;
}

/* Lay one file's settings over those before. Returns 0 or an errno value. */
static int add_managed(const char *path, struct managed_settings *managed)
{
    struct auth_values values;
    int error = auth_settings_read(path, &managed->trouble, &values);
    if (error != 0)
        return error;
    for (size_t i = 0; i < AUTH_SETTINGS; i++) {
        struct text *where = &managed->where[i];
        if (values.of[i] == ENV_ABSENT)
            continue;
        managed->values.of[i] = values.of[i];
        text_reset(where);
        text_add(where, path);
        if (where->failed)
            return ENOMEM;
    }
    return managed->trouble.failed ? ENOMEM : 0;
}

static int is_settings_name(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 5 &&
           strcmp(entry->d_name + length - 5, ".json") == 0;
}

/* By bytes, where alphasort() would follow the locale. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Returns 0 or an errno value. */
static int add_managed_directory(const char *directory, struct managed_settings *managed)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_settings_name, compare_names);
    if (count < 0 && file_error_tells_nothing(errno))
        return errno;
    if (count < 0 && errno != ENOENT && errno != ENOTDIR)
        note(&managed->trouble, directory, strerror(errno));
    int error = managed->trouble.failed ? ENOMEM : 0;
    struct text path = TEXT_INIT(PATH_MAX);
    for (int i = 0; i < count; i++) {
        text_reset(&path);
        text_format(&path, "%s/%s", directory, entries[i]->d_name);
        free(entries[i]);
        if (error == 0)
            error = path.failed ? ENOMEM : add_managed(text_get(&path), managed);
    }
    text_free(&path);
    free(entries);
    return error;
}

int auth_managed_load(const char *directory, struct managed_settings *ret)
{
    struct managed_settings managed = {.trouble = TEXT_INIT(TROUBLE_MAX)};
    for (size_t i = 0; i < AUTH_SETTINGS; i++)
        managed.where[i].maximum = PATH_MAX;
    struct text path = TEXT_INIT(PATH_MAX);
    text_format(&path, "%s/managed-settings.json", directory);
    int error = path.failed ? ENOMEM : add_managed(text_get(&path), &managed);
    text_reset(&path);
    text_format(&path, "%s/managed-settings.d", directory);
    if (error == 0)
        error = path.failed ? ENOMEM : add_managed_directory(text_get(&path), &managed);
    text_free(&path);
    if (error == 0)
        *ret = managed;
    else
        auth_managed_free(&managed);
    return error;
}

void auth_managed_free(struct managed_settings *managed)
{
    if (!managed)
        return;
    for (size_t i = 0; i < AUTH_SETTINGS; i++)
        text_free(&managed->where[i]);
    text_free(&managed->trouble);
}
