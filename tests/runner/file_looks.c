/* What must be true of files after a run. */
#include "scene.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void there(struct scene *scene, const struct step *step)
{
    struct stat status;
    if (lstat(scene_path(scene, step->argv[1]), &status) == 0)
        scene_pass(scene);
    else
        scene_fail(scene, "%s is not there", step->argv[1]);
}

static void not_there(struct scene *scene, const struct step *step)
{
    struct stat status;
    if (lstat(scene_path(scene, step->argv[1]), &status) != 0)
        scene_pass(scene);
    else
        scene_fail(scene, "%s is there", step->argv[1]);
}

static struct bytes bytes_of(struct scene *scene, const char *path)
{
    char *data = NULL;
    size_t size = 0;
    FILE *copy = open_memstream(&data, &size), *stream = fopen(scene_path(scene, path), "re");
    for (int byte; stream && (byte = getc(stream)) != EOF;)
        putc(byte, copy);
    if (stream)
        fclose(stream);
    return pool_stream(scene->pool, copy, &data, &size);
}

/* The text of a file without its last line feeds; "" where there is none. */
static char *text_of(struct scene *scene, const char *path)
{
    struct bytes text = bytes_of(scene, path);
    while (text.size > 0 && text.data[text.size - 1] == '\n')
        text.data[--text.size] = '\0';
    return text.data;
}

static void holds(struct scene *scene, const struct step *step)
{
    const char *text = text_of(scene, step->argv[1]);
    if (strcmp(text, step->text) == 0)
        scene_pass(scene);
    else
        scene_fail(scene, "%s holds\n    %s", step->argv[1], text);
}

static void has_in_it(struct scene *scene, const struct step *step)
{
    const char *text = text_of(scene, step->argv[1]);
    if (strstr(text, step->text))
        scene_pass(scene);
    else
        scene_fail(scene, "not in %s: %s; it holds\n    %s", step->argv[1], step->text, text);
}

static void has_not_in_it(struct scene *scene, const struct step *step)
{
    if (!strstr(text_of(scene, step->argv[1]), step->text))
        scene_pass(scene);
    else
        scene_fail(scene, "in %s: %s", step->argv[1], step->text);
}

/* output-is-file PATH: the last run printed what is in it */
static void same_as_output(struct scene *scene, const struct step *step)
{
    char *printed = pool_text(scene->pool, scene->run.out.data, scene->run.out.size);
    for (size_t size = scene->run.out.size; size > 0 && printed[size - 1] == '\n'; size--)
        printed[size - 1] = '\0';
    const char *text = text_of(scene, step->argv[1]);
    if (strcmp(printed, text) == 0)
        scene_pass(scene);
    else
        scene_fail(scene, "stdout is not what %s holds:\n    %s", step->argv[1], text);
}

static void count_is(struct scene *scene, const char *what, size_t count, const char *wanted)
{
    if (count == strtoul(wanted, NULL, 10))
        scene_pass(scene);
    else
        scene_fail(scene, "%s: %zu, wanted %s", what, count, wanted);
}

/* file-lines PATH N: as what a stand-in wrote each time it was called; then the file is empty again
 */
static void has_lines(struct scene *scene, const struct step *step)
{
    const struct bytes text = bytes_of(scene, step->argv[1]);
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == '\n';
    count_is(scene, pool_print(scene->pool, "lines of %s", step->argv[1]), count, step->argv[2]);
    FILE *stream = fopen(scene_path(scene, step->argv[1]), "we");
    if (stream)
        fclose(stream);
}

/* gone | TEXT: no process has TEXT among its arguments */
static void is_gone(struct scene *scene, const struct step *step)
{
    DIR *processes = opendir("/proc");
    const char *left = NULL;
    for (struct dirent *entry; processes && (entry = readdir(processes));) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        const struct bytes words =
            bytes_of(scene, pool_print(scene->pool, "/proc/%s/cmdline", entry->d_name));
        if (memmem(words.data, words.size, step->text, strlen(step->text)))
            left = pool_text(scene->pool, entry->d_name, strlen(entry->d_name));
    }
    if (processes)
        closedir(processes);
    if (left)
        scene_fail(scene, "process %s is left: %s", left, step->text);
    else
        scene_pass(scene);
}

static void has_mode(struct scene *scene, const struct step *step)
{
    struct stat status = {0};
    lstat(scene_path(scene, step->argv[1]), &status);
    if ((status.st_mode & 07777) == strtoul(step->argv[2], NULL, 8))
        scene_pass(scene);
    else
        scene_fail(scene, "%s has mode %04o, wanted %s", step->argv[1],
                   (unsigned)status.st_mode & 07777, step->argv[2]);
}

static size_t count_files(const char *path)
{
    DIR *directory = opendir(path);
    size_t count = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *below = NULL;
        struct stat status;
        if (asprintf(&below, "%s/%s", path, entry->d_name) > 0 && lstat(below, &status) == 0)
            count += S_ISDIR(status.st_mode) ? count_files(below) : 1;
        free(below);
    }
    if (directory)
        closedir(directory);
    return count;
}

static const char *file_with(struct scene *scene, const char *path, const char *part)
{
    DIR *directory = opendir(path);
    const char *with = NULL;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *below = pool_print(scene->pool, "%s/%s", path, entry->d_name);
        const struct bytes text =
            entry->d_type == DT_REG ? bytes_of(scene, below) : (struct bytes){"", 0};
        if (memmem(text.data, text.size, part, strlen(part)))
            with = below;
        else if (entry->d_type == DT_DIR && !with)
            with = file_with(scene, below, part);
    }
    if (directory)
        closedir(directory);
    return with;
}

/* none-has DIRECTORY | PART: no file below it has PART in it */
static void none_has(struct scene *scene, const struct step *step)
{
    const char *with = file_with(scene, scene_path(scene, step->argv[1]), step->text);
    if (with)
        scene_fail(scene, "%s has %s in it", with, step->text);
    else
        scene_pass(scene);
}

/* files PATH N: below it, in whatever directories */
static void has_files(struct scene *scene, const struct step *step)
{
    count_is(scene, pool_print(scene->pool, "files below %s", step->argv[1]),
             count_files(scene_path(scene, step->argv[1])), step->argv[2]);
}

const struct step_word file_looks[] = {
    {"there", 1, 1, there},
    {"not-there", 1, 1, not_there},
    {"file-has-not", 1, 1, has_not_in_it},
    {"output-is-file", 1, 1, same_as_output},
    {"file-is", 1, 1, holds},
    {"file-has", 1, 1, has_in_it},
    {"file-lines", 2, 2, has_lines},
    {"mode-is", 2, 2, has_mode},
    {"gone", 0, 0, is_gone},
    {"none-has", 1, 1, none_has},
    {"files", 2, 2, has_files},
    {0},
};
