#include "agent/auth_source.h"

#include "agent/credentials.h"
#include "base/file.h"
#include "base/json_input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define TROUBLE_MAX ((size_t)4 * PATH_MAX)

/* What one place says of each source, and which place that is. */
struct place {
    struct auth_values values;
    const char *path;
};

static int read_env_file(const char *path, struct place *ret)
{
    struct env_variable variables[AUTH_SETTINGS];
    for (size_t i = 0; i < AUTH_SETTINGS; i++)
        variables[i].name = auth_settings[i].kind == AUTH_HELPER ? NULL : auth_settings[i].name;
    int result = env_file_read(path, variables, AUTH_SETTINGS);
    if (result != 0)
        return result;
    for (size_t i = 0; i < AUTH_SETTINGS; i++)
        ret->values.of[i] = variables[i].value;
    ret->path = path;
    return 0;
}

static void read_environment(struct place *ret)
{
    for (size_t i = 0; i < AUTH_SETTINGS; i++) {
        const char *value =
            auth_settings[i].kind == AUTH_HELPER ? NULL : getenv(auth_settings[i].name);
        ret->values.of[i] = value ? env_value_of(value, strlen(value)) : ENV_ABSENT;
    }
    ret->path = "environment";
}

static void set_source(struct auth_source *source, enum auth_kind kind, const char *name,
                       const char *where)
{
    source->kind = kind;
    source->name = name;
    text_reset(&source->where);
    text_add(&source->where, where);
}

/* The first source that any of the places holds. */
static void choose(const struct managed_settings *managed, const struct place *places, size_t count,
                   struct auth_source *source)
{
    for (size_t i = 0; i < AUTH_SETTINGS; i++) {
        enum env_value enough = auth_settings[i].kind == AUTH_PROVIDER ? ENV_TRUE : ENV_SET;
        const char *where = NULL;
        if (managed && managed->values.of[i] >= enough)
            where = text_get(&managed->where[i]);
        for (size_t p = 0; p < count && !where; p++)
            if (places[p].values.of[i] >= enough)
                where = places[p].path;
        if (where) {
            set_source(source, auth_settings[i].kind, auth_settings[i].name, where);
            return;
        }
    }
}

/* Returns 0, or what keeps the search from going on, as auth_source_find(). */
static int find_in_settings(const struct auth_places *places, struct auth_source *source,
                            const char **ret_path)
{
    struct place found[3];
    size_t count = 0;
    if (places->env_file) {
        int result = read_env_file(places->env_file, &found[count++]);
        *ret_path = result == 0 || file_error_is_ours(result) ? NULL : places->env_file;
        if (result != 0)
            return result;
    }
    if (places->own_environment)
        read_environment(&found[count++]);
    struct text path = TEXT_INIT(PATH_MAX);
    text_format(&path, "%s/settings.json", places->config_dir);
    int error = path.failed
                    ? ENOMEM
                    : auth_settings_read(text_get(&path), &source->trouble, &found[count].values);
    found[count++].path = text_get(&path);
    if (error == 0)
        choose(places->managed, found, count, source);
    text_free(&path);
    return error;
}

/* Whether the file is for the caller to judge; *ret_dead when only for want of anything else. */
static int find_credentials(const char *path, bool *ret_dead, struct auth_source *source)
{
    struct file_bytes file = {0};
    struct credentials credentials = {0};
    int error = file_read(AT_FDCWD, path, 0, CREDENTIALS_MAX, &file);
    bool missing = error == ENOENT || error == ENOTDIR;
    if (error == 0) {
        error = credentials_parse(file.bytes, file.length, &credentials);
        file_bytes_free(&file);
    }
    if (error == ENOMEM)
        return ENOMEM;
    if (!missing && (error != 0 || (credentials.has_access_token && !credentials.ended)))
        set_source(source, AUTH_CREDENTIALS_FILE, "credentials-file", path);
    *ret_dead = credentials.ended;
    return 0;
}

/* Returns 0 or an errno value. */
static int find_primary_key(const char *home, struct auth_source *source)
{
    struct json_object *root = NULL;
    struct text path = TEXT_INIT(PATH_MAX);
    text_format(&path, "%s/.claude.json", home);
    int error = path.failed
                    ? ENOMEM
                    : auth_read_object(text_get(&path), AUTH_STATE_MAX, &source->trouble, &root);
    struct json_object *key = json_input_member(root, "primaryApiKey", json_type_string);
    if (key && json_object_get_string_len(key) > 0)
        set_source(source, AUTH_PRIMARY_KEY, "primaryApiKey", text_get(&path));
    json_object_put(root);
    text_free(&path);
    return error;
}

int auth_source_find(const struct auth_places *places, struct auth_source *ret,
                     const char **ret_path)
{
    struct auth_source source = {.kind = AUTH_NONE,
                                 .name = "none",
                                 .where = TEXT_INIT(PATH_MAX),
                                 .trouble = TEXT_INIT(TROUBLE_MAX)};
    bool dead = false;
    *ret_path = NULL;
    int error = find_in_settings(places, &source, ret_path);
    if (error == 0 && source.kind == AUTH_NONE)
        error = find_credentials(places->credentials, &dead, &source);
    if (error == 0 && source.kind == AUTH_NONE)
        error = find_primary_key(places->home, &source);
    if (error == 0 && source.kind == AUTH_NONE && dead)
        set_source(&source, AUTH_CREDENTIALS_FILE, "credentials-file", places->credentials);
    if (error == 0 && (source.where.failed || source.trouble.failed))
        error = ENOMEM;
    if (error == 0)
        *ret = source;
    else
        auth_source_free(&source);
    return error;
}

void auth_source_free(struct auth_source *source)
{
    if (!source)
        return;
    text_free(&source->where);
    text_free(&source->trouble);
}
