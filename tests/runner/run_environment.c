#include "scene.h"

#include <string.h>

/* What a run needs of the runner's own environment: sanitizers, coverage and places of libraries.
 */
static bool is_passed_on(const char *variable)
{
    static const char *const names[] = {
        "ASAN_OPTIONS=",    "UBSAN_OPTIONS=", "LSAN_OPTIONS=", "GCOV_PREFIX", "LLVM_PROFILE_FILE=",
        "LD_LIBRARY_PATH=", "LD_PRELOAD=",    "VALGRIND",      "TMPDIR="};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

static void set_default(struct scene *scene, struct variables *variables, const char *name,
                        const char *value)
{
    bool is_set = false;
    for (size_t i = 0; i < variables->count; i++)
        is_set |= strcmp(variables->items[i].name, name) == 0;
    if (!is_set)
        scene_set(scene, variables, name, value);
}

/* An environment: nothing of this machine's, but what the case gives and what every run has. */
static char **make_environment(struct scene *scene, struct variables variables)
{
    extern char **environ;
    struct pool *pool = scene->pool;
    set_default(scene, &variables, "LC_ALL", "C");
    set_default(scene, &variables, "HOME", scene_path(scene, "home"));
    set_default(scene, &variables, "PATH", pool_print(pool, "%s/tools", scene->place->work));
    set_default(scene, &variables, "CHECK_CLAUDE_STATE_DIR", scene_path(scene, "state"));
    set_default(scene, &variables, "CHECK_CLAUDE_TEST_NOW",
                pool_print(pool, "%lld", (long long)scene->now));
    size_t count = 0, own = 0;
    while (environ[own])
        own++;
    char **environment = pool_get(pool, (own + variables.count + 1) * sizeof *environment);
    for (size_t i = 0; i < own; i++) {
        if (is_passed_on(environ[i]))
            environment[count++] = environ[i];
    }
    for (size_t i = 0; i < variables.count; i++) {
        const struct variable *variable = &variables.items[i];
        if (variable->value)
            environment[count++] = pool_print(pool, "%s=%s", variable->name, variable->value);
    }
    return environment;
}

/* Move ARGUMENTS past VARIABLE=VALUE and -uVARIABLE before the plugin's name, which are for this
 * run. */
static char **own_environment(struct scene *scene, struct variables *variables, char **arguments)
{
    for (; *arguments; arguments++) {
        char *equals = strchr(*arguments, '=');
        if (strncmp(*arguments, "-u", 2) == 0)
            scene_set(scene, variables, *arguments + 2, NULL);
        else if (equals)
            scene_set(scene, variables,
                      pool_text(scene->pool, *arguments, (size_t)(equals - *arguments)),
                      equals + 1);
        else
            break;
    }
    return arguments;
}

static struct variables copy_variables(struct scene *scene, const struct variables *variables)
{
    struct variables copy = {0};
    for (size_t i = 0; i < variables->count; i++)
        scene_set(scene, &copy, variables->items[i].name, variables->items[i].value);
    return copy;
}

char **run_environment(struct scene *scene, char ***arguments)
{
    struct variables variables = copy_variables(scene, &scene->given.environment);
    *arguments = own_environment(scene, &variables, *arguments);
    return make_environment(scene, variables);
}
