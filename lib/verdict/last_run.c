#include "verdict/last_run.h"

#include "base/duration.h"

bool last_run_was_refused(const struct agent_facts *facts)
{
    const struct last_run *run = facts->last_run;
    return run && run->refused && run->time_ns > facts->credentials_changed;
}

void last_run_decide(const struct decision *d)
{
    const struct last_run *run = d->facts->last_run;
    if (!last_run_was_refused(d->facts))
        return;
    struct text when = TEXT_INIT(64);
    duration_add_iso_time(&when, run->time_ns / 1000000);
    /* what is done now is before that: neither a login nor a good run can take it back */
    const bool ahead = run->time_ns / 1000000 > d->now;
    find(d, PREFLIGHT_RUN_REFUSED, "a run was refused at %s%s (%s in %s), %s%s", text_get(&when),
         ahead ? ", still to come as the clock was set back" : "", run->marker, run->log, d->log_in,
         ahead ? " and call this once with --reset-cache" : "");
    text_free(&when);
}
