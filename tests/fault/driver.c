/*
 * driver BUILD INJECT CLAUDE [CASE]: every fault in every case, or in those whose names contain
 * CASE. Prints what went wrong, how many faults were injected into each call, and as its last line
 * "N passed, N failed": the assertions.
 */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS   4   /* some faults are waited out: two cores have time for more than two */
#define SHOWN_MAX 100 /* failures that are printed */

/* What the workers share. */
struct tally {
    unsigned next_case;
    unsigned long runs, injected[FAULT_CALL_COUNT], passed, failed, stayed_ok;
};

struct worker {
    struct setting setting;
    struct tally *tally;
    struct run run;
};

static void add(unsigned long *to, unsigned long count)
{
    __atomic_add_fetch(to, count, __ATOMIC_RELAXED);
}

static void print_frames(const struct fault_case *c, FILE *to, const uint64_t *frames,
                         unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (*symbols_name(c->plugin, frames[i]) != '_')
            fprintf(to, "%s%s", i > 0 ? " < " : " in ", symbols_name(c->plugin, frames[i]));
}

static void fail(struct worker *w, const struct fault_case *c, const char *what)
{
    const struct fault *f = w->setting.fault;
    add(&w->tally->failed, 1);
    if (w->tally->failed > SHOWN_MAX)
        return;
    char *message = NULL;
    size_t size;
    FILE *to = open_memstream(&message, &size);
    fprintf(to, "FAILED %s: %s", c->name, what);
    if (f->call != FAULT_NO_CALL)
        fprintf(to, "; %s number %u%s: %s %s", fault_call_name(f->call), f->nth,
                f->on ? " and all that follow" : "", fault_error_name(f->error), f->path);
    if (f->library_function[0])
        fprintf(to, " by %s", f->library_function);
    print_frames(c, to, f->frames, f->frame_count);
    fprintf(to, "\n    %.*s%s\n", (int)strcspn(w->run.out, "\n"), w->run.out, w->run.err);
    fclose(to);
    ssize_t written = write(STDOUT_FILENO, message, size);
    (void)written;
    free(message);
}

static void check(struct worker *w, const struct fault_case *c, bool holds, const char *what)
{
    if (holds)
        add(&w->tally->passed, 1);
    else
        fail(w, c, what);
}

/* One run with what the fault says; its results are in it afterwards. */
static void run(struct worker *w, const struct fault_case *c, const struct fault *wanted)
{
    scene_reset(w->setting.root, c);
    *w->setting.fault = *wanted;
    run_plugin(&w->setting, c, &w->run);
    add(&w->tally->runs, 1);
}

/* Where the memory that was not given back was asked for. */
static void fail_leak(struct worker *w, const struct fault_case *c)
{
    struct fault again = {.call = w->setting.fault->call,
                          .nth = w->setting.fault->nth,
                          .on = w->setting.fault->on,
                          .error = w->setting.fault->error,
                          .trace = w->setting.fault->first_leaked};
    run(w, c, &again);
    char what[1024] = "memory is not given back, asked for";
    FILE *to = fmemopen(what + strlen(what), sizeof what - strlen(what), "w");
    print_frames(c, to, w->setting.fault->leak_frames, w->setting.fault->leak_frame_count);
    fclose(to);
    fail(w, c, what);
}

static bool lost_stdout(const struct fault *fault)
{
    return fault->call == FAULT_write && (fault->on || strcmp(fault->path, "stdout") == 0);
}

static int severity(enum state state)
{
    return state_severity(state);
}

/* What must hold after every run, whatever failed in it. */
static void check_run(struct worker *w, const struct fault_case *c, const struct fault *baseline,
                      bool passes)
{
    const struct fault *f = w->setting.fault;
    const char *why = NULL;
    enum state state = verdict_of(c, &w->run, &why);
    check(w, c, w->run.status >= 0 && w->run.status <= 3, "no exit status from 0 to 3");
    check(w, c, w->run.err_length == 0 || stderr_is_foreign(c->plugin, f), "something on stderr");
    check(w, c, !w->run.orphans, "a child is left");
    if (lost_stdout(f) && !passes)
        check(w, c, w->run.status != 0, "exit status 0, and the output was lost");
    else
        check(w, c, !why, why);
    if (f->ended) {
        check(w, c, f->open_descriptors <= baseline->open_descriptors, "a descriptor is left open");
        if (f->leaked > baseline->leaked && !leak_is_foreign(c->plugin, f))
            fail_leak(w, c);
        else
            add(&w->tally->passed, 1);
    }
    const char *damage = scene_damage(w->setting.root, f);
    check(w, c, !damage, damage);
    if (c->expected != STATE_OK) {
        bool kept = state == STATE_UNKNOWN || severity(state) >= severity(c->expected);
        kept = kept || lost_because(c->plugin, f);
        check(w, c, kept, state == STATE_OK ? "OK where it was not" : "milder than it was");
    } else if (state == STATE_OK && !passes && !lost_stdout(f)) {
        const char *because = allowed_because(c->plugin, f);
        check(w, c, because != NULL, "OK in spite of it");
        add(&w->tally->stayed_ok, 1);
    }
    if (passes)
        check(w, c, state == c->expected, "another state, though nothing failed");
}

