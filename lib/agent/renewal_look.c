#include "agent/renewal_look.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sys/statvfs.h>
#include <unistd.h>

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

/*
 * May this user write the directory? Of ourselves the kernel knows, with access lists, groups that
 * only this process has, and what root may not do in a container. Returns as above.
 */
static int look_up_writer(const char *path, const struct stat *directory, uid_t user,
                          bool *ret_may_write)
{
    const mode_t mode = directory->st_mode;
    const mode_t owner = S_IWUSR | S_IXUSR, group = S_IWGRP | S_IXGRP, other = S_IWOTH | S_IXOTH;
    const bool by_group = (mode & group) == group, by_other = (mode & other) == other;
    bool is_member = false;
    int error = 0;
    if (directory->st_uid == user && (mode & owner) == owner) {
        *ret_may_write = true;
    } else if (user == geteuid()) {
        *ret_may_write = faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) == 0;
        error = !*ret_may_write && file_error_tells_nothing(errno) ? errno : 0;
    } else if (directory->st_uid == user || user == 0) {
        *ret_may_write = user == 0;
    } else {
        if (by_group != by_other)
            error = look_up_member(user, directory->st_gid, &is_member);
        *ret_may_write = is_member ? by_group : by_other;
    }
    return error;
}

static int look_at_directory(const char *directory, const struct stat *file, uid_t user,
                             enum renewal *ret)
{
    struct stat status;
    struct statvfs system;
    bool may_write;
    if (stat(directory, &status) != 0 || statvfs(directory, &system) != 0)
        return errno;
    int error = look_up_writer(directory, &status, user, &may_write);
    if (error != 0)
        return error;
    if (system.f_flag & ST_RDONLY)
        *ret = RENEWAL_READ_ONLY;
    else if (user != 0 && file->st_uid != user && status.st_uid != user)
        *ret = RENEWAL_DIRECTORY_FOREIGN; /* the CLI sets the directory's mode, too */
    else if (!may_write)
        *ret = RENEWAL_DIRECTORY_CLOSED;
    return 0;
}

int renewal_look(const char *path, const struct stat *file, bool is_link, uid_t user,
                 enum renewal *ret)
{
    struct statvfs system;
    struct text directory = TEXT_INIT(PATH_MAX);
    *ret = RENEWAL_POSSIBLE;
    if (file->st_nlink == 0) {
        *ret = RENEWAL_FILE_REPLACED;
        return 0;
    }
    file_add_directory(&directory, path);
    int error =
        directory.failed ? ENOMEM : look_at_directory(text_get(&directory), file, user, ret);
    text_free(&directory);
    if (error == 0 && *ret == RENEWAL_POSSIBLE && !is_link) {
        if (statvfs(path, &system) != 0)
            error = errno;
        else if (system.f_flag & ST_RDONLY)
            *ret = RENEWAL_FILE_READ_ONLY;
    }
    return error == ENOENT || error == ENOTDIR || error == EACCES ? 0 : error;
}

bool renewal_user_cannot_read(const struct stat *file, uid_t user)
{
    if (user == 0 || user == geteuid()) /* we have just read it */
        return false;
    if (file->st_uid == user)
        return !(file->st_mode & S_IRUSR);
    return !(file->st_mode & (S_IRGRP | S_IROTH));
}
