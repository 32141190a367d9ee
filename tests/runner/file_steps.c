/* Steps that make files, directories, links, and change them. */
#include "scene.h"

#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void failed(struct scene *scene, const char *what, const char *path)
{
    scene_stuck(scene, "%s %s: %s", what, path, strerror(errno));
}

/* The directories that PATH is in, where they are missing. */
static void make_parents(const char *path)
{
    char *copy = strdup(path);
    for (char *at = copy ? strchr(copy + 1, '/') : NULL; at; at = strchr(at + 1, '/')) {
        *at = '\0';
        mkdir(copy, 0755);
        *at = '/';
    }
    free(copy);
}

static void set_owner(struct scene *scene, const char *path, const char *owner)
{
    char *end;
    bool ordinary = strncmp(owner, "user", 4) == 0;
    uid_t user = ordinary ? scene->place->ordinary_user : (uid_t)strtoul(owner, &end, 10);
    const char *colon = strchr(owner, ':');
    gid_t group = colon ? (gid_t)strtoul(colon + 1, NULL, 10) : user;
    if (geteuid() == 0 && lchown(path, user, group) != 0)
        failed(scene, "owner of", path);
}

/* The modification time, AGE seconds before now, to the nanosecond. */
static void set_age(struct scene *scene, const char *path, const char *age)
{
    bool ahead = *age == '-';
    char *end;
    long long seconds = strtoll(age + ahead, &end, 10), nanoseconds = 0;
    if (*end == '.') {
        const char *digits = end + 1;
        nanoseconds = strtoll(digits, &end, 10);
        for (long places = end - digits; places < 9; places++)
            nanoseconds *= 10;
    }
    if (*end != '\0')
        scene_stuck(scene, "age=%s: not seconds", age);
    long long back = seconds * 1000000000 + nanoseconds,
              when = scene->now * 1000000000LL + (ahead ? back : -back);
    struct timespec times[2] = {{when / 1000000000, when % 1000000000},
                                {when / 1000000000, when % 1000000000}};
    if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) != 0)
        failed(scene, "age of", path);
}

/* What follows the path of a step: owner=, mode=, age=, in whatever order. */
static void set_all(struct scene *scene, const char *path, char **words)
{
    const char *age = NULL;
    for (; *words; words++) {
        if (strncmp(*words, "mode=", 5) == 0) {
            if (chmod(path, (mode_t)strtoul(*words + 5, NULL, 8)) != 0)
                failed(scene, "mode of", path);
        } else if (strncmp(*words, "owner=", 6) == 0) {
            set_owner(scene, path, *words + 6);
        } else if (strncmp(*words, "age=", 4) == 0) {
            age = *words + 4;
        } else {
            scene_stuck(scene, "%s: write mode=, owner= or age=", *words);
        }
    }
    if (age)
        set_age(scene, path, age);
}

static void write_times(struct scene *scene, const char *path, int flags, struct bytes bytes,
                        unsigned long times)
{
    make_parents(path);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
    FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;
    if (!stream) {
        failed(scene, "write", path);
        return;
    }
    while (times-- > 0)
        fwrite(bytes.data, 1, bytes.size, stream);
    if (fclose(stream) != 0)
        failed(scene, "write", path);
}

static struct bytes lines_of(struct scene *scene, const struct step *step)
{
    char *text = step->has_text ? pool_print(scene->pool, "%s\n", step->text) : step->text;
    return (struct bytes){text, strlen(text)};
}

static void write_file(struct scene *scene, const struct step *step, int flags, struct bytes bytes)
{
    const char *path = scene_path(scene, step->argv[1]);
    write_times(scene, path, flags, bytes, 1);
    set_all(scene, path, step->argv + 2);
}

static void make_file(struct scene *scene, const struct step *step)
{
    write_file(scene, step, O_TRUNC, lines_of(scene, step));
}

static void append_lines(struct scene *scene, const struct step *step)
{
    write_file(scene, step, O_APPEND, lines_of(scene, step));
}

static void make_bytes(struct scene *scene, const struct step *step)
{
    write_file(scene, step, O_TRUNC, pool_unescape(scene->pool, step->text));
}

static void append_bytes(struct scene *scene, const struct step *step)
{
    write_file(scene, step, O_APPEND, pool_unescape(scene->pool, step->text));
}

/* repeat PATH TIMES | bytes, behind what is there */
static void repeat_bytes(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[1]);
    write_times(scene, path, O_APPEND, pool_unescape(scene->pool, step->text),
                strtoul(step->argv[2], NULL, 10));
    set_all(scene, path, step->argv + 3);
}

static void make_script(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[1]);
    char *text = pool_print(scene->pool, "#!/bin/sh\n%s\n", step->text);
    unlink(path); // not through a link
    write_times(scene, path, O_TRUNC, (struct bytes){text, strlen(text)}, 1);
    if (chmod(path, 0755) != 0)
        failed(scene, "mode of", path);
    set_all(scene, path, step->argv + 2);
}

static void set_size(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[1]);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0 || ftruncate(file, strtoll(step->argv[2], NULL, 10)) != 0)
        scene->skipped = "the file system has no sparse files of that size";
    if (file >= 0)
        close(file);
    set_all(scene, path, step->argv + 3);
}

