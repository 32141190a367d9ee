/* One case while it is run: its directory, what its steps have said so far, and the last run of a
 * plugin. */
#ifndef RUNNER_SCENE_H
#define RUNNER_SCENE_H

#include "case_file.h"
#include "pool.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* What is the same for all cases. */
struct place {
    const char *top;     // of the tree
    const char *shared;  // $SHARED, or the directory of that name beside the tree
    const char *build;   // where the plugins are
    const char *work;    // the runner's own directory, with tools/ and plugins/ in it
    char **wrapper;      // words before each plugin's, as of valgrind; ends with NULL
    uid_t ordinary_user; // who is not root: the runner's own user where that is not root
    bool user_works;     // plugins can be run as that user
};

struct variable {
    const char *name;
    const char *value; // of an environment: NULL where it must not be in it
};

struct variables {
    struct variable *items;
    size_t count;
};

/* What the next runs of plugins are given. */
struct given {
    struct variables environment;
    const char *directory; // to work in
    const char *user;      // UID or UID:GROUP,..., or NULL for the runner's own
    const char *input;     // a path for the standard input, "-" to have none at all, or NULL for
                           // nothing to read
    struct bytes piped;    // or what a pipe brings
    bool pipe;
    long slowly_ms; // with such a pause before it, and one before its end
    const char
        *output; // a path for the standard output, "-" to have none at all, or NULL to look at it
    struct limit {
        int resource;
        unsigned long most;
    } limits[4];
    size_t limit_count;
    bool umask_given;
    mode_t umask;
};

/* A plugin's run, and what came of it. */
struct run {
    int number;       // of its line; 0: none yet
    char **arguments; // the plugin's, from its name on
    int status;       // its exit status, or 256 and the signal that it died by
    struct bytes out, err;
    bool err_expected, status_expected, failed;
};

struct scene {
    const struct place *place;
    const char *file; // of cases
    const struct case_steps *steps;
    struct pool *pool;
    char *directory;
    int64_t now; // in seconds
    int number;  // of the line of the step
    struct variables texts;
    struct given given;
    struct run run;
    size_t passed, failed;
    const char *skipped; // why the rest of the case cannot be tried
    FILE *report;        // what differs
};

/* One step of a case, with its names put in: argv[0] is its word. */
struct step {
    int argc;
    char **argv;
    bool has_text;
    char *text;
};

/* --- The scene's own: scene.c */

/* Make the directory of a case, with an empty home/ in it, as PLACE->work/cases/NAME, the same for
 * each of a process. 0 or an errno value. */
int scene_open(struct scene *scene, const char *name);
void scene_close(struct scene *scene);

/* An absolute path: what is not is in the case's directory. */
char *scene_path(const struct scene *scene, const char *path);

void scene_set(struct scene *scene, struct variables *variables, const char *name,
               const char *value);
const char *scene_get(const struct variables *variables, const char *name);

/* Count an expectation that held; or one that did not, and print what differs. */
void scene_pass(struct scene *scene);
__attribute__((format(printf, 2, 3))) void scene_fail(struct scene *scene, const char *format, ...);

/* A step that could not be made, which is a failure of the case. */
__attribute__((format(printf, 2, 3))) void scene_stuck(struct scene *scene, const char *format,
                                                       ...);

/* --- Text with names in it: expand.c */

/* TEXT with what its names in braces stand for; a name that is not known is a failure of the case.
 */
char *expand(struct scene *scene, const char *text);

/* The words of TEXT, expanded; ends with NULL. Blanks are between words, quotes around those that
 * have some. */
char **expand_words(struct scene *scene, const char *text, int *ret_count);

/* --- Steps: each file has a table of its words. */
struct step_word {
    const char *word;
    int least, most; // arguments
    void (*make)(struct scene *scene, const struct step *step);
};

extern const struct step_word file_steps[], agent_steps[], run_steps[], output_steps[],
    file_looks[], judge_steps[], form_steps[];

/* --- Running: run.c, run_environment.c */

/* The environment of a run; VARIABLE=VALUE and -uVARIABLE at the start of *ARGUMENTS, which is
   moved behind them, change it. */
char **run_environment(struct scene *scene, char ***arguments);

/* Run a plugin, real or with the time of day standing still, with ARGUMENTS from its short name on.
 */
void run_plugin(struct scene *scene, bool frozen, char **arguments);

/* What every run must hold, once all is said of it. */
void run_finish(struct scene *scene);

#endif
