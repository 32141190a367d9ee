/*
 * --gate: the exit status for programs that start runs: an orchestrator, systemd's ExecCondition=,
 * Docker's HEALTHCHECK, a probe of Kubernetes, `check_claude_preflight --gate && claude`. For all
 * of them any status but 0 means "stop", so they would not start a run after a WARNING.
 *
 * The status is 0 for OK and WARNING. It is 1 for CRITICAL and UNKNOWN, and also if the plugin
 * itself failed, was ended by a signal, or got a wrong command line. --help and --version exit 3 as
 * always. The output does not change and names the state. One rule differs: of UNKNOWN and WARNING
 * a gate takes UNKNOWN as the worse one (report_worse()), because WARNING opens it.
 *
 * After a limit whose end is not known, one run may try (store/run_limit.h). With --gate the
 * preflight counts that try, because its caller starts a run next. With --gate=probe (HEALTHCHECK,
 * a readiness probe) and without --gate it does not.
 */
#ifndef CHECK_CLAUDE_GATE_H
#define CHECK_CLAUDE_GATE_H

enum gate { GATE_NONE, GATE_START, GATE_PROBE };

/*
 * Whether the command line has a --gate, even if it has mistakes. From then on a signal or the
 * deadline ends the plugin with status 1.
 */
enum gate gate_asked(int argc, char *const argv[]);

/* The exit status in place of a state. */
int gate_status(enum gate gate, int state);

#endif
