/*
 * check_claude_preflight: are the Claude CLI's binary, its --version and its login in order?
 */
#include "agent/fleet.h"
#include "agent/home_list.h"
#include "base/clock.h"
#include "base/version.h"
#include "plugin/output.h"
#include "preflight_options.h"
#include "store/store.h"
#include "system/deadline.h"
#include "system/privilege.h"
#include "verdict/login.h"
#include "verdict/preflight_perfdata.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SERVICE "CLAUDE PREFLIGHT"

/* The homes to check. What was asked for in vain goes to report_fail(). */
static void list_homes(const struct preflight_options *options, struct report *report,
                       struct home_list *ret)
{
    deadline_step("looking for agents");
    for (size_t i = 0; i < options->agent_home_count; i++)
        if (home_list_add(ret, options->agent_homes[i]) == 0 && ret->error == 0)
            report_fail(report, "no agent home matches %s, check --agent-home",
                        options->agent_homes[i]);
    if (options->agent_home_count == 0)
        home_list_add_own(ret);
    home_list_unique(ret);
    if (ret->closed)
        report_fail(report, "cannot look for agents in %s: %s, %s", ret->closed,
                    strerror(ret->error),
                    ret->error == EACCES ? "let the user of the check do so"
                                         : "check the path and its file system");
    else if (ret->error != 0)
        report_fail(report, "cannot list the agent homes: %s", strerror(ret->error));
}

/* --reset-cache: counts the records that were removed. Returns 0 or an errno value. */
static int forget(const struct store *store, const struct home_list *homes, int *ret_removed)
{
    int error = 0;
    *ret_removed = 0;
    for (size_t i = 0; i < homes->count && error == 0; i++) {
        int here;
        error = store_forget(store, homes->homes[i], &here);
        *ret_removed += here;
    }
    return error;
}

/* --reset-cache=only */
static int only_forget(const struct store *store, const struct home_list *homes, bool color)
{
    struct text words = TEXT_INIT(2 * PATH_MAX);
    enum state state = STATE_OK;
    int removed;
    int error = forget(store, homes, &removed);
    if (error != 0 || store->trouble.length > 0) {
        state = STATE_UNKNOWN;
        text_format(&words, "cannot forget what is stored: %s, check --state-dir",
                    error != 0 ? strerror(error) : text_get(&store->trouble));
    } else {
        text_format(&words, "forgot %d stored result%s of ", removed, removed == 1 ? "" : "s");
        if (homes->count == 1)
            text_add(&words, homes->homes[0]);
        else
            text_format(&words, "%zu agents", homes->count);
    }
    int status = output_line(SERVICE, state, text_get(&words), color);
    text_free(&words);
    return status;
}

/* -vv and -vvv: what the state directory did, and what was asked. */
static void add_details(const struct preflight_options *options, const struct store *store,
                        const char *state_dir, struct report *report)
{
    struct subject *subject = report->subjects;
    if (store->trouble.length > 0)
        report_detail(report, subject, 1, "state directory: not used, %s",
                      text_get(&store->trouble));
    report_detail(report, subject, 2, "state directory: %s", state_dir);
    report_detail(report, subject, 3,
                  "policy: skew %lld ms, cache %lld ms, timeouts %lld and %lld ms",
                  (long long)options->policy.skew, (long long)options->cache_ttl,
                  (long long)options->common.timeout, (long long)options->policy.version_timeout);
    report_detail(report, subject, 3, "process: uid %lu, pid %ld, plugin %s",
                  (unsigned long)geteuid(), (long)getpid(), report->kind->version);
}

static void add_cache_details(const struct agent *agent, struct report *report,
                              struct subject *subject)
{
    if (agent->facts.version.outcome != VERSION_NOT_ASKED)
        report_detail(report, subject, 2, "cache: %s",
                      agent->cache_why ? agent->cache_why : "the stored version was used");
    if (agent->auth.trouble.length > 0)
        report_detail(report, subject, 1, "settings: passed over %s",
                      text_get(&agent->auth.trouble));
    if (agent->store_error != 0)
        report_detail(report, subject, 1, "cache: the version could not be stored, %s",
                      strerror(agent->store_error));
}

/* What kept the plugin from looking at all agents. */
static void report_missed(const struct fleet *fleet, struct report *report)
{
    if (fleet->error != 0)
        report_fail(report, "out of memory");
    else if (fleet->count < fleet->asked)
        report_fail(report, "timed out while %s, raise --timeout, %zu agents were not looked at",
                    deadline_current_step(), fleet->asked - fleet->count);
}

