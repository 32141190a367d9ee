/*
 * check_claude_runlog's rules: did the run that wrote a log do its work, and if not, was it the
 * login? Pure: no file, no clock, no variable of its own.
 */
#ifndef CHECK_CLAUDE_RUNLOG_H
#define CHECK_CLAUDE_RUNLOG_H

#include "log/log_search.h"
#include "plugin/condition.h"
#include "plugin/range.h"
#include "plugin/report.h"
#include "verdict/runlog_condition.h"

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

/* What was asked. */
struct runlog_policy {
    struct condition_overrides states;
    struct range age_warning, age_critical; /* of the newest log */
    int64_t grace;                          /* milliseconds */
};

/* One log: how it could be reached, and what is in it. */
struct run_log {
    const char *path;
    const char *user;    /* who has to log in when the login ends; NULL where that is not known */
    int error;           /* errno; 0 when it was read */
    bool missing;        /* `error` means that there is no such file, or nothing matched */
    bool too_old;        /* missing, but there are logs from before --since */
    bool newest;         /* of all logs in the call: its age is the one that counts */
    uint64_t size;       /* bytes */
    int64_t modified;    /* milliseconds since the epoch */
    int64_t modified_ns; /* the same in nanoseconds */
    struct log_facts facts;
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

/*
 * What made a run fail: by the fields of its result and of the voice before it (either may be
 * NULL), and only where those do not tell by the text. RUNLOG_RUN_FAILED where nothing more is
 * known.
 */
enum runlog_condition runlog_classify(const struct marker_set *markers, const struct event *result,
                                      const struct event *voice, const struct event *rate_limit);

/*
 * When a usage limit ends, in milliseconds since the epoch: by the event, else by the message
 * ("...reached|1795000000", "resets 6:07pm (UTC)", "resets Nov 26, 4:06pm (UTC)"), read at
 * `written`. 0 when it does not say.
 */
int64_t runlog_limit_reset(const struct event *rate_limit, const char *message, int64_t written);

/* Append by what a refused login was told: "status 403", "marker 401", "authentication_failed". */
void runlog_add_evidence(const struct marker_set *markers, const struct run_log *log,
                         struct text *text);

/* Judge one log at `now`: findings, fields and headline of the subject. */
void runlog_decide(const struct runlog_policy *policy, const struct marker_set *markers,
                   const struct run_log *log, int64_t now, struct report *report,
                   struct subject *subject);

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
