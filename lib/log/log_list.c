#include "log/log_list.h"

#include "base/file.h"
#include "base/pattern.h"
#include "base/text.h"
#include "log/log_order.h"
#include "log/rotation.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLLOWED_MAX 64 /* of the newest logs in a directory: each empty one costs a look at it */
#define YOUNG_MAX    64 /* logs of runs in progress that are looked at beside the newest */

void log_list_free(struct log_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->entries[i].path);
    free(list->entries);
    *list = (struct log_list){0};
}

static void add(struct log_list *list, const char *path, int error, bool missing,
                int64_t modified_ns)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        struct log_entry *entries = realloc(list->entries, capacity * sizeof *entries);
        if (!entries) {
            list->failed = true;
            return;
        }
        list->entries = entries;
        list->capacity = capacity;
    }
    struct text copy = TEXT_INIT(strlen(path));
    text_add(&copy, path);
    if (copy.failed) {
        list->failed = true;
        return;
    }
    list->entries[list->count++] = (struct log_entry){.path = copy.bytes,
                                                      .error = error,
                                                      .missing = missing,
                                                      .modified_ns = modified_ns,
                                                      .group = list->groups};
}

/* A log that was found, if it is young enough. */
static void add_log(struct log_list *list, const char *path, const struct stat *status,
                    const struct log_choice *choice)
{
    const size_t count = list->count;
    const int64_t modified = file_time_ms(&status->st_mtim);
    if (modified < choice->since) {
        list->skipped = true;
        return;
    }
    add(list, path, 0, false, file_time_ns(&status->st_mtim));
    if (list->count == count)
        return;
    list->entries[count].ahead = choice->ahead > 0 && modified > choice->ahead;
    list->entries[count].young =
        choice->young > 0 && modified > choice->young && !list->entries[count].ahead;
    list->entries[count].empty = status->st_size == 0;
}

/* The regular files of a directory that are young enough. Returns 0 or the errno of listing it. */
static int add_directory(struct log_list *list, const char *directory,
                         const struct log_choice *choice)
{
    DIR *names = opendir(directory);
    if (!names)
        return errno;
    struct text path = TEXT_INIT(PATH_MAX + NAME_MAX + 1);
    size_t length = strlen(directory);
    const char *slash = length > 0 && directory[length - 1] == '/' ? "" : "/";
    errno = 0;
    for (struct dirent *entry; (entry = readdir(names)); errno = 0) {
        struct stat status;
        if (entry->d_name[0] == '.' || rotation_is_foreign_name(entry->d_name))
            continue;
        text_reset(&path);
        text_add_bytes(&path, directory, length);
        text_add(&path, slash);
        text_add(&path, entry->d_name);
        int error = path.length >= PATH_MAX                                 ? ENAMETOOLONG
                    : fstatat(dirfd(names), entry->d_name, &status, 0) != 0 ? errno
                                                                            : 0;
        if (error == 0 && S_ISREG(status.st_mode))
            add_log(list, text_get(&path), &status, choice);
        else if (error != 0 && error != ENOENT) /* a dangling link is no log */
            add(list, text_get(&path), error, false, 0);
    }
    int error = errno;
    closedir(names);
    list->failed = list->failed || path.failed;
    text_free(&path);
    return error;
}

/* Where the matches of a pattern go. */
struct matches {
    struct log_list *list;
    const struct log_choice *choice;
};

static void add_match(void *context, const char *path, int error)
{
    const struct matches *matches = context;
    struct stat status = {0};
    if (error == 0 && stat(path, &status) != 0)
        error = errno;
    if (error == 0 && S_ISDIR(status.st_mode))
        error = add_directory(matches->list, path, matches->choice);
    else if (error == 0 && S_ISREG(status.st_mode) && !rotation_is_foreign_name(path))
        add_log(matches->list, path, &status, matches->choice);
    if (error != 0 && error != ENOENT) /* a dangling link is no log */
        add(matches->list, path, error, false, 0);
}

/* What is not there any more is found out when the log is read. */
static int unless_gone(int error)
{
    return error == ENOENT || error == ENOTDIR ? 0 : error;
}

/*
 * Let the entry of an empty log be the one that it was before it was rotated, where it was. Returns
 * 0 or an errno value.
 */
static int follow_rotation(struct log_entry *entry)
{
    struct text path = TEXT_INIT(PATH_MAX);
    struct stat status = {0};
    int error = entry->empty && stat(entry->path, &status) != 0 ? errno : 0;
    if (!entry->empty || (error == 0 && status.st_size != 0))
        return 0;
    if (error == 0)
        error = rotation_find(entry->path, &status, &path, &status);
    if (error == 0 && path.failed)
        error = ENOMEM;
    if (error != 0) {
        text_free(&path);
        return unless_gone(error);
    }
    free(entry->path);
    entry->path = path.bytes;
    entry->modified_ns = file_time_ns(&status.st_mtim);
    entry->moved = true;
    return 0;
}

