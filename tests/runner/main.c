/*
 * cases: run end-to-end cases of the plugins. tests/README.md is the manual of their files.
 *
 *   cases [-j N] [-l] [-n PART] FILE...
 *
 * -j N     N cases at a time, two where it is not said
 * -l       list the cases' names and run none
 * -n PART  only the cases that have PART in their names
 *
 * Prints what differs and what is skipped, and as its last line "cases: N passed, N failed, N
 * skipped": of expectations, and of cases that cannot be tried here. The exit status is 1 where any
 * failed or none was there.
 */
#include "place.h"
#include "tree.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the processes share. */
struct counts {
    atomic_size_t next, passed, failed, skipped, cases;
};

struct runner {
    struct case_file *files;
    size_t file_count;
    struct place place;
    const char *part; // of names, or NULL
    bool list;
    struct counts *counts;
};

static const struct step_word *known_word(const char *word)
{
    static const struct step_word *const tables[] = {
        file_steps, agent_steps, run_steps, output_steps, file_looks, judge_steps, form_steps};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (const struct step_word *known = tables[i]; known->word; known++) {
            if (strcmp(known->word, word) == 0)
                return known;
        }
    }
    return NULL;
}

static void make_step(struct scene *scene, const struct statement *statement)
{
    const struct step_word *known = known_word(statement->word);
    scene->number = statement->number;
    if (!known) {
        scene_stuck(scene, "%s: no such step", statement->word);
        return;
    }
    struct step step = {.has_text = statement->has_text};
    char **words = expand_words(scene, statement->arguments, &step.argc);
    step.argv = pool_get(scene->pool, ((size_t)step.argc + 2) * sizeof *step.argv);
    step.argv[0] = statement->word;
    memcpy(step.argv + 1, words, (size_t)step.argc++ * sizeof *words);
    step.text = expand(scene, statement->text);
    if (step.argc - 1 < known->least || step.argc - 1 > known->most)
        scene_stuck(scene, "%s with %d words after it", statement->word, step.argc - 1);
    else
        known->make(scene, &step);
}

static void run_case(const struct runner *runner, const struct case_file *file,
                     const struct case_steps *steps, struct pool *pool, long process)
{
    char *report = NULL;
    size_t size = 0;
    struct scene scene = {
        .place = &runner->place, .file = file->path, .steps = steps, .pool = pool};
    scene.report = open_memstream(&report, &size);
    int error = scene_open(&scene, pool_print(pool, "%ld", process));
    if (error)
        scene_stuck(&scene, "make %s: %s", scene.directory, strerror(error));
    for (size_t i = 0; error == 0 && i < steps->count && !scene.skipped; i++)
        make_step(&scene, &steps->steps[i]);
    run_finish(&scene);
    scene_close(&scene);
    if (scene.skipped)
        fprintf(scene.report, "skipped %s: %s: %s\n", file->path, steps->name, scene.skipped);
    fclose(scene.report);
    if (size > 0 && write(STDOUT_FILENO, report, size) < 0)
        scene.failed++;
    free(report);
    atomic_fetch_add(&runner->counts->passed, scene.passed);
    atomic_fetch_add(&runner->counts->failed, scene.failed);
    atomic_fetch_add(&runner->counts->skipped, scene.skipped != NULL);
    atomic_fetch_add(&runner->counts->cases, 1);
}

/* Every case that is not another process's. */
static void run_cases(const struct runner *runner, long process)
{
    size_t mine = atomic_fetch_add(&runner->counts->next, 1), number = 0;
    for (size_t i = 0; i < runner->file_count; i++) {
        const struct case_file *file = &runner->files[i];
        for (size_t j = 0; j < file->case_count; j++) {
            for (size_t row = 0; row < case_rows(&file->cases[j]); row++, number++) {
                if (number != mine)
                    continue;
                mine = atomic_fetch_add(&runner->counts->next, 1);
                struct pool pool = {0};
                struct case_steps steps = case_expand(&file->cases[j], row, &pool);
                if (runner->part && !strstr(steps.name, runner->part))
                    ;
                else if (runner->list)
                    dprintf(STDOUT_FILENO, "%s:%d: %s\n", file->path, steps.number, steps.name);
                else
                    run_case(runner, file, &steps, &pool, process);
                pool_free(&pool);
            }
        }
    }
}

static void run_at_once(const struct runner *runner, long processes)
{
    for (long i = 0; i < processes; i++) {
        pid_t child = fork();
        if (child > 0)
            continue;
        run_cases(runner, i);
        if (child == 0)
            _exit(0);
        return; // no process to be had: all of them here
    }
    int status;
    while (wait(&status) > 0 || errno == EINTR) {
        if (status != 0) {
            fprintf(stderr, "cases: a process of the runner died\n");
            atomic_fetch_add(&runner->counts->failed, 1);
        }
    }
}

/* The tree that a file of cases is in: what is before /tests/e2e/. */
static char *top_of(struct pool *pool, const char *path)
{
    char *whole = realpath(path, NULL), *end = whole ? strstr(whole, "/tests/e2e/") : NULL;
    char *top = end ? pool_text(pool, whole, (size_t)(end - whole)) : getcwd(NULL, 0);
    free(whole);
    return top;
}

static int read_files(struct runner *runner, struct pool *pool, const char *shared, int count,
                      char **paths)
{
    runner->files = pool_get(pool, (size_t)count * sizeof *runner->files);
    for (int i = 0; i < count; i++) {
        int error = case_file_read(paths[i], shared, &runner->files[runner->file_count++]);
        if (error)
            return error;
    }
    return 0;
}

static int run_all(struct runner *runner, struct pool *pool, const char *top, const char *shared,
                   long processes)
{
    int error = place_make(pool, top, shared, &runner->place);
    if (error)
        return 1;
    umask(022);
    run_at_once(runner, processes);
    place_remove(&runner->place);
    const struct counts *counts = runner->counts;
    if (!runner->list)
        printf("cases: %zu passed, %zu failed, %zu skipped\n", counts->passed, counts->failed,
               counts->skipped);
    return counts->failed == 0 && (counts->cases > 0 || runner->list) ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct runner runner = {0};
    struct pool pool = {0};
    long processes = 2;
    int option;
    while ((option = getopt(argc, argv, "j:ln:")) != -1) {
        if (option == 'j')
            processes = strtol(optarg, NULL, 10);
        else if (option == 'l')
            runner.list = true;
        else if (option == 'n')
            runner.part = optarg;
        else
            return 2;
    }
    if (optind == argc) {
        fprintf(stderr, "usage: cases [-j N] [-l] [-n PART] FILE...\n");
        return 2;
    }
    runner.counts = mmap(NULL, sizeof *runner.counts, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const char *top = top_of(&pool, argv[optind]), *shared = getenv("SHARED");
    if (!shared)
        shared = pool_print(&pool, "%s/../shared", top);
    if (runner.counts == MAP_FAILED ||
        read_files(&runner, &pool, shared, argc - optind, argv + optind) != 0)
        return 1;
    int status = run_all(&runner, &pool, top, shared, processes);
    for (size_t i = 0; i < runner.file_count; i++)
        case_file_free(&runner.files[i]);
    pool_free(&pool);
    return status;
}
