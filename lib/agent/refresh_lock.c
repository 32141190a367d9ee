#include "agent/refresh_lock.h"

#include "base/duration.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#define LOCK_OLD_MS 60000 /* from here on the CLI takes it over; two clocks differ by less */

/* False also where we may not look. */
static bool is_not_empty(const char *path)
{
    DIR *directory = opendir(path);
    if (!directory)
        return false;
    const struct dirent *entry = readdir(directory);
    while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0))
        entry = readdir(directory);
    closedir(directory);
    return entry != NULL;
}

static enum refresh_lock kind_of(const char *path, const struct stat *lock, int64_t age)
{
    if (!S_ISDIR(lock->st_mode))
        return LOCK_NO_DIRECTORY;
    if (is_not_empty(path))
        return LOCK_NOT_EMPTY;
    return age < -LOCK_OLD_MS ? LOCK_AHEAD : age > LOCK_OLD_MS ? LOCK_OLD : LOCK_NONE;
}

/* Returns 0 or an errno value. */
static int look_at(const char *path, int64_t now, struct text *ret_path, struct config_facts *facts)
{
    struct stat lock;
    if (lstat(path, &lock) != 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : errno;
    const int64_t age = duration_subtract(now, file_time_ms(&lock.st_mtim));
    const enum refresh_lock kind = kind_of(path, &lock, age);
    if (kind <= facts->lock)
        return 0;
    text_reset(ret_path);
    text_add(ret_path, path);
    facts->lock = kind;
    facts->lock_path = text_get(ret_path);
    facts->lock_age = age;
    return ret_path->failed ? ENOMEM : 0;
}

int refresh_lock_look(const char *config_dir, int64_t now, struct text *path,
                      struct config_facts *facts)
{
    static const char *const names[] = {"/.oauth_refresh.lock", ".lock"};
    int error = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && error == 0; i++) {
        struct text name = TEXT_INIT(PATH_MAX);
        text_format(&name, "%s%s", config_dir, names[i]);
        error = name.failed ? ENOMEM : look_at(text_get(&name), now, path, facts);
        text_free(&name);
    }
    return error;
}
