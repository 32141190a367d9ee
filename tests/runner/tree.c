#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Call EACH for every name in the directory at FROM, with that path and the same below TO (which
 * may be NULL). */
static int each_below(const char *from, const char *to,
                      int (*each)(const char *from, const char *to))
{
    DIR *directory = opendir(from);
    if (!directory)
        return errno;
    int error = 0;
    struct dirent *entry;
    while (error == 0 && (entry = readdir(directory))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *below = NULL, *goal = NULL;
        if (asprintf(&below, "%s/%s", from, entry->d_name) < 0 ||
            asprintf(&goal, "%s/%s", to ? to : "", entry->d_name) < 0)
            abort();
        error = each(below, goal);
        free(below);
        free(goal);
    }
    closedir(directory);
    return error;
}

static int remove_below(const char *path, const char *unused)
{
    (void)unused;
    return tree_remove(path);
}

int tree_remove(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT ? 0 : errno;
    if (!S_ISDIR(status.st_mode))
        return unlink(path) == 0 ? 0 : errno;
    if ((status.st_mode & S_IRWXU) != S_IRWXU)
        chmod(path, S_IRWXU);
    int error = each_below(path, NULL, remove_below);
    return error ? error : rmdir(path) == 0 ? 0 : errno;
}

static int copy_bytes(int from, int to)
{
    static char buffer[65536];
    ssize_t length;
    while ((length = read(from, buffer, sizeof buffer)) > 0) {
        if (write(to, buffer, (size_t)length) != length)
            return errno;
    }
    return length < 0 ? errno : 0;
}

static int copy_file(const char *from, const char *to)
{
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int goal = source < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int error = goal < 0 ? errno : copy_bytes(source, goal);
    if (source >= 0)
        close(source);
    if (goal >= 0)
        close(goal);
    return error;
}

static int copy_link(const char *from, const char *to)
{
    char target[4096];
    ssize_t length = readlink(from, target, sizeof target - 1);
    if (length < 0)
        return errno;
    target[length] = '\0';
    return symlink(target, to) == 0 ? 0 : errno;
}

int tree_copy(const char *from, const char *to)
{
    struct stat status;
    if (lstat(from, &status) != 0)
        return errno;
    if (S_ISLNK(status.st_mode))
        return copy_link(from, to);
    int error = 0;
    if (S_ISDIR(status.st_mode)) {
        if (mkdir(to, 0700) != 0 && errno != EEXIST)
            return errno;
        error = each_below(from, to, tree_copy);
    } else {
        error = copy_file(from, to);
    }
    if (error)
        return error;
    const struct timespec times[2] = {status.st_atim, status.st_mtim};
    if (chmod(to, status.st_mode & 07777) != 0 || utimensat(AT_FDCWD, to, times, 0) != 0)
        return errno;
    return 0;
}
