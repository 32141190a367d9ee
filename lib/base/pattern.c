#include "base/pattern.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One pattern on its way down. */
struct expansion {
    void (*found)(void *context, const char *path, int error);
    void *context;
    struct text path; /* so far, with the slash before what comes next */
    bool failed;      /* out of memory */
};

bool pattern_is_one(const char *text)
{
    return strpbrk(text, "*?[") != NULL;
}

static bool has_wildcard(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '\\' && i + 1 < length)
            i++;
        else if (strchr("*?[", name[i]))
            return true;
    }
    return false;
}

static void add_literally(struct text *path, const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '\\' && i + 1 < length)
            i++;
        text_add_bytes(path, name + i, 1);
    }
}

/* The error that keeps the path from being told; what is not there is none. */
static void tell_error(struct expansion *e, int error)
{
    while (e->path.length > 1 && e->path.bytes[e->path.length - 1] == '/')
        text_cut(&e->path, e->path.length - 1);
    if (error == ENOMEM)
        e->failed = true;
    else if (error != ENOENT && error != ENOTDIR)
        e->found(e->context, e->path.length > 0 ? text_get(&e->path) : ".", error);
}

static void tell_path(struct expansion *e)
{
    struct stat status;
    if (lstat(text_get(&e->path), &status) == 0)
        e->found(e->context, text_get(&e->path), 0);
    else
        tell_error(e, errno);
}

static void expand(struct expansion *e, const char *rest);

/* The names of one directory against one component of the pattern, and what is behind them. */
static void expand_names(struct expansion *e, const char *component, size_t length)
{
    const bool last = component[length] == '\0';
    const size_t before = e->path.length;
    struct text pattern = TEXT_INIT(length);
    struct dirent **names = NULL;
    text_add_bytes(&pattern, component, length);
    const char *directory = before > 0 ? text_get(&e->path) : ".";
    int count = pattern.failed ? -1 : scandir(directory, &names, NULL, alphasort);
    if (count < 0)
        tell_error(e, pattern.failed ? ENOMEM : errno);
    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;
        if (!e->failed && fnmatch(text_get(&pattern), name, FNM_PERIOD) == 0 &&
            (last || strcmp(name, "lost+found") != 0)) {
            text_add(&e->path, name);
            if (last)
                e->found(e->context, text_get(&e->path), 0);
            else
                expand(e, component + length);
            text_cut(&e->path, before);
        }
        free(names[i]);
    }
    free(names);
    text_free(&pattern);
}

static void expand(struct expansion *e, const char *rest)
{
    for (;;) {
        size_t slashes = strspn(rest, "/");
        text_add_bytes(&e->path, rest, slashes);
        rest += slashes;
        size_t length = strcspn(rest, "/");
        e->failed = e->failed || e->path.failed;
        if (e->failed)
            return;
        if (e->path.truncated) { /* what follows is too long as well */
            e->path.truncated = false;
            tell_error(e, ENAMETOOLONG);
            return;
        }
        if (length == 0) {
            tell_path(e);
            return;
        }
        if (has_wildcard(rest, length)) {
            expand_names(e, rest, length);
            return;
        }
        add_literally(&e->path, rest, length);
        rest += length;
    }
}

int pattern_expand(const char *pattern, void (*found)(void *context, const char *path, int error),
                   void *context)
{
    /* longer than what the system takes, so that it says so itself */
    struct expansion e = {
        .found = found, .context = context, .path = TEXT_INIT(PATH_MAX + NAME_MAX + 1)};
    expand(&e, pattern);
    text_free(&e.path);
    return e.failed ? ENOMEM : 0;
}
