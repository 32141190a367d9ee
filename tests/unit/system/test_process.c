#include "system/process.h"

#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define CAPTURE 1000

static char script[] = "./script", first[] = "first", second[] = "se cond";
static char *const arguments[] = {script, first, second, NULL};
static char path_variable[] = "PATH=/usr/bin:/bin", other_variable[] = "OTHER=value";
static char *const environment[] = {path_variable, other_variable, NULL};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct process_request request(const char *path, int64_t timeout)
{
    return (struct process_request){.path = path,
                                    .arguments = arguments,
                                    .environment = environment,
                                    .timeout = timeout,
                                    .capture = CAPTURE};
}

/* Whatever a child started has become a child of ours, or is gone. */
static void check_nobody_is_left(const char *name)
{
    ck_assert_msg(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%s left a process", name);
}

/* Run a shell script for at most `timeout` milliseconds. */
static struct process_result run(const char *lines, int64_t timeout)
{
    struct text text = TEXT_INIT(1000);
    struct process_result result;
    text_format(&text, "#!/bin/sh\n%s\n", lines);
    scratch_write("script", text_get(&text), 0755);
    const struct process_request asked = request(script, timeout);
    process_run(&asked, &result, 1);
    text_free(&text);
    check_nobody_is_left(lines);
    return result;
}

START_TEST(tells_how_a_child_ended)
{
    static const struct {
        const char *lines;
        enum process_outcome outcome;
        int code;
        const char *out, *err;
    } rows[] = {
        {"exit 0", PROCESS_EXITED, 0, "", ""},
        {"echo out; echo err >&2; exit 7", PROCESS_EXITED, 7, "out\n", "err\n"},
        {"exit 255", PROCESS_EXITED, 255, "", ""},
        {"echo out; kill -KILL $$", PROCESS_KILLED, SIGKILL, "out\n", ""},
        {"kill -TERM $$", PROCESS_KILLED, SIGTERM, "", ""},
        {"kill -TERM 0", PROCESS_KILLED, SIGTERM, "", ""},  /* its own group, not ours */
        {"kill -PIPE $$", PROCESS_KILLED, SIGPIPE, "", ""}, /* which we ignore */
        {"kill -USR1 $$", PROCESS_KILLED, SIGUSR1, "", ""}, /* which we block */
        {"cat; echo $?", PROCESS_EXITED, 0, "0\n", ""},     /* stdin is empty */
        {"printf '%s,' \"$0\" \"$@\"", PROCESS_EXITED, 0, "./script,first,se cond,", ""},
        {"echo \"$OTHER$OURS\"", PROCESS_EXITED, 0, "value\n", ""},
        {"(echo x >&9) 2>/dev/null; echo $?", PROCESS_EXITED, 0, NULL, ""}, /* our descriptor */
        {"exec >&- 2>&-; sleep 0.1; exit 3", PROCESS_EXITED, 3, "", ""},
    };
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    scratch_enter();
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGPIPE, SIG_IGN);
    setenv("OURS", "ours", 1);
    ck_assert_int_eq(dup2(STDERR_FILENO, 9), 9);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct process_result result = run(rows[i].lines, 5000);
        ck_assert_msg(result.outcome == rows[i].outcome && result.code == rows[i].code,
                      "%s: %d, %d", rows[i].lines, (int)result.outcome, result.code);
        if (rows[i].out)
            ck_assert_str_eq(text_get(&result.out), rows[i].out);
        else
            ck_assert_str_ne(text_get(&result.out), "0\n");
        ck_assert_str_eq(text_get(&result.err), rows[i].err);
        ck_assert(result.elapsed_us > 0 && result.elapsed_us < 4000000);
        process_result_free(&result);
    }
}
END_TEST

START_TEST(ends_what_takes_too_long)
{
    static const struct {
        const char *lines;
        int64_t least, most; /* milliseconds */
        const char *out;
    } rows[] = {
        {"echo out; sleep 9", 100, 1500, "out\n"},
        {"trap '' TERM; echo out; sleep 9; sleep 9", 300, 1800, "out\n"},
        {"trap 'echo told; exit 0' TERM; sleep 9 & wait", 100, 1500, "told\n"},
        {"exec >&- 2>&-; sleep 9", 100, 1500, ""},
        {"exec >&- 2>&-; trap '' TERM; sleep 9; sleep 9", 300, 1800, ""},
        {"kill -STOP $$", 100, 1800, ""},
        {"(trap '' TERM; sleep 9; sleep 9) & sleep 9", 100, 1500, ""},
    };
    scratch_enter();
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t before = now_ms();
        struct process_result result = run(rows[i].lines, 100);
        int64_t took = now_ms() - before;
        ck_assert_msg(result.outcome == PROCESS_TIMED_OUT && result.code == 0, "%s: %d, %d",
                      rows[i].lines, (int)result.outcome, result.code);
        ck_assert_msg(took >= rows[i].least && took <= rows[i].most, "%s: %lld ms", rows[i].lines,
                      (long long)took);
        ck_assert_str_eq(text_get(&result.out), rows[i].out);
        process_result_free(&result);
    }
}
END_TEST