static void inject_all(struct worker *w, const struct fault_case *c, const struct fault *baseline,
                       enum fault_call call)
{
    for (const struct fault_error *e = fault_errors(call); e->error != 0; e++) {
        for (unsigned nth = 1; nth <= baseline->count[call]; nth++) {
            for (int on = 0; on <= !e->passes; on++) {
                const struct fault fault = {.call = call, .nth = nth, .on = on, .error = e->error};
                run(w, c, &fault);
                if (w->setting.fault->injected == 0)
                    continue;
                add(&w->tally->injected[call], w->setting.fault->injected);
                check_run(w, c, baseline, e->passes);
            }
        }
    }
}

static const struct fault_case *find_case(const char *name)
{
    for (size_t i = 0; i < fault_case_count; i++)
        if (strcmp(fault_cases[i].name, name) == 0)
            return &fault_cases[i];
    fprintf(stderr, "no case %s\n", name);
    exit(2);
}

/* Run what comes before this case, and what comes before that. */
static void prepare(struct worker *w, const struct fault_case *c)
{
    static const struct fault none = {.call = FAULT_NO_CALL};
    scene_forget();
    if (!c->before)
        return;
    const struct fault_case *before = find_case(c->before);
    prepare(w, before);
    run(w, before, &none);
    scene_remember(w->setting.root);
}

static void run_case(struct worker *w, const struct fault_case *c)
{
    static const struct fault none = {.call = FAULT_NO_CALL};
    prepare(w, c);
    run(w, c, &none);
    const struct fault baseline = *w->setting.fault;
    const char *why = NULL;
    enum state state = verdict_of(c, &w->run, &why);
    check(w, c, !why && state == c->expected, why ? why : "not the expected state");
    check(w, c, baseline.ended && baseline.count[FAULT_write] > 0, "the calls were not counted");
    check(w, c, baseline.leaked == 0, "memory is not given back");
    check(w, c, baseline.open_descriptors == 0, "a descriptor is left open");
    const char *damage = scene_damage(w->setting.root, &baseline);
    check(w, c, !damage, damage);
    for (int call = 0; call < FAULT_CALL_COUNT; call++)
        inject_all(w, c, &baseline, (enum fault_call)call);
}

static void *share(size_t size, const char *path)
{
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (path && (fd < 0 || ftruncate(fd, (off_t)size) != 0)) {
        perror(path);
        exit(2);
    }
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        path ? MAP_SHARED : MAP_SHARED | MAP_ANONYMOUS, fd, 0);
    if (memory == MAP_FAILED)
        exit(2);
    return memory;
}

/* Take cases until there are none left. */
static void work(struct worker *w, const char *claude, const char *filter)
{
    static char root[512], fault_path[600];
    const char *directory = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/fault.XXXXXX", directory ? directory : "/tmp");
    if (!mkdtemp(root))
        exit(2);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, 15);
    snprintf(fault_path, sizeof fault_path, "%s/fault", root);
    w->setting.root = root;
    w->setting.fault_path = fault_path;
    w->setting.fault = share(sizeof *w->setting.fault, fault_path);
    scene_make(root, claude);
    for (unsigned i;
         (i = __atomic_fetch_add(&w->tally->next_case, 1, __ATOMIC_RELAXED)) < fault_case_count;)
        if ((!filter || strstr(fault_cases[i].name, filter)) &&
            (!fault_cases[i].by_root || geteuid() == 0))
            run_case(w, &fault_cases[i]);
    exit(0);
}

static void print_tally(const struct tally *tally)
{
    unsigned long all = 0;
    for (int call = 0; call < FAULT_CALL_COUNT; call++) {
        all += tally->injected[call];
        if (tally->injected[call] > 0)
            printf("%8lu  %s\n", tally->injected[call], fault_call_name((enum fault_call)call));
    }
    printf("%8lu faults injected in %lu runs, %lu of them rightly OK\n", all, tally->runs,
           tally->stayed_ok);
    printf("%lu passed, %lu failed\n", tally->passed, tally->failed);
}

int main(int argc, char *argv[])
{
    if (argc < 4)
        return 2;
    static const char *const programs[] = {"check_claude_preflight", "check_claude_runlog"};
    struct worker worker = {.setting = {.build = argv[1], .inject = argv[2]},
                            .tally = share(sizeof *worker.tally, NULL)};
    for (int plugin = PREFLIGHT; plugin <= RUNLOG; plugin++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", argv[1], programs[plugin]);
        if (!symbols_load((enum plugin)plugin, path)) {
            fprintf(stderr, "cannot read the symbols of %s\n", path);
            return 2;
        }
    }
    for (int fd = 3; fd < 256; fd++)
        close(fd); /* make's own: they would count as the plugins' */
    pid_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = fork();
        if (workers[i] == 0)
            work(&worker, argv[3], argc > 4 && *argv[4] ? argv[4] : NULL);
    }
    bool whole = true;
    for (int i = 0; i < WORKERS; i++) {
        int status = 0;
        whole = waitpid(workers[i], &status, 0) == workers[i] && status == 0 && whole;
    }
    print_tally(worker.tally);
    return !(whole && worker.tally->failed == 0 && worker.tally->passed > 0);
}
