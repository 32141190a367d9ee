#include "driver.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORD 16384
#define OLD    "# HELP claude_old kept\n"
#define AGE    3600

/* Where a run may keep records: the first one by --state-dir, the others by themselves. */
static const char *const stores[] = {"state", "new/state", "mine/.cache/check_claude",
                                     "owned/.cache/check_claude", "var/check_claude"};

#define STORES (sizeof stores / sizeof stores[0])

/* A file of a store as it was, with whom it belongs to. */
struct record {
    size_t store;
    char name[256];
    struct stat status;
    size_t length;
    char bytes[RECORD];
};

static struct record before[16], fed[16];
static size_t before_count, fed_count;
static struct stat directories[STORES]; /* st_mode 0: it was not there */

static const char *store_path(const char *root, size_t store)
{
    static char path[512];
    const bool has_user = strcmp(stores[store], "var/check_claude") == 0;
    snprintf(path, sizeof path, has_user ? "%s/%s-%lu" : "%s/%s", root, stores[store],
             (unsigned long)geteuid());
    return path;
}

static bool is_name(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void empty_directory(const char *path)
{
    DIR *names = opendir(path);
    for (struct dirent *entry; names && (entry = readdir(names));)
        if (is_name(entry))
            unlinkat(dirfd(names), entry->d_name, 0);
    if (names)
        closedir(names);
}

static size_t read_record(const char *path, char *ret, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd >= 0 ? read(fd, ret, size - 1) : 0;
    if (fd >= 0)
        close(fd);
    n = n > 0 ? n : 0;
    ret[n] = '\0';
    return (size_t)n;
}

/* The records of all stores. Returns how many; at most 16. */
static size_t read_records(const char *root, struct record *ret)
{
    size_t count = 0;
    for (size_t store = 0; store < STORES; store++) {
        DIR *names = opendir(store_path(root, store));
        for (struct dirent *entry; names && (entry = readdir(names));) {
            if (entry->d_name[0] == '.')
                continue;
            scene_must(count < 16, "records");
            struct record *r = &ret[count++];
            char path[1024];
            snprintf(path, sizeof path, "%s/%s", store_path(root, store), entry->d_name);
            snprintf(r->name, sizeof r->name, "%s", entry->d_name);
            r->store = store;
            r->length = read_record(path, r->bytes, sizeof r->bytes);
            scene_must(lstat(path, &r->status) == 0, path);
        }
        if (names)
            closedir(names);
    }
    return count;
}

void records_forget(void)
{
    before_count = fed_count = 0;
    memset(directories, 0, sizeof directories);
}

void records_remember(const char *root)
{
    before_count = read_records(root, before);
    for (size_t store = 0; store < STORES; store++)
        if (stat(store_path(root, store), &directories[store]) != 0)
            directories[store].st_mode = 0;
}

static void make_parents(const char *root, const char *path, uid_t user, gid_t group)
{
    char part[512];
    for (const char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (mkdir(part, 0700) == 0)
            scene_must(chown(part, user, group) == 0, part);
    }
}

/* Make a store what it was; one that was not there goes, with the directories above it. */
static void reset_directory(const char *root, size_t store)
{
    const struct stat *status = &directories[store];
    const char *path = store_path(root, store);
    char above[512];
    empty_directory(path);
    if (status->st_mode != 0) {
        make_parents(root, path, status->st_uid, status->st_gid);
        if (mkdir(path, 0700) == 0)
            scene_must(chown(path, status->st_uid, status->st_gid) == 0, path);
        chmod(path, status->st_mode & 07777);
        return;
    }
    rmdir(path);
    snprintf(above, sizeof above, "%.*s", (int)(strrchr(path, '/') - path), path);
    if (strstr(above, "/.cache") || strstr(above, "/new"))
        rmdir(above);
}

static void write_record(const char *root, const struct record *r, size_t length)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%.255s", store_path(root, r->store), r->name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    scene_must(fd >= 0 && write(fd, r->bytes, length) == (ssize_t)length &&
                   fchown(fd, r->status.st_uid, r->status.st_gid) == 0,
               path);
    close(fd);
}

void records_reset(const char *root, const struct fault_case *c)
{
    directories[0] = (struct stat){.st_uid = geteuid(), .st_gid = getegid(), .st_mode = 0700};
    if (c->store == STORE_ABSENT)
        directories[0].st_mode = 0;
    else if (c->store == STORE_SHARED)
        directories[0].st_mode = 02770;
    else if (c->store == STORE_OPEN_TO_ALL)
        directories[0].st_mode = 0777;
    for (size_t store = 0; store < STORES; store++)
        reset_directory(root, store);
    empty_directory(scene_path(root, "tmp"));
    empty_directory(scene_path(root, "textfile"));
    scene_make_file(root, "textfile/claude.prom", OLD, AGE);
    for (size_t i = 0; i < before_count && c->store != STORE_ABSENT; i++)
        write_record(root, &before[i],
                     c->store == STORE_DAMAGED ? before[i].length / 2 : before[i].length);
}

