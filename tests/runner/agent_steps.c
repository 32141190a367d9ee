/* Steps for the usual scenes: an agent's claude and its login. */
#include "scene.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOGIN_AGE = 5000 };

/* Do the step of files that ARGV says, with TEXT. */
static void make_file_step(struct scene *scene, const char *text, char **argv, int argc)
{
    struct step step = {.argc = argc, .argv = argv, .has_text = true, .text = (char *)text};
    for (const struct step_word *known = file_steps; known->word; known++) {
        if (strcmp(known->word, argv[0]) == 0)
            known->make(scene, &step);
    }
}

static void file_step(struct scene *scene, const char *text, const char *word, const char *path,
                      const char *more)
{
    char *argv[] = {(char *)word, (char *)path, (char *)more, NULL};
    make_file_step(scene, text, argv, more ? 3 : 2);
}

/* claude HOME: it answers --version as release 2.1.330; claude HOME | what its script does instead
 */
static void make_claude(struct scene *scene, const struct step *step)
{
    const char *text = step->has_text ? step->text : "echo '2.1.330 (Claude Code)'";
    file_step(scene, text, "script", pool_print(scene->pool, "%s/.local/bin/claude", step->argv[1]),
              NULL);
}

/* Credentials are for their owner alone, and older than a run that is looked at: one day of NOW's,
 * not the clock's. */
static void write_credentials(struct scene *scene, const char *home, const char *text,
                              char **changes)
{
    char *path = pool_print(scene->pool, "%s/.claude/.credentials.json", home);
    file_step(scene, text, "file", path, "mode=0600");
    file_step(scene, "", "change", path, pool_print(scene->pool, "age=%d", LOGIN_AGE));
    for (; *changes; changes++)
        file_step(scene, "", "change", path, *changes);
}

/* credentials HOME | JSON */
static void make_credentials(struct scene *scene, const struct step *step)
{
    write_credentials(scene, step->argv[1], step->text, step->argv + 2);
}

/* The value of NAME=VALUE among WORDS, which it is taken out of; or OTHERWISE. */
static long long taken(char **words, const char *name, long long otherwise)
{
    size_t length = strlen(name);
    for (; *words; words++) {
        if (strncmp(*words, name, length) != 0 || (*words)[length] != '=')
            continue;
        otherwise = strtoll(*words + length + 1, NULL, 10);
        for (char **word = words; *word; word++)
            word[0] = word[1];
        return otherwise;
    }
    return otherwise;
}

/* Each home has a refresh token of its own, as two agents with one would log each other out. */
static unsigned long hash_of(const char *home)
{
    unsigned long hash = 5381;
    for (; *home; home++)
        hash = (hash * 33 + (unsigned char)*home) & 0xffffffff;
    return hash;
}

static void log_in(struct scene *scene, const char *home, char **words)
{
    long long token = taken(words, "token", 28800), login = taken(words, "login", 2246400);
    const char *text = pool_print(
        scene->pool,
        "{\"claudeAiOauth\":{\"accessToken\":\"fixture-token\","
        "\"refreshToken\":\"fixture-refresh-%08lx\",\"expiresAt\":%lld000,"
        "\"refreshTokenExpiresAt\":%lld000,\"scopes\":[\"user:inference\",\"user:profile\"],"
        "\"subscriptionType\":\"max\"}}",
        hash_of(home), (long long)scene->now + token, (long long)scene->now + login);
    write_credentials(scene, home, text, words);
}

/* login HOME token=SECONDS login=SECONDS: until the token and the login end */
static void make_login(struct scene *scene, const struct step *step)
{
    log_in(scene, step->argv[1], step->argv + 2);
}

/* agent [HOME] ...: both */
static void make_agent(struct scene *scene, const struct step *step)
{
    bool named = step->argc > 1 && !strchr(step->argv[1], '=');
    const char *home = named ? step->argv[1] : "agent";
    char *argv[] = {"claude", (char *)home, NULL};
    make_claude(scene, &(struct step){.argc = 2, .argv = argv});
    log_in(scene, home, step->argv + (named ? 2 : 1));
}

/*
 * cached-agent ...: an agent whose version is stored already. A record is of a file at a path: the
 * stand-in is one file for all cases, the path is that of the process's cases, and the first of
 * them makes the record.
 */
static void make_cached_agent(struct scene *scene, const struct step *step)
{
    const char *state = scene_path(scene, "state");
    const char *kept = pool_print(scene->pool, "%s/kept-%s", scene->place->work,
                                  strrchr(scene->directory, '/') + 1);
    char *link[] = {"link", "agent/.local/bin/claude",
                    pool_print(scene->pool, "%s/claude", scene->place->work), NULL};
    make_file_step(scene, "", link, 3);
    log_in(scene, "agent", step->argv + 1);
    if (access(kept, F_OK) != 0) {
        char *words[] = {"preflight", "-a", scene_path(scene, "agent"), NULL};
        run_plugin(scene, true, words);
        scene->run = (struct run){0};
        if (tree_copy(state, kept) != 0)
            scene_stuck(scene, "keep %s", state);
    } else if (tree_copy(kept, state) != 0) {
        scene_stuck(scene, "copy %s", kept);
    }
}

const struct step_word agent_steps[] = {
    {"claude", 1, 1, make_claude},
    {"credentials", 1, 4, make_credentials},
    {"login", 1, 6, make_login},
    {"agent", 0, 6, make_agent},
    {"cached-agent", 0, 5, make_cached_agent},
    {0},
};
