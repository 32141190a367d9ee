/* Directories of logs, judged by a table of what happened in each. */
#include "scene.h"

#include <dirent.h>
#include <fnmatch.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { AT_ONCE = 50 }; // logs in one run of the plugin

struct log {
    const char *name;
    const char *wanted;  // conditions, any of them is right, by "|"
    const char *options; // further ones of the plugin, by blanks
};

struct logs {
    const char *directory;
    struct log *items;
    size_t count;
    const char *text_options;  // for runs that print text
    const char *status_option; // for a run's exit status, or NULL
    const char *options;       // for all
    const char *only;          // a pattern of the names that are meant, or NULL
    const char *wanted;        // conditions, whatever the table says, or NULL
};

/* The text up to the next tab, and *AT behind it. */
static char *field(struct pool *pool, const char **at)
{
    size_t length = strcspn(*at, "\t\r\n");
    char *text = pool_text(pool, *at, length);
    *at += length + ((*at)[length] == '\t');
    return text;
}

static void add(struct scene *scene, struct logs *logs, const char *name, const char *wanted,
                const char *options)
{
    if (logs->only && fnmatch(logs->only, name, 0) != 0)
        return;
    if (logs->wanted)
        wanted = logs->wanted;
    logs->items = pool_grow(scene->pool, logs->items, logs->count, sizeof *logs->items);
    logs->items[logs->count++] =
        (struct log){name, wanted, pool_print(scene->pool, "%s %s", logs->options, options)};
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* A line LOG, CONDITIONS, MARK, OPTIONS of a table. The mark is the run's exit status where the
   step asks for it, else 1 says that the run printed text; so does a name that ends in .text.log.
 */
static void add_line(struct scene *scene, struct logs *logs, const char *line)
{
    char *name = field(scene->pool, &line), *wanted = field(scene->pool, &line);
    char *mark = field(scene->pool, &line), *options = field(scene->pool, &line);
    bool is_text = ends_with(name, ".text.log") || (!logs->status_option && strcmp(mark, "1") == 0);
    if (*name == '\0' || *name == '#')
        return;
    if (is_text)
        options = pool_print(scene->pool, "%s %s", logs->text_options, options);
    if (logs->status_option && *mark)
        options = pool_print(scene->pool, "%s%s %s", logs->status_option, mark, options);
    add(scene, logs, name, wanted, options);
}

static void read_table(struct scene *scene, struct logs *logs, FILE *table)
{
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, table) > 0)
        add_line(scene, logs, line);
    free(line);
}

/* "auth-failure" in a line "| CASE, CASE | what | auth-failure |" of a README, for one of its
 * cases. */
static char *in_readme(struct scene *scene, const char *readme, const char *name)
{
    char *copy = pool_text(scene->pool, name, strlen(name)), *format = strrchr(copy, '.');
    *format = '\0'; // .log
    format = strrchr(copy, '.');
    if (!format)
        return NULL;
    *format = '\0';
    const char *which = strrchr(copy, '.') ? strrchr(copy, '.') + 1 : copy;
    for (const char *at = readme; (at = strstr(at, which)); at += strlen(which)) {
        const char *line = at;
        while (line > readme && line[-1] != '\n')
            line--;
        const char *second = strchr(at, '|'), *third = second ? strchr(second + 1, '|') : NULL;
        if (*line == '|' && third && strchr(" ,", at[strlen(which)]) && strchr(" ", at[-1]) &&
            third < at + strcspn(at, "\n"))
            return pool_text(scene->pool, third + 2, strcspn(third + 2, " |\n"));
    }
    return NULL;
}

/* Where there is no table but a README: each log of the directory. */
static void read_readme(struct scene *scene, struct logs *logs, const char *readme)
{
    DIR *directory = opendir(logs->directory);
    struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        if (!ends_with(entry->d_name, ".log"))
            continue;
        char *name = pool_text(scene->pool, entry->d_name, strlen(entry->d_name));
        const char *wanted = in_readme(scene, readme, name);
        if (wanted)
            add(scene, logs, name, wanted, ends_with(name, ".text.log") ? logs->text_options : "");
        else
            scene_fail(scene, "%s: its case is not in the README", name);
    }
    if (directory)
        closedir(directory);
}

static bool is_wanted(const char *wanted, const char *got)
{
    size_t length = strlen(got);
    while (*wanted) {
        size_t one = strcspn(wanted, "|");
        bool good = !*got && ((one == 2 && memcmp(wanted, "ok", one) == 0) ||
                              (one == 4 && memcmp(wanted, "good", one) == 0) ||
                              (one == 4 && memcmp(wanted, "none", one) == 0));
        bool unfinished = strcmp(got, "run-unfinished") == 0; /* is right where run-failed is */
        if (good || (one == 3 && memcmp(wanted, "any", one) == 0) ||
            (one == length && memcmp(wanted, got, one) == 0) ||
            (unfinished && one == 10 && memcmp(wanted, "run-failed", one) == 0))
            return true;
        wanted += one + (wanted[one] == '|');
    }
    return false;
}

