/*
 * The driver of the fault injection: runs a plugin once for each fault that can happen to it and
 * looks at what comes out.
 */
#ifndef CHECK_CLAUDE_FAULT_DRIVER_H
#define CHECK_CLAUDE_FAULT_DRIVER_H

#include "fault.h"
#include "plugin/state.h"

#include <time.h>

enum plugin { PREFLIGHT, RUNLOG };
enum format { NAGIOS, JSON, PROMETHEUS, WORDS /* --help and its like */ };

/*
 * What the state directory is before each run, besides what `before` left in it. STORE_OPEN_TO_ALL
 * is one that others may write to, which is not used; in STORE_DAMAGED all records are cut to half.
 */
enum store_kind { STORE_EMPTY, STORE_ABSENT, STORE_SHARED, STORE_OPEN_TO_ALL, STORE_DAMAGED };

/* What a run leaves in the records, and does not keep to itself where it could not. */
enum leaves { NOTHING, A_FEED /* what the log says, or a word that it is lost */, A_TRY };

#define ARGUMENTS_MAX 12

/* One run without faults, of which each fault makes another. '@' in an argument is the scene. */
struct fault_case {
    const char *name;
    enum plugin plugin;
    enum state expected; /* of the run without faults */
    enum format format;
    enum store_kind store;
    bool by_root;        /* it takes a file of somebody else's: passed over for an ordinary user */
    bool own_place;      /* no --state-dir: the records are at the agent's home */
    enum leaves leaves;  /* in the records */
    const char *before;  /* the case whose run fills the state directory first */
    const char *removes; /* how the records' names end that it takes away, "" for all; NULL: none */
    const char *input;   /* standard input through a pipe; NULL: it is empty */
    bool on_terminal;    /* its stdout is one */
    bool gate;           /* --gate: its exit status is 0 for OK and WARNING, else 1 */
    int timeout_ms;      /* 0: RUN_TIMEOUT_MS */
    bool untimed;        /* it ends before it knows its deadline */
    const char *arguments[ARGUMENTS_MAX];
};

extern const struct fault_case fault_cases[];
extern const size_t fault_case_count;

/* ---- scene.c: the homes, logs and directories that the cases are about, in one directory ---- */

/* Make it all below `root`, which is there and empty; `claude` is the stand-in's binary. */
void scene_make(const char *root, const char *claude);

void scene_make_directory(const char *root, const char *path);

/* Append path to root; the result stays valid for four further calls. */
const char *scene_path(const char *root, const char *path);

/* A file last modified `age` seconds ago. */
void scene_make_file(const char *root, const char *path, const char *text, time_t age);
void scene_make_bytes(const char *root, const char *path, const char *bytes, size_t length,
                      time_t age);

/* ---- scene_logs.c: the logs of it ---- */

void scene_make_logs(const char *root);

/* End the driver where the scene cannot be made. */
void scene_must(bool done, const char *what);

/* ---- records.c: what a run leaves behind ---- */

/* Put the state directory and the textfile into the state before a run. */
void records_reset(const char *root, const struct fault_case *c);

/* Remember the state directory as it is now: records_reset() puts it back. At most a few records.
 */
void records_remember(const char *root);
void records_forget(void);

/* Remember what a run without faults feeds; and whether a run has left just that. */
void records_note_fed(const char *root);
bool records_are_fed(const char *root);

/* Whether a record says that a run may try. */
bool records_have_try(const char *root);

/* What is wrong with what the run left behind; NULL when nothing is. */
const char *records_damage(const char *root, const struct fault_case *c, const struct fault *fault);

/* ---- run.c: one run of a plugin ---- */

#define OUT_MAX        65536
#define RUN_TIMEOUT_MS 6000

enum { RUN_KILLED = -1, RUN_HUNG = -2 };

struct run {
    int status;   /* its exit status; RUN_KILLED by a signal, RUN_HUNG: long past its deadline */
    bool orphans; /* a child of it was still running a second after its end; it is not any more */
    size_t out_length, err_length;
    char out[OUT_MAX + 1], err[1024];
};

struct setting {
    const char *build;  /* directory of the plugins */
    const char *inject; /* path of inject.so */
    const char *root;   /* the scene */
    struct fault_shared *shared;
    struct fault *fault; /* in it */
    const char *fault_path;
    int timeout_ms; /* the plugin's deadline */
};

