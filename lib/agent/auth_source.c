#include "agent/auth_source.h"

#include "agent/config_dir.h"
#include "agent/profile.h"
#include "base/file.h"
#include "base/json_input.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define TROUBLE_MAX ((size_t)4 * PATH_MAX)

void auth_source_init(struct auth_source *source)
{
    *source = (struct auth_source){.kind = AUTH_NONE,
                                   .name = "none",
                                   .where = TEXT_INIT(PATH_MAX),
                                   .overrides = TEXT_INIT(1024),
                                   .trouble = TEXT_INIT(TROUBLE_MAX)};
}

void auth_source_free(struct auth_source *source)
{
    text_free(&source->where);
    text_free(&source->overrides);
    text_free(&source->trouble);
}

void auth_source_set(struct auth_source *source, enum auth_kind kind, const char *name,
                     const char *where)
{
    source->kind = kind;
    source->name = name;
    text_reset(&source->where);
    text_add(&source->where, where);
}

/* The values of the first place that sets it enough; NULL when none does. */
static const struct auth_values *find_setting(const struct auth_places *places, size_t index)
{
    enum env_value enough = auth_settings[index].kind == AUTH_PROVIDER ? ENV_TRUE : ENV_SET;
    if (places->base->values.of[index].value >= enough)
        return &places->base->values;
    return places->user->of[index].value >= enough ? places->user : NULL;
}

static bool has_what_it_needs(const struct auth_places *places, const struct auth_setting *setting)
{
    for (size_t i = 0; i < 2; i++)
        if (setting->needs[i] != 0 && !find_setting(places, setting->needs[i]))
            return false;
    return true;
}

static int add_profile_directory(const struct auth_places *places, struct text *directory)
{
    const struct auth_values *values = find_setting(places, SETTING_PROFILE_DIR);
    if (values)
        text_add(directory, values->of[SETTING_PROFILE_DIR].plain);
    else
        file_add_below(directory, places->home, ".config/anthropic");
    return directory->failed ? ENOMEM : 0;
}

static int look_at_profile(const struct auth_places *places, const char *name, struct text *where,
                           struct text *trouble, enum profile_look *ret)
{
    struct text directory = TEXT_INIT(PATH_MAX);
    int error = add_profile_directory(places, &directory);
    if (error == 0)
        error = profile_look(text_get(&directory), name, where, ret);
    if (error != 0) {
        text_reset(trouble);
        text_add(trouble, text_get(where->length > 0 ? where : &directory));
    }
    text_free(&directory);
    return error;
}

/* A profile that was named is in force, whatever is wrong with it. */
static int judge_profile(const struct auth_places *places, const char *name,
                         struct auth_source *source)
{
    struct text path = TEXT_INIT(PATH_MAX);
    int error = look_at_profile(places, name, &path, &source->trouble, &source->profile);
    if (error == 0 && source->profile != PROFILE_USABLE) {
        text_reset(&source->where);
        text_add(&source->where, text_get(&path));
    }
    text_free(&path);
    return error;
}

int auth_source_find_before(const struct auth_places *places, struct auth_source *source)
{
    int error = 0;
    for (size_t i = 0; i < AUTH_SOURCES && error == 0; i++) {
        const struct auth_setting *setting = &auth_settings[i];
        const struct auth_values *values = find_setting(places, i);
        if (!values || !has_what_it_needs(places, setting))
            continue;
        text_format(&source->overrides, "%s%s", source->overrides.length > 0 ? " " : "",
                    setting->name);
        if (source->kind != AUTH_NONE)
            continue;
        auth_source_set(source, setting->kind, setting->name, values->where[i]);
        if (setting->kind == AUTH_PROFILE)
            error = judge_profile(places, values->of[i].plain, source);
    }
    return source->where.failed || source->overrides.failed ? ENOMEM : error;
}

static int find_implicit_profile(const struct auth_places *places, struct auth_source *source)
{
    struct text path = TEXT_INIT(PATH_MAX);
    enum profile_look look = PROFILE_MISSING;
    int error = look_at_profile(places, NULL, &path, &source->trouble, &look);
    if (error == 0 && look == PROFILE_USABLE)
        auth_source_set(source, AUTH_IMPLICIT_PROFILE, "profile", text_get(&path));
    else if (error == 0 && look == PROFILE_OPEN_TO_OTHERS)
        text_format(&source->trouble, "%s%s: others may read it",
                    source->trouble.length > 0 ? ", " : "", text_get(&path));
    text_free(&path);
    return error;
}

/* Returns 0 or an errno value. */
static int find_primary_key(const char *directory, struct auth_source *source)
{
    struct json_object *root = NULL;
    struct text path = TEXT_INIT(PATH_MAX);
    file_add_below(&path, directory, ".claude.json");
    int error = path.failed
                    ? ENOMEM
                    : auth_read_object(text_get(&path), AUTH_STATE_MAX, &source->trouble, &root);
    if (error == 0) {
        struct json_object *key = json_input_member(root, "primaryApiKey", json_type_string);
        if (key && env_value_of(json_object_get_string(key),
                                (size_t)json_object_get_string_len(key)) >= ENV_SET)
            auth_source_set(source, AUTH_PRIMARY_KEY, "primaryApiKey", text_get(&path));
        json_object_put(root);
    }
    text_free(&path);
    return error;
}

int auth_source_find_after(const struct auth_places *places, struct auth_source *source)
{
    struct text usual = TEXT_INIT(PATH_MAX);
    file_add_below(&usual, places->home, ".claude");
    const bool moved = strcmp(text_get(&usual), places->config_dir) != 0;
    int error = usual.failed ? ENOMEM : find_implicit_profile(places, source);
    text_free(&usual);
    if (error == 0 && source->kind == AUTH_NONE)
        error = find_primary_key(moved ? places->config_dir : places->home, source);
    return source->where.failed || source->trouble.failed ? ENOMEM : error;
}
