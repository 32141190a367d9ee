/*
 * check_claude_preflight: are the Claude CLI's binary, its --version and its login in order?
 */
#include "agent/fleet.h"
#include "agent/home_list.h"
#include "base/clock.h"
#include "base/version.h"
#include "plugin/output.h"
#include "plugin/program.h"
#include "preflight_options.h"
#include "sudo_rule.h"
#include "system/deadline.h"
#include "verdict/last_run.h"
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
static int forget(const struct agent_request *request, const struct home_list *homes,
                  int *ret_removed, struct text *trouble)
{
    int error = 0;
    *ret_removed = 0;
    for (size_t i = 0; i < homes->count && error == 0; i++) {
        int here;
        error = agent_forget(request, homes->homes[i], &here, trouble);
        *ret_removed += here;
    }
    return error;
}

/* --reset-cache=only */
static int only_forget(const struct agent_request *request, const struct home_list *homes,
                       bool color)
{
    struct text words = TEXT_INIT(2 * PATH_MAX), trouble = TEXT_INIT(4 * PATH_MAX);
    enum state state = STATE_OK;
    int removed;
    int error = forget(request, homes, &removed, &trouble);
    if (error != 0) {
        state = STATE_UNKNOWN;
        text_format(&words, "cannot forget what is stored: %s, check --state-dir",
                    trouble.length > 0 ? text_get(&trouble) : strerror(error));
    } else {
        text_format(&words, "forgot %d stored result%s of ", removed, removed == 1 ? "" : "s");
        if (homes->count == 1)
            text_add(&words, homes->homes[0]);
        else
            text_format(&words, "%zu agents", homes->count);
    }
    int status = output_line(SERVICE, state, text_get(&words), color);
    text_free(&words);
    text_free(&trouble);
    return status;
}

/* --print-sudo-rule: like --help it is no check, and never OK. */
static int print_sudo_rule(const struct preflight_options *options, const struct report *report,
                           const struct home_list *homes)
{
    struct text line = TEXT_INIT(1 << 20), error = TEXT_INIT(4 * PATH_MAX);
    int status;
    if (report->failure)
        text_add(&error, report->failure);
    else if (options->agent_home_count == 0)
        text_format(&error, "%s: no agent. Write it with --agent-home=DIR", SUDO_RULE_OPTION);
    if (error.length == 0 &&
        sudo_rule_add(options->sudo_user, options->argc, options->argv, homes, &line, &error)) {
        text_add(&line, "\n");
        status = output_text(text_get(&line));
    } else {
        status = output_line(SERVICE, STATE_UNKNOWN, text_get(&error), false);
    }
    text_free(&line);
    text_free(&error);
    return status;
}

/* -vvv: what was asked. */
static void add_details(const struct preflight_options *options, struct report *report)
{
    struct subject *subject = report->subjects;
    report_detail(report, subject, 3,
                  "policy: skew %lld ms, cache %lld ms, timeouts %lld and %lld ms",
                  (long long)options->policy.skew, (long long)options->cache_ttl,
                  (long long)options->common.timeout, (long long)options->policy.version_timeout);
    report_detail(report, subject, 3, "process: uid %lu, pid %ld, plugin %s",
                  (unsigned long)geteuid(), (long)getpid(), report->kind->version);
}

