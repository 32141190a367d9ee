#include "agent/refresh_lock.h"

#include "base/duration.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#define LOCK_OLD_MS 60000 /* from here on the CLI takes it over; two clocks differ by less */

/* Returns 0 or an errno value; one that we may not look into counts as empty. */
static int look_inside(const char *path, bool *ret_empty)
{
    DIR *directory = opendir(path);
    *ret_empty = true;
    if (!directory)
        return errno == EACCES || errno == ENOENT ? 0 : errno;
    const struct dirent *entry = readdir(directory);
    while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0))
        entry = readdir(directory);
    closedir(directory);
    *ret_empty = entry == NULL;
    return 0;
}

/* Returns 0 or an errno value. */
static int find_kind(const char *path, const struct stat *lock, int64_t age, enum refresh_lock *ret)
{
    bool empty = true;
    int error = S_ISDIR(lock->st_mode) ? look_inside(path, &empty) : 0;
    *ret = !S_ISDIR(lock->st_mode) ? LOCK_NO_DIRECTORY
           : !empty                ? LOCK_NOT_EMPTY
           : age < -LOCK_OLD_MS    ? LOCK_AHEAD
           : age > LOCK_OLD_MS     ? LOCK_OLD
                                   : LOCK_NONE;
    return error;
}

/* Returns 0 or an errno value. */
static int look_at(const char *path, int64_t now, struct text *ret_path, struct config_facts *facts)
{
    struct stat lock;
    enum refresh_lock kind;
    if (lstat(path, &lock) != 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : errno;
    const int64_t age = duration_subtract(now, file_time_ms(&lock.st_mtim));
    int error = find_kind(path, &lock, age, &kind);
    if (error != 0 || kind <= facts->lock)
        return error;
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
