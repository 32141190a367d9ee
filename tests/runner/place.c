#include "place.h"

#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static int failed(const char *what)
{
    int error = errno;
    fprintf(stderr, "%s: %s\n", what, strerror(error));
    return error;
}

/* What stand-ins for claude call, and no claude: this machine's own is never started. */
static int make_tools(struct pool *pool, const char *work)
{
    static const char *const names[] = {"sh",    "cat",    "dd",    "env",   "mkdir",
                                        "rmdir", "setsid", "sleep", "touch", "yes"};
    if (mkdir(pool_print(pool, "%s/tools", work), 0755) != 0)
        return failed(work);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = pool_print(pool, "/bin/%s", names[i]);
        if (access(path, X_OK) != 0)
            path = pool_print(pool, "/usr%s", path);
        if (symlink(path, pool_print(pool, "%s/tools/%s", work, names[i])) != 0)
            return failed("tools");
    }
    return 0;
}

/* Where the plugins are built may be closed to an ordinary user. */
static int copy_plugins(struct pool *pool, const struct place *place)
{
    static const char *const names[] = {"check_claude_preflight", "check_claude_runlog"};
    const char *to = pool_print(pool, "%s/plugins", place->work);
    if (mkdir(to, 0755) != 0 || mkdir(pool_print(pool, "%s/frozen", to), 0755) != 0)
        return failed(to);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *real = pool_print(pool, "%s/%s", place->build, names[i]);
        const char *frozen = pool_print(pool, "%s/tests/frozen/%s", place->build, names[i]);
        int error = tree_copy(real, pool_print(pool, "%s/%s", to, names[i]));
        if (error == 0)
            error = tree_copy(frozen, pool_print(pool, "%s/frozen/%s", to, names[i]));
        if (access(pool_print(pool, "%s.real", real), X_OK) ==
            0) { // tests/valgrind.sh: the others are scripts that run these
            tree_copy(pool_print(pool, "%s.real", real),
                      pool_print(pool, "%s/%s.real", to, names[i]));
            tree_copy(pool_print(pool, "%s.real", frozen),
                      pool_print(pool, "%s/frozen/%s.real", to, names[i]));
        }
        if (error) {
            fprintf(stderr, "%s: %s; build it first\n", frozen, strerror(error));
            return error;
        }
    }
    return 0;
}

/* Whether a process of root's can become that user here. */
static bool user_works(uid_t user)
{
    if (geteuid() != 0)
        return true;
    int status = 1;
    pid_t child = fork();
    if (child == 0)
        _exit(setgid((gid_t)user) == 0 && setuid(user) == 0 ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* The claude of the agents whose version is stored already. */
static int make_claude(struct pool *pool, const char *work)
{
    const char *path = pool_print(pool, "%s/claude", work);
    FILE *stream = fopen(path, "we");
    if (!stream || fputs("#!/bin/sh\necho '2.1.330 (Claude Code)'\n", stream) < 0 ||
        fclose(stream) != 0 || chmod(path, 0755) != 0)
        return failed(path);
    return 0;
}

static char **words_of(struct pool *pool, const char *text)
{
    char **words = pool_get(pool, (strlen(text) + 1) * sizeof *words);
    for (size_t count = 0; *text; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        if (length > 0)
            words[count++] = pool_text(pool, text, length);
        text += length;
    }
    return words;
}

int place_make(struct pool *pool, const char *top, const char *shared, struct place *ret_place)
{
    const char *build = getenv("BUILD"), *tmp = getenv("TMPDIR"), *wrapper = getenv("WRAPPER");
    if (!build)
        build = "build";
    char *work =
        pool_print(pool, "%s/check_claude-cases.XXXXXX", tmp && *tmp == '/' ? tmp : "/tmp");
    if (!mkdtemp(work) || chmod(work, 0755) != 0 ||
        mkdir(pool_print(pool, "%s/cases", work), 0755) != 0)
        return failed(work);
    struct place place = {.top = top,
                          .shared = shared,
                          .work = work,
                          .wrapper = words_of(pool, wrapper ? wrapper : "")};
    place.build = *build == '/' ? build : pool_print(pool, "%s/%s", top, build);
    place.ordinary_user = geteuid() == 0 ? NOBODY : geteuid();
    place.user_works = user_works(place.ordinary_user);
    int error = make_tools(pool, work);
    if (error == 0)
        error = make_claude(pool, work);
    if (error == 0)
        error = copy_plugins(pool, &place);
    if (error)
        place_remove(&place);
    else
        *ret_place = place;
    return error;
}

void place_remove(const struct place *place)
{
    tree_remove(place->work);
}
