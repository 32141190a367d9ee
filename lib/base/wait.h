/*
 * Waiting: for a descriptor, or for a time. A signal handler may call both.
 */
#ifndef CHECK_CLAUDE_WAIT_H
#define CHECK_CLAUDE_WAIT_H

#include <stdint.h>

/*
 * Wait at most `ms` milliseconds until a descriptor is ready for `events` of poll(2). Returns 0
 * once it is, also when the next read or write reports an error; ETIMEDOUT when the time passes
 * first; EINTR when a signal comes first.
 */
int wait_ready(int fd, short events, int64_t ms);

/* Sleep `ms` milliseconds; a signal ends the sleep earlier. */
void wait_sleep(int64_t ms);

#endif
