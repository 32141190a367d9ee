#include "system/orphan.h"

#include "suite.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef CHECK_CLAUDE_SANITIZED
#define MANY 10 /* large ones, which take their time to end */
#else
#define MANY 200 /* more than can be reaped one in a millisecond */
#endif

static int alive[2]; /* a pipe that they hold open */

/* A child that leaves `count` others in a session of their own, and ends. */
static void leave(int count)
{
    pid_t parent = fork();
    if (parent == 0) {
        setsid();
        for (int i = 0; i < count; i++) {
            if (fork() == 0) {
                sleep(9);
                _exit(0);
            }
        }
        _exit(0);
    }
    int status = 1;
    ck_assert_int_eq(waitpid(parent, &status, 0), parent);
    ck_assert_int_eq(status, 0);
}

/* True once nobody holds the pipe open. */
static bool all_gone(void)
{
    close(alive[1]);
    struct pollfd held = {.fd = alive[0], .events = POLLIN};
    bool gone = poll(&held, 1, 1500) == 1 && (held.revents & POLLHUP);
    close(alive[0]);
    return gone;
}

START_TEST(none_of_them_stays)
{
    static const int counts[] = {0, 1, MANY};
    for (size_t i = 0; i < COUNT(counts); i++) {
        if (!orphans_adopt())
            return; /* another system */
        ck_assert_int_eq(pipe(alive), 0);
        leave(counts[i]);
        orphans_end();
        ck_assert_msg(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%d: one is left",
                      counts[i]);
        ck_assert_msg(all_gone(), "%d: one lives on", counts[i]);
    }
}
END_TEST

START_TEST(children_from_before_are_not_adopted)
{
    pid_t before = fork();
    if (before == 0) {
        sleep(9);
        _exit(0);
    }
    ck_assert(!orphans_adopt());
    kill(before, SIGKILL);
    ck_assert_int_eq(waitpid(before, NULL, 0), before);
}
END_TEST

SUITE_MAIN("orphan", none_of_them_stays, children_from_before_are_not_adopted)
