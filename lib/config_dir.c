#include "config_dir.h"

#include "file.h"

#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

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

static bool is_member(uid_t user, gid_t group)
{
    struct passwd *entry = getpwuid(user);
    gid_t groups[256];
    int count = sizeof groups / sizeof groups[0];
    if (!entry)
        return false;
    if (getgrouplist(entry->pw_name, entry->pw_gid, groups, &count) < 0)
        count = sizeof groups / sizeof groups[0];
    for (int i = 0; i < count; i++)
        if (groups[i] == group)
            return true;
    return false;
}

/* Renewal makes a new file: may this user, whoever we are, write the directory? */
static bool may_write(uid_t user, int directory)
{
    struct stat status;
    struct statvfs system;
    if (fstat(directory, &status) != 0)
        return true; /* nothing is known against it */
    if (fstatvfs(directory, &system) == 0 && (system.f_flag & ST_RDONLY))
        return false;
    mode_t mode = status.st_mode;
    const mode_t owner = S_IWUSR | S_IXUSR, group = S_IWGRP | S_IXGRP, other = S_IWOTH | S_IXOTH;
    bool by_group = (mode & group) == group, by_other = (mode & other) == other;
    if (user == 0)
        return true;
    if (status.st_uid == user)
        return (mode & owner) == owner;
    return by_group == by_other ? by_other : is_member(user, status.st_gid) ? by_group : by_other;
}

void config_dir_look(const char *config_dir, const char *path, const struct stat *file, int64_t now,
                     struct config_facts *ret)
{
    ret->open_to_others = (file->st_mode & (S_IRGRP | S_IROTH)) != 0;
    ret->owner_can_write = true;
    struct text around = TEXT_INIT(PATH_MAX);
    file_add_directory(&around, path);
    int directory = open(text_get(&around), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        ret->owner_can_write = may_write(file->st_uid, directory);
        close(directory);
    }
    text_reset(&around);
    text_format(&around, "%s/.oauth_refresh.lock", config_dir);
    struct stat lock;
    if (stat(text_get(&around), &lock) == 0) {
        ret->has_refresh_lock = true;
        ret->lock_age = now - file_time_ms(&lock.st_mtim);
    }
    text_free(&around);
}