/* What the child started does not hold us up, and does not outlive it. */
START_TEST(waits_for_no_grandchild)
{
    static const struct {
        const char *lines;
        bool needs_setsid;
    } rows[] = {
        {"sleep 9 & echo out", false},
        {"(sleep 9 & sleep 9) & echo out", false},
        {"sleep 9 >/dev/null 2>&1 & echo out", false},
        {"(trap '' TERM HUP; sleep 9; sleep 9) & echo out", false},
        {"rm -f pid; setsid sh -c 'echo $$ >pid; sleep 9' & while [ ! -s pid ]; do :; done; "
         "echo out",
         true},
        {"rm -f pid; setsid sh -c '(setsid sleep 9 & sleep 9) & echo $$ >pid; trap \"\" TERM; "
         "sleep 9' & while [ ! -s pid ]; do :; done; echo out",
         true},
        {"setsid yes & echo out; sleep 0.05", true},
    };
    bool has_setsid = access("/usr/bin/setsid", X_OK) == 0;
    scratch_enter();
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].needs_setsid && !has_setsid)
            continue;
        int64_t before = now_ms();
        struct process_result result = run(rows[i].lines, 1500);
        ck_assert_msg(result.outcome == PROCESS_EXITED && result.code == 0, "%s: %d, %d",
                      rows[i].lines, (int)result.outcome, result.code);
        ck_assert_msg(now_ms() - before < 1400, "%s: %lld ms", rows[i].lines,
                      (long long)(now_ms() - before));
        ck_assert_msg(strstr(text_get(&result.out), i < 6 ? "out" : "y"), "%s", rows[i].lines);
        process_result_free(&result);
    }
}
END_TEST

START_TEST(keeps_what_fits_and_drains_the_rest)
{
    scratch_enter();
    struct process_result result = run("head -c 3000000 /dev/zero; echo err >&2; exit 4", 5000);
    ck_assert(result.outcome == PROCESS_EXITED && result.code == 4);
    ck_assert(result.out.length == CAPTURE && result.out.truncated);
    ck_assert_str_eq(text_get(&result.err), "err\n");
    process_result_free(&result);
    result = run("while :; do echo out; echo err >&2; done", 200);
    ck_assert_int_eq(result.outcome, PROCESS_TIMED_OUT);
    ck_assert(result.out.length == CAPTURE && result.err.length == CAPTURE);
    process_result_free(&result);
    result = run("printf 'a\\000\\377b'", 5000);
    ck_assert(result.out.length == 4 && memcmp(result.out.bytes,
                                               "a\0\xFF"
                                               "b",
                                               4) == 0);
    process_result_free(&result);
}
END_TEST

START_TEST(tells_why_the_kernel_refused)
{
    static const struct {
        const char *path;
        int code;
    } rows[] = {
        {"./missing", ENOENT},        {"./directory", EACCES},
        {"./plain", EACCES},          {"./no-shebang", ENOEXEC},
        {"./no-interpreter", ENOENT}, {"./empty", ENOEXEC},
        {"./plain/below", ENOTDIR},   {"./loop", ELOOP},
    };
    scratch_enter();
    scratch_directory("directory");
    scratch_write("plain", "#!/bin/sh\n", 0644);
    scratch_write("no-shebang", "echo hello\n", 0755);
    scratch_write("no-interpreter", "#!/no/such/interpreter\n", 0755);
    scratch_write("empty", "", 0755);
    ck_assert_int_eq(symlink("loop", "loop"), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct process_request asked = request(rows[i].path, 1000);
        struct process_result result;
        process_run(&asked, &result, 1);
        ck_assert_msg(result.outcome == PROCESS_NOT_STARTED && result.code == rows[i].code,
                      "%s: %d, %d", rows[i].path, (int)result.outcome, result.code);
        check_nobody_is_left(rows[i].path);
        process_result_free(&result);
    }
}
END_TEST

