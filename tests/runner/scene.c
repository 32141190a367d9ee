#include "scene.h"

#include "tree.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

static const int64_t NOW = 1795000000; // 2026-11-18T11:06:40Z

int scene_open(struct scene *scene, const char *name)
{
    scene->directory = pool_print(scene->pool, "%s/cases/%s", scene->place->work, name);
    scene->now = NOW;
    scene->given.directory = scene->directory;
    char *home = scene_path(scene, "home");
    return mkdir(scene->directory, 0755) == 0 && mkdir(home, 0755) == 0 ? 0 : errno;
}

void scene_close(struct scene *scene)
{
    tree_remove(scene->directory);
}

char *scene_path(const struct scene *scene, const char *path)
{
    return path[0] == '/' ? (char *)path : pool_print(scene->pool, "%s/%s", scene->directory, path);
}

void scene_set(struct scene *scene, struct variables *variables, const char *name,
               const char *value)
{
    for (size_t i = 0; i < variables->count; i++) {
        if (strcmp(variables->items[i].name, name) == 0) {
            variables->items[i].value = value;
            return;
        }
    }
    variables->items =
        pool_grow(scene->pool, variables->items, variables->count, sizeof *variables->items);
    variables->items[variables->count++] = (struct variable){name, value};
}

const char *scene_get(const struct variables *variables, const char *name)
{
    for (size_t i = 0; i < variables->count; i++) {
        if (strcmp(variables->items[i].name, name) == 0)
            return variables->items[i].value;
    }
    return NULL;
}

void scene_pass(struct scene *scene)
{
    scene->passed++;
}

static void report_case(struct scene *scene)
{
    if (scene->failed++ == 0)
        fprintf(scene->report, "FAILED %s:%d: %s\n", scene->file, scene->steps->number,
                scene->steps->name);
}

void scene_fail(struct scene *scene, const char *format, ...)
{
    report_case(scene);
    scene->run.failed = true;
    fprintf(scene->report, "  line %d: ", scene->number);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(scene->report, format, arguments);
    va_end(arguments);
    fputc('\n', scene->report);
}

void scene_stuck(struct scene *scene, const char *format, ...)
{
    report_case(scene);
    fprintf(scene->report, "  line %d: cannot: ", scene->number);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(scene->report, format, arguments);
    va_end(arguments);
    fputc('\n', scene->report);
}
