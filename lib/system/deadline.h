/*
 * The plugin's own deadline, and the signals that may end it. In each case the consumer gets one
 * UNKNOWN line and exit status 3, there is no core file, and the children are gone.
 *
 *     deadline_guard("CLAUDE PREFLIGHT");      first thing in main
 *     deadline_start(10000);                   once the options are known
 *     deadline_step("reading the credentials");
 *     deadline_output(false);                  before the first byte is printed
 *
 * The steps check deadline_left_ms() themselves and report as usual. If a step hangs in a system
 * call, a timer ends the process half a second later. In a file system whose server does not
 * answer, only SIGKILL ends a call: another second later the kernel kills the process, which prints
 * nothing. Only this room has variables of its own, because a signal handler can reach nothing
 * else.
 */
#ifndef CHECK_CLAUDE_DEADLINE_H
#define CHECK_CLAUDE_DEADLINE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Groups of children that can be running at once. */
#define DEADLINE_GROUPS 16

/* How a plugin ends that a signal ends: UNKNOWN (Monitoring Plugins Development Guidelines). */
#define DEADLINE_EXIT_STATUS 3

/* The deadline until another is asked for. */
#define DEADLINE_DEFAULT_MS 10000

/*
 * Handle all signals that would end the process. Ignore SIGPIPE and SIGXFSZ: a write then fails,
 * and the failure is checked. Forbid core files, and open /dev/null on each closed descriptor of 0
 * to 2. The clock starts with DEADLINE_DEFAULT_MS. `service` is the first part of the line and must
 * stay valid. Returns false when stdout was closed.
 */
bool deadline_guard(const char *service);

/* Use another exit status than DEADLINE_EXIT_STATUS when a signal or the deadline ends the plugin.
 */
void deadline_exit_status(int status);

/* Start the clock anew: `timeout` milliseconds from now. */
void deadline_start(int64_t timeout);

/* Milliseconds left, 0 once it has passed; a very large number where no clock was started. */
int64_t deadline_left_ms(void);

/* Name what the plugin does now, as in "timed out while STEP". Must stay valid. */
void deadline_step(const char *step);
const char *deadline_current_step(void);

/*
 * The bytes that erase the line of progress on the terminal. They are written before the output,
 * and before the line that a signal prints. Must stay valid. deadline_erased() returns them once,
 * and "" after that.
 */
void deadline_erase(const char *erase);
const char *deadline_erased(void);

/*
 * The output begins. From now on a signal ends the plugin without a line of its own, which could
 * follow half of another line. The reader has the rest of the deadline and at least one second.
 * With `patient` it has no limit: a person at a terminal can end the plugin.
 */
void deadline_output(bool patient);

/* A process group that dies with the plugin; deadline_forget_group() once it is reaped. */
void deadline_add_group(pid_t group);
void deadline_forget_group(pid_t group);

/* Whether all children die with the plugin, also the children that they leave: see orphan.h. */
void deadline_end_orphans(bool all);

/* Delay the signals that end the plugin during work that must not be interrupted. */
void deadline_hold(sigset_t *ret_before);
void deadline_release(const sigset_t *before);

#endif
