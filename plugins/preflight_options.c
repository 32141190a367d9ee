#include "preflight_options.h"

#include "base/version_number.h"
#include "plugin/help.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    BINARY = PLUGIN_OPTIONS,
    AGENT_HOME,
    CREDENTIALS,
    CONFIG_DIR,
    AUTH,
    ENV_FILE,
    HOLD,
    SKEW,
    WARNING,
    CRITICAL,
    LOGIN_WARNING,
    LOGIN_CRITICAL,
    MIN_VERSION,
    VERSION_TIMEOUT_OPTION,
    CACHE_TTL,
    FORCE,
    RESET_CACHE,
    PRINT_SUDO_RULE
};

static const struct option_row rows[] = {
    {BINARY, 'b', "binary", OPTION_TAKES_VALUE, "PATH", "ORCH_CLAUDE_BIN", "the claude to check",
     OPTION_CHECK},
    {AGENT_HOME, 'a', "agent-home", OPTION_TAKES_VALUE, "DIR", NULL,
     "the agent's HOME, or a pattern; repeatable", OPTION_CHECK},
    {CREDENTIALS, 'C', "credentials", OPTION_TAKES_VALUE, "FILE", "ORCH_CLAUDE_CREDENTIALS_PATH",
     "the credentials file", OPTION_CHECK},
    {CONFIG_DIR, 0, "config-dir", OPTION_TAKES_VALUE, "DIR", NULL,
     "the config directory (default HOME/.claude)", OPTION_CHECK},
    {AUTH, 0, "auth", OPTION_TAKES_VALUE, "file|auto|off", "ORCH_PREFLIGHT_CHECK_AUTH",
     "where the login is (default file)", OPTION_CHECK},
    {AUTH, 0, "no-auth", OPTION_TAKES_NOTHING, NULL, NULL, "the same as --auth=off", OPTION_CHECK},
    {ENV_FILE, 0, "env-file", OPTION_TAKES_VALUE, "FILE", NULL,
     "the agent's environment, as systemd reads it", OPTION_CHECK},
    {MIN_VERSION, 0, "min-version", OPTION_TAKES_VALUE, "X.Y.Z", NULL, "the oldest CLI accepted",
     OPTION_CHECK},
    {HOLD, 0, "hold", OPTION_TAKES_VALUE, "DURATION", NULL,
     "pause after a limit with no known end (30m)", OPTION_THRESHOLD},
    {SKEW, 0, "skew", OPTION_TAKES_VALUE, "DURATION", "ORCH_AUTH_EXPIRY_SKEW_SECONDS",
     "count a token as expired this much earlier", OPTION_THRESHOLD},
    {WARNING, 'w', "warning", OPTION_TAKES_VALUE, "RANGE", NULL,
     "WARNING by the time until the token expires", OPTION_THRESHOLD},
    {CRITICAL, 'c', "critical", OPTION_TAKES_VALUE, "RANGE", NULL, "CRITICAL by the same time",
     OPTION_THRESHOLD},
    {LOGIN_WARNING, 0, "login-warning", OPTION_TAKES_VALUE, "RANGE", NULL,
     "WARNING by the time until the login ends (10d)", OPTION_THRESHOLD},
    {LOGIN_CRITICAL, 0, "login-critical", OPTION_TAKES_VALUE, "RANGE", NULL,
     "CRITICAL by the same time (4d)", OPTION_THRESHOLD},
    {VERSION_TIMEOUT_OPTION, 0, "version-timeout", OPTION_TAKES_VALUE, "DURATION", NULL,
     "deadline of claude --version (default 5s)", OPTION_STATE},
    {CACHE_TTL, 0, "cache-ttl", OPTION_TAKES_VALUE, "DURATION", "ORCH_PREFLIGHT_CACHE_TTL",
     "how long a version is kept (default 60s)", OPTION_STATE},
    {FORCE, 'f', "force", OPTION_TAKES_NOTHING, NULL, NULL,
     "run claude --version even if it is kept", OPTION_STATE},
    {RESET_CACHE, 0, "reset-cache", OPTION_MAY_TAKE_VALUE, "only", NULL,
     "forget what is stored, then check", OPTION_STATE},
    {PRINT_SUDO_RULE, 0, "print-sudo-rule", OPTION_MAY_TAKE_VALUE, "USER", NULL,
     "print the rule for sudo; exit 3", OPTION_OUTPUT},
    PLUGIN_OPTION_ROWS,
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static bool apply_path(const char *value, const char **ret, struct text *error)
{
    if (!*value) {
        text_add(error, "is empty. Write a path");
        return false;
    }
    *ret = value;
    return true;
}

static bool apply_agent_home(const char *value, struct preflight_options *o, struct text *error)
{
    const char *home;
    if (!apply_path(value, &home, error))
        return false;
    const char **homes = realloc(o->agent_homes, (o->agent_home_count + 1) * sizeof *homes);
    if (!homes) {
        text_add(error, "out of memory");
        return false;
    }
    o->agent_homes = homes;
    homes[o->agent_home_count++] = home;
    return true;
}

/* The variable that --auth defaults to has a truth value. */
static bool apply_auth(const char *value, enum auth_mode *ret, struct text *error)
{
    static const char *const file[] = {"file", "true", "1", "yes", "on"};
    if (strcasecmp(value, "auto") == 0) {
        *ret = AUTH_AUTO;
        return true;
    }
    static const char *const off[] = {"off", "false", "0", "no"};
    for (size_t i = 0; i < sizeof file / sizeof file[0]; i++) {
        if (strcasecmp(value, file[i]) == 0) {
            *ret = AUTH_FILE;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        if (strcasecmp(value, off[i]) == 0) {
            *ret = AUTH_OFF;
            return true;
        }
    }
    text_add(error, "not a way to check the login. Write file (or true), auto, or off (or false)");
    return false;
}

static bool apply_min_version(const char *value, const char **ret, struct text *error)
{
    if (!version_number_is_valid(value)) {
        text_add(error, "not a version. Write three numbers, as in 2.1.330");
        return false;
    }
    *ret = value;
    return true;
}

static bool apply_reset(const char *value, enum cache_reset *ret, struct text *error)
{
    if (value && strcmp(value, "only") != 0) {
        text_add(error, "not known. Write --reset-cache or --reset-cache=only");
        return false;
    }
    *ret = value ? CACHE_RESET_ONLY : CACHE_RESET;
    return true;
}

static bool apply(void *context, int id, const char *value, struct text *error)
{
    struct preflight_options *o = context;
    const enum range_bare left = RANGE_BARE_IS_MINIMUM;
    switch (id) {
    case BINARY: return apply_path(value, &o->binary, error);
    case AGENT_HOME: return apply_agent_home(value, o, error);
    case CREDENTIALS: return apply_path(value, &o->credentials, error);
    case CONFIG_DIR: return apply_path(value, &o->config_dir, error);
    case AUTH: return apply_auth(value ? value : "off", &o->policy.auth, error);
    case ENV_FILE: return apply_path(value, &o->env_file, error);
    case HOLD: return plugin_duration(value, true, &o->policy.hold, error);
    case SKEW: return plugin_duration(value, true, &o->policy.skew, error);
    case WARNING: return range_parse(value, left, &o->policy.token_warning, error);
    case CRITICAL: return range_parse(value, left, &o->policy.token_critical, error);
    case LOGIN_WARNING: return range_parse(value, left, &o->policy.login_warning, error);
    case LOGIN_CRITICAL: return range_parse(value, left, &o->policy.login_critical, error);
    case MIN_VERSION: return apply_min_version(value, &o->policy.min_version, error);
    case VERSION_TIMEOUT_OPTION:
        return plugin_duration(value, false, &o->policy.version_timeout, error);
    case CACHE_TTL: return plugin_duration(value, true, &o->cache_ttl, error);
    case FORCE: o->force = true; return true;
    case RESET_CACHE: return apply_reset(value, &o->reset, error);
    case PRINT_SUDO_RULE: return apply_path(value ? value : "nagios", &o->sudo_user, error);
    default: return plugin_options_apply(&o->common, id, value, error);
    }
}

bool preflight_options_parse(int argc, char *const argv[], void *options, struct text *error)
{
    struct preflight_options *ret = options;
    static const int64_t day = 86400000;
    *ret = (struct preflight_options){
        .policy = {.auth = AUTH_FILE,
                   .hold = 1800000,
                   .version_timeout = 5000,
                   .login_warning = {.set = true, .start = 10 * day, .open_end = true},
                   .login_critical = {.set = true, .start = 4 * day, .open_end = true}},
        .cache_ttl = 60000,
        .argc = argc,
        .argv = argv};
    plugin_options_init(&ret->common, &preflight_conditions);
    const struct option_program program = {.rows = rows,
                                           .count = ROW_COUNT,
                                           .apply = apply,
                                           .ends = plugin_options_end,
                                           .context = ret};
    bool parsed = option_parse(&program, argc, argv, error);
    ret->policy.states = ret->common.states;
    bool only_prints = ret->common.help != HELP_NONE || ret->common.version;
    if (parsed && ret->reset == CACHE_RESET_ONLY && ret->common.textfile && !only_prints) {
        text_add(error, "--reset-cache=only: nothing is checked that a textfile could hold. Write "
                        "--reset-cache=only without --textfile");
        parsed = false;
    }
    return parsed;
}

void preflight_options_free(void *options)
{
    struct preflight_options *own = options;
    free(own->agent_homes);
    own->agent_homes = NULL;
}

const struct option_row *preflight_options_rows(size_t *ret_count)
{
    *ret_count = ROW_COUNT;
    return rows;
}

void preflight_options_add_conditions(struct text *text)
{
    help_add_conditions(&preflight_conditions, text);
}

void preflight_options_add_help(struct text *text)
{
    const struct help help = {
        .usage = "Usage: check_claude_preflight [OPTION]...   (is claude there and logged in?)\n"
                 "  check_claude_preflight -a /home/agent        one agent\n"
                 "  check_claude_preflight -a '/home/agent-*'    all agents in one call\n"
                 "  check_claude_preflight --gate || exit 0      in a script, before a run\n",
        .rows = rows,
        .count = ROW_COUNT};
    help_add(&help, text);
}
