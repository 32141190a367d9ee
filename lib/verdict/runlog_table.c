/* The tables of runlog.h, and its questions about time and state: conditions, fields, and what all
 * its reports have in common. */
#include "base/duration.h"
#include "base/version.h"
#include "verdict/runlog.h"

static const struct condition conditions[RUNLOG_CONDITIONS] = {
    [RUNLOG_AUTH_FAILURE] = {"auth-failure", STATE_CRITICAL, false,
                             "the login was refused or is missing"},
    [RUNLOG_BILLING] = {"billing", STATE_CRITICAL, false,
                        "credit too low, organisation disabled, payment past due"},
    [RUNLOG_LOG_EMPTY] = {"log-empty", STATE_CRITICAL, false, "zero bytes or white space only"},
    [RUNLOG_RESULT_MISSING] = {"result-missing", STATE_CRITICAL, false,
                               "no result event: the run was killed or died"},
    [RUNLOG_USAGE_LIMIT] = {"usage-limit", STATE_WARNING, false,
                            "plan limit, spend cap or credits used up"},
    [RUNLOG_OVERLOADED] = {"overloaded", STATE_WARNING, false, "429 throttling, 5xx"},
    [RUNLOG_NETWORK] = {"network", STATE_WARNING, false,
                        "could not reach the API, or the stream broke"},
    [RUNLOG_RUN_FAILED] = {"run-failed", STATE_WARNING, false,
                           "any other failure: max turns, interrupted, bad model"},
    [RUNLOG_RUN_UNFINISHED] = {"run-unfinished", STATE_WARNING, false,
                               "a good result of work that was not finished"},
    [RUNLOG_RESULT_EMPTY] = {"result-empty", STATE_WARNING, false,
                             "a good result whose text is empty"},
    [RUNLOG_LOGIN_ENDING] = {"login-ending", STATE_WARNING, false,
                             "the run says that its login ends within 3 days"},
    [RUNLOG_LOG_MISSING] = {"log-missing", STATE_UNKNOWN, false,
                            "no such file, or nothing matched"},
    [RUNLOG_LOG_UNREADABLE] = {"log-unreadable", STATE_UNKNOWN, false,
                               "permission, I/O error, a directory that cannot be listed"},
    [RUNLOG_LOG_STALE] = {"log-stale", STATE_WARNING, true, "outside --warning or --critical"},
    [RUNLOG_RUN_IN_PROGRESS] = {"run-in-progress", STATE_OK, false,
                                "no result, and modified less than --grace ago"},
    [RUNLOG_PERMISSION_DENIED] = {"permission-denied", STATE_OK, false,
                                  "a good run was not allowed a tool that it wanted"},
    [RUNLOG_FEED_LOST] = {"feed-lost", STATE_WARNING, false,
                          "--feed-preflight could not record the run for the preflight"},
    [RUNLOG_AUTH_MENTION] = {"auth-mention", STATE_OK, false,
                             "a marker not in the CLI's own voice, or before a good result"},
};

const struct condition_table runlog_conditions = {conditions, RUNLOG_CONDITIONS};

static const struct field fields[RUNLOG_FIELDS] = {
    [RUNLOG_FIELD_SIZE] = {.json = "size",
                           .metric = "runlog_size_bytes",
                           .help = "Size of the log."},
    [RUNLOG_FIELD_MODIFIED] = {.json = "modified_at",
                               .metric = "runlog_modified_timestamp_seconds",
                               .help = "When the log was last written to."},
    [RUNLOG_FIELD_IS_ERROR] = {.json = "result.is_error"},
    [RUNLOG_FIELD_SUBTYPE] = {.json = "result.subtype"},
    [RUNLOG_FIELD_API_STATUS] = {.json = "result.api_error_status"},
    [RUNLOG_FIELD_DURATION_MS] = {.json = "result.duration_ms"},
    [RUNLOG_FIELD_TURNS] = {.json = "result.num_turns",
                            .metric = "runlog_run_turns",
                            .help = "Turns that the run took."},
    [RUNLOG_FIELD_COST] = {.json = "result.total_cost_usd",
                           .metric = "runlog_run_cost_dollars",
                           .help = "What the run cost, in US dollars."},
    [RUNLOG_FIELD_DURATION] = {.metric = "runlog_run_duration_seconds",
                               .help = "How long the run took."},
    [RUNLOG_FIELD_LIMIT_RESET] = {.metric = "runlog_limit_reset_timestamp_seconds",
                                  .help = "When the usage limit that was reached ends."},
};

const struct report_kind runlog_report = {
    .service = "CLAUDE RUNLOG",
    .program = "check_claude_runlog",
    .version = CHECK_CLAUDE_VERSION,
    .metric_prefix = "claude_runlog",
    .subject_json = "logs",
    .subject_name = "path",
    .subject_label = "log",
    .owner_label = "agent_home",
    .named = true,
    .count_metric = "_logs",
    .count_help = "Logs that were asked for and found, or missed.",
    .count_failed_metric = "_logs_failed",
    .count_failed_help = "Logs with this condition, in a state that is not OK.",
    .conditions = &runlog_conditions,
    .fields = fields,
    .field_count = RUNLOG_FIELDS,
};

enum state runlog_state(const struct runlog_policy *policy, enum runlog_condition condition,
                        enum state ranged)
{
    return condition_state(&runlog_conditions, &policy->states, condition, ranged);
}

bool runlog_may_be_in_progress(const struct runlog_policy *policy, const struct run_log *log,
                               int64_t now)
{
    const int64_t age = now - log->modified;
    return age < policy->grace && -age < policy->grace;
}

bool runlog_is_ahead(int64_t modified, int64_t now)
{
    return duration_subtract(now, modified) < -RUNLOG_CLOCK_JITTER;
}
