#include "store/store.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/file_replace.h"
#include "system/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LOCK_WAIT_MS 30000
#define LOCK_LOOK_MS 16 /* between two looks; less at first */

void store_add_path(const char *asked, struct text *text)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    if (asked)
        text_add(text, asked);
    else if (cache && cache[0] == '/') /* relative ones are void (XDG Base Directory 0.8) */
        text_format(text, "%s/check_claude", cache);
    else
        text_format(text, "/var/tmp/check_claude-%lu", (unsigned long)geteuid());
}

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

/* Why this directory is not to be trusted; NULL when it is, as ours alone or as a group's. */
static const char *distrust(const struct stat *status, struct store *store)
{
    bool ours = status->st_uid == geteuid();
    if (status->st_mode & S_IWOTH)
        return "others may write to it";
    if (!(status->st_mode & S_IWGRP))
        return ours ? NULL : "it belongs to somebody else";
    if (!(status->st_mode & S_ISGID))
        return "others may write to it";
    if (!ours && status->st_uid != 0)
        return "it belongs to somebody else";
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
    *ret_directory = open(path, flags);
    if (*ret_directory >= 0)
        return 0;
    if (errno != ENOENT || !create)
        return errno;
    int error = make_directories(path);
    if (error != 0)
        return error;
    *ret_directory = open(path, flags);
    return *ret_directory < 0 ? errno : 0;
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
    if (error != ENOENT || create)
        text_format(&ret->trouble, "%s: %s", path, why);
    ret->error = file_error_tells_nothing(error) ? error : 0;
}

void store_open(const char *path, bool create, struct store *ret)
{
    *ret = (struct store){.directory = -1, .trouble = TEXT_INIT(2 * PATH_MAX)};
    struct text bare = TEXT_INIT(PATH_MAX);
    text_add(&bare, path);
    while (bare.length > 1 && bare.bytes[bare.length - 1] == '/')
        text_cut(&bare, bare.length - 1); /* O_NOFOLLOW follows "link/" */
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

/* FNV-1a */
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

bool store_record_name_ends(const char *name, const char *ending)
{
    size_t length = strlen(name), wanted = strlen(ending);
    return length >= wanted && strcmp(name + length - wanted, ending) == 0;
}

/* A stranger cannot have put it there: see store.h. */
static bool is_believed(const struct store *store, const struct stat *status)
{
    if (status->st_mode & S_IWOTH)
        return false;
    if (store->shared)
        return status->st_uid == geteuid() || status->st_uid == 0 || status->st_gid == store->group;
    return status->st_uid == geteuid() && !(status->st_mode & S_IWGRP);
}

int store_read_record(const struct store *store, const char *name, struct file_bytes *ret)
{
    struct file_bytes file = {0};
    if (store->directory < 0)
        return store->error != 0 ? store->error : ENOENT;
    int error = file_read(store->directory, name, O_NOFOLLOW, STORE_RECORD_MAX, &file);
    if (error == 0 && !is_believed(store, &file.status)) {
        file_bytes_free(&file);
        return STORE_NOT_BELIEVED;
    }
    if (error == 0)
        *ret = file;
    return error;
}

int store_write_record(const struct store *store, const char *name, const struct text *record,
                       bool durable)
{
    if (store->directory < 0)
        return ENOENT;
    if (record->failed || record->truncated)
        return record->failed ? ENOMEM : EFBIG;
    const mode_t mode = S_IRUSR | S_IWUSR | (store->shared ? S_IRGRP : 0);
    return file_replace(store->directory, name, text_get(record), record->length, mode, durable);
}

bool store_lock(const struct store *store)
{
    const int64_t left = deadline_left_ms() / 2;
    const int64_t wait = left < LOCK_WAIT_MS ? left : LOCK_WAIT_MS;
    const int64_t end = clock_monotonic_us() + wait * 1000;
    for (int pause = 1; store->directory >= 0; pause = pause < LOCK_LOOK_MS ? 2 * pause : pause) {
        if (flock(store->directory, LOCK_EX | LOCK_NB) == 0)
            return true;
        if ((errno != EWOULDBLOCK && errno != EINTR) || clock_monotonic_us() >= end)
            return false;
        poll(NULL, 0, pause);
    }
    return false;
}

void store_unlock(const struct store *store)
{
    flock(store->directory, LOCK_UN);
}

struct forgetting {
    char prefix[24];    /* the hash of the home and "-" */
    const char *ending; /* of the names that are meant */
    int removed;
};

static int forget_name(int directory, const char *name, void *context)
{
    struct forgetting *forgetting = context;
    if (strncmp(name, forgetting->prefix, strlen(forgetting->prefix)) != 0 ||
        !store_record_name_ends(name, forgetting->ending))
        return 0;
    if (unlinkat(directory, name, 0) == 0)
        forgetting->removed++;
    else if (errno != ENOENT) /* another call may have been quicker */
        return errno;
    return 0;
}

static int forget(const struct store *store, const char *home, const char *ending, int *ret_removed)
{
    *ret_removed = 0;
    if (store->directory < 0)
        return store->error;
    struct forgetting forgetting = {.ending = ending};
    struct text prefix = TEXT_IN(forgetting.prefix), key = TEXT_INIT(PATH_MAX);
    int error = store_add_key(&key, home);
    store_add_record_name(&prefix, text_get(&key), "");
    if (error == 0)
        error = file_for_each_name(store->directory, forget_name, &forgetting);
    *ret_removed = forgetting.removed;
    text_free(&key);
    return error;
}

void store_sweep(const struct store *store)
{
    if (store->directory >= 0)
        file_sweep(store->directory);
}

int store_forget(const struct store *store, const char *home, int *ret_removed)
{
    return forget(store, home, "", ret_removed);
}

int store_forget_versions(const struct store *store, const char *home)
{
    int removed;
    return forget(store, home, STORE_VERSION_ENDING, &removed);
}