static void add_cache_details(const struct agent_request *request, const struct agent *agent,
                              struct report *report, struct subject *subject)
{
    if (report_wants(report, 1)) {
        struct text place = TEXT_INIT(4 * PATH_MAX);
        agent_state_add_place(request->state_dir, agent->facts.home, &place);
        report_detail(report, subject, 1, "state directory: %s", text_get(&place));
        text_free(&place);
    }
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

/*
 * A gate whose caller starts a run next asks for the one try of a limit whose end is not known;
 * last, so that no run is let through that something else keeps from starting.
 */
static void ask_for_tries(const struct preflight_options *options,
                          const struct agent_request *request, const struct fleet *fleet,
                          struct report *report)
{
    const enum state before = report_state(report);
    if (options->common.gate != GATE_START || (before != STATE_OK && before != STATE_WARNING))
        return;
    struct subject *subject = report->subjects;
    for (size_t i = 0; i < fleet->count && subject; i++, subject = subject->next) {
        const struct agent_facts *facts = &fleet->agents[i].facts;
        const struct decision d = {&options->policy, facts,   report->checked_at,
                                   report,           subject, ""};
        int error = fleet_ask_for_try(request, fleet, i, report->checked_at);
        if (error != 0)
            report_fail(report, "cannot record that a run of %s may try: %s, check --state-dir",
                        facts->home, strerror(error));
        if (facts->last_run && facts->last_run->hold == LAST_RUN_TRIED)
            last_run_decide_limit(&d);
    }
}

static void judge(const struct preflight_options *options, const struct agent_request *request,
                  const struct fleet *fleet, struct report *report)
{
    const struct preflight_policy *policy = &options->policy;
    const int64_t now = report->checked_at;
    for (size_t i = 0; i < fleet->count; i++) {
        struct agent *agent = &fleet->agents[i];
        struct subject *subject = report_add_subject(report, agent->facts.home);
        if (login_needs_person(policy, &agent->facts, now))
            agent_name_users(agent);
        preflight_decide(policy, &agent->facts, now, report, subject);
        add_cache_details(request, agent, report, subject);
    }
    ask_for_tries(options, request, fleet, report);
    struct preflight_totals totals = {0};
    const struct subject *subject = report->subjects;
    for (size_t i = 0; i < fleet->count; i++, subject = subject ? subject->next : NULL)
        preflight_count(policy, &fleet->agents[i].facts, subject, &totals);
    if (fleet->count == 1 && options->agent_home_count <= 1)
        preflight_add_perfdata(policy, &fleet->agents[0].facts, now, report);
    else
        preflight_add_total_perfdata(policy, &totals, now, report);
}

static void check(const struct preflight_options *options, const struct agent_request *request,
                  const struct home_list *homes, struct report *report)
{
    struct fleet fleet;
    fleet_gather(request, homes->homes, homes->count, report->checked_at, &fleet);
    report_missed(&fleet, report);
    judge(options, request, &fleet, report);
    if (request->base->trouble.length > 0)
        report_detail(report, report->subjects, 1, "managed settings: passed over %s",
                      text_get(&request->base->trouble));
    if (request->base->exports)
        report_detail(report, report->subjects, 1,
                      "env file: lines that begin with export are passed over, as systemd does");
    fleet_free(&fleet);
}

/* --reset-cache, then the check. */
static void forget_and_check(const struct preflight_options *options, struct agent_request *request,
                             const struct home_list *homes, struct report *report)
{
    int removed;
    struct text trouble = TEXT_INIT(4 * PATH_MAX);
    int error = options->reset == CACHE_RESET ? forget(request, homes, &removed, &trouble) : 0;
    request->force = options->force || error != 0; /* then no stored version counts */
    check(options, request, homes, report);
    if (error != 0)
        report_detail(report, report->subjects, 1, "cache: not forgotten, %s",
                      trouble.length > 0 ? text_get(&trouble) : strerror(error));
    text_free(&trouble);
    add_details(options, report);
}

/* What was asked for, now that it is known. */
static int run(const void *asked, bool stdout_open)
{
    const struct preflight_options *options = asked;
    deadline_start(options->common.timeout);
    const struct terminal terminal = plugin_terminal(&options->common);
    int64_t now;
    if (!clock_now(&now))
        return output_line(SERVICE, STATE_UNKNOWN, "cannot read the clock", terminal.color);
    struct report report;
    report_init(&report, &preflight_report, now);
    report.verbosity = options->common.verbosity;
    report.is_gate = options->common.gate != GATE_NONE;
    report.on_terminal = terminal.present;
    report.color = terminal.color;
    struct home_list homes = {0};
    list_homes(options, &report, &homes);

    struct auth_base base = {0};
    const bool own = options->agent_home_count == 0;
    if (options->policy.auth != AUTH_OFF)
        auth_base_load(AUTH_MANAGED_DIRECTORY, options->env_file, own && !options->env_file, &base);
    struct progress progress;
    struct agent_request request = {.binary = options->binary,
                                    .credentials = options->credentials,
                                    .config_dir = options->config_dir,
                                    .own = own,
                                    .auth = options->policy.auth,
                                    .base = &base,
                                    .version_timeout = options->policy.version_timeout,
                                    .state_dir = options->common.state_dir,
                                    .hold = options->policy.hold,
                                    .cache_ttl = options->cache_ttl,
                                    .progress = &progress};
    int status;
    if (options->sudo_user) {
        status = print_sudo_rule(options, &report, &homes);
    } else if (options->reset == CACHE_RESET_ONLY) {
        status =
            report.failure || report.failed
                ? output_line(SERVICE, STATE_UNKNOWN,
                              report.failure ? report.failure : "out of memory", terminal.color)
                : only_forget(&request, &homes, terminal.color);
    } else {
        progress_start(&progress, report.kind->program, terminal.can_rewrite);
        forget_and_check(options, &request, &homes, &report);
        status =
            output_report(&report, options->common.format, options->common.textfile, stdout_open);
        if (options->common.gate != GATE_NONE) /* metrics that were printed are no success then */
            status = (int)report_worse(&report, (enum state)status, report_state(&report));
    }
    auth_base_free(&base);
    home_list_free(&homes);
    report_free(&report);
    return status;
}

int main(int argc, char *argv[])
{
    struct preflight_options options;
    const struct program program = {
        .service = SERVICE,
        .version = "check_claude_preflight v" CHECK_CLAUDE_VERSION "\n",
        .options = &options,
        .parse = preflight_options_parse,
        .free_options = preflight_options_free,
        .add_help = {[HELP_OPTIONS] = preflight_options_add_help,
                     [HELP_CONDITIONS] = preflight_options_add_conditions},
        .run = run};
    return program_main(&program, argc, argv);
}
