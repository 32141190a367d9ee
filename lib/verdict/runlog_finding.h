/*
 * The findings of check_claude_runlog in words; private to runlog*.c.
 */
#ifndef CHECK_CLAUDE_RUNLOG_FINDING_H
#define CHECK_CLAUDE_RUNLOG_FINDING_H

#include "verdict/runlog.h"

/* The parts of one decision. */
struct runlog_decision {
    const struct runlog_policy *policy;
    const struct run_log *log;
    int64_t now;
    struct report *report;
    struct subject *subject;
};

/*
 * A finding of this condition at a line of the log; 0 for no line in particular. The log and the
 * line are the evidence, with `what` ("status 401", "" for nothing) in front.
 */
__attribute__((format(printf, 5, 6))) void runlog_find(const struct runlog_decision *d,
                                                       enum runlog_condition condition,
                                                       uint64_t line, const char *what,
                                                       const char *format, ...);

/*
 * A condition of a failed run, recognised by `what` ("API Error", "status 401"; "" for nothing) at
 * a line of the log, or 0.
 */
void runlog_find_failure(const struct runlog_decision *d, enum runlog_condition condition,
                         uint64_t line, const char *what);

/* Append " as USER" behind "run claude auth login", where the user is known. */
void runlog_add_user(const struct runlog_decision *d, struct text *text);

/* Append what an exit status says: "killed by signal 9", "exit status 1". */
void runlog_add_exit_status(const struct exit_status *status, struct text *text);

/* The figures of a log, what to say of it when all is well, and its age; runlog_metrics.c. */
void runlog_set_fields(const struct runlog_decision *d);
void runlog_set_headline(const struct runlog_decision *d, const struct run_verdict *verdict);
void runlog_decide_age(const struct runlog_decision *d);

/* The CLI's own message as a line for -v, up to where it may hold a secret. */
void runlog_show_message(const struct runlog_decision *d, const char *message);

/* The log could not be read, or is not there: log->error and log->missing say why. */
void runlog_find_unreadable(const struct runlog_decision *d);

#endif
