/* Runs of the plugins. */
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 120 }; // seconds; a busy machine is no failure

static char *make_path(struct scene *scene, bool frozen, const char *name)
{
    const struct place *place = scene->place;
    const char *where =
        scene->given.user ? pool_print(scene->pool, "%s/plugins", place->work) : place->build;
    const char *kind = !frozen ? "" : scene->given.user ? "frozen/" : "tests/frozen/";
    return pool_print(scene->pool, "%s/%scheck_claude_%s", where, kind, name);
}

/* The words to be executed: of a wrapper, the plugin's path, its arguments. */
static char **make_words(struct scene *scene, char *path, char **arguments)
{
    size_t before = 0, count = 0;
    while (scene->place->wrapper[before])
        before++;
    while (arguments[count])
        count++;
    char **words = pool_get(scene->pool, (before + count + 1) * sizeof *words);
    memcpy(words, scene->place->wrapper, before * sizeof *words);
    words[before] = path;
    for (size_t i = 1; i < count; i++)
        words[before + i] = arguments[i];
    return words;
}

static bool become(const struct scene *scene, const char *user)
{
    if (!user)
        return true;
    char *end;
    uid_t number = strncmp(user, "ordinary", 8) == 0 ? scene->place->ordinary_user
                                                     : (uid_t)strtoul(user, NULL, 10);
    if (geteuid() != 0)
        return number == geteuid();
    gid_t groups[8];
    size_t count = 0;
    for (const char *at = strchr(user, ':'); at && *at && count < 8; at = *end ? end : NULL)
        groups[count++] = (gid_t)strtoul(at + 1, &end, 10);
    return setgroups(count, groups) == 0 && setgid(number) == 0 && setuid(number) == 0;
}

static bool place_on(int goal, const char *path, int flags)
{
    if (strcmp(path, "-") == 0)
        return close(goal) == 0;
    int file = open(path, flags, 0600);
    return file >= 0 && (file == goal || (dup2(file, goal) == goal && close(file) == 0));
}

/* In the new process: everything as it is given, then the plugin. */
static void start(const struct scene *scene, char **words, char **environment, int input,
                  const char *out, const char *err)
{
    const struct given *given = &scene->given;
    bool ready = setpgid(0, 0) == 0;
    if (input >= 0)
        ready &= dup2(input, 0) == 0;
    else
        ready &= place_on(0, given->input ? given->input : "/dev/null", O_RDONLY);
    ready &= place_on(2, err, O_WRONLY | O_CREAT | O_TRUNC);
    ready &= place_on(1, given->output ? given->output : out, O_WRONLY | O_CREAT | O_TRUNC);
    ready &= chdir(given->directory) == 0;
    if (given->umask_given)
        umask(given->umask);
    for (size_t i = 0; i < given->limit_count; i++) {
        struct rlimit limit = {given->limits[i].most, given->limits[i].most};
        ready &= setrlimit((unsigned)given->limits[i].resource, &limit) == 0;
    }
    if (ready && become(scene, given->user))
        execve(words[0], words, environment);
    dprintf(2, "%s: not started: %s\n", words[0], strerror(errno));
    _exit(126);
}

static struct bytes read_all(struct scene *scene, const char *path)
{
    char *data = NULL, buffer[8192];
    size_t size = 0, length;
    FILE *copy = open_memstream(&data, &size), *stream = fopen(path, "re");
    while (stream && (length = fread(buffer, 1, sizeof buffer, stream)) > 0)
        fwrite(buffer, 1, length, copy);
    if (stream)
        fclose(stream);
    return pool_stream(scene->pool, copy, &data, &size);
}

/* glibc's words for errors, where musl has its own. */
static struct bytes in_words_of_glibc(struct scene *scene, struct bytes text)
{
    static const char *const words[][2] = {
        {"Symbolic link loop", "Too many levels of symbolic links"},
        {"No file descriptors available", "Too many open files"},
        {": I/O error", ": Input/output error"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *at;
        while (!memchr(text.data, '\0', text.size) && (at = strstr(text.data, words[i][0]))) {
            text.data = pool_print(scene->pool, "%.*s%s%s", (int)(at - text.data), text.data,
                                   words[i][1], at + strlen(words[i][0]));
            text.size = strlen(text.data);
        }
    }
    return text;
}

static volatile sig_atomic_t too_long;
static void note_alarm(int number)
{
    (void)number;
    too_long = 1;
}

static int wait_for(pid_t child)
{
    int status = 0;
    too_long = 0;
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = note_alarm}, NULL);
    alarm(LONGEST);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        if (too_long)
            kill(-child, SIGKILL);
    }
    alarm(0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static void write_all(int file, const struct bytes *text)
{
    for (size_t at = 0; at < text->size;) {
        ssize_t length = write(file, text->data + at, text->size - at);
        if (length <= 0)
            return;
        at += (size_t)length;
    }
}

/* The end of a pipe that brings the text that is given, or -1. What a pipe cannot hold, or what is
   to come slowly, a process of its own writes. */
static int open_pipe(const struct given *given)
{
    int ends[2];
    if (!given->pipe || pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    const struct timespec nap = {given->slowly_ms / 1000, given->slowly_ms % 1000 * 1000000};
    if (given->piped.size <= 4096 && given->slowly_ms == 0) {
        write_all(ends[1], &given->piped);
    } else if (fork() == 0) {
        close(ends[0]);
        nanosleep(&nap, NULL);
        write_all(ends[1], &given->piped);
        nanosleep(&nap, NULL);
        _exit(0);
    }
    close(ends[1]);
    return ends[0];
}

void run_plugin(struct scene *scene, bool frozen, char **arguments)
{
    run_finish(scene);
    char **environment = run_environment(scene, &arguments);
    scene->run = (struct run){.number = scene->number, .arguments = arguments};
    if (!*arguments) {
        scene_stuck(scene, "run no plugin; write preflight or runlog");
        return;
    }
    char *out = pool_print(scene->pool, "%s.out", scene->directory),
         *err = pool_print(scene->pool, "%s.err", scene->directory);
    char **words = make_words(scene, make_path(scene, frozen, arguments[0]), arguments);
    int input = open_pipe(&scene->given);
    pid_t child = fork();
    if (child == 0)
        start(scene, words, environment, input, out, err);
    if (input >= 0)
        close(input);
    if (child < 0) {
        scene_stuck(scene, "start a process: %s", strerror(errno));
        return;
    }
    scene->run.status = wait_for(child);
    while (scene->given.pipe && waitpid(-1, NULL, WNOHANG) > 0)
        ;
    scene->run.out = in_words_of_glibc(scene, read_all(scene, out));
    scene->run.err = read_all(scene, err);
    unlink(out);
    unlink(err);
    scene->given.pipe = false;
    scene->given.input = scene->given.output = NULL;
}
