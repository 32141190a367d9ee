#include "agent/home_list.h"

#include "base/pattern.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void home_list_free(struct home_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->homes[i]);
    free(list->homes);
    free(list->closed);
    *list = (struct home_list){0};
}

void home_list_add_path(struct home_list *list, const char *path)
{
    struct text home = TEXT_INIT(PATH_MAX);
    char *current = path[0] != '/' ? getcwd(NULL, 0) : NULL;
    if (path[0] != '/' && !current)
        list->error = errno; /* by a relative name nothing stored would be found */
    if (current)
        text_add(&home, current);
    if (current && strcmp(path, ".") != 0)
        text_format(&home, "/%s", path);
    if (!current)
        text_add(&home, path);
    free(current);
    while (home.length > 1 && home.bytes[home.length - 1] == '/')
        text_cut(&home, home.length - 1);
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        char **homes = realloc(list->homes, capacity * sizeof *homes);
        list->homes = homes ? homes : list->homes;
        list->capacity = homes ? capacity : list->capacity;
    }
    if (home.failed || list->count == list->capacity) {
        list->error = ENOMEM;
        text_free(&home);
        return;
    }
    list->homes[list->count++] = home.bytes; /* the list's from now on */
}

static void add_match(void *context, const char *path, int error)
{
    struct home_list *list = context;
    struct stat status;
    if (error == 0 && (stat(path, &status) != 0 || S_ISDIR(status.st_mode)))
        home_list_add_path(list, path);
    if (error == 0 || list->closed)
        return;
    struct text closed = TEXT_INIT(PATH_MAX);
    text_add(&closed, path);
    list->error = closed.failed ? ENOMEM : error;
    list->closed = closed.bytes;
}

size_t home_list_add(struct home_list *list, const char *asked)
{
    const size_t before = list->count;
    struct stat status;
    if (!pattern_is_one(asked) || stat(asked, &status) == 0)
        home_list_add_path(list, asked);
    else if (pattern_expand(asked, add_match, list) != 0)
        list->error = ENOMEM;
    return list->count - before;
}

static const char *own_home(void)
{
    const char *home = getenv("HOME");
    if (home && *home)
        return home;
    const struct passwd *entry = getpwuid(geteuid());
    return entry && entry->pw_dir && *entry->pw_dir ? entry->pw_dir : "/";
}

void home_list_add_own(struct home_list *list)
{
    home_list_add_path(list, own_home());
}

/* By name, and of the same name by place. */
static int compare(const void *a, const void *b)
{
    char *const *one = *(char **const *)a, *const *other = *(char **const *)b;
    int order = strcmp(*one, *other);
    return order != 0 ? order : (one > other) - (one < other);
}

void home_list_unique(struct home_list *list)
{
    char ***sorted = malloc((list->count + 1) * sizeof *sorted);
    if (!sorted) {
        list->error = ENOMEM;
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = &list->homes[i];
    qsort(sorted, list->count, sizeof *sorted, compare);
    char **last = list->count > 0 ? sorted[0] : NULL;
    for (size_t i = 1; i < list->count; i++) {
        if (strcmp(*sorted[i], *last) == 0) {
            free(*sorted[i]);
            *sorted[i] = NULL;
        } else {
            last = sorted[i];
        }
    }
    free(sorted);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->homes[i])
            list->homes[kept++] = list->homes[i];
    list->count = kept;
}