static void judge(const struct preflight_options *options, const struct fleet *fleet,
                  struct report *report)
{
    const struct preflight_policy *policy = &options->policy;
    const int64_t now = report->checked_at;
    struct preflight_totals totals = {0};
    for (size_t i = 0; i < fleet->count; i++) {
        struct agent *agent = &fleet->agents[i];
        struct subject *subject = report_add_subject(report, agent->facts.home);
        if (login_needs_person(policy, &agent->facts, now))
            agent_name_users(agent);
        preflight_decide(policy, &agent->facts, now, report, subject);
        preflight_count(policy, &agent->facts, subject, &totals);
        add_cache_details(agent, report, subject);
    }
    if (fleet->count == 1 && options->agent_home_count <= 1)
        preflight_add_perfdata(policy, &fleet->agents[0].facts, now, report);
    else
        preflight_add_total_perfdata(policy, &totals, now, report);
}

/* `force`: no stored version counts. */
static void check(const struct preflight_options *options, const struct store *store,
                  const struct home_list *homes, bool force, struct progress *progress,
                  struct report *report)
{
    struct auth_base base = {0};
    const bool own = options->agent_home_count == 0;
    if (options->policy.auth != AUTH_OFF)
        auth_base_load(AUTH_MANAGED_DIRECTORY, options->env_file, own && !options->env_file, &base);
    const struct agent_request request = {.binary = options->binary,
                                          .credentials = options->credentials,
                                          .config_dir = options->config_dir,
                                          .own = own,
                                          .auth = options->policy.auth,
                                          .base = &base,
                                          .version_timeout = options->policy.version_timeout,
                                          .cache_ttl = options->cache_ttl,
                                          .force = force,
                                          .progress = progress};
    struct fleet fleet;
    fleet_gather(&request, homes->homes, homes->count, store, report->checked_at, &fleet);
    report_missed(&fleet, report);
    judge(options, &fleet, report);
    if (base.trouble.length > 0)
        report_detail(report, report->subjects, 1, "managed settings: passed over %s",
                      text_get(&base.trouble));
    if (base.exports)
        report_detail(report, report->subjects, 1,
                      "env file: lines that begin with export are passed over, as systemd does");
    auth_base_free(&base);
    fleet_free(&fleet);
}

/* What was asked for, now that it is known. */
static int run(const struct preflight_options *options, bool stdout_open)
{
    deadline_start(options->common.timeout);
    const struct terminal terminal = plugin_terminal(&options->common);
    int64_t now;
    if (!clock_now(&now))
        return output_line(SERVICE, STATE_UNKNOWN, "cannot read the clock", terminal.color);
    struct report report;
    report_init(&report, &preflight_report, now);
    report.verbosity = options->common.verbosity;
    report.on_terminal = terminal.present;
    report.color = terminal.color;
    struct text state_dir = TEXT_INIT(PATH_MAX);
    store_add_path(options->common.state_dir, &state_dir);
    report.failed = state_dir.failed;
    struct home_list homes = {0};
    list_homes(options, &report, &homes);

    bool forgets_only = options->reset == CACHE_RESET_ONLY;
    struct store store;
    int status;
    store_open(text_get(&state_dir), options->cache_ttl > 0 && !forgets_only, &store);
    if (forgets_only) {
        status =
            report.failure || report.failed
                ? output_line(SERVICE, STATE_UNKNOWN,
                              report.failure ? report.failure : "out of memory", terminal.color)
                : only_forget(&store, &homes, terminal.color);
    } else {
        int removed;
        int error = options->reset == CACHE_RESET ? forget(&store, &homes, &removed) : 0;
        struct progress progress;
        progress_start(&progress, report.kind->program, terminal.can_rewrite);
        check(options, &store, &homes, options->force || error != 0, &progress, &report);
        if (error != 0)
            report_detail(&report, report.subjects, 1, "cache: not forgotten, %s", strerror(error));
        add_details(options, &store, text_get(&state_dir), &report);
        status =
            output_report(&report, options->common.format, options->common.textfile, stdout_open);
    }
    store_close(&store);
    home_list_free(&homes);
    text_free(&state_dir);
    report_free(&report);
    return status;
}

int main(int argc, char *argv[])
{
    bool stdout_open = deadline_guard(SERVICE);
    if (privilege_is_lent())
        return output_line(SERVICE, STATE_UNKNOWN, PRIVILEGE_REFUSAL, false);
    struct preflight_options options;
    struct text error = TEXT_INIT(900);
    int status;
    if (!preflight_options_parse(argc, argv, &options, &error))
        status = output_line(SERVICE, STATE_UNKNOWN, text_get(&error),
                             plugin_terminal(&options.common).color);
    else if (options.common.help != HELP_NONE)
        status = output_made(SERVICE, options.common.help == HELP_OPTIONS
                                          ? preflight_options_add_help
                                          : preflight_options_add_conditions);
    else if (options.common.version)
        status = output_text("check_claude_preflight v" CHECK_CLAUDE_VERSION "\n");
    else
        status = run(&options, stdout_open);
    preflight_options_free(&options);
    text_free(&error);
    return status;
}
