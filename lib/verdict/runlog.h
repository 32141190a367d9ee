/*
 * check_claude_runlog's rules: did the run that wrote a log do its work, and if not, was it the
 * login? Pure: no file, no clock, no variable of its own.
 */
#ifndef CHECK_CLAUDE_RUNLOG_H
#define CHECK_CLAUDE_RUNLOG_H

#include "plugin/condition.h"
#include "plugin/range.h"
#include "plugin/report.h"
#include "verdict/runlog_facts.h"

#include <stdbool.h>
#include <stdint.h>

extern const struct condition_table runlog_conditions;

/* The indexes of the fields of a runlog report. */
enum runlog_field {
    RUNLOG_FIELD_SIZE,
    RUNLOG_FIELD_MODIFIED,
    RUNLOG_FIELD_IS_ERROR,
    RUNLOG_FIELD_SUBTYPE,
    RUNLOG_FIELD_API_STATUS,
    RUNLOG_FIELD_DURATION_MS,
    RUNLOG_FIELD_TURNS,
    RUNLOG_FIELD_COST,
    RUNLOG_FIELD_DURATION,
    RUNLOG_FIELD_LIMIT_RESET,
    RUNLOG_FIELDS
};

extern const struct report_kind runlog_report;

/* How a run ended, by the program that started it (--exit-status). */
struct exit_status {
    bool known;
    int code; /* what $? said, 0 to 255; 128 + signal where a signal ended it */
};

/* What was asked. */
struct runlog_policy {
    struct condition_overrides states;
    struct range age_warning, age_critical; /* of the newest log */
    int64_t grace;                          /* milliseconds */
    bool plain;                             /* the runs print text: no result is no finding */
    struct exit_status exit_status;
};

/* One log: how it could be reached, and what is in it. */
struct run_log {
    const char *path;
    const char *user;    /* who has to log in when the login ends; NULL where that is not known */
    int64_t owner;       /* the user id of whoever wrote it; -1 where that is not known */
    int error;           /* errno; 0 when it was read */
    bool missing;        /* `error` means that there is no such file, or nothing matched */
    bool too_old;        /* missing, but there are logs from before --since */
    bool told;           /* dated ahead: it is reported, not judged */
    bool newest;         /* of all logs in the call: its age is the one that counts */
    uint64_t size;       /* bytes */
    int64_t modified;    /* milliseconds since the epoch */
    int64_t modified_ns; /* the same in nanoseconds */
    struct log_facts facts;
};

/* What a run shows about the login and the plan that it used. */
enum run_outcome {
    RUN_TELLS_NOTHING, /* another failure, a run that died or goes on, a text nothing is known of */
    RUN_GOOD,          /* a good result, or a text log with exit status 0 */
    RUN_REFUSED,       /* the login was refused, by the CLI's own voice */
    RUN_LIMITED        /* a usage limit is reached, or the bill is not paid: `cause` says which */
};

struct run_verdict {
    enum run_outcome outcome;
    enum runlog_condition cause; /* of the failure; RUNLOG_UNDECIDED where there is none */
    bool in_progress;            /* the run may still be writing its log */
};

/* The state in which a condition counts under this policy. */
enum state runlog_state(const struct runlog_policy *policy, enum runlog_condition condition,
                        enum state ranged);

/*
 * True for a log that a run may still be writing: modified less than --grace ago, or ahead of us,
 * where two clocks differ. A killed run from the far future is not in progress until then.
 */
bool runlog_may_be_in_progress(const struct runlog_policy *policy, const struct run_log *log,
                               int64_t now);

/* So much two clocks differ that are kept right, in milliseconds. */
#define RUNLOG_CLOCK_JITTER 60000

/* True for a log that is dated further ahead than that. */
bool runlog_is_ahead(int64_t modified, int64_t now);

/* Append by what a failed run was recognised: "status 403", "API Error", "authentication_failed".
 */
void runlog_add_evidence(const struct run_log *log, struct text *text);

/* Judge one log at `now`: findings, fields and headline of the subject. */
struct run_verdict runlog_decide(const struct runlog_policy *policy, const struct run_log *log,
                                 int64_t now, struct report *report, struct subject *subject);

/* The counts that the perfdata is made of. */
struct runlog_totals {
    int64_t logs, failed, auth_failures;
    const struct run_log *newest; /* NULL when no log could be looked at */
    const struct run_log *only;   /* the one log, when there is just one */
    uint64_t size;                /* of all of them */
};

/* Perfdata of the whole report. */
void runlog_add_perfdata(const struct runlog_policy *policy, const struct runlog_totals *totals,
                         int64_t now, struct report *report);

#endif