/* The first condition of a log's findings, which are worst first; "" where none counts. */
static const char *first_finding(struct json_object *log)
{
    struct json_object *findings, *finding, *value;
    if (!json_object_object_get_ex(log, "findings", &findings))
        return "";
    for (size_t i = 0; i < json_object_array_length(findings); i++) {
        finding = json_object_array_get_idx(findings, i);
        bool counts = json_object_object_get_ex(finding, "state", &value) &&
                      strcmp(json_object_get_string(value), "OK") != 0;
        if (counts && json_object_object_get_ex(finding, "condition", &value))
            return json_object_get_string(value);
    }
    return "";
}

static struct json_object *log_named(struct json_object *judged, const char *path)
{
    struct json_object *value;
    for (size_t i = 0; judged && i < json_object_array_length(judged); i++) {
        struct json_object *log = json_object_array_get_idx(judged, i);
        if (json_object_object_get_ex(log, "path", &value) &&
            strcmp(json_object_get_string(value), path) == 0)
            return log;
    }
    return NULL;
}

/* One run for COUNT logs that have the same options. */
static void judge_some(struct scene *scene, const struct logs *logs, struct log **some,
                       size_t count)
{
    int words;
    char **options = expand_words(scene, some[0]->options, &words);
    char **arguments = pool_get(scene->pool, ((size_t)words + count + 5) * sizeof *arguments);
    size_t filled = 0;
    arguments[filled++] = "runlog";
    arguments[filled++] = "--newest=0";
    arguments[filled++] = "--output-format=json";
    for (int i = 0; i < words; i++)
        arguments[filled++] = options[i];
    for (size_t i = 0; i < count; i++)
        arguments[filled++] = pool_print(scene->pool, "%s/%s", logs->directory, some[i]->name);
    run_plugin(scene, true, arguments);
    struct json_object *whole = json_tokener_parse(scene->run.out.data), *judged = NULL;
    json_object_object_get_ex(whole, "logs", &judged);
    for (size_t i = 0; i < count; i++) {
        struct json_object *log = log_named(judged, arguments[filled - count + i]);
        const char *got = log ? first_finding(log) : "nothing was said of it";
        if (is_wanted(some[i]->wanted, got)) {
            scene_pass(scene);
        } else {
            scene_fail(scene, "%s: wanted %s, got %s (options: %s)", some[i]->name, some[i]->wanted,
                       *got ? got : "ok", some[i]->options);
            scene->run.failed = false; // the run's output as a whole says nothing more
        }
    }
    json_object_put(whole);
}

static void judge_all(struct scene *scene, struct logs *logs)
{
    bool *done = pool_get(scene->pool, logs->count * sizeof *done);
    for (size_t first = 0; first < logs->count; first++) {
        struct log *some[AT_ONCE];
        size_t count = 0;
        for (size_t i = first; i < logs->count && count < AT_ONCE; i++) {
            if (done[i] || strcmp(logs->items[i].options, logs->items[first].options) != 0)
                continue;
            done[i] = true;
            some[count++] = &logs->items[i];
        }
        if (count > 0)
            judge_some(scene, logs, some, count);
    }
}

static char *whole_file(struct scene *scene, const char *path)
{
    char *data = NULL, *text = NULL;
    size_t room = 0;
    FILE *stream = fopen(path, "re");
    ssize_t length = stream ? getdelim(&data, &room, '\0', stream) : -1;
    if (length > 0)
        text = pool_text(scene->pool, data, (size_t)length);
    free(data);
    if (stream)
        fclose(stream);
    return text;
}

static void take_setting(struct scene *scene, struct logs *logs, const char *setting)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {{"text=", &logs->text_options},
                 {"status=", &logs->status_option},
                 {"options=", &logs->options},
                 {"only=", &logs->only},
                 {"wanted=", &logs->wanted}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].name);
        if (strncmp(setting, known[i].name, length) == 0) {
            *known[i].value = setting + length;
            return;
        }
    }
    scene_stuck(scene, "%s: write text=, status=, options=, only= or wanted=", setting);
}

/* judge DIRECTORY SETTING... */
static void judge(struct scene *scene, const struct step *step)
{
    struct logs logs = {
        .directory = scene_path(scene, step->argv[1]), .text_options = "", .options = ""};
    for (int i = 2; i < step->argc; i++)
        take_setting(scene, &logs, step->argv[i]);
    if (access(logs.directory, R_OK) != 0) {
        scene->skipped = pool_print(scene->pool, "no %s", logs.directory);
        return;
    }
    FILE *table = fopen(pool_print(scene->pool, "%s/EXPECT.tsv", logs.directory), "re");
    char *readme =
        table ? NULL : whole_file(scene, pool_print(scene->pool, "%s/README.md", logs.directory));
    if (table) {
        read_table(scene, &logs, table);
        fclose(table);
    } else if (readme) {
        read_readme(scene, &logs, readme);
    }
    if (logs.count == 0)
        scene_stuck(scene, "find a log in %s", logs.directory);
    judge_all(scene, &logs);
}

const struct step_word judge_steps[] = {
    {"judge", 1, 6, judge},
    {0},
};
