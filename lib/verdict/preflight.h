/*
 * check_claude_preflight's rules: what was asked, what is there, and what follows from the two.
 * Pure: no file, no clock, no variable of its own.
 */
#ifndef CHECK_CLAUDE_PREFLIGHT_H
#define CHECK_CLAUDE_PREFLIGHT_H

#include "agent/claude_cli.h"
#include "agent/credentials.h"
#include "plugin/condition.h"
#include "plugin/range.h"
#include "plugin/report.h"
#include "store/run_record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The indexes of preflight_conditions, in its order. */
enum preflight_condition {
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
    PREFLIGHT_PERMISSIONS_OPEN,
    PREFLIGHT_RUN_REFUSED,
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
    PREFLIGHT_FIELD_CACHED,
    PREFLIGHT_FIELD_CLI_UP,
    PREFLIGHT_FIELD_VERSION_TIME,
    PREFLIGHT_FIELD_CLI_INFO,
    PREFLIGHT_FIELDS
};

extern const struct report_kind preflight_report;

enum auth_mode { AUTH_FILE, AUTH_AUTO, AUTH_OFF };

/* What was asked. */
struct preflight_policy {
    struct condition_overrides states;
    enum auth_mode auth;
    int64_t skew;            /* milliseconds */
    int64_t version_timeout; /* milliseconds, for the perfdata and texts */
    struct range token_warning, token_critical, login_warning, login_critical;
    const char *min_version; /* NULL for any */
};

enum version_outcome {
    VERSION_NOT_ASKED, /* no binary to ask */
    VERSION_ANSWERED,  /* exit status 0 */
    VERSION_EXIT_STATUS,
    VERSION_SIGNAL,
    VERSION_TIMEOUT,
    VERSION_UNTOLD /* the plugin itself ran out of time or means; report_fail() says why */
};

/* What `claude --version` did, now or in a call before. */
struct version_facts {
    enum version_outcome outcome;
    int code;                      /* exit status or signal */
    char version[CLI_VERSION_MAX]; /* "" when none was recognised */
    const char *said; /* the first words of its stderr, else stdout, one clean line that ends where
                         a secret may begin; NULL for none */
    int64_t elapsed_us;
    bool cached;
    int64_t cache_age; /* milliseconds; only when cached */
};

/* What stands around a credentials file. */
struct config_facts {
    bool open_to_others;   /* group or others may read the file */
    bool owner_can_write;  /* the file's owner can replace it: may write its directory */
    bool has_refresh_lock; /* .oauth_refresh.lock is there */
    int64_t lock_age;      /* milliseconds */
};

/* What is there, for one agent. */
struct agent_facts {
    const char *home;
    const char *user; /* who has to log in; NULL where nobody looked */
    struct cli_binary binary;
    struct version_facts version;
    const char *auth_name;  /* the source in force, if it is not the credentials file; else NULL */
    const char *auth_where; /* and where it stands */
    bool auth_none;         /* there is no source at all */
    bool auth_untold;       /* the login could not be looked at; report_fail() says why */
    bool untold;            /* so it does of something else that may have counted */
    const char *credentials_path; /* NULL: not looked at */
    const char *config_dir;
    int credentials_error;       /* of file_read(); 0 when it was read */
    bool credentials_malformed;  /* read, twice, and not JSON */
    int64_t credentials_changed; /* when the file was last written to, ns since the epoch; INT64_MIN
                                    with another source, which cannot be told to have changed */
    struct credentials credentials;
    struct config_facts config;
    const struct run_record *last_run; /* of which a log told; NULL for none */
};

/* The state in which a condition counts under this policy. */
enum state preflight_state(const struct preflight_policy *policy,
                           enum preflight_condition condition, enum state ranged);

/* Judge one agent at `now`: findings, fields, headline and details of the subject. */
void preflight_decide(const struct preflight_policy *policy, const struct agent_facts *facts,
                      int64_t now, struct report *report, struct subject *subject);

/* What the perfdata of many agents is made of. */
struct preflight_totals {
    size_t agents, states[4];           /* how many, and by enum state */
    struct expiry token_end, login_end; /* the earliest ones */
};

/* Count an agent that was decided; a NULL subject (no memory) counts as UNKNOWN. */
void preflight_count(const struct preflight_policy *policy, const struct agent_facts *facts,
                     const struct subject *subject, struct preflight_totals *totals);

/* Perfdata of a report on several agents: the smallest of each expiry, and the counts. */
void preflight_add_total_perfdata(const struct preflight_policy *policy,
                                  const struct preflight_totals *totals, int64_t now,
                                  struct report *report);

/* Perfdata of a report on one agent. */
void preflight_add_perfdata(const struct preflight_policy *policy, const struct agent_facts *facts,
                            int64_t now, struct report *report);

#endif
