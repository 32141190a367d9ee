#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HANGS_S 20 /* far past the plugins' own deadline here */

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
    static char arguments[ARGUMENTS_MAX + 3][1024], variables[7][1024];
    static char deadline[] = "--timeout=3", wait[] = "--version-timeout=2";
    char *argv[ARGUMENTS_MAX + 6] = {arguments[0]}, *environment[8] = {NULL};
    snprintf(arguments[0], sizeof arguments[0], "%s/%s", setting->build, programs[c->plugin]);
    snprintf(arguments[1], sizeof arguments[1], "--state-dir=%s/%sstate", setting->root,
             c->store == STORE_ABSENT ? "new/" : "");
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
    ret[have] = '\0';
    close(fd);
    return have;
}

/* What has no parent any more is ours. Killed by the plugin, it is gone in a moment. */
static bool has_orphans(void)
{
    for (int ms = 0; ms < 1000; ms++) {
        pid_t reaped = waitpid(-1, NULL, WNOHANG);
        if (reaped < 0)
            return false;
        if (reaped == 0)
            pause_ms(1);
    }
    return true;
}

void run_plugin(const struct setting *setting, const struct fault_case *c, struct run *ret)
{
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
        exit(2);
    int in = open_input(setting, c);
    const struct sigaction action = {.sa_handler = ring};
    sigaction(SIGALRM, &action, NULL);
    pid_t pid = fork();
    if (pid == 0)
        become(setting, c, out[1], err[1], in);
    close(in);
    close(out[1]);
    close(err[1]);
    int status = 0;
    alarm(HANGS_S);
    bool ended = waitpid(pid, &status, 0) == pid;
    alarm(0);
    if (!ended) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
    }
    ret->status = !ended ? -2 : WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ret->out_length = read_pipe(out[0], ret->out, OUT_MAX);
    ret->err_length = read_pipe(err[0], ret->err, sizeof ret->err - 1);
    ret->orphans = has_orphans();
}
