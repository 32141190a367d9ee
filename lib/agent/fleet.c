#include "agent/fleet.h"

#include "agent/agent_state.h"
#include "agent/shared_limit.h"
#include "agent/shared_login.h"
#include "agent/version_probe.h"
#include "base/duration.h"
#include "system/deadline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Agents sorted so that those with the same binary stand together, in their own order. */
struct grouping {
    struct agent **agents;
    size_t count;
};

static int compare_numbers(uintmax_t a, uintmax_t b)
{
    return (a > b) - (a < b);
}

static int compare_files(const struct stat *a, const struct stat *b)
{
    int order = compare_numbers(a->st_ino, b->st_ino);
    return order != 0 ? order : compare_numbers(a->st_dev, b->st_dev);
}

static int compare_agents(const void *a, const void *b)
{
    const struct agent *one = *(const struct agent *const *)a;
    const struct agent *other = *(const struct agent *const *)b;
    int order = compare_files(&one->facts.binary.status, &other->facts.binary.status);
    return order != 0 ? order : (one > other) - (one < other);
}

static bool group(struct fleet *fleet, struct grouping *ret)
{
    ret->count = 0;
    ret->agents = malloc((fleet->count + 1) * sizeof(struct agent *));
    if (!ret->agents)
        return false;
    for (size_t i = 0; i < fleet->count; i++)
        if (fleet->agents[i].facts.binary.look == CLI_FOUND)
            ret->agents[ret->count++] = &fleet->agents[i];
    qsort(ret->agents, ret->count, sizeof(struct agent *), compare_agents);
    return true;
}

/* The end of the group of agents that starts at `first`. */
static size_t group_end(const struct grouping *grouping, size_t first)
{
    size_t end = first + 1;
    while (end < grouping->count && compare_files(&grouping->agents[first]->facts.binary.status,
                                                  &grouping->agents[end]->facts.binary.status) == 0)
        end++;
    return end;
}

static struct version_key key_of(const struct agent *agent)
{
    return (struct version_key){text_get(&agent->facts.binary.path), agent->facts.home,
                                &agent->facts.binary.status};
}

/* True when the store knows the version of the agent's binary. */
static bool recall(const struct agent_request *request, int64_t now, struct agent *agent)
{
    const struct version_key key = key_of(agent);
    struct version_facts *version = &agent->facts.version;
    struct version_record record;
    agent->cache_why = request->cache_ttl == 0 ? "turned off" : "not wanted (--force)";
    if (request->cache_ttl == 0 || request->force ||
        !agent_state_version(request->state_dir, &key, now, request->cache_ttl, &record,
                             &agent->cache_why))
        return false;
    version->outcome = VERSION_ANSWERED;
    version->cached = true;
    version->cache_age = now - record.checked_at;
    memcpy(version->version, record.version, sizeof record.version);
    return true;
}

/* A failure is not kept: it is asked about again each time, so that a recovery is seen at once. */
static void keep(const struct agent_request *request, int64_t now, struct agent *agent)
{
    const struct version_key key = key_of(agent);
    struct version_record record = {.checked_at = now};
    if (agent->facts.version.outcome != VERSION_ANSWERED || request->cache_ttl == 0)
        return;
    memcpy(record.version, agent->facts.version.version, sizeof record.version);
    agent->store_error = agent_state_keep_version(request->state_dir, &key, &record);
}

/* What is known of the first agent's binary is known of the whole group's. False: no memory. */
static bool share(const struct grouping *grouping, size_t first)
{
    const struct agent *known = grouping->agents[first];
    bool shared = true;
    for (size_t i = first + 1, end = group_end(grouping, first); i < end; i++) {
        struct agent *agent = grouping->agents[i];
        agent->facts.version = known->facts.version;
        agent->facts.binary.look = known->facts.binary.look;
        agent->facts.binary.error = known->facts.binary.error;
        agent->facts.binary.refusal = known->facts.binary.refusal;
        text_add(&agent->facts.binary.detail, text_get(&known->facts.binary.detail));
        agent->cache_why = known->cache_why;
        shared = shared && !agent->facts.binary.detail.failed;
    }
    return shared;
}