static bool is_old(const char *name, const char *bytes, size_t length)
{
    for (size_t i = 0; i < before_count; i++)
        if (strcmp(before[i].name, name) == 0 && before[i].length == length &&
            memcmp(before[i].bytes, bytes, length) == 0)
            return true;
    return false;
}

/* A record says of itself where it begins and where it ends. */
static bool is_whole(const char *bytes, size_t length)
{
    static const char head[] = "check_claude ", end[] = "\nend\n";
    return length > sizeof head + sizeof end && memcmp(bytes, head, sizeof head - 1) == 0 &&
           memcmp(bytes + length - (sizeof end - 1), end, sizeof end - 1) == 0;
}

static bool ends_so(const char *name, const char *ending)
{
    size_t length = strlen(name), wanted = strlen(ending);
    return length >= wanted && strcmp(name + length - wanted, ending) == 0;
}

/* A temporary file may stay only where it could not be removed. */
static const char *damage_in(const struct fault_case *c, const char *directory, bool may_stay)
{
    static char what[1400];
    const char *damage = NULL;
    DIR *names = opendir(directory);
    for (struct dirent *entry; names && !damage && (entry = readdir(names));) {
        static char bytes[RECORD * 4];
        char path[1024];
        const char *name = entry->d_name;
        if (!is_name(entry))
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, name);
        size_t length = read_record(path, bytes, sizeof bytes);
        bool is_temporary = ends_so(directory, "/tmp") || name[0] == '.';
        bool is_textfile = strcmp(name, "claude.prom") == 0;
        if (is_temporary ? may_stay
            : is_textfile
                ? strcmp(bytes, OLD) == 0 ||
                      (length > 200 && memcmp(bytes, "# HELP ", 7) == 0 &&
                       bytes[length - 1] == '\n' && strstr(bytes, "_check_timestamp_seconds"))
                : c->store == STORE_DAMAGED || is_old(name, bytes, length) ||
                      is_whole(bytes, length))
            continue;
        snprintf(what, sizeof what, "%s is %s", path, is_temporary ? "left over" : "damaged");
        damage = what;
    }
    if (names)
        closedir(names);
    return damage;
}

/* What is gone that was there; the case says how the names of those end that it removes. */
static const char *missing(const char *root, const struct fault_case *c)
{
    static char what[1400];
    char path[1024];
    for (size_t i = 0; i <= before_count; i++) {
        if (i < before_count)
            snprintf(path, sizeof path, "%s/%.255s", store_path(root, before[i].store),
                     before[i].name);
        else
            snprintf(path, sizeof path, "%s/textfile/claude.prom", root);
        if (access(path, F_OK) == 0 ||
            (i < before_count && c->removes && ends_so(before[i].name, c->removes)))
            continue;
        snprintf(what, sizeof what, "%s is lost", path);
        return what;
    }
    return NULL;
}

const char *records_damage(const char *root, const struct fault_case *c, const struct fault *fault)
{
    bool may_stay = fault->call == FAULT_unlink || fault->call == FAULT_unlinkat;
    const char *damage = missing(root, c);
    for (size_t store = 0; store < STORES && !damage; store++)
        damage = damage_in(c, store_path(root, store), may_stay);
    if (!damage)
        damage = damage_in(c, scene_path(root, "textfile"), may_stay);
    return damage ? damage : damage_in(c, scene_path(root, "tmp"), may_stay);
}

void records_note_fed(const char *root)
{
    fed_count = read_records(root, fed);
}

/* What a record tells of a run: its kind, its time and the limit's end. */
static bool tell_the_same(const struct record *a, const struct record *b)
{
    static const char *const fields[] = {"\noutcome ", "\ntime ", "\nresets "};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const char *one = strstr(a->bytes, fields[i]), *other = strstr(b->bytes, fields[i]);
        if (!one || !other || strcspn(one + 1, "\n") != strcspn(other + 1, "\n") ||
            memcmp(one, other, strcspn(one + 1, "\n") + 1) != 0)
            return false;
    }
    return true;
}

bool records_are_fed(const char *root)
{
    static struct record now[16];
    size_t count = read_records(root, now), same = 0, wanted = 0;
    for (size_t i = 0; i < fed_count; i++) {
        if (ends_so(fed[i].name, ".version"))
            continue;
        wanted++;
        for (size_t k = 0; k < count; k++)
            same += now[k].store == fed[i].store && strcmp(now[k].name, fed[i].name) == 0 &&
                    tell_the_same(&now[k], &fed[i]);
    }
    return wanted > 0 && same == wanted;
}

bool records_have_try(const char *root)
{
    static struct record now[16];
    size_t count = read_records(root, now);
    for (size_t i = 0; i < count; i++)
        if (strstr(now[i].bytes, "\ntried ") && !strstr(now[i].bytes, "\ntried 0\n"))
            return true;
    return false;
}
