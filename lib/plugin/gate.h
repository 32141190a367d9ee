/*
 * --gate: the exit status for whoever starts runs by it, an orchestrator, systemd's ExecCondition=,
 * Docker's HEALTHCHECK, a probe of Kubernetes, `check_claude_preflight --gate && claude`. All of
 * them take any status but 0 for "stop", and so would not start a run for a WARNING.
 *
 * 0 where the state is OK or WARNING; 1 where it is CRITICAL or UNKNOWN, and where the plugin
 * itself failed, was ended, or was called in a wrong way. --help and --version exit 3 as ever.
 * Nothing else changes: what is printed still names the state. But of UNKNOWN and WARNING, of which
 * WARNING is the worse otherwise, a gate takes the UNKNOWN (report_worse()): a WARNING opens it.
 *
 * With --gate the preflight takes the one try of a limit whose end is not known
 * (store/run_limit.h), since its caller starts a run next. With --gate=probe, for those who only
 * look (HEALTHCHECK, a readiness probe), and without --gate, it does not.
 */
#ifndef CHECK_CLAUDE_GATE_H
#define CHECK_CLAUDE_GATE_H

enum gate { GATE_NONE, GATE_START, GATE_PROBE };

/*
 * Whether the command line has a --gate, whatever else stands on it; from then on a signal or the
 * deadline ends the plugin with 1.
 */
enum gate gate_asked(int argc, char *const argv[]);

/* The exit status in place of a state. */
int gate_status(enum gate gate, int state);

#endif
