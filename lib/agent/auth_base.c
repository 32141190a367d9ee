#include "agent/auth_base.h"

#include "base/file.h"
#include "base/json_input.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define TROUBLE_MAX ((size_t)4 * PATH_MAX)
#define PATHS_MAX   ((size_t)64 * PATH_MAX)

static const char *string_of(struct json_object *root, const char *key)
{
    struct json_object *string = json_input_member(root, key, json_type_string);
    return string && json_object_get_string_len(string) > 0 ? json_object_get_string(string) : NULL;
}

/* A later file that forces something hides an earlier one. */
static void take_forced(struct json_object *root, const char *path, struct auth_base *base)
{
    const char *method = string_of(root, "forceLoginMethod");
    const char *organization = string_of(root, "forceLoginOrgUUID");
    if (!method && !organization) {
        json_object_put(root);
        return;
    }
    json_object_put(base->forcing);
    base->forcing = root;
    base->forced = (struct forced_login){method, organization, path};
}

static int add_managed(const char *path, struct auth_base *base)
{
    struct json_object *root = NULL;
    int error = auth_settings_read(path, NULL, &base->trouble, &base->values, &root);
    if (error == 0)
        take_forced(root, path, base);
    return error == 0 && base->trouble.failed ? ENOMEM : error;
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

/* Put the paths, each with its NUL, into base->managed_files. Returns 0 or an errno value. */
static int list_managed(const char *directory, struct auth_base *base)
{
    struct dirent **entries = NULL;
    struct text *paths = &base->managed_files;
    text_format(paths, "%s/managed-settings.json%c", directory, '\0');
    struct text below = TEXT_INIT(PATH_MAX);
    text_format(&below, "%s/managed-settings.d", directory);
    int count = scandir(text_get(&below), &entries, is_settings_name, compare_names);
    int error = count < 0 ? errno : 0;
    if (error != 0 && !file_error_tells_nothing(error)) {
        if (error != ENOENT && error != ENOTDIR)
            text_format(&base->trouble, "%s: %s", text_get(&below), strerror(error));
        error = 0;
    }
    for (int i = 0; i < count; i++) {
        text_format(paths, "%s/%s%c", text_get(&below), entries[i]->d_name, '\0');
        free(entries[i]);
    }
    free(entries);
    error = below.failed || paths->failed || paths->truncated ? ENOMEM : error;
    text_free(&below);
    return error;
}

static int add_all_managed(const char *directory, struct auth_base *base)
{
    int error = list_managed(directory, base);
    const char *at = text_get(&base->managed_files), *end = at + base->managed_files.length;
    for (; at < end && error == 0; at += strlen(at) + 1)
        error = add_managed(at, base);
    if (error != 0 && !file_error_is_ours(error))
        base->error_path = base->trouble.length > 0 ? text_get(&base->trouble) : directory;
    return error;
}

static int read_environment(struct auth_values *values)
{
    int error = 0;
    for (size_t i = 0; i < AUTH_SETTINGS && error == 0; i++) {
        const char *value = values->of[i].name ? getenv(values->of[i].name) : NULL;
        if (value)
            error = env_variable_set(&values->of[i], value, strlen(value));
        values->where[i] = "environment";
    }
    return error;
}

/* What is not set yet, and is set there. */
static void lay_under(struct auth_values *values, struct auth_values *lower, const char *where)
{
    for (size_t i = 0; i < AUTH_SETTINGS; i++) {
        enum env_value enough = auth_settings[i].kind == AUTH_PROVIDER ? ENV_TRUE : ENV_SET;
        if (values->of[i].value >= enough || lower->of[i].value < enough)
            continue;
        free(values->of[i].plain);
        values->of[i] = lower->of[i];
        lower->of[i].plain = NULL;
        values->where[i] = where;
    }
}

static int add_env_file(const char *path, struct auth_base *base)
{
    struct auth_values file;
    auth_values_init(&file);
    int error = env_file_read(path, file.of, AUTH_SETTINGS, &base->exports);
    if (error == 0)
        lay_under(&base->values, &file, path);
    else if (!file_error_is_ours(error))
        base->error_path = path;
    auth_values_free(&file);
    return error;
}

static int add_environment(struct auth_base *base)
{
    struct auth_values own;
    auth_values_init(&own);
    int error = read_environment(&own);
    if (error == 0)
        lay_under(&base->values, &own, "environment");
    auth_values_free(&own);
    return error;
}

void auth_base_load(const char *managed_directory, const char *env_file, bool own_environment,
                    struct auth_base *ret)
{
    *ret = (struct auth_base){.managed_files = TEXT_INIT(PATHS_MAX),
                              .trouble = TEXT_INIT(TROUBLE_MAX)};
    auth_values_init(&ret->values);
    ret->error = add_all_managed(managed_directory, ret);
    if (ret->error == 0 && env_file)
        ret->error = add_env_file(env_file, ret);
    if (ret->error == 0 && own_environment)
        ret->error = add_environment(ret);
}

void auth_base_free(struct auth_base *base)
{
    auth_values_free(&base->values);
    json_object_put(base->forcing);
    text_free(&base->managed_files);
    text_free(&base->trouble);
}
