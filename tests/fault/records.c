#include "driver.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORD 16384
#define OLD    "# HELP claude_old kept\n"
#define AGE    3600

/* A record of the state directory, as it was before a run. */
struct record {
    char name[256];
    size_t length;
    char bytes[RECORD];
};

static struct record before[8];
static size_t before_count;

static void empty_directory(const char *path)
{
    DIR *names = opendir(path);
    for (struct dirent *entry; names && (entry = readdir(names));)
        if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2)
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

void records_forget(void)
{
    before_count = 0;
}

void records_remember(const char *root)
{
    DIR *names = opendir(scene_path(root, "state"));
    before_count = 0;
    for (struct dirent *entry; names && (entry = readdir(names));) {
        if (entry->d_name[0] == '.')
            continue;
        scene_must(before_count < sizeof before / sizeof before[0], "records");
        struct record *r = &before[before_count++];
        char path[1024];
        snprintf(path, sizeof path, "%s/state/%s", root, entry->d_name);
        snprintf(r->name, sizeof r->name, "%s", entry->d_name);
        r->length = read_record(path, r->bytes, sizeof r->bytes);
    }
    if (names)
        closedir(names);
}

void records_reset(const char *root, const struct fault_case *c)
{
    char path[1024];
    empty_directory(scene_path(root, "state"));
    empty_directory(scene_path(root, "tmp"));
    empty_directory(scene_path(root, "textfile"));
    scene_make_file(root, "textfile/claude.prom", OLD, AGE);
    if (c->store == STORE_ABSENT) {
        rmdir(scene_path(root, "state"));
        rmdir(scene_path(root, "new/state"));
        rmdir(scene_path(root, "new"));
        return;
    }
    mkdir(scene_path(root, "state"), 0700);
    chmod(scene_path(root, "state"), c->store == STORE_SHARED ? 02770 : 0700);
    for (size_t i = 0; i < before_count; i++) {
        snprintf(path, sizeof path, "%s/state/%.255s", root, before[i].name);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        scene_must(fd >= 0 &&
                       write(fd, before[i].bytes, before[i].length) == (ssize_t)before[i].length,
                   path);
        close(fd);
    }
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

/* The case says how the names of those end that it removes. */
static bool may_go(const struct record *record, const struct fault_case *c)
{
    size_t length = strlen(record->name), ending = c->removes ? strlen(c->removes) : 0;
    return c->removes && length >= ending &&
           strcmp(record->name + length - ending, c->removes) == 0;
}

/* A temporary file may stay only where it could not be removed. */
static const char *damage_in(const char *root, const char *directory, bool may_stay)
{
    static char what[1400];
    const char *damage = NULL;
    DIR *names = opendir(scene_path(root, directory));
    for (struct dirent *entry; names && !damage && (entry = readdir(names));) {
        static char bytes[RECORD * 4];
        char path[1024];
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s/%s", root, directory, name);
        size_t length = read_record(path, bytes, sizeof bytes);
        bool is_temporary = strcmp(directory, "tmp") == 0 || name[0] == '.';
        bool is_textfile = strcmp(name, "claude.prom") == 0;
        if (is_temporary ? may_stay
            : is_textfile
                ? strcmp(bytes, OLD) == 0 ||
                      (length > 200 && memcmp(bytes, "# HELP ", 7) == 0 &&
                       bytes[length - 1] == '\n' && strstr(bytes, "_check_timestamp_seconds"))
                : is_old(name, bytes, length) || is_whole(bytes, length))
            continue;
        snprintf(what, sizeof what, "%s is %s", path, is_temporary ? "left over" : "damaged");
        damage = what;
    }
    if (names)
        closedir(names);
    return damage;
}

/* What is gone that was there, and was not to be removed. */
static const char *missing(const char *root, const struct fault_case *c)
{
    static char what[1400];
    char path[1024];
    for (size_t i = 0; i <= before_count; i++) {
        if (i < before_count)
            snprintf(path, sizeof path, "%s/state/%.255s", root, before[i].name);
        else
            snprintf(path, sizeof path, "%s/textfile/claude.prom", root);
        if (access(path, F_OK) == 0 || (i < before_count && may_go(&before[i], c)))
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
    if (!damage)
        damage = damage_in(root, "state", may_stay);
    if (!damage)
        damage = damage_in(root, "new/state", may_stay);
    if (!damage)
        damage = damage_in(root, "textfile", may_stay);
    return damage ? damage : damage_in(root, "tmp", may_stay);
}