/* True when the entry stands for a log that is in the list by itself. */
static bool is_there(const struct log_list *list, size_t first, size_t kept, const char *path)
{
    for (size_t i = first; i < kept; i++)
        if (list->entries[i].moved && strcmp(list->entries[i].path, path) == 0)
            return true;
    return false;
}

/* True for an entry that stays in the list, as so many before it are judged already. */
static bool stays(struct log_list *list, size_t first, size_t kept, struct log_entry *entry,
                  size_t left, int64_t since)
{
    if (entry->error != 0)
        return true;
    bool is_told = entry->ahead && (kept == first || !list->entries[kept - 1].ahead);
    if (left == 0 && !is_told)
        return false;
    if (is_there(list, first, kept, entry->path))
        return false;
    if (kept - first < FOLLOWED_MAX)
        entry->error = follow_rotation(entry);
    if (entry->moved && entry->modified_ns < file_ms_to_ns(since)) {
        list->skipped = true;
        return false;
    }
    bool compressed = false;
    if (entry->error == 0)
        entry->error = unless_gone(rotation_is_compressed(entry->path, &compressed));
    return !compressed;
}

/* Of the entries from `first` on, keep the `newest` ones, and those that could not be looked at. */
static void keep_newest(struct log_list *list, size_t first, const struct log_choice *choice)
{
    struct text rotated = TEXT_INIT(PATH_MAX); /* compressed */
    size_t kept = first, young = 0, left = choice->newest == 0 ? SIZE_MAX : choice->newest;
    if (list->count > first)
        qsort(list->entries + first, list->count - first, sizeof *list->entries, log_order_by_age);
    for (size_t i = first; i < list->count; i++) {
        struct log_entry *entry = &list->entries[i];
        if (stays(list, first, kept, entry, left, choice->since)) {
            entry->told = entry->error == 0 &&
                          (left == 0 || (entry->ahead && kept > first && choice->newest > 0));
            left -= entry->error == 0 && left > 0 && !(entry->young && young++ < YOUNG_MAX);
            list->entries[kept++] = *entry;
            continue;
        }
        if (entry->moved && !list->skipped && rotated.length == 0)
            text_add(&rotated, entry->path);
        free(entry->path);
    }
    list->count = kept;
    if (kept == first && rotated.length > 0)
        add(list, text_get(&rotated), LOG_COMPRESSED, false, 0);
    list->failed = list->failed || rotated.failed;
    text_free(&rotated);
}

/* A file that was named: what it was before it was just rotated; no log when it is compressed. */
static void add_named(struct log_list *list, const char *asked, const struct stat *status,
                      const struct log_choice *choice)
{
    struct text path = TEXT_INIT(PATH_MAX);
    struct stat found = *status;
    bool compressed = false;
    int error = 0;
    if (S_ISREG(status->st_mode) && status->st_size == 0)
        error = rotation_find(asked, status, &path, &found);
    const char *named = path.length > 0 ? text_get(&path) : asked;
    if (S_ISREG(found.st_mode) && (error == 0 || error == ENOENT))
        error = rotation_is_compressed(named, &compressed);
    error = compressed ? LOG_COMPRESSED : unless_gone(error);
    if (error != 0)
        add(list, named, error, false, 0);
    else
        add_log(list, named, &found, choice);
    list->failed = list->failed || path.failed;
    text_free(&path);
}

void log_list_add(struct log_list *list, const char *asked, const struct log_choice *choice)
{
    size_t first = list->count;
    struct stat status = {0};
    int error = strcmp(asked, "-") == 0 || stat(asked, &status) == 0 ? 0 : errno;
    bool several = false;
    list->skipped = false;
    list->groups++;
    if (strcmp(asked, "-") == 0) {
        add(list, asked, 0, false, INT64_MAX);
    } else if (error == 0 && S_ISDIR(status.st_mode)) {
        several = true;
        error = add_directory(list, asked, choice);
        if (error != 0)
            add(list, asked, error, false, 0);
    } else if (error == 0) {
        add_named(list, asked, &status, choice);
    } else if (pattern_is_one(asked)) {
        struct matches matches = {list, choice};
        several = true;
        if (pattern_expand(asked, add_match, &matches) != 0)
            list->failed = true;
    } else if (error != ENOENT && error != ENOTDIR) {
        add(list, asked, error, false, 0);
    }
    if (several)
        keep_newest(list, first, choice);
    if (list->count > first)
        return;
    add(list, asked, ENOENT, true, 0);
    if (list->count > first)
        list->entries[first].too_old = list->skipped;
}
