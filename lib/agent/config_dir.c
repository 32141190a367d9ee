#include "agent/config_dir.h"

#include "base/file.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

void config_dir_add_path(const char *asked, bool own, const char *home, struct text *text)
{
    const char *secure = own ? getenv("CLAUDE_SECURESTORAGE_CONFIG_DIR") : NULL;
    const char *config = own ? getenv("CLAUDE_CONFIG_DIR") : NULL;
    if (asked)
        text_add(text, asked);
    else if (secure && *secure)
        text_add(text, secure);
    else if (!secure && config)
        text_add(text, *config ? config : ".");
    else
        text_format(text, "%s/.claude", home);
}

/* Returns 0 or an errno value: the databases of users and groups may be out of reach. */
static int look_up_member(uid_t user, gid_t group, bool *ret_is_member)
{
    *ret_is_member = false;
    errno = 0;
    struct passwd *entry = getpwuid(user);
    gid_t groups[256];
    int count = sizeof groups / sizeof groups[0];
    if (!entry) /* ENOENT and others mean that there is no such user (getpwnam(3)) */
        return file_error_tells_nothing(errno) ? errno : 0;
    errno = 0;
    if (getgrouplist(entry->pw_name, entry->pw_gid, groups, &count) < 0) {
        if (file_error_tells_nothing(errno))
            return errno;
        count = sizeof groups / sizeof groups[0];
    }
    for (int i = 0; i < count; i++)
        *ret_is_member = *ret_is_member || groups[i] == group;
    return 0;
}

/* Renewal makes a new file: may this user, whoever we are, write the directory? As above. */
static int look_up_writer(uid_t user, const char *directory, bool *ret_may_write)
{
    struct stat status;
    struct statvfs system;
    if (stat(directory, &status) != 0 || statvfs(directory, &system) != 0)
        return errno;
    mode_t mode = status.st_mode;
    const mode_t owner = S_IWUSR | S_IXUSR, group = S_IWGRP | S_IXGRP, other = S_IWOTH | S_IXOTH;
    bool by_group = (mode & group) == group, by_other = (mode & other) == other;
    bool is_member = false;
    int error = 0;
    if (status.st_uid != user && user != 0 && by_group != by_other)
        error = look_up_member(user, status.st_gid, &is_member);
    *ret_may_write = user == 0               ? true
                     : status.st_uid == user ? (mode & owner) == owner
                     : is_member             ? by_group
                                             : by_other;
    if (system.f_flag & ST_RDONLY)
        *ret_may_write = false;
    return error;
}

/* What is not there, or not ours to look at, tells of nothing that is wrong. */
static int without_permission(int error)
{
    return error == ENOENT || error == ENOTDIR || error == EACCES ? 0 : error;
}

/* By its path: opening it would take more than the right to search it, which the file took. */
static int look_at_directory(const char *path, uid_t user, struct config_facts *ret)
{
    struct text name = TEXT_INIT(PATH_MAX);
    file_add_directory(&name, path);
    int error = name.failed ? ENOMEM : look_up_writer(user, text_get(&name), &ret->owner_can_write);
    text_free(&name);
    return without_permission(error);
}

static int look_at_lock(const char *config_dir, int64_t now, struct config_facts *ret)
{
    struct text path = TEXT_INIT(PATH_MAX);
    struct stat lock;
    text_format(&path, "%s/.oauth_refresh.lock", config_dir);
    int error = path.failed ? ENOMEM : stat(text_get(&path), &lock) != 0 ? errno : 0;
    text_free(&path);
    if (error == 0) {
        ret->has_refresh_lock = true;
        ret->lock_age = now - file_time_ms(&lock.st_mtim);
    }
    return without_permission(error);
}

int config_dir_look(const char *config_dir, const char *path, const struct stat *file, int64_t now,
                    struct config_facts *ret)
{
    ret->open_to_others = (file->st_mode & (S_IRGRP | S_IROTH)) != 0;
    ret->owner_can_write = true;
    int error = look_at_directory(path, file->st_uid, ret);
    int lock_error = look_at_lock(config_dir, now, ret);
    return error != 0 ? error : lock_error;
}
