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
    int error = account_find(facts->credentials_path, facts->config_dir, facts->home, &account);
    credentials_look_failed(agent, GATHERING_RUN_RECORD, error, NULL);
    return account;
}

/* The latest of what is recorded of the agents of an account; NULL where that is nothing. */
static const struct last_run *find_latest(const struct agent *agents, const uint64_t *accounts,
                                          size_t count, uint64_t account)
{
    const struct last_run *latest = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct last_run *run = agents[i].last_run;
        if (accounts[i] == account && run &&
            (!latest || run->limit.time_ns > latest->limit.time_ns))
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
    uint64_t *accounts = calloc(count, sizeof *accounts);
    if (!accounts)
        return ENOMEM;
    int error = 0;
    for (size_t i = 0; i < count; i++)
        accounts[i] = account_of(&agents[i]);
    for (size_t i = 0; i < count && error == 0; i++)
        if (accounts[i] != 0)
            error = take_limit(&agents[i], accounts[i],
                               find_latest(agents, accounts, count, accounts[i]));
    free(accounts);
    return error;
}
