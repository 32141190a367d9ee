#include "verdict/preflight_perfdata.h"

#include "base/duration.h"
#include "verdict/last_run.h"
#include "verdict/login.h"

/* The two times until which a login lasts, each with its ranges. */
static void add_expiry_perfdata(const struct preflight_policy *policy, const struct expiry *token,
                                const struct expiry *login, int64_t now, struct report *report)
{
    if (token->known) {
        struct perfdata *p =
            report_add_perfdata(report, "token_expiry", duration_subtract(token->ms, now), 3, "s");
        p->warning = policy->token_warning;
        p->critical = policy->token_critical;
    }
    if (login->known) {
        struct perfdata *p =
            report_add_perfdata(report, "login_expiry", duration_subtract(login->ms, now), 3, "s");
        p->warning = policy->login_warning;
        p->critical = policy->login_critical;
    }
}

static void add_reset_perfdata(const struct expiry *reset, int64_t now, struct report *report)
{
    if (reset->known)
        report_add_perfdata(report, "limit_reset", duration_subtract(reset->ms, now), 3, "s");
}

static void take_earlier(struct expiry *earliest, const struct expiry *expiry)
{
    if (expiry->known && (!earliest->known || expiry->ms < earliest->ms))
        *earliest = *expiry;
}

void preflight_count(const struct preflight_policy *policy, const struct agent_facts *facts,
                     const struct subject *subject, struct preflight_totals *totals)
{
    totals->agents++;
    totals->states[subject ? subject->state : STATE_UNKNOWN]++;
    if (policy->auth == AUTH_OFF)
        return;
    const struct expiry end = login_end(facts);
    take_earlier(&totals->token_end, &facts->credentials.access);
    take_earlier(&totals->login_end, &end);
    const struct expiry reset = last_run_limit_end(facts);
    take_earlier(&totals->limit_reset, &reset);
}

void preflight_add_total_perfdata(const struct preflight_policy *policy,
                                  const struct preflight_totals *totals, int64_t now,
                                  struct report *report)
{
    static const char *const labels[] = {"agents_ok", "agents_warning", "agents_critical",
                                         "agents_unknown"};
    add_expiry_perfdata(policy, &totals->token_end, &totals->login_end, now, report);
    add_reset_perfdata(&totals->limit_reset, now, report);
    report_add_perfdata(report, "agents", (int64_t)totals->agents, 0, "");
    for (size_t i = 0; i < 4; i++)
        report_add_perfdata(report, labels[i], (int64_t)totals->states[i], 0, "");
}

void preflight_add_perfdata(const struct preflight_policy *policy, const struct agent_facts *facts,
                            int64_t now, struct report *report)
{
    struct preflight_totals totals = {0};
    preflight_count(policy, facts, NULL, &totals);
    add_expiry_perfdata(policy, &totals.token_end, &totals.login_end, now, report);
    add_reset_perfdata(&totals.limit_reset, now, report);
    if (facts->version.cached) {
        report_add_perfdata(report, "cache_age", facts->version.cache_age, 3, "s");
    } else if (facts->version.outcome != VERSION_NOT_ASKED) {
        struct perfdata *p =
            report_add_perfdata(report, "version_time", facts->version.elapsed_us, 6, "s");
        p->has_minimum = p->has_maximum = true;
        p->maximum = policy->version_timeout * 1000;
    }
}
