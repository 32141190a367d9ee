/* Listing directories, and what the C library reads for itself: users, groups, the time zone. */
#include "inject.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <time.h>
#include <unistd.h>

DIR *opendir(const char *path)
{
    return inject(FAULT_opendir, path) ? NULL : NEXT(opendir)(path);
}

DIR *fdopendir(int fd)
{
    return inject(FAULT_fdopendir, inject_name_of(fd)) ? NULL : NEXT(fdopendir)(fd);
}

struct dirent *readdir(DIR *names)
{
    return inject(FAULT_readdir, NULL) ? NULL : NEXT(readdir)(names);
}

int scandir(const char *path, struct dirent ***names, int (*choose)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **))
{
    return inject(FAULT_scandir, path) ? -1 : NEXT(scandir)(path, names, choose, compare);
}

struct passwd *getpwuid(uid_t user)
{
    inject_keep_begin();
    struct passwd *entry = inject(FAULT_getpwuid, NULL) ? NULL : NEXT(getpwuid)(user);
    inject_keep_end();
    return entry;
}

int getgrouplist(const char *user, gid_t group, gid_t *groups, int *count)
{
    inject_keep_begin();
    int result =
        inject(FAULT_getgrouplist, user) ? -1 : NEXT(getgrouplist)(user, group, groups, count);
    inject_keep_end();
    return result;
}

/* The first call reads the time zone. */
struct tm *gmtime_r(const time_t *time, struct tm *ret)
{
    inject_keep_begin();
    struct tm *result = NEXT(gmtime_r)(time, ret);
    inject_keep_end();
    return result;
}

int getgroups(int size, gid_t groups[])
{
    return inject(FAULT_getgroups, NULL) ? -1 : NEXT(getgroups)(size, groups);
}
