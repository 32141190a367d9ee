/*
 * A directory of its own for a test, made the current one. It goes when the test passes, and stays
 * for a look when it fails:
 *
 *     scratch_enter();
 *     scratch_write("bin/claude", "#!/bin/sh\n", 0755);
 *
 * Only functions that test programs need, so all are inline.
 */
#ifndef CHECK_CLAUDE_TESTS_SCRATCH_H
#define CHECK_CLAUDE_TESTS_SCRATCH_H

#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whose it is: a child that a test forks must not remove it. */
static char scratch_path[PATH_MAX];
static pid_t scratch_owner;

static inline int scratch_remove_one(const char *path, const struct stat *status, int type,
                                     struct FTW *at)
{
    (void)status, (void)type, (void)at;
    remove(path);
    return 0;
}

static inline void scratch_descriptors_again(void)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max < 256 ? limit.rlim_max : 256;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static inline void scratch_leave(void)
{
    if (!scratch_path[0] || scratch_owner != getpid())
        return;
    scratch_descriptors_again();
    if (chdir("/") == 0)
        nftw(scratch_path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    scratch_path[0] = '\0';
}

static inline void scratch_enter(void)
{
    scratch_leave();
    const char *top = getenv("TMPDIR");
    int length = snprintf(scratch_path, sizeof scratch_path, "%s/check_claude-unit.XXXXXX",
                          top && *top ? top : "/tmp");
    ck_assert_int_lt(length, (int)sizeof scratch_path);
    ck_assert_msg(mkdtemp(scratch_path), "%s", scratch_path);
    scratch_owner = getpid();
    atexit(scratch_leave);
    ck_assert_int_eq(chmod(scratch_path, 0755), 0);
    ck_assert_int_eq(chdir(scratch_path), 0);
    char real[PATH_MAX];
    ck_assert_ptr_nonnull(getcwd(real, sizeof real));
    memcpy(scratch_path, real, sizeof real);
}

/* mkdir -p */
static inline void scratch_directory(const char *path)
{
    char part[PATH_MAX];
    for (size_t i = 1; i <= strlen(path); i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        mkdir(part, 0755);
    }
}

/* A file with this mode, whatever the umask, and the directories above it. */
static inline void scratch_write(const char *path, const char *content, mode_t mode)
{
    const char *slash = strrchr(path, '/');
    if (slash) {
        char above[PATH_MAX] = "";
        memcpy(above, path, (size_t)(slash - path));
        scratch_directory(above);
    }
    FILE *file = fopen(path, "w");
    ck_assert_msg(file && fputs(content, file) >= 0 && fclose(file) == 0, "%s", path);
    ck_assert_int_eq(chmod(path, mode), 0);
}

/* From now on nothing can be opened, EMFILE, until scratch_descriptors_again() or the end of the
 * test. False under valgrind, which looks at that limit only when the kernel has found a file: then
 * there is nothing to be tested. */
static inline bool scratch_no_descriptors(void)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = 0;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return open("there is no such file", O_RDONLY) < 0 && errno == EMFILE;
}

/* How many entries a directory has, "." and ".." left out. */
static inline int scratch_count(const char *path)
{
    int count = 0;
    DIR *names = opendir(path);
    ck_assert_msg(names, "%s", path);
    for (struct dirent *entry; (entry = readdir(names));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(names);
    return count;
}

#endif
