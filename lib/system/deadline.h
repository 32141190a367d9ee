/*
 * The plugin's own deadline, and the signals that may end it. Whatever happens, the consumer gets
 * one UNKNOWN line, exit status 3 and no core file, and the children are gone.
 *
 *     deadline_guard("CLAUDE PREFLIGHT");      first thing in main
 *     deadline_start(10000);                   once the options are known
 *     deadline_step("reading the credentials");
 *     deadline_output(false);                  before the first byte is printed
 *
 * The steps look at deadline_left_ms() themselves and report in the ordinary way. A timer stands
 * behind them for a step that hangs in a system call: half a second later it ends the process. Some
 * calls heed SIGKILL only (of a file system whose server does not answer): another second later the
 * kernel kills the process, which prints nothing.
 * This is the one place with variables of its own: a signal handler reaches nothing else.
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
 * Take over all signals that would end the process, ignore SIGPIPE and SIGXFSZ (a write then fails,
 * which is looked at), forbid core files, and open /dev/null on each of descriptors 0 to 2 that is
 * closed. The clock starts with DEADLINE_DEFAULT_MS. `service` stands first in the line and must
 * stay valid. Returns false when stdout was closed.
 */
bool deadline_guard(const char *service);

/* Another exit status than DEADLINE_EXIT_STATUS for whatever ends the plugin. */
void deadline_exit_status(int status);

/* Start the clock anew: `timeout` milliseconds from now. */
void deadline_start(int64_t timeout);

/* Milliseconds left, 0 once it has passed; a very large number where no clock was started. */
int64_t deadline_left_ms(void);

/* Name what the plugin does now, as in "timed out while STEP". Must stay valid. */
void deadline_step(const char *step);
const char *deadline_current_step(void);

/*
 * What is written before the output, and before the line that a signal prints, to take away what
 * stands on the terminal. Must stay valid. deadline_erased() returns it once, "" from then on.
 */
void deadline_erase(const char *erase);
const char *deadline_erased(void);

/*
 * What was found is printed from now on, so that a signal ends the plugin without a line of its
 * own, which could come behind half of another. The reader has what is left of the deadline and at
 * least a second; all the time it wants with `patient`, for a person who can end the plugin.
 */
void deadline_output(bool patient);

/* A process group that dies with the plugin; deadline_forget_group() once it is reaped. */
void deadline_add_group(pid_t group);
void deadline_forget_group(pid_t group);

/* Whether all children die with the plugin, and what becomes one by that: see orphan.h. */
void deadline_end_orphans(bool all);

/* Put off the signals that end the plugin, for work that must be done whole or not at all. */
void deadline_hold(sigset_t *ret_before);
void deadline_release(const sigset_t *before);

#endif
