/*
 * Start a program in a child process without waiting until the kernel executes it. posix_spawn()
 * waits, and cannot be interrupted: the owner of a binary can hold that up for as long as he likes,
 * by a lease on the file (fcntl(2), F_SETLEASE) or a file system of his own, and with it whoever
 * looks at the binary. Here only the child is held up, which a deadline can end.
 */
#ifndef CHECK_CLAUDE_SPAWN_H
#define CHECK_CLAUDE_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

struct spawn_request {
    const char *path;         /* executed as it is, no search */
    char *const *arguments;   /* NULL-terminated, arguments[0] included */
    char *const *environment; /* NULL-terminated */
    int out, err;             /* the child's stdout and stderr; both above 2 and close-on-exec */
};

/*
 * Room in which `count` children leave the errno with which they could not start, 0 until then and
 * once they run. NULL with errno on failure. spawn_free_errors() gives it back, once they ended.
 */
volatile int *spawn_new_errors(size_t count);
void spawn_free_errors(volatile int *errors, size_t count);

/*
 * Start the program: in a process group of its own, stdin from /dev/null, default signals, and
 * killed when this process dies (Linux). One that cannot be executed exits with 127, and *error
 * says why. Returns its process id, -1 with errno when there is no new process.
 */
pid_t spawn(const struct spawn_request *request, volatile int *error);

#endif
