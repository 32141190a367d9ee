/* Steps that run a plugin, and that say what it is given. */
#include "scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void run(struct scene *scene, const struct step *step)
{
    run_plugin(scene, true, step->argv + 1);
}

static void run_real(struct scene *scene, const struct step *step)
{
    run_plugin(scene, false, step->argv + 1);
}

static void let(struct scene *scene, const struct step *step)
{
    scene_set(scene, &scene->texts, step->argv[1], step->text);
}

/* env NAME=VALUE..., or NAME alone: not in the environment */
static void set_environment(struct scene *scene, const struct step *step)
{
    for (int i = 1; i < step->argc; i++) {
        char *name = step->argv[i], *equals = strchr(name, '=');
        if (equals)
            *equals = '\0';
        scene_set(scene, &scene->given.environment, name, equals ? equals + 1 : NULL);
    }
}

/* now +SECONDS, from where it is; now real+SECONDS, from the machine's clock */
static void set_now(struct scene *scene, const struct step *step)
{
    const char *when = step->argv[1];
    bool real = strncmp(when, "real", 4) == 0;
    scene->now =
        (real ? (int64_t)time(NULL) : scene->now) + strtoll(real ? when + 4 : when, NULL, 10);
}

/* rest SECONDS: until the kernel's clock of files has moved on */
static void rest(struct scene *scene, const struct step *step)
{
    (void)scene;
    const long ms = (long)(strtod(step->argv[1], NULL) * 1000);
    const struct timespec nap = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&nap, NULL);
}

static void set_directory(struct scene *scene, const struct step *step)
{
    scene->given.directory = scene_path(scene, step->argv[1]);
}

/* user ordinary, user UID:GROUP,...; user self: the runner's own again */
static void set_user(struct scene *scene, const struct step *step)
{
    const char *user = step->argv[1];
    bool ordinary = strcmp(user, "ordinary") == 0;
    scene->given.user = strcmp(user, "self") == 0 ? NULL : user;
    if (scene->given.user && !(ordinary || geteuid() == 0))
        scene->skipped = "takes root";
    else if (scene->given.user && !scene->place->user_works)
        scene->skipped = "no ordinary user";
}

static void set_input(struct scene *scene, const struct step *step)
{
    const char *path = step->argv[1];
    scene->given.input = strcmp(path, "-") == 0 ? path : scene_path(scene, path);
}

static void set_pipe(struct scene *scene, const struct step *step)
{
    char *text = step->has_text ? pool_print(scene->pool, "%s\n", step->text) : step->text;
    scene->given.pipe = true;
    scene->given.slowly_ms = 0;
    scene->given.piped = (struct bytes){text, strlen(text)};
}

static void set_pipe_bytes(struct scene *scene, const struct step *step)
{
    set_pipe(scene, step);
    scene->given.piped = pool_unescape(scene->pool, step->text);
}

/* pipe-slowly SECONDS | TEXT */
static void set_slow_pipe(struct scene *scene, const struct step *step)
{
    set_pipe(scene, step);
    scene->given.slowly_ms = (long)(strtod(step->argv[1], NULL) * 1000);
}

static void set_output(struct scene *scene, const struct step *step)
{
    const char *path = step->argv[1];
    scene->given.output = strcmp(path, "-") == 0 ? path : scene_path(scene, path);
}

static void set_umask(struct scene *scene, const struct step *step)
{
    scene->given.umask_given = true;
    scene->given.umask = (mode_t)strtoul(step->argv[1], NULL, 8);
}

/* limit memory BYTES; sanitizers reserve more than any sensible limit of memory */
static void set_limit(struct scene *scene, const struct step *step)
{
    static const struct {
        const char *name;
        int resource;
    } known[] = {{"memory", RLIMIT_AS},
                 {"files", RLIMIT_NOFILE},
                 {"size", RLIMIT_FSIZE},
                 {"processes", RLIMIT_NPROC}};
    struct given *given = &scene->given;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(step->argv[1], known[i].name) != 0)
            continue;
        if (known[i].resource == RLIMIT_AS && getenv("SANITIZED"))
            return;
        if (given->limit_count < sizeof given->limits / sizeof *given->limits)
            given->limits[given->limit_count++] =
                (struct limit){known[i].resource, strtoul(step->argv[2], NULL, 10)};
        return;
    }
    scene_stuck(scene, "limit %s: write memory, files, size or processes", step->argv[1]);
}

static bool keeps_nanoseconds(const struct scene *scene)
{
    const struct timespec times[2] = {{scene->now, 1}, {scene->now, 1}};
    struct stat status;
    const char *home = scene_path(scene, "home");
    return utimensat(0, home, times, 0) == 0 && stat(home, &status) == 0 &&
           status.st_mtim.tv_nsec == 1;
}

/* needs WHAT: where it is not so, the rest of the case is skipped */
static void need(struct scene *scene, const struct step *step)
{
    const char *what = step->argv[1], *path = step->argc == 3 ? step->argv[2] : NULL;
    if (strcmp(what, "root") == 0)
        scene->skipped = geteuid() == 0 ? NULL : "takes root";
    else if (strcmp(what, "no-root") == 0)
        scene->skipped = geteuid() != 0 ? NULL : "root may do that";
    else if (strcmp(what, "user") == 0)
        scene->skipped = scene->place->user_works ? NULL : "no ordinary user";
    else if (strcmp(what, "nanoseconds") == 0)
        scene->skipped = keeps_nanoseconds(scene) ? NULL : "not on this file system";
    else if (strcmp(what, "unsanitized") == 0)
        scene->skipped = getenv("SANITIZED") ? "not with sanitizers" : NULL;
    else if (strcmp(what, "path") == 0 && path)
        scene->skipped = access(path, F_OK) == 0 ? NULL : pool_print(scene->pool, "no %s", path);
    else if (strcmp(what, "no-path") == 0 && path)
        scene->skipped =
            access(path, F_OK) != 0 ? NULL : pool_print(scene->pool, "there is a %s", path);
    else
        scene_stuck(scene, "needs %s: no such need; tests/README.md has them", what);
}

enum { ANY = 1000 };

const struct step_word run_steps[] = {
    {"run", 1, ANY, run},
    {"run-real", 1, ANY, run_real},
    {"let", 1, 1, let},
    {"env", 1, ANY, set_environment},
    {"now", 1, 1, set_now},
    {"rest", 1, 1, rest},
    {"cwd", 1, 1, set_directory},
    {"user", 1, 1, set_user},
    {"stdin", 1, 1, set_input},
    {"pipe", 0, 0, set_pipe},
    {"pipe-bytes", 0, 0, set_pipe_bytes},
    {"pipe-slowly", 1, 1, set_slow_pipe},
    {"output", 1, 1, set_output},
    {"umask", 1, 1, set_umask},
    {"limit", 2, 2, set_limit},
    {"needs", 1, 2, need},
    {0},
};