/* A child that holds the file by a lease until it is killed; 0 where that cannot be had. */
static pid_t hold_by_lease(const char *path)
{
    int told[2];
    char answer = 0;
    ck_assert_int_eq(pipe(told), 0);
    pid_t holder = fork();
    if (holder == 0) {
        int fd = open(path, O_RDONLY);
        signal(SIGIO, SIG_IGN);
        answer = fcntl(fd, F_SETLEASE, F_WRLCK) == 0 ? 'y' : 'n';
        ck_assert_int_eq(write(told[1], &answer, 1), 1);
        for (;;)
            pause();
    }
    ck_assert_int_eq(read(told[0], &answer, 1), 1);
    close(told[0]);
    close(told[1]);
    if (answer == 'y')
        return holder;
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    return 0;
}

/* An exec can be held up by the owner of the file: for 45 s, where nobody ends it. */
START_TEST(is_not_held_up_by_an_exec)
{
    scratch_enter();
    scratch_write("script", "#!/bin/sh\n", 0755);
    pid_t holder = hold_by_lease(script);
    if (holder == 0)
        return;
    const struct process_request asked = request(script, 100);
    struct process_result result;
    int64_t start = now_ms();
    process_run(&asked, &result, 1);
    ck_assert_int_eq(result.outcome, PROCESS_TIMED_OUT);
    ck_assert_int_lt(now_ms() - start, 1000);
    process_result_free(&result);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    check_nobody_is_left("a lease");
}
END_TEST

START_TEST(tells_its_own_failure_apart)
{
    struct rlimit limit, none;
    struct process_result result;
    const struct process_request asked = request("/bin/true", 1000);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = limit;
    none.rlim_cur = 0;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    process_run(&asked, &result, 1);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_eq(result.outcome, PROCESS_FAILED);
    ck_assert_int_eq(result.code, EMFILE);
    process_result_free(&result);
}
END_TEST

START_TEST(runs_several_side_by_side)
{
    enum { MANY = PROCESS_PARALLEL + 4 };
    struct process_request requests[MANY];
    struct process_result results[MANY];
    char numbers[MANY][12];
    char *vectors[MANY][3];
    scratch_enter();
    scratch_write("script", "#!/bin/sh\nsleep 0.2; echo $1; exit $1\n", 0755);
    for (int i = 0; i < MANY; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%d", i);
        vectors[i][0] = script, vectors[i][1] = numbers[i], vectors[i][2] = NULL;
        requests[i] = request(i == 2 ? "./missing" : script, i == 3 ? 50 : 5000);
        requests[i].arguments = vectors[i];
    }
    int64_t before = now_ms();
    process_run(requests, results, MANY);
    ck_assert_msg(now_ms() - before < 1800, "%lld ms", (long long)(now_ms() - before));
    for (int i = 0; i < MANY; i++) {
        if (i == 2 || i == 3) {
            ck_assert_int_eq(results[i].outcome, i == 2 ? PROCESS_NOT_STARTED : PROCESS_TIMED_OUT);
        } else {
            ck_assert_msg(results[i].outcome == PROCESS_EXITED && results[i].code == i, "%d", i);
            ck_assert_int_eq(atoi(text_get(&results[i].out)), i);
        }
        process_result_free(&results[i]);
    }
    check_nobody_is_left("side by side");
    process_run(NULL, NULL, 0);
}
END_TEST

/* Signals, mask and descriptors are those from before; children of somebody else's are let live. */
START_TEST(leaves_the_caller_as_it_was)
{
    struct sigaction action;
    sigset_t mask;
    scratch_enter();
    pid_t ours = fork();
    if (ours == 0) {
        pause();
        _exit(0);
    }
    int free_descriptor = dup(0);
    close(free_descriptor);
    scratch_write("script", "#!/bin/sh\nexit 5\n", 0755);
    const struct process_request asked = request(script, 5000);
    struct process_result result;
    process_run(&asked, &result, 1);
    ck_assert_int_eq(result.code, 5);
    process_result_free(&result);
    sigaction(SIGCHLD, NULL, &action);
    sigprocmask(SIG_SETMASK, NULL, &mask);
    ck_assert(action.sa_handler == SIG_DFL && !sigismember(&mask, SIGCHLD));
    int next_descriptor = dup(0);
    close(next_descriptor);
    ck_assert_int_eq(next_descriptor, free_descriptor);
    ck_assert_int_eq(waitpid(ours, NULL, WNOHANG), 0);
    kill(ours, SIGKILL);
    ck_assert_int_eq(waitpid(ours, NULL, 0), ours);
}
END_TEST

SUITE_MAIN("process", tells_how_a_child_ended, ends_what_takes_too_long, waits_for_no_grandchild,
           keeps_what_fits_and_drains_the_rest, tells_why_the_kernel_refused,
           is_not_held_up_by_an_exec, tells_its_own_failure_apart, runs_several_side_by_side,
           leaves_the_caller_as_it_was)
