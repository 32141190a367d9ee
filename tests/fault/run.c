#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

/* In the child: become the plugin, which waits before its main(): inject_serve(). */
static void become(const struct setting *setting, const struct fault_case *c, int socket)
{
    static const char *const programs[] = {"check_claude_preflight", "check_claude_runlog"};
    static char arguments[ARGUMENTS_MAX + 3][1024], variables[9][1024], deadline[32];
    static char wait[] = "--version-timeout=3";
    char *argv[ARGUMENTS_MAX + 6] = {arguments[0]}, *environment[10] = {NULL};
    snprintf(arguments[0], sizeof arguments[0], "%s/%s", setting->build, programs[c->plugin]);
    snprintf(arguments[1], sizeof arguments[1], "--state-dir=%s/%sstate", setting->root,
             c->store == STORE_ABSENT ? "new/" : "");
    snprintf(deadline, sizeof deadline, "--timeout=%d.%03d", setting->timeout_ms / 1000,
             setting->timeout_ms % 1000);
    char **next = &argv[1];
    if (!c->own_place)
        *next++ = arguments[1];
    *next++ = deadline;
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
                                    {"LC_ALL=C", "", ""},
                                    {"TZDIR=", setting->root, "/zones"},
                                    {"LD_BIND_NOW=1", "", ""}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        snprintf(variables[i], sizeof variables[0], "%s%s%s", parts[i][0], parts[i][1],
                 parts[i][2]);
        environment[i] = variables[i];
    }
    if (chdir(setting->root) == 0 && dup2(socket, FAULT_SOCKET) == FAULT_SOCKET)
        execve(argv[0], argv, environment);
    _exit(99);
}

/* The case's plugin, once for each deadline. */
static struct server {
    const struct fault_case *c; /* NULL: there is none */
    int timeout_ms, socket;
    pid_t pid;
} servers[2];

static bool is_server(pid_t pid)
{
    return (servers[0].c && servers[0].pid == pid) || (servers[1].c && servers[1].pid == pid);
}

static void end_server(struct server *server)
{
    close(server->socket);
    waitpid(server->pid, NULL, 0);
    server->c = NULL;
}

static struct server *find_server(const struct setting *setting, const struct fault_case *c)
{
    int ends[2];
    struct server *free = NULL;
    for (size_t i = 0; i < 2; i++) {
        if (servers[i].c && servers[i].c != c)
            end_server(&servers[i]);
        if (servers[i].c && servers[i].timeout_ms == setting->timeout_ms)
            return &servers[i];
        if (!servers[i].c)
            free = &servers[i];
    }
    if (!free || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        exit(2);
    *free = (struct server){.c = c, .timeout_ms = setting->timeout_ms, .socket = ends[0]};
    free->pid = fork();
    if (free->pid == 0)
        become(setting, c, ends[1]);
    close(ends[1]);
    return free;
}

/* Ask for a run with these descriptors 0 to 2. */
static void ask(int socket, const int fds[3])
{
    char byte = 0;
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(3 * sizeof(int))];
    } control = {.room = ""};
    struct iovec bytes = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    *head = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(3 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(head), fds, 3 * sizeof(int));
    if (sendmsg(socket, &message, MSG_NOSIGNAL) != 1)
        exit(2);
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

/* The first child that is none of the servers; 0 when there is none. */
static pid_t find_child(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    FILE *list = fopen(path, "re");
    int pid = 0;
    scene_must(list != NULL, path);
    while (fscanf(list, "%d", &pid) == 1 && is_server(pid))
        pid = 0;
    fclose(list);
    return pid;
}

/* What has no parent any more is ours. Killed by the plugin, it is gone in a moment. */
static bool had_orphans(void)
{
    pid_t pid;
    for (int ms = 0; ms < 2000 && (pid = find_child()) > 0; ms++) {
        if (waitpid(pid, NULL, WNOHANG) == pid)
            continue;
        if (ms >= 1000) {
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
            return true;
        }
        pause_ms(1);
    }
    return false;
}

/* Returns the status of the plugin, which is killed when it goes on and on. */
static int await(const struct setting *setting, int socket)
{
    int status = 0;
    struct pollfd polled = {.fd = socket, .events = POLLIN};
    bool ended = poll(&polled, 1, setting->timeout_ms + LAST_MS + SLACK_MS) > 0;
    if (!ended)
        kill(setting->fault->pid, SIGKILL);
    if (read(socket, &status, sizeof status) != sizeof status)
        exit(2);
    return !ended ? RUN_HUNG : WIFEXITED(status) ? WEXITSTATUS(status) : RUN_KILLED;
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
    const struct server *server = find_server(setting, c);
    const int fds[3] = {open_input(setting, c), out[1], err[1]};
    ask(server->socket, fds);
    for (size_t i = 0; i < 3; i++)
        close(fds[i]);
    ret->status = await(setting, server->socket);
    ret->out_length = read_pipe(out[0], ret->out, OUT_MAX);
    ret->err_length = read_pipe(err[0], ret->err, sizeof ret->err - 1);
    ret->orphans = had_orphans();
}
