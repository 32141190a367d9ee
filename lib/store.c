#include "store.h"

#include "duration.h"
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RECORD_MAX        ((size_t)4 * PATH_MAX)
#define STALE_TEMPORARY_S 60

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

/* Why this directory is not to be trusted; NULL when it is. */
static const char *distrust(int directory)
{
    struct stat status;
    if (fstat(directory, &status) != 0)
        return strerror(errno);
    if (status.st_uid != geteuid())
        return "it belongs to somebody else";
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return "others may write to it";
    return NULL;
}

static void open_bare(const char *path, bool create, struct store *ret)
{
    *ret = (struct store){.directory = -1, .trouble = TEXT_INIT(2 * PATH_MAX)};
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int directory = open(path, flags);
    int error = directory < 0 ? errno : 0;
    if (error == ENOENT && create) {
        error = make_directories(path);
        if (error == 0) {
            directory = open(path, flags);
            error = directory < 0 ? errno : 0;
        }
    }
    const char *why = directory >= 0 ? distrust(directory) : strerror(error);
    if (!why) {
        ret->directory = directory;
        return;
    }
    if (directory >= 0)
        close(directory);
    if (error != ENOENT || create)
        text_format(&ret->trouble, "%s: %s", path, why);
}

void store_open(const char *path, bool create, struct store *ret)
{
    struct text bare = TEXT_INIT(PATH_MAX);
    text_add(&bare, path);
    while (bare.length > 1 && bare.bytes[bare.length - 1] == '/')
        text_cut(&bare, bare.length - 1); /* O_NOFOLLOW follows "link/" */
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

/* FNV-1a: spreads names; the full key stands inside the record, so a collision is a miss. */
static uint64_t hash(const char *string)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (; *string; string++)
        value = (value ^ (unsigned char)*string) * UINT64_C(0x100000001b3);
    return value;
}

static void add_name(struct text *name, const char *home, const char *binary)
{
    text_format(name, "%016llx-%016llx.version", (unsigned long long)hash(home),
                (unsigned long long)hash(binary));
}

