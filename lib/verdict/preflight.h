/*
 * check_claude_preflight's rules: what was asked, what is there, and what follows from the two.
 * Pure: no file, no clock, no variable of its own.
 */
#ifndef CHECK_CLAUDE_PREFLIGHT_H
#define CHECK_CLAUDE_PREFLIGHT_H

#include "plugin/condition.h"
#include "plugin/range.h"
#include "plugin/report.h"
#include "verdict/preflight_facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The indexes of preflight_conditions, in its order. */
enum preflight_condition {
    PREFLIGHT_HOME_MISSING,
    PREFLIGHT_BINARY_MISSING,
    PREFLIGHT_BINARY_NOT_EXECUTABLE,
    PREFLIGHT_VERSION_FAILED,
    PREFLIGHT_VERSION_TIMEOUT,
    PREFLIGHT_VERSION_UNRECOGNISED,
    PREFLIGHT_VERSION_OUTDATED,
    PREFLIGHT_CREDENTIALS_MISSING,
    PREFLIGHT_CREDENTIALS_UNREADABLE,
    PREFLIGHT_CREDENTIALS_MALFORMED,
    PREFLIGHT_TOKEN_MISSING,
    PREFLIGHT_LOGIN_ENDED,
    PREFLIGHT_LOGIN_EXPIRED,
    PREFLIGHT_LOGIN_EXPIRING,
    PREFLIGHT_TOKEN_EXPIRED,
    PREFLIGHT_TOKEN_RENEWABLE,
    PREFLIGHT_TOKEN_EXPIRING,
    PREFLIGHT_EXPIRY_UNKNOWN,
    PREFLIGHT_SCOPE_MISSING,
    PREFLIGHT_SCOPES_ABSENT,
    PREFLIGHT_RENEWAL_BLOCKED,
    PREFLIGHT_REFRESH_LOCK_STALE,
    PREFLIGHT_CREDENTIALS_LINKED,
    PREFLIGHT_LOGIN_SHARED,
    PREFLIGHT_LOGIN_METHOD_FORCED,
    PREFLIGHT_PERMISSIONS_OPEN,
    PREFLIGHT_RUN_REFUSED,
    PREFLIGHT_RUN_LIMITED,
    PREFLIGHT_AUTH_EXTERNAL,
    PREFLIGHT_AUTH_NONE
};

extern const struct condition_table preflight_conditions;

/* The indexes of the fields of a preflight report, in their order in JSON and Prometheus. */
enum preflight_field {
    PREFLIGHT_FIELD_BINARY,
    PREFLIGHT_FIELD_CLI_VERSION,
    PREFLIGHT_FIELD_CREDENTIALS,
    PREFLIGHT_FIELD_TOKEN_EXPIRES,
    PREFLIGHT_FIELD_LOGIN_EXPIRES,
    PREFLIGHT_FIELD_RENEWABLE,
    PREFLIGHT_FIELD_SUBSCRIPTION,
    PREFLIGHT_FIELD_AUTH_SOURCE,
    PREFLIGHT_FIELD_AUTH_OVERRIDES,
    PREFLIGHT_FIELD_CACHED,
    PREFLIGHT_FIELD_CLI_UP,
    PREFLIGHT_FIELD_VERSION_TIME,
    PREFLIGHT_FIELD_LIMIT_RESETS,
    PREFLIGHT_FIELD_CLI_INFO,
    PREFLIGHT_FIELDS
};

extern const struct report_kind preflight_report;

/* What was asked. */
struct preflight_policy {
    struct condition_overrides states;
    enum auth_mode auth;
    int64_t skew;            /* milliseconds */
    int64_t hold;            /* milliseconds: of a limit whose end is not known */
    int64_t version_timeout; /* milliseconds, for the perfdata and texts */
    struct range token_warning, token_critical, login_warning, login_critical;
    const char *min_version; /* NULL for any */
};

/* Judge one agent at `now`: findings, fields, headline and details of the subject. */
void preflight_decide(const struct preflight_policy *policy, const struct agent_facts *facts,
                      int64_t now, struct report *report, struct subject *subject);

#endif
