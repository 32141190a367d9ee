/*
 * driver BUILD INJECT CLAUDE [CASE]: every fault in every case, but those that plan.c leaves out,
 * or all in those whose names contain CASE; with WHOLE in the environment all in all. Prints what
 * went wrong, how many faults were injected into each call, and as its last line "N passed, N
 * failed": the assertions.
 */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS         16 /* many faults are waited out: two cores have time for more than two */
#define IMPATIENT_MS    300
#define FAULT_CALLS_MAX 4096

static int timeout_of(const struct fault_case *c)
{
    return c->timeout_ms > 0 ? c->timeout_ms : RUN_TIMEOUT_MS;
}

/* Where a call that is refused for ever was not refused so before, in whichever case. */
static bool is_new_place(struct worker *w, const struct fault_case *c)
{
    const struct fault *f = w->setting.fault;
    uint64_t hash = (uint64_t)c->plugin << 32 | (uint64_t)f->call << 16 | (uint64_t)f->error;
    for (unsigned i = 0; i < f->place.count; i++)
        hash = (hash ^ f->place.frames[i]) * UINT64_C(0x100000001b3);
    for (size_t i = hash % PLACES;; i = (i + 1) % PLACES) {
        uint64_t there = 0;
        if (__atomic_compare_exchange_n(&w->tally->places[i], &there, hash, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return true;
        if (there == hash)
            return false;
    }
}

/* What the plugins ask for again, be it refused or done in part. */
static bool may_be_repeated(const struct fault *fault)
{
    return fault->error == EINTR || fault->error == EAGAIN || fault->error == FAULT_SHORT;
}

/* Returns whether the fault came about. */
static bool inject_one(struct worker *w, const struct fault_case *c, const struct fault *fault,
                       bool passes)
{
    run_with(w, c, fault);
    unsigned injected = w->setting.fault->injected;
    if (injected == 0)
        return false;
    bool repeats = fault->on && may_be_repeated(fault); /* as often as there was time for */
    count_up(&w->tally->injected[fault->call], repeats ? 1 : injected);
    check_run(w, c, passes);
    return true;
}

/*
 * Once, and from there on. What has to be asked again fails when it is refused for ever: that waits
 * for the deadline, where there is one, which is short then, and is done once for each place of the
 * code.
 */
static void inject_both(struct worker *w, const struct fault_case *c, struct fault fault,
                        bool passes)
{
    if (!inject_one(w, c, &fault, passes))
        return;
    bool refused = passes && fault.error != FAULT_SHORT;
    if (refused && (c->untimed || c->on_terminal || !is_new_place(w, c)))
        return;
    fault.on = true;
    w->setting.timeout_ms = refused ? IMPATIENT_MS : w->setting.timeout_ms;
    inject_one(w, c, &fault, passes && !refused);
    w->setting.timeout_ms = timeout_of(c);
}

static void inject_all(struct worker *w, size_t index, enum fault_call call)
{
    const struct fault_case *c = &fault_cases[index];
    bool takes[FAULT_CALLS_MAX];
    const unsigned count = w->baseline.count[call];
    for (unsigned nth = 1; nth <= count && nth <= FAULT_CALLS_MAX; nth++) {
        takes[nth - 1] = plan_takes(index, &w->course, call, nth);
        count_up(&w->tally->left_out, !takes[nth - 1]);
    }
    for (const struct fault_error *e = fault_errors(call); e->error != 0; e++) {
        for (unsigned nth = 1; nth <= count; nth++) {
            const struct fault fault = {.call = call, .nth = nth, .error = e->error};
            if (nth > FAULT_CALLS_MAX || takes[nth - 1])
                inject_both(w, c, fault, e->passes);
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

static const struct fault none = {.call = FAULT_NO_CALL},
                          surveying = {.call = FAULT_NO_CALL, .keeps_places = true};

/* Run what comes before this case, and what comes before that. */
static void prepare(struct worker *w, const struct fault_case *c)
{
    records_forget();
    w->setting.timeout_ms = timeout_of(c);
    if (!c->before)
        return;
    const struct fault_case *before = find_case(c->before);
    prepare(w, before);
    run_with(w, before, &none);
    records_remember(w->setting.root);
    w->setting.timeout_ms = timeout_of(c);
}

/* The run without faults, which tells where the case comes by. */
static void survey(struct worker *w, size_t index)
{
    prepare(w, &fault_cases[index]);
    run_with(w, &fault_cases[index], &surveying);
    plan_note(index, w->setting.shared);
}

static void run_case(struct worker *w, size_t index)
{
    const struct fault_case *c = &fault_cases[index];
    prepare(w, c);
    run_with(w, c, &surveying);
    w->course = *w->setting.shared;
    check_baseline(w, c);
    for (int call = 0; call < FAULT_CALL_COUNT; call++)
        inject_all(w, index, (enum fault_call)call);
}

void *fault_share(size_t size, const char *path)
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

/* Take cases until there are none left; `round` 0: survey them. */
static void work(struct worker *w, int round, const char *claude, const char *filter)
{
    static char root[512], fault_path[600];
    const char *directory = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/fault.XXXXXX", directory ? directory : "/tmp");
    if (!mkdtemp(root) || chmod(root, 0711) != 0) /* other users' homes are in it */
        exit(2);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, 15);
    snprintf(fault_path, sizeof fault_path, "%s/fault", root);
    w->setting.root = root;
    w->setting.fault_path = fault_path;
    w->setting.shared = fault_share(sizeof *w->setting.shared, fault_path);
    w->setting.fault = &w->setting.shared->fault;
    scene_make(root, claude);
    for (unsigned i; (i = __atomic_fetch_add(&w->tally->next_case[round], 1, __ATOMIC_RELAXED)) <
                     fault_case_count;)
        if ((!filter || strstr(fault_cases[i].name, filter)) &&
            (!fault_cases[i].by_root || geteuid() == 0))
            (round == 0 ? survey : run_case)(w, i);
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
    printf("%8lu calls left out, as others are like them\n", tally->left_out);
    printf("%lu passed, %lu failed\n", tally->passed, tally->failed);
}

/* False when one of them did not come to its end. */
static bool run_workers(struct worker *worker, int round, const char *claude, const char *filter)
{
    pid_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = fork();
        if (workers[i] == 0)
            work(worker, round, claude, filter);
    }
    bool done = true;
    for (int i = 0; i < WORKERS; i++) {
        int status = 0;
        done = waitpid(workers[i], &status, 0) == workers[i] && status == 0 && done;
    }
    return done;
}

int main(int argc, char *argv[])
{
    if (argc < 4)
        return 2;
    static const char *const programs[] = {"check_claude_preflight", "check_claude_runlog"};
    static struct worker worker;
    worker = (struct worker){.setting = {.build = argv[1], .inject = argv[2]},
                             .tally = fault_share(sizeof *worker.tally, NULL)};
    for (int plugin = PREFLIGHT; plugin <= RUNLOG; plugin++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", argv[1], programs[plugin]);
        if (!symbols_load((enum plugin)plugin, path)) {
            fprintf(stderr, "cannot read the symbols of %s\n", path);
            return 2;
        }
    }
    worker.tally->failed += allowed_unknown_names();
    fflush(stdout);
    for (int fd = 3; fd < 256; fd++)
        close(fd); /* make's own: they would count as the plugins' */
    const char *filter = argc > 4 && *argv[4] ? argv[4] : NULL;
    plan_init(filter || getenv("WHOLE"));
    bool done = run_workers(&worker, 0, argv[3], filter);
    plan_make();
    done = done && run_workers(&worker, 1, argv[3], filter);
    print_tally(worker.tally);
    return !(done && worker.tally->failed == 0 && worker.tally->passed > 0);
}
