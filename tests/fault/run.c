#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/*
 * Past its deadline a plugin ends in half a second by itself, and one second later the kernel ends
 * it; the rest is for a machine that has more to do.
 */
#define LAST_MS  1500
#define SLACK_MS 2000

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void ring(int signal)
{
    (void)signal; /* it ends waitpid() */
}

/* In the child: become the plugin. */
static void become(const struct setting *setting, const struct fault_case *c, int out, int err,
                   int in)
{
    static const char *const programs[] = {"check_claude_preflight", "check_claude_runlog"};
    static char arguments[ARGUMENTS_MAX + 3][1024], variables[8][1024], deadline[32];
    static char wait[] = "--version-timeout=1";
    char *argv[ARGUMENTS_MAX + 6] = {arguments[0]}, *environment[9] = {NULL};
    snprintf(arguments[0], sizeof arguments[0], "%s/%s", setting->build, programs[c->plugin]);
    snprintf(arguments[1], sizeof arguments[1], "--state-dir=%s/%sstate", setting->root,
             c->store == STORE_ABSENT ? "new/" : "");
    snprintf(deadline, sizeof deadline, "--timeout=%d.%03d", setting->timeout_ms / 1000,
             setting->timeout_ms % 1000);
    argv[1] = arguments[1];
    argv[2] = deadline;
    char **next = &argv[3];
    if (c->plugin == PREFLIGHT)
        *next++ = wait;
    for (size_t i = 0; i < ARGUMENTS_MAX && c->arguments[i]; i++) {
        const char *at = strchr(c->arguments[i], '@');
        size_t length = at ? (size_t)(at - c->arguments[i]) : 0;
        snprintf(arguments[i + 2], sizeof arguments[0], "%.*s%s%s", (int)length, c->arguments[i],
                 at ? setting->root : "", at ? at + 1 : c->arguments[i]);
        *next++ = arguments[i + 2];
    }
    const char *const parts[][3] = {{"HOME=", setting->root, "/home"},
                                    {"PATH=", setting->root, "/bin"},
                                    {"TMPDIR=", setting->root, "/tmp"},
                                    {"LD_PRELOAD=", setting->inject, ""},
                                    {FAULT_VARIABLE "=", setting->fault_path, ""},
                                    {"TERM=", c->on_terminal ? "xterm" : "", ""},
                                    {"LC_ALL=C", "", ""}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        snprintf(variables[i], sizeof variables[0], "%s%s%s", parts[i][0], parts[i][1],
                 parts[i][2]);
        environment[i] = variables[i];
    }
    setting->fault->pid = getpid();
    if (chdir(setting->root) == 0 && dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2)
        execve(argv[0], argv, environment);
    _exit(99);
}

static int open_input(const struct setting *setting, const struct fault_case *c)
{
    int ends[2];
    if (!c->input)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    static char bytes[32768];
    int file = open(scene_path(setting->root, c->input), O_RDONLY | O_CLOEXEC);
    ssize_t length = read(file, bytes, sizeof bytes);
    close(file);
    if (pipe2(ends, O_CLOEXEC) != 0 || write(ends[1], bytes, (size_t)length) != length)
        return -1;
    close(ends[1]);
    return ends[0];
}

static size_t read_pipe(int fd, char *ret, size_t size)
{
    size_t have = 0;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (ssize_t n; have < size && (n = read(fd, ret + have, size - have)) > 0;)
        have += (size_t)n;
    memset(ret + have, '\0', size + 1 - have);
    close(fd);
    return have;
}

static void kill_children(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    FILE *list = fopen(path, "re");
    for (int pid; list && fscanf(list, "%d", &pid) == 1;)
        kill(pid, SIGKILL);
    if (list)
        fclose(list);
}

/* What has no parent any more is ours. Killed by the plugin, it is gone in a moment. */
static bool had_orphans(void)
{
    bool left = false;
    for (int ms = 0; ms < 2000; ms++) {
        pid_t reaped = waitpid(-1, NULL, WNOHANG);
        if (reaped < 0)
            return left;
        if (reaped == 0)
            pause_ms(1);
        if (reaped == 0 && ms >= 1000) {
            left = true;
            kill_children();
        }
    }
    return true;
}

/* Returns the status of the plugin, which is killed when it goes on and on. */
static int await(pid_t pid, int timeout_ms)
{
    const struct sigaction action = {.sa_handler = ring};
    const int limit = timeout_ms + LAST_MS + SLACK_MS;
    const struct itimerval off = {.it_value = {0, 0}},
                           on = {.it_value = {limit / 1000, limit % 1000 * 1000},
                                 .it_interval = {.tv_usec = 100000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &on, NULL);
    int status = 0;
    bool ended = waitpid(pid, &status, 0) == pid;
    setitimer(ITIMER_REAL, &off, NULL);
    if (ended)
        return WIFEXITED(status) ? WEXITSTATUS(status) : RUN_KILLED;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    return RUN_HUNG;
}

/* A terminal that changes nothing of what is written to it. False where there is none to be had. */
static bool open_terminal(int ends[2])
{
    struct termios raw;
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends[0] < 0 || grantpt(ends[0]) != 0 || unlockpt(ends[0]) != 0)
        return false;
    ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends[1] < 0 || tcgetattr(ends[1], &raw) != 0)
        return false;
    cfmakeraw(&raw);
    return tcsetattr(ends[1], TCSANOW, &raw) == 0;
}

void run_plugin(const struct setting *setting, const struct fault_case *c, struct run *ret)
{
    int out[2], err[2];
    if (!(c->on_terminal ? open_terminal(out) : pipe2(out, O_CLOEXEC) == 0) ||
        pipe2(err, O_CLOEXEC) != 0)
        exit(2);
    int in = open_input(setting, c);
    pid_t pid = fork();
    if (pid == 0)
        become(setting, c, out[1], err[1], in);
    close(in);
    close(out[1]);
    close(err[1]);
    ret->status = await(pid, setting->timeout_ms);
    ret->out_length = read_pipe(out[0], ret->out, OUT_MAX);
    ret->err_length = read_pipe(err[0], ret->err, sizeof ret->err - 1);
    ret->orphans = had_orphans();
}