/* Ask the binaries of the groups that start at firsts[]. */
static bool ask(const struct agent_request *request, const struct grouping *grouping,
                const size_t *firsts, size_t count, struct fleet *fleet)
{
    fleet->probes = calloc(count + 1, sizeof *fleet->probes);
    if (!fleet->probes)
        return false;
    fleet->probe_count = count;
    for (size_t i = 0; i < count; i++) {
        fleet->probes[i].binary = &grouping->agents[firsts[i]]->facts.binary;
        fleet->probes[i].home = grouping->agents[firsts[i]]->facts.home;
        fleet->probes[i].progress = request->progress;
    }
    version_probe_run(fleet->probes, count, request->version_timeout);
    for (size_t i = 0; i < count; i++)
        grouping->agents[firsts[i]]->facts.version = fleet->probes[i].facts;
    return true;
}

static bool find_versions(const struct agent_request *request, int64_t now, struct fleet *fleet)
{
    struct grouping grouping;
    if (!group(fleet, &grouping))
        return false;
    size_t *firsts = malloc((grouping.count + 1) * sizeof *firsts);
    size_t unknown = 0;
    for (size_t i = 0; firsts && i < grouping.count; i = group_end(&grouping, i))
        if (!recall(request, now, grouping.agents[i]))
            firsts[unknown++] = i;
    bool asked = firsts && (unknown == 0 || ask(request, &grouping, firsts, unknown, fleet));
    for (size_t i = 0; asked && i < unknown; i++)
        keep(request, now, grouping.agents[firsts[i]]);
    for (size_t i = 0; asked && i < grouping.count; i = group_end(&grouping, i))
        asked = share(&grouping, i);
    free(firsts);
    free(grouping.agents);
    return asked;
}

void fleet_gather(const struct agent_request *request, char *const *homes, size_t count,
                  int64_t now, struct fleet *ret)
{
    *ret = (struct fleet){.agents = calloc(count + 1, sizeof *ret->agents), .asked = count};
    if (!ret->agents) {
        ret->error = ENOMEM;
        return;
    }
    struct cli_search search;
    cli_search_start(&search, request->binary, getenv("PATH"));
    for (; ret->count < count && deadline_left_ms() > 0; ret->count++) {
        progress_count(request->progress, ret->count, count, "agents");
        agent_look(request, &search, homes[ret->count], now, &ret->agents[ret->count]);
    }
    cli_search_end(&search);
    if (shared_limit_find(ret->agents, ret->count) != 0 ||
        !shared_login_find(ret->agents, ret->count) || !find_versions(request, now, ret))
        ret->error = ENOMEM;
}

/* The agent's limit, or that of another agent of its account, which asked in this call. */
static const struct last_run *asked_before(const struct fleet *fleet, size_t index)
{
    const struct last_run *run = fleet->agents[index].last_run;
    for (size_t i = 0; i < index; i++) {
        const struct last_run *other = fleet->agents[i].last_run;
        if (other && other->account != 0 && other->account == run->account && other->was_one_try)
            return other;
    }
    return NULL;
}

int fleet_ask_for_try(const struct agent_request *request, const struct fleet *fleet, size_t index,
                      int64_t now)
{
    struct agent *agent = &fleet->agents[index];
    struct last_run *run = agent->last_run;
    if (!run || run->hold != LAST_RUN_ONE_TRY)
        return 0;
    const struct last_run *other = asked_before(fleet, index);
    const struct agent_state state = agent_state_of(agent, request->state_dir);
    bool granted = other && other->hold == LAST_RUN_FREE;
    int error = other ? 0 : agent_state_try(&state, run->account, now, request->hold, &granted);
    run->was_one_try = true;
    run->hold = granted ? LAST_RUN_FREE : LAST_RUN_TRIED;
    run->held_until = duration_add(now, request->hold);
    return error;
}

void fleet_free(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->count; i++)
        agent_free(&fleet->agents[i]);
    for (size_t i = 0; i < fleet->probe_count; i++)
        version_probe_free(&fleet->probes[i]);
    free(fleet->agents);
    free(fleet->probes);
}
