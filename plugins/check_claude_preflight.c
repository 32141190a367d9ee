/*
 * check_claude_preflight: are the Claude CLI's binary, its --version and its login in order?
 */
#include "agent.h"
#include "clock.h"
#include "config_dir.h"
#include "deadline.h"
#include "output.h"
#include "preflight_options.h"
#include "store.h"
#include "version.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SERVICE "CLAUDE PREFLIGHT"

/* The home of the user who runs the plugin: HOME, or what the user database says without it. */
static const char *own_home(void)
{
    const char *home = getenv("HOME");
    if (home && *home)
        return home;
    const struct passwd *entry = getpwuid(geteuid());
    return entry && entry->pw_dir && *entry->pw_dir ? entry->pw_dir : "/";
}

/*
 * The home to check. A relative --agent-home is made absolute: it becomes the child's HOME and a
 * label.
 */
static void add_home(const struct preflight_options *options, struct text *home)
{
    const char *asked = options->agent_home;
    char *current = asked && asked[0] != '/' ? getcwd(NULL, 0) : NULL;
    if (current && strcmp(asked, ".") == 0)
        text_add(home, current);
    else if (current)
        text_format(home, "%s/%s", current, asked);
    else
        text_add(home, asked ? asked : own_home());
    free(current);
}

static int print_help(void)
{
    struct text help = TEXT_INIT(16384);
    preflight_options_add_help(&help);
    int status = output_text(text_get(&help));
    text_free(&help);
    return status;
}

/* --reset-cache=only */
static int forget(const struct store *store, const char *home)
{
    struct text words = TEXT_INIT(2 * PATH_MAX);
    enum state state = STATE_OK;
    int removed = store_forget(store, home);
    if (removed < 0 || store->trouble.length > 0) {
        state = STATE_UNKNOWN;
        text_format(&words, "cannot forget what is stored: %s",
                    removed < 0 ? strerror(errno) : text_get(&store->trouble));
    } else {
        text_format(&words, "forgot %d stored result%s of %s", removed, removed == 1 ? "" : "s",
                    home);
    }
    int status = output_line(SERVICE, state, text_get(&words));
    text_free(&words);
    return status;
}

/* -vv and -vvv: what the state directory did, and what was asked. */
static void add_details(const struct preflight_options *options, const struct store *store,
                        const char *state_dir, const struct agent *agent, struct report *report)
{
    struct subject *subject = report->subjects;
    if (store->trouble.length > 0)
        report_detail(report, subject, 1, "state directory: not used, %s",
                      text_get(&store->trouble));
    report_detail(report, subject, 2, "state directory: %s", state_dir);
    if (agent->facts.version.outcome != VERSION_NOT_ASKED)
        report_detail(report, subject, 2, "cache: %s",
                      agent->cache_why ? agent->cache_why : "the stored version was used");
    if (agent->store_error != 0)
        report_detail(report, subject, 1, "cache: the version could not be stored, %s",
                      strerror(agent->store_error));
    report_detail(report, subject, 3,
                  "policy: skew %lld ms, cache %lld ms, timeouts %lld and %lld ms",
                  (long long)options->policy.skew, (long long)options->cache_ttl,
                  (long long)options->common.timeout, (long long)options->policy.version_timeout);
    report_detail(report, subject, 3, "process: uid %lu, pid %ld, plugin %s",
                  (unsigned long)geteuid(), (long)getpid(), report->kind->version);
}

static int check(const struct preflight_options *options, const struct store *store,
                 const char *state_dir, const char *home, bool stdout_open)
{
    int64_t now;
    if (!clock_now(&now))
        return output_line(SERVICE, STATE_UNKNOWN, "cannot read the clock");
    struct text config_dir = TEXT_INIT(PATH_MAX);
    config_dir_add_path(options->config_dir, !options->agent_home, home, &config_dir);
    const struct agent_request request = {.home = home,
                                          .binary = options->binary,
                                          .credentials = options->credentials,
                                          .config_dir = text_get(&config_dir),
                                          .auth = options->policy.auth,
                                          .version_timeout = options->policy.version_timeout,
                                          .cache_ttl = options->cache_ttl,
                                          .force = options->force};
    struct report report;
    report_init(&report, &preflight_report, now);
    report.verbosity = options->common.verbosity;
    report.failed = config_dir.failed;

    struct agent agent;
    agent_gather(&request, store, now, &report, &agent);
    struct subject *subject = report_add_subject(&report, home);
    preflight_decide(&options->policy, &agent.facts, now, &report, subject);
    preflight_add_perfdata(&options->policy, &agent.facts, now, &report);
    add_details(options, store, state_dir, &agent, &report);

    int status =
        output_report(&report, options->common.format, options->common.textfile, stdout_open);
    agent_free(&agent);
    report_free(&report);
    text_free(&config_dir);
    return status;
}

/* What was asked for, now that it is known. */
static int run(const struct preflight_options *options, bool stdout_open)
{
    deadline_start(options->common.timeout);
    struct text home = TEXT_INIT(PATH_MAX), state_dir = TEXT_INIT(PATH_MAX);
    add_home(options, &home);
    store_add_path(options->common.state_dir, &state_dir);
    bool only_forget = options->reset == CACHE_RESET_ONLY;
    int status;
    if (home.failed || state_dir.failed) {
        status = output_line(SERVICE, STATE_UNKNOWN, "out of memory");
    } else {
        struct store store;
        store_open(text_get(&state_dir), options->cache_ttl > 0 && !only_forget, &store);
        if (options->reset == CACHE_RESET)
            store_forget(&store, text_get(&home));
        status = only_forget
                     ? forget(&store, text_get(&home))
                     : check(options, &store, text_get(&state_dir), text_get(&home), stdout_open);
        store_close(&store);
    }
    text_free(&home);
    text_free(&state_dir);
    return status;
}

int main(int argc, char *argv[])
{
    bool stdout_open = deadline_guard(SERVICE);
    struct preflight_options options;
    struct text error = TEXT_INIT(900);
    int status;
    if (!preflight_options_parse(argc, argv, &options, &error))
        status = output_line(SERVICE, STATE_UNKNOWN, text_get(&error));
    else if (options.common.help)
        status = print_help();
    else if (options.common.version)
        status = output_text("check_claude_preflight v" CHECK_CLAUDE_VERSION "\n");
    else
        status = run(&options, stdout_open);
    text_free(&error);
    return status;
}