/* cut PATH BYTES: its end, by so many */
static void cut_file(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[1]);
    struct stat status;
    if (stat(path, &status) != 0 ||
        truncate(path, status.st_size - strtoll(step->argv[2], NULL, 10)) != 0)
        failed(scene, "cut", path);
}

static void make_directory(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[1]);
    make_parents(path);
    if (mkdir(path, 0755) != 0)
        failed(scene, "make", path);
    set_all(scene, path, step->argv + 2);
}

static void make_fifo(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[1]);
    make_parents(path);
    if (mkfifo(path, 0644) != 0)
        failed(scene, "make", path);
    set_all(scene, path, step->argv + 2);
}

static void make_socket(struct scene *scene, const struct step *step)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = scene_path(scene, step->argv[1]);
    int end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (end < 0 || bind(end, (struct sockaddr *)&address, sizeof address) != 0)
        failed(scene, "make", path);
    close(end);
    set_all(scene, path, step->argv + 2);
}

static void make_link(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[1]);
    make_parents(path);
    unlink(path);
    if (symlink(step->argv[2], path) != 0)
        failed(scene, "make", path);
    set_all(scene, path, step->argv + 3);
}

static void make_hard_link(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[1]);
    make_parents(path);
    unlink(path);
    if (link(scene_path(scene, step->argv[2]), path) != 0)
        failed(scene, "make", path);
}

static void change(struct scene *scene, const struct step *step)
{
    set_all(scene, scene_path(scene, step->argv[1]), step->argv + 2);
}

static void rename_file(struct scene *scene, const struct step *step)
{
    const char *to = scene_path(scene, step->argv[2]);
    make_parents(to);
    if (rename(scene_path(scene, step->argv[1]), to) != 0)
        failed(scene, "move to", to);
}

/* copy FROM TO: TO is replaced; a whole tree; modes and times stay, but for those that are said */
static void copy_files(struct scene *scene, const struct step *step)
{
    const char *to = scene_path(scene, step->argv[2]);
    make_parents(to);
    int error = tree_copy(scene_path(scene, step->argv[1]), to);
    if (error)
        scene_stuck(scene, "copy %s: %s", step->argv[1], strerror(error));
    set_all(scene, to, step->argv + 3);
}

/* copies FROM TO N: of a tree, as TO/1 to TO/N */
static void copy_often(struct scene *scene, const struct step *step)
{
    const unsigned long count = strtoul(step->argv[3], NULL, 10);
    const char *from = scene_path(scene, step->argv[1]);
    int error = 0;
    for (unsigned long i = 1; error == 0 && i <= count; i++)
        error =
            tree_copy(from, pool_print(scene->pool, "%s/%lu", scene_path(scene, step->argv[2]), i));
    if (error)
        scene_stuck(scene, "copy %s: %s", step->argv[1], strerror(error));
}

/* edit PATH WORD | TEXT: the first WORD in the file becomes TEXT */
static void edit_file(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[1]);
    char *data = NULL;
    size_t room = 0;
    FILE *stream = fopen(path, "re");
    const ssize_t length = stream ? getdelim(&data, &room, '\0', stream) : -1;
    char *at = length > 0 ? strstr(data, step->argv[2]) : NULL;
    if (at) {
        char *text = pool_print(scene->pool, "%.*s%s%s", (int)(at - data), data, step->text,
                                at + strlen(step->argv[2]));
        write_times(scene, path, O_TRUNC, (struct bytes){text, strlen(text)}, 1);
    } else {
        scene_stuck(scene, "find %s in %s", step->argv[2], path);
    }
    free(data);
    if (stream)
        fclose(stream);
}

/* name NAME DIRECTORY: {NAME} is the path of a file in it */
static void name_file(struct scene *scene, const struct step *step)
{
    const char *path = scene_path(scene, step->argv[2]);
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (entry->d_name[0] != '.')
            scene_set(scene, &scene->texts, step->argv[1],
                      pool_print(scene->pool, "%s/%s", path, entry->d_name));
    }
    if (directory)
        closedir(directory);
}

static void remove_files(struct scene *scene, const struct step *step)
{
    int error = tree_remove(scene_path(scene, step->argv[1]));
    if (error)
        scene_stuck(scene, "remove %s: %s", step->argv[1], strerror(error));
}

const struct step_word file_steps[] = {
    {"file", 1, 4, make_file},
    {"append", 1, 4, append_lines},
    {"bytes", 1, 4, make_bytes},
    {"append-bytes", 1, 4, append_bytes},
    {"repeat", 2, 5, repeat_bytes},
    {"script", 1, 4, make_script},
    {"size", 2, 5, set_size},
    {"cut", 2, 2, cut_file},
    {"dir", 1, 4, make_directory},
    {"fifo", 1, 4, make_fifo},
    {"socket", 1, 4, make_socket},
    {"link", 2, 3, make_link},
    {"hard-link", 2, 2, make_hard_link},
    {"change", 2, 4, change},
    {"move", 2, 2, rename_file},
    {"copy", 2, 5, copy_files},
    {"copies", 3, 3, copy_often},
    {"edit", 2, 2, edit_file},
    {"name", 2, 2, name_file},
    {"remove", 1, 1, remove_files},
    {0},
};