static long long nanoseconds(struct timespec time)
{
    return (long long)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* The first part of a record: format and key. Lengths keep a line feed in a path from being read.
 */
static void add_key(struct text *text, const struct version_key *key)
{
    const struct stat *s = key->status;
    text_format(text, "check_claude version record 1\nbinary %zu %s\nhome %zu %s\n",
                strlen(key->binary), key->binary, strlen(key->home), key->home);
    text_format(text, "device %llu\ninode %llu\nsize %lld\nmodified %lld\nchanged %lld\n",
                (unsigned long long)s->st_dev, (unsigned long long)s->st_ino, (long long)s->st_size,
                nanoseconds(s->st_mtim), nanoseconds(s->st_ctim));
}

/* The part behind the key. "end" shows that it is whole: such a record is not synced to the disk.
 */
static bool parse_rest(const char *rest, struct version_record *ret)
{
    static const char version_word[] = "version ", time_word[] = "\nchecked ", end[] = "\nend\n";
    if (strncmp(rest, version_word, sizeof version_word - 1) != 0)
        return false;
    rest += sizeof version_word - 1;
    size_t length = strcspn(rest, "\n");
    if (length >= sizeof ret->version ||
        strncmp(rest + length, time_word, sizeof time_word - 1) != 0)
        return false;
    char *behind;
    errno = 0;
    long long checked_at = strtoll(rest + length + sizeof time_word - 1, &behind, 10);
    if (errno != 0 || strcmp(behind, end) != 0)
        return false;
    memcpy(ret->version, rest, length);
    ret->version[length] = '\0';
    ret->checked_at = checked_at;
    return true;
}

static bool is_ours(const struct stat *status)
{
    return status->st_uid == geteuid() && !(status->st_mode & (S_IWGRP | S_IWOTH));
}

bool store_read_version(const struct store *store, const struct version_key *key, int64_t now,
                        int64_t ttl, struct version_record *ret, const char **ret_why)
{
    struct text name = TEXT_INIT(64), expected = TEXT_INIT(RECORD_MAX);
    add_name(&name, key->home, key->binary);
    add_key(&expected, key);
    struct file_bytes file = {0};
    struct version_record record;
    const char *why = NULL;
    int error = store->directory < 0
                    ? ENOENT
                    : file_read(store->directory, text_get(&name), O_NOFOLLOW, RECORD_MAX, &file);
    if (error != 0)
        why = error == ENOENT ? "none stored" : file_error(error);
    else if (name.failed || expected.failed || expected.truncated)
        why = "its key is too long";
    else if (!is_ours(&file.status))
        why = "the record is not ours";
    else if (strncmp(file.bytes, text_get(&expected), expected.length) != 0)
        why = "stored for another state of the binary";
    else if (!parse_rest(file.bytes + expected.length, &record))
        why = "the record is damaged";
    else if (record.checked_at > now)
        why = "the record is from the future";
    else if (duration_subtract(now, record.checked_at) >= ttl)
        why = "the record is too old";
    else
        *ret = record;
    *ret_why = why;
    file_bytes_free(&file);
    text_free(&name);
    text_free(&expected);
    return why == NULL;
}

/* Call visit() for each name in the directory until it returns false; false when that cannot be. */
static bool for_each_name(const struct store *store,
                          bool (*visit)(const struct store *, const char *, void *), void *context)
{
    int copy = openat(store->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = copy >= 0 ? fdopendir(copy) : NULL;
    if (!names) {
        if (copy >= 0)
            close(copy);
        return false;
    }
    bool going_on = true;
    for (struct dirent *entry; going_on && (entry = readdir(names));)
        going_on = visit(store, entry->d_name, context);
    closedir(names);
    return going_on;
}

int store_write_version(const struct store *store, const struct version_key *key,
                        const struct version_record *record)
{
    if (store->directory < 0)
        return ENOENT;
    struct text name = TEXT_INIT(64), text = TEXT_INIT(RECORD_MAX);
    add_name(&name, key->home, key->binary);
    add_key(&text, key);
    text_format(&text, "version %s\nchecked %lld\nend\n", record->version,
                (long long)record->checked_at);
    int error = ENOMEM;
    if (!name.failed && !text.failed && !text.truncated)
        error = file_replace(store->directory, text_get(&name), text_get(&text), text.length,
                             S_IRUSR | S_IWUSR, false);
    text_free(&name);
    text_free(&text);
    return error;
}

struct forgetting {
    char prefix[24]; /* the hash of the home and "-" */
    int removed;
};

static bool forget_name(const struct store *store, const char *name, void *context)
{
    struct forgetting *forgetting = context;
    if (strncmp(name, forgetting->prefix, strlen(forgetting->prefix)) != 0)
        return true;
    if (unlinkat(store->directory, name, 0) == 0)
        forgetting->removed++;
    else if (errno != ENOENT) /* another call may have been quicker */
        return false;
    return true;
}

int store_forget(const struct store *store, const char *home)
{
    if (store->directory < 0)
        return 0;
    struct forgetting forgetting = {.removed = 0};
    struct text prefix = TEXT_INIT(sizeof forgetting.prefix - 1);
    text_format(&prefix, "%016llx-", (unsigned long long)hash(home));
    memcpy(forgetting.prefix, text_get(&prefix), prefix.length + 1);
    bool failed = prefix.failed || !for_each_name(store, forget_name, &forgetting);
    text_free(&prefix);
    return failed ? -1 : forgetting.removed;
}

static bool sweep_name(const struct store *store, const char *name, void *context)
{
    (void)context;
    struct stat status;
    if (strncmp(name, FILE_TEMPORARY_PREFIX, strlen(FILE_TEMPORARY_PREFIX)) == 0 &&
        fstatat(store->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        time(NULL) - status.st_mtime > STALE_TEMPORARY_S)
        unlinkat(store->directory, name, 0);
    return true;
}

void store_sweep(const struct store *store)
{
    if (store->directory >= 0)
        for_each_name(store, sweep_name, NULL);
}
