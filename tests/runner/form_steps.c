/* What holds for every output of a format. */
#include "scene.h"

#include <json-c/json.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_LINE_MOST = 1000, OUTPUT_MOST = 4000 };

static bool is_like(const char *text, const char *pattern)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        abort();
    const bool like = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return like;
}

/* The bytes of the character of UTF-8 at TEXT, 0 where there is none or it is a control character.
 */
static size_t character_length(const unsigned char *text, size_t left)
{
    const size_t length = *text < 0x80    ? 1
                          : *text >= 0xf0 ? 4
                          : *text >= 0xe0 ? 3
                          : *text >= 0xc2 ? 2
                                          : 0;
    if (length == 0 || length > left || *text > 0xf4 || *text == 0x7f)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    const bool bad = (*text == 0xe0 && text[1] < 0xa0) || (*text == 0xed && text[1] > 0x9f) ||
                     (*text == 0xf0 && text[1] < 0x90) || (*text == 0xf4 && text[1] > 0x8f) ||
                     (*text == 0xc2 && text[1] < 0xa0);
    return bad || (*text < ' ' && *text != '\n') ? 0 : length;
}

static bool is_clean(struct bytes text)
{
    for (size_t at = 0, length; at < text.size; at += length) {
        length = character_length((const unsigned char *)text.data + at, text.size - at);
        if (length == 0)
            return false;
    }
    return true;
}

/* Perfdata by the guidelines: https://nagios-plugins.org/doc/guidelines.html */
static const char *wrong_perfdata(struct scene *scene, const char *perfdata)
{
    char *rest = NULL, *copy = pool_text(scene->pool, perfdata, strlen(perfdata));
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (!is_like(word, "^[a-z][a-z0-9_]*=-?[0-9]+(\\.[0-9]+)?[sB]?(;[^;]*){0,4}$"))
            return word;
    }
    return NULL;
}

/* nagios-form: at most one bar, which is on the first line, with perfdata behind it; lengths; clean
 * text */
static void look_at_nagios_form(struct scene *scene, const struct step *step)
{
    (void)step;
    const struct bytes *out = &scene->run.out;
    const size_t length = strcspn(out->data, "\n");
    char *first = pool_text(scene->pool, out->data, length), *bar = strchr(first, '|');
    if (strchr(out->data + (bar ? (size_t)(bar - first) + 1 : 0), '|'))
        scene_fail(scene, "a bar too many");
    else if (length >= FIRST_LINE_MOST || out->size > OUTPUT_MOST)
        scene_fail(scene, "a first line of %zu bytes, %zu in all", length, out->size);
    else if (!is_clean(*out))
        scene_fail(scene, "a control character, or no UTF-8");
    else if (bar && wrong_perfdata(scene, bar + 1))
        scene_fail(scene, "no perfdata: %s", wrong_perfdata(scene, bar + 1));
    else
        scene_pass(scene);
}

/* json-form: one object on one line, whose exit_code is the exit status */
static void look_at_json_form(struct scene *scene, const struct step *step)
{
    (void)step;
    const char *end = strchr(scene->run.out.data, '\n');
    struct json_tokener *tokener = json_tokener_new();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *whole = json_tokener_parse_ex(tokener, scene->run.out.data,
                                                      (int)scene->run.out.size),
                       *code;
    if (!end || end[1] != '\0')
        scene_fail(scene, "not one line");
    else if (!json_object_is_type(whole, json_type_object))
        scene_fail(scene, "not an object of JSON");
    else if (!json_object_object_get_ex(whole, "exit_code", &code) ||
             json_object_get_int(code) != scene->run.status)
        scene_fail(scene, "exit_code is not the exit status");
    else
        scene_pass(scene);
    json_object_put(whole);
    json_tokener_free(tokener);
}

/* How often HEAD stands at the start of a line of TEXT before END. */
static size_t count_heads(const char *text, const char *end, const char *head)
{
    size_t count = 0;
    const size_t length = strlen(head);
    for (const char *at = text; at && at < end; at = strchr(at, '\n')) {
        at += *at == '\n';
        count += strncmp(at, head, length) == 0;
    }
    return count;
}

/* What is wrong with the line at LINE of the exposition TEXT; NULL: nothing. */
static const char *wrong_sample(struct scene *scene, const char *text, const char *at,
                                const char *line)
{
    static const char label[] = "[a-z_]+=\"([^\"\\]|\\\\.)*\"";
    if (line[0] == '#')
        return is_like(line, "^# (HELP [a-z_]+ .|TYPE [a-z_]+ gauge$)")
                   ? NULL
                   : "a comment of another form";
    if (!is_like(line, pool_print(scene->pool, "^[a-z_]+(\\{%s(,%s)*\\})? -?[0-9]+(\\.[0-9]+)?$",
                                  label, label)))
        return "no sample";
    char *name = pool_text(scene->pool, line, strcspn(line, "{ "));
    if (count_heads(text, at, pool_print(scene->pool, "# HELP %s ", name)) != 1 ||
        count_heads(text, at, pool_print(scene->pool, "# TYPE %s ", name)) != 1)
        return "its HELP and TYPE are not once before it";
    char *series = pool_text(scene->pool, line, (size_t)(strrchr(line, ' ') - line + 1));
    return count_heads(text, text + strlen(text), series) == 1 ? NULL : "twice";
}

/* prometheus-form: comments and samples, none twice, HELP and TYPE once before each family */
static void look_at_prometheus_form(struct scene *scene, const struct step *step)
{
    (void)step;
    const char *text = scene->run.out.data;
    if (*text == '\0')
        scene_fail(scene, "no sample");
    for (const char *at = text; *at;) {
        char *line = pool_text(scene->pool, at, strcspn(at, "\n"));
        const char *wrong = wrong_sample(scene, text, at, line);
        if (wrong)
            scene_fail(scene, "%s: %s", wrong, line);
        at += strlen(line);
        at += *at == '\n';
    }
    if (!scene->run.failed)
        scene_pass(scene);
}

const struct step_word form_steps[] = {
    {"nagios-form", 0, 0, look_at_nagios_form},
    {"json-form", 0, 0, look_at_json_form},
    {"prometheus-form", 0, 0, look_at_prometheus_form},
    {0},
};
