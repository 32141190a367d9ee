#include "store/store.h"

#include "base/file_replace.h"
#include "store/record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* mkdir -p, all 0700. Returns 0 or an errno value. */
static int make_directories(const char *path)
{
    if (mkdir(path, S_IRWXU) == 0 || errno == EEXIST)
        return 0;
    if (errno != ENOENT)
        return errno;
    const char *slash = strrchr(path, '/');
    while (slash && slash > path && slash[-1] == '/')
        slash--;
    if (!slash || slash == path)
        return ENOENT;
    struct text parent = TEXT_INIT(PATH_MAX);
    text_add_bytes(&parent, path, (size_t)(slash - path));
    int error = parent.failed ? ENOMEM : make_directories(text_get(&parent));
    text_free(&parent);
    if (error == 0 && mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
        error = errno;
    return error;
}

static bool is_in_group(gid_t group)
{
    gid_t groups[1024];
    int count = getegid() == group ? 0 : getgroups(sizeof groups / sizeof groups[0], groups);
    for (int i = 0; i < count; i++)
        if (groups[i] == group)
            return true;
    return getegid() == group;
}

/* Why this directory is not to be trusted; NULL when it is, as the user's or as a group's. */
static const char *distrust(const struct stat *status, struct store *store)
{
    const bool ours = status->st_uid == store->user || status->st_uid == 0;
    store->is_foreign = !ours;
    if (!ours)
        return "it belongs to somebody else";
    if (status->st_mode & S_IWOTH)
        return "others may write to it";
    if (!(status->st_mode & S_IWGRP))
        return NULL;
    if (!(status->st_mode & S_ISGID))
        return "others may write to it";
    if (!is_in_group(status->st_gid) && geteuid() != 0)
        return "it belongs to a group that we are not in";
    store->shared = true;
    store->group = status->st_gid;
    return NULL;
}

/* Open the directory itself. Returns 0 or an errno value. */
static int open_directory(const char *path, bool create, int *ret_directory)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int error = file_open(AT_FDCWD, path, flags, 0, ret_directory);
    if (error != ENOENT || !create)
        return error;
    error = make_directories(path);
    return error != 0 ? error : file_open(AT_FDCWD, path, flags, 0, ret_directory);
}

/* True where nothing can ever have been put: there is no such directory, also not behind a link. */
static bool is_no_directory(const char *path, int error)
{
    struct stat status;
    if (error == ENAMETOOLONG || error == ENOENT)
        return true;
    if (error != ENOTDIR && error != ELOOP)
        return false;
    return stat(path, &status) != 0 ? errno == ENOENT || errno == ENOTDIR || errno == ELOOP
                                    : !S_ISDIR(status.st_mode);
}

static void open_bare(const char *path, bool create, struct store *ret)
{
    struct stat status;
    int directory = -1;
    int error = open_directory(path, create, &directory);
    if (error == 0 && fstat(directory, &status) != 0)
        error = errno;
    const char *why = error == 0 ? distrust(&status, ret) : strerror(error);
    if (!why) {
        ret->directory = directory;
        return;
    }
    if (directory >= 0)
        close(directory);
    if (error == ENOENT && !create)
        return;
    text_format(&ret->trouble, "%s: %s", path, why);
    ret->error = error == 0 ? EPERM : error;
    ret->may_hold = !is_no_directory(path, error);
}

void store_open(const char *path, uid_t user, bool create, struct store *ret)
{
    *ret = (struct store){.directory = -1, .user = user, .trouble = TEXT_INIT(2 * PATH_MAX)};
    struct text bare = TEXT_INIT(PATH_MAX);
    text_add(&bare, path);
    while (bare.length > 1 && bare.bytes[bare.length - 1] == '/')
        text_cut(&bare, bare.length - 1); /* O_NOFOLLOW follows "link/" */
    ret->may_hold = bare.failed;
    if (bare.failed)
        ret->error = ENOMEM;
    else
        open_bare(text_get(&bare), create, ret);
    text_free(&bare);
}

void store_close(struct store *store)
{
    if (store->directory >= 0)
        close(store->directory);
    store->directory = -1;
    text_free(&store->trouble);
}

uint64_t store_hash(const char *string)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (; *string; string++)
        value = (value ^ (unsigned char)*string) * UINT64_C(0x100000001b3);
    return value;
}

