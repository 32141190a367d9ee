#include "verdict/last_run.h"

#include "base/duration.h"

bool last_run_was_refused(const struct agent_facts *facts)
{
    const struct last_run *run = facts->last_run;
    if (!run || !run->refused || run->login == LOGIN_CHANGED)
        return false;
    return run->login == LOGIN_UNCHANGED || run->refusal.time_ns > facts->credentials_changed;
}

static void decide_refusal(const struct decision *d)
{
    const struct last_run *run = d->facts->last_run;
    struct text when = TEXT_INIT(64);
    duration_add_iso_time(&when, run->refusal.time_ns / 1000000);
    /* what only times could show is before that, whatever is done now */
    const bool stays = run->is_ahead && run->login == LOGIN_CHANGE_UNKNOWN;
    evidence(d,
             find(d, PREFLIGHT_RUN_REFUSED, "login refused at %s, %s%s", text_get(&when), d->log_in,
                  stays ? " and call this once with --reset-cache" : ""),
             "%s in %s%s", run->refusal.words, run->refusal.log,
             run->is_ahead ? ", a time to come, as the clock was set back" : "");
    report_free_text(d->report, &when);
}

/* "usage limit reached until 2026-11-26T16:06:00Z, run again then", and what is known besides */
static void add_limit(const struct decision *d, struct text *cure, struct text *why)
{
    const struct last_run *run = d->facts->last_run;
    struct text until = TEXT_INIT(64);
    duration_add_iso_time(&until, run->held_until);
    if (run->resets_at != 0)
        text_format(cure, "usage limit reached until %s, run again then", text_get(&until));
    else if (run->is_billing)
        text_add(cure, "credit or payment is missing, see to the billing");
    else
        text_format(cure, "usage limit reached, a run may try at %s", text_get(&until));
    if (run->resets_at == 0 && run->hold == LAST_RUN_TRIED)
        text_format(why, "a run tries now, the next may at %s, ", text_get(&until));
    else if (run->resets_at == 0 && run->is_billing)
        text_format(why, "a run may try at %s, ", text_get(&until));
    else if (run->resets_at == 0)
        text_add(why, "its end is not known, ");
    report_free_text(d->report, &until);
}

void last_run_decide_limit(const struct decision *d)
{
    const struct last_run *run = d->facts->last_run;
    if (!run || run->hold == LAST_RUN_FREE)
        return;
    if (run->hold == LAST_RUN_ONE_TRY) {
        report_detail(d->report, d->subject, 1,
                      "limit: its end is not known, one run may try whether it has ended (%s)",
                      run->limit.log);
        return;
    }
    if (run->resets_at != 0)
        report_set_time(d->subject, PREFLIGHT_FIELD_LIMIT_RESETS, run->resets_at);
    struct text cure = TEXT_INIT(512), why = TEXT_INIT(512);
    add_limit(d, &cure, &why);
    evidence(d, find(d, PREFLIGHT_RUN_LIMITED, "%s", text_get(&cure)), "%s%s%s%s%s", text_get(&why),
             run->is_shared ? "another agent of the account, " : "", run->limit.words,
             run->limit.words[0] ? " in " : "", run->limit.log);
    report_free_text(d->report, &cure);
    report_free_text(d->report, &why);
}

void last_run_decide(const struct decision *d)
{
    if (last_run_was_refused(d->facts))
        decide_refusal(d);
    last_run_decide_limit(d);
}

struct expiry last_run_limit_end(const struct agent_facts *facts)
{
    const struct last_run *run = facts->last_run;
    const bool is_known = run && run->hold == LAST_RUN_HELD && run->resets_at != 0;
    return (struct expiry){is_known, is_known ? run->resets_at : 0};
}
