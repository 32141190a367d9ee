#include "agent/shared_limit.h"

#include "agent/account.h"
#include "agent/credentials_look.h"

#include <errno.h>
#include <stdlib.h>

static bool is_held(const struct agent *agent)
{
    return agent->last_run && agent->last_run->hold != LAST_RUN_FREE;
}

/* Whose plan it uses; nothing of it is known where its login was not looked at. */
static uint64_t account_of(struct agent *agent)
{
    const struct agent_facts *facts = &agent->facts;
    uint64_t account = agent->last_run ? agent->last_run->account : 0;
    if (account != 0 || !facts->credentials_path || facts->home_error != 0)
        return account;
    if (facts->credentials.organization[0])
        return account_of_organization(facts->credentials.organization);
    int error = account_find(facts->credentials_path, facts->config_dir, facts->home, &account);
    credentials_look_failed(agent, GATHERING_RUN_RECORD, error, NULL);
    return account;
}

/* An agent and its account. */
struct holder {
    uint64_t account;
    struct agent *agent;
};

static int compare(const void *a, const void *b)
{
    const struct holder *one = a, *other = b;
    if (one->account != other->account)
        return one->account < other->account ? -1 : 1;
    return (one->agent > other->agent) - (one->agent < other->agent);
}

/* The latest of what is recorded of the agents of an account; NULL where that is nothing. */
static const struct last_run *find_latest(const struct holder *holders, size_t count)
{
    const struct last_run *latest = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct last_run *run = holders[i].agent->last_run;
        if (run && (!latest || run->limit.time_ns > latest->limit.time_ns))
            latest = run;
    }
    return latest;
}

static int take_limit(struct agent *agent, uint64_t account, const struct last_run *latest)
{
    if (!latest || agent->last_run == latest)
        return 0;
    if (!agent->last_run)
        agent->last_run = calloc(1, sizeof *agent->last_run);
    struct last_run *run = agent->last_run;
    if (!run)
        return ENOMEM;
    if (run->limit.time_ns >= latest->limit.time_ns)
        return 0;
    run->hold = latest->hold;
    run->is_billing = latest->is_billing;
    run->limit = latest->limit;
    run->resets_at = latest->resets_at;
    run->held_until = latest->held_until;
    run->account = account;
    run->is_shared = true;
    agent->facts.last_run = run;
    return 0;
}

int shared_limit_find(struct agent *agents, size_t count)
{
    size_t held = 0;
    for (size_t i = 0; i < count; i++)
        held += is_held(&agents[i]);
    if (held == 0 || count < 2)
        return 0;
    struct holder *holders = malloc(count * sizeof *holders);
    if (!holders)
        return ENOMEM;
    int error = 0;
    for (size_t i = 0; i < count; i++)
        holders[i] = (struct holder){account_of(&agents[i]), &agents[i]};
    qsort(holders, count, sizeof *holders, compare);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && holders[end].account == holders[first].account; end++)
            ;
        const struct last_run *latest = find_latest(holders + first, end - first);
        for (size_t i = first; i < end && error == 0 && holders[first].account != 0; i++)
            error = take_limit(holders[i].agent, holders[i].account, latest);
    }
    free(holders);
    return error;
}
