/*
 * Runs a command on a new terminal and copies what comes out of it: pty [-i] COMMAND ARGUMENT...
 *
 * Without -i the terminal is the command's stdout only, and nothing that is written to it is
 * changed on the way. With -i it is stdin, stdout and stderr, for a shell, and pty's own stdin is a
 * dialogue: each line is a text to wait for and, behind a tab, one to send then. In both stand \t,
 * \n and \xHH. Exits as the command does; 124 when it, or what is waited for, takes longer than 20
 * s.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SECONDS    20
#define OUTPUT_MAX (1 << 20)

static struct {
    char bytes[OUTPUT_MAX + 1];
    size_t length;
    size_t seen; /* up to here it was waited for */
} output;

static void die(const char *what)
{
    perror(what);
    exit(125);
}

/* The command's side, in the child. */
static void run_command(const char *name, bool interactive, char *argv[])
{
    setsid();
    int fd = open(name, O_RDWR); /* the first one of a session: its controlling terminal */
    if (fd < 0)
        die(name);
    struct termios modes;
    tcgetattr(fd, &modes);
    if (!interactive)
        modes.c_oflag &= ~(tcflag_t)OPOST;
    tcsetattr(fd, TCSANOW, &modes);
    const struct winsize size = {.ws_row = 50, .ws_col = 100};
    ioctl(fd, TIOCSWINSZ, &size);
    dup2(fd, STDOUT_FILENO);
    if (interactive) {
        dup2(fd, STDIN_FILENO);
        dup2(fd, STDERR_FILENO);
    }
    if (fd > STDERR_FILENO)
        close(fd);
    execvp(argv[0], argv);
    die(argv[0]);
}

/* Undo \t, \n and \xHH in place. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (from[0] != '\\' || !from[1]) {
            *to++ = *from;
            continue;
        }
        from++;
        if (*from == 'x' && from[1] && from[2]) {
            const char hex[] = {from[1], from[2], '\0'};
            *to++ = (char)strtol(hex, NULL, 16);
            from += 2;
        } else {
            *to++ = (char)(*from == 't' ? '\t' : *from == 'n' ? '\n' : *from);
        }
    }
    *to = '\0';
}

/* Take what comes within the time that is left. False at the end of the output. */
static bool take_output(int fd, time_t end)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    time_t now = time(NULL);
    if (now >= end || poll(&polled, 1, (int)(end - now) * 1000) == 0)
        return false;
    if (output.length == OUTPUT_MAX)
        output.length = output.seen = 0;
    ssize_t n = read(fd, output.bytes + output.length, OUTPUT_MAX - output.length);
    if (n <= 0)
        return false;
    fwrite(output.bytes + output.length, 1, (size_t)n, stdout);
    output.length += (size_t)n;
    output.bytes[output.length] = '\0';
    return true;
}

/* One line of the dialogue. False when what it waits for does not come. */
static bool say(int fd, char *line, time_t end)
{
    line[strcspn(line, "\n")] = '\0';
    char *send = strchr(line, '\t');
    if (send)
        *send++ = '\0';
    unescape(line);
    char *at;
    while (!(at = strstr(output.bytes + output.seen, line)))
        if (!take_output(fd, end))
            return false;
    output.seen = (size_t)(at - output.bytes) + strlen(line);
    if (send) {
        unescape(send);
        if (write(fd, send, strlen(send)) < 0)
            return false;
    }
    return true;
}

int main(int argc, char *argv[])
{
    bool interactive = argc > 1 && strcmp(argv[1], "-i") == 0;
    if (argc < 2 + interactive)
        return 125;
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0)
        die("posix_openpt");
    const char *name = ptsname(fd);
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0)
        run_command(name, interactive, argv + 1 + interactive);
    const time_t end = time(NULL) + SECONDS;
    char line[1024];
    bool going = true;
    while (interactive && going && fgets(line, sizeof line, stdin))
        going = say(fd, line, end);
    while (going && take_output(fd, end))
        ;
    if (!going || time(NULL) >= end)
        kill(-child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    fflush(stdout);
    if (!going || time(NULL) >= end)
        return 124;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