int store_add_key(struct text *key, const char *home)
{
    char *real = realpath(home, NULL);
    int error = real ? 0 : errno;
    text_add(key, real ? real : home);
    free(real);
    return key->failed ? ENOMEM : file_error_tells_nothing(error) ? error : 0;
}

void store_add_record_name(struct text *name, const char *key, const char *what)
{
    text_format(name, "%016llx-%s", (unsigned long long)store_hash(key), what);
}

static bool ends_so(const char *name, const char *ending)
{
    size_t length = strlen(name), wanted = strlen(ending);
    return length >= wanted && strcmp(name + length - wanted, ending) == 0;
}

/* A stranger cannot have put it there: see store.h. */
static bool is_believed(const struct store *store, const struct stat *status)
{
    const bool ours = status->st_uid == store->user || status->st_uid == 0;
    if (status->st_mode & S_IWOTH)
        return false;
    if (store->shared)
        return ours || status->st_gid == store->group;
    return ours && !(status->st_mode & S_IWGRP);
}

/* Something that is no record of ours stands under its name: errors of the path alone. */
static int error_of_place(int error)
{
    return error == ELOOP || error == EISDIR || error == ENOTDIR || error == FILE_NOT_REGULAR ||
                   error == FILE_TOO_LARGE
               ? EBADMSG
               : error;
}

int store_read(const struct store *store, const char *key, const char *what, const char *kind,
               struct file_bytes *ret)
{
    if (store->directory < 0)
        return store->may_hold ? store->error : ENOENT;
    struct file_bytes file = {0};
    struct text name = TEXT_INIT(128);
    store_add_record_name(&name, key, what);
    int error = name.failed
                    ? ENOMEM
                    : file_read(store->directory, text_get(&name), O_NOFOLLOW, RECORD_MAX, &file);
    text_free(&name);
    if (error != 0)
        return error_of_place(error);
    error =
        is_believed(store, &file.status) ? record_check(file.bytes, file.length, kind, key) : EPERM;
    if (error == 0)
        *ret = file;
    else
        file_bytes_free(&file);
    return error;
}

int store_write(const struct store *store, const char *key, const char *what,
                const struct text *record, bool durable)
{
    if (store->directory < 0)
        return store->error != 0 ? store->error : ENOENT;
    if (record->failed || record->truncated)
        return record->failed ? ENOMEM : EFBIG;
    struct text name = TEXT_INIT(128);
    store_add_record_name(&name, key, what);
    const mode_t mode = S_IRUSR | S_IWUSR | (store->shared ? S_IRGRP : 0);
    int error = name.failed ? ENOMEM
                            : file_replace(store->directory, text_get(&name), text_get(record),
                                           record->length, mode, durable);
    text_free(&name);
    return error;
}

/* Fails where one is found, which ends the look. */
static int look_for_ending(int directory, const char *name, void *context)
{
    (void)directory;
    return ends_so(name, context) ? EEXIST : 0;
}

bool store_may_have(const struct store *store, const char *ending)
{
    if (store->directory < 0)
        return store->may_hold;
    struct text copy = TEXT_INIT(64);
    text_add(&copy, ending);
    bool may =
        copy.failed || file_for_each_name(store->directory, look_for_ending, copy.bytes) != 0;
    text_free(&copy);
    return may;
}

struct forgetting {
    char prefix[24];    /* the hash of the key and "-" */
    const char *ending; /* of the names that are meant */
    int removed;
};

static int forget_name(int directory, const char *name, void *context)
{
    struct forgetting *forgetting = context;
    if (strncmp(name, forgetting->prefix, strlen(forgetting->prefix)) != 0 ||
        !ends_so(name, forgetting->ending))
        return 0;
    if (unlinkat(directory, name, 0) == 0)
        forgetting->removed++;
    else if (errno != ENOENT) /* another call may have been quicker */
        return errno;
    return 0;
}

int store_forget(const struct store *store, const char *key, const char *ending, int *ret_removed)
{
    *ret_removed = 0;
    if (store->directory < 0)
        return store->error;
    struct forgetting forgetting = {.ending = ending};
    struct text prefix = TEXT_IN(forgetting.prefix);
    store_add_record_name(&prefix, key, "");
    int error = file_for_each_name(store->directory, forget_name, &forgetting);
    *ret_removed = forgetting.removed;
    return error;
}

void store_sweep(const struct store *store)
{
    if (store->directory >= 0)
        file_sweep(store->directory);
}