/* Run the case's plugin with what stands in setting->fault. The caller is its children's reaper. */
void run_plugin(const struct setting *setting, const struct fault_case *c, struct run *ret);

/* ---- plan.c: which faults are tried ---- */

/* `whole`: all of them. Before there are workers. */
void plan_init(bool whole);

/* Keep where a case comes by, from its run without faults. */
void plan_note(size_t index, const struct fault_shared *shared);

/* Choose, once that is known of all cases. */
void plan_make(void);

/* Whether the case tries a fault in this call, the nth one of its run without faults. */
bool plan_takes(size_t index, const struct fault_shared *shared, enum fault_call call,
                unsigned nth);

/* ---- verdict.c: what a run said ---- */

/*
 * The state that whoever reads the output will see, and *ret_why NULL; or the state that the exit
 * status stands for, and what is wrong with the output. `good` is what the run without faults said.
 */
enum state verdict_of(const struct fault_case *c, const struct run *run, const char *good,
                      const char **ret_why);

/* ---- errors.c: what each call may fail with ---- */

struct fault_error {
    int error;
    bool passes; /* once it is no failure: the call is to be made again, or made further */
};

/* The errors of a call, ended by one of 0. */
const struct fault_error *fault_errors(enum fault_call call);
const char *fault_call_name(enum fault_call call);
const char *fault_error_name(int error);

/* ---- symbols.c: names of the plugin's functions ---- */

/* Read the symbol table of an ELF file. False when that cannot be. */
bool symbols_load(enum plugin plugin, const char *path);

/* The function that the address is in; "" for none. */
const char *symbols_name(enum plugin plugin, uint64_t address);

/* True when one of the plugins has a symbol called name[0..length). */
bool symbols_have(const char *name, size_t length);

/* ---- allowed.c: where a fault may leave a good verdict good ---- */

/* Name on stdout what the rules name and neither plugin has: how many. A rule for it says nothing.
 */
size_t allowed_unknown_names(void);

/* Why an OK stays right in spite of this fault; NULL when it does not. */
const char *allowed_because(enum plugin plugin, const struct fault *fault);

/* Why what was not OK, or worse, may become milder by it; NULL when it may not. */
const char *lost_because(enum plugin plugin, const struct fault *fault);

/* Why a run need not be recorded as without this fault; NULL when it has to be. */
const char *unfed_because(enum plugin plugin, const struct fault *fault);

/* True when the fault is in what tells the preflight of a run. */
bool is_within_feed(enum plugin plugin, const struct fault *fault);

/* True when all that is in fault->leaks is none that the plugin could give back. */
bool leaks_are_foreign(enum plugin plugin, const struct fault *fault);

/* True when a line on stderr after this fault is none that the plugin could keep back. */
bool stderr_is_foreign(enum plugin plugin, const struct fault *fault);

/* ---- driver.c ---- */

/* Memory of all zeros that workers share; of the file `path` unless it is NULL. */
void *fault_share(size_t size, const char *path);

/* ---- check.c: what must hold after a run ---- */

#define PLACES 16384 /* a power of two */

/* What the workers share. */
struct tally {
    unsigned next_case[2]; /* to be surveyed, to be tried */
    unsigned long runs, injected[FAULT_CALL_COUNT], passed, failed, stayed_ok, left_out;
    uint64_t places[PLACES]; /* hashes of those where a call was refused for ever; 0: free */
};

struct worker {
    struct setting setting;
    struct tally *tally;
    struct run run;
    struct fault_shared course; /* of the same, with its places */
    struct fault baseline;      /* of the case's run without faults */
    char good[OUT_MAX + 1];     /* what that printed */
};

void count_up(unsigned long *to, unsigned long count);

/* One run with what the fault says; its results are in it afterwards. */
void run_with(struct worker *w, const struct fault_case *c, const struct fault *wanted);

/* Look at the run without faults, and keep what the others are compared with. */
void check_baseline(struct worker *w, const struct fault_case *c);

/* `passes`: nothing failed, and all must be as without it. */
void check_run(struct worker *w, const struct fault_case *c, bool passes);

#endif
