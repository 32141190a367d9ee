#include "runlog_options.h"

#include "log/marker_table.h"
#include "plugin/help.h"

#include "log/message.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    LOG = PLUGIN_OPTIONS,
    NEWEST,
    SINCE,
    WARNING,
    CRITICAL,
    GRACE,
    PLAIN,
    ANCHORED,
    EXIT_STATUS,
    MARKER,
    LIST_MARKERS,
    FEED,
    AGENT_HOME
};

static const struct option_row rows[] = {
    {LOG, 'l', "log", OPTION_TAKES_VALUE, "PATH", NULL, "log, directory, pattern or -; repeatable",
     OPTION_CHECK},
    {NEWEST, 0, "newest", OPTION_TAKES_VALUE, "N", NULL,
     "how many of the newest logs; 0: all (default 1)", OPTION_CHECK},
    {SINCE, 0, "since", OPTION_TAKES_VALUE, "DURATION", NULL, "only logs modified within this time",
     OPTION_CHECK},
    {GRACE, 0, "grace", OPTION_TAKES_VALUE, "DURATION", NULL,
     "a log newer than this may still be written", OPTION_CHECK},
    {PLAIN, 0, "plain", OPTION_TAKES_NOTHING, NULL, NULL, "the runs print text, not JSON",
     OPTION_CHECK},
    {ANCHORED, 0, "anchored", OPTION_TAKES_NOTHING, NULL, NULL, "in text only the last lines count",
     OPTION_CHECK},
    {EXIT_STATUS, 0, "exit-status", OPTION_TAKES_VALUE, "STATUS", NULL,
     "how the run ended: $?, or a signal", OPTION_CHECK},
    {MARKER, 'm', "marker", OPTION_TAKES_VALUE, "[CONDITION:]TEXT", NULL,
     "one more text to search for; repeatable", OPTION_CHECK},
    {FEED, 0, "feed-preflight", OPTION_TAKES_NOTHING, NULL, NULL,
     "pass the result on to the preflight", OPTION_CHECK},
    {AGENT_HOME, 'a', "agent-home", OPTION_TAKES_VALUE, "DIR", NULL,
     "the HOME of the agent that wrote the logs", OPTION_CHECK},
    {WARNING, 'w', "warning", OPTION_TAKES_VALUE, "RANGE", NULL,
     "WARNING by the age of the newest log", OPTION_THRESHOLD},
    {CRITICAL, 'c', "critical", OPTION_TAKES_VALUE, "RANGE", NULL, "CRITICAL by the same age",
     OPTION_THRESHOLD},
    PLUGIN_OPTION_ROWS,
    {LIST_MARKERS, 0, "list-markers", OPTION_TAKES_NOTHING, NULL, NULL,
     "print the built-in markers; exit 3", OPTION_OUTPUT},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static bool apply_log(struct runlog_options *o, const char *value, struct text *error)
{
    if (!*value) {
        text_add(error, "is empty. Write the path of a log, a directory or a pattern");
        return false;
    }
    const char **logs = realloc(o->logs, (o->log_count + 1) * sizeof *logs);
    if (!logs) {
        text_add(error, "out of memory");
        return false;
    }
    o->logs = logs;
    logs[o->log_count++] = value;
    return true;
}

static bool apply_agent_home(struct runlog_options *o, const char *value, struct text *error)
{
    if (!*value || o->agent_home) {
        text_add(error, *value ? "a second agent. Write one --agent-home, and call again for others"
                               : "is empty. Write the path of a home");
        return false;
    }
    o->agent_home = value;
    return true;
}

static bool apply_newest(struct runlog_options *o, const char *value, struct text *error)
{
    size_t digits = strspn(value, "0123456789");
    if (digits == 0 || value[digits] != '\0' || digits > 9) {
        text_add(error, "not a number. Write how many logs to judge, 0 for all");
        return false;
    }
    o->newest = strtoul(value, NULL, 10);
    return true;
}

/* "CONDITION:TEXT", or a TEXT that may have a colon in it. */
static bool apply_marker(struct runlog_options *o, const char *value, struct text *error)
{
    size_t length = strcspn(value, ":");
    size_t condition = value[length] == ':' ? condition_find(&runlog_conditions, value, length)
                                            : runlog_conditions.count;
    bool named = condition < runlog_conditions.count;
    const struct marker_own own = {.text = named ? value + length + 1 : value,
                                   .tag = named ? (enum runlog_condition)condition
                                                : RUNLOG_AUTH_FAILURE};
    int result = marker_own_check(own.text);
    if (result == 0 && o->own_count == MARKER_TABLE_OWN_MAX)
        result = ENOSPC;
    switch (result) {
    case 0: o->own[o->own_count++] = own; return true;
    case E2BIG:
        text_format(error, "longer than %d bytes. Write a part of it", MARKER_TEXT_MAX);
        return false;
    case ENOSPC: text_add(error, "one marker too many. Write fewer"); return false;
    default:
        text_add(error, "has no text. Write [CONDITION:]TEXT, as in network:proxy refused");
        return false;
    }
}

/* The number of the signal KILL or SIGKILL; 0 for no name of one. */
static int signal_number(const char *name)
{
    static const struct {
        const char *name;
        int number;
    } signals[] = {{"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},
                   {"TRAP", SIGTRAP}, {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},
                   {"KILL", SIGKILL}, {"USR1", SIGUSR1}, {"SEGV", SIGSEGV}, {"USR2", SIGUSR2},
                   {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM}, {"XCPU", SIGXCPU},
                   {"XFSZ", SIGXFSZ}, {"SYS", SIGSYS}};
    if (strncasecmp(name, "SIG", 3) == 0)
        name += 3;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (strcasecmp(name, signals[i].name) == 0)
            return signals[i].number;
    return 0;
}

static bool apply_exit_status(struct runlog_options *o, const char *value, struct text *error)
{
    const size_t digits = strspn(value, "0123456789");
    const bool is_number = digits > 0 && digits <= 3 && value[digits] == '\0';
    const int signal = is_number ? 0 : signal_number(value);
    const int code = is_number ? (int)strtol(value, NULL, 10) : 128 + signal;
    if (code > 255 || (!is_number && signal == 0)) {
        text_add(error, "not an exit status. Write 0 to 255, or a signal as in KILL");
        return false;
    }
    o->policy.exit_status = (struct exit_status){.known = true, .code = code};
    return true;
}

static bool apply(void *context, int id, const char *value, struct text *error)
{
    struct runlog_options *o = context;
    const enum range_bare age = RANGE_BARE_IS_MAXIMUM;
    switch (id) {
    case LOG: return apply_log(o, value, error);
    case NEWEST: return apply_newest(o, value, error);
    case SINCE: return plugin_duration(value, false, &o->since, error);
    case WARNING: return range_parse(value, age, &o->policy.age_warning, error);
    case CRITICAL: return range_parse(value, age, &o->policy.age_critical, error);
    case GRACE: return plugin_duration(value, true, &o->policy.grace, error);
    case PLAIN: o->anchored = o->policy.plain = true; return true;
    case ANCHORED: o->anchored = true; return true;
    case EXIT_STATUS: return apply_exit_status(o, value, error);
    case MARKER: return apply_marker(o, value, error);
    case LIST_MARKERS: o->common.help = HELP_OTHER; return true;
    case FEED: o->feed = true; return true;
    case AGENT_HOME: return apply_agent_home(o, value, error);
    default: return plugin_options_apply(&o->common, id, value, error);
    }
}

static bool take_argument(void *context, const char *value, struct text *error)
{
    return apply_log(context, value, error);
}

static bool ends(int id)
{
    return id == LIST_MARKERS || plugin_options_end(id);
}

bool runlog_options_parse(int argc, char *const argv[], void *options, struct text *error)
{
    struct runlog_options *ret = options;
    *ret = (struct runlog_options){.newest = 1};
    plugin_options_init(&ret->common, &runlog_conditions);
    const struct option_program program = {.rows = rows,
                                           .count = ROW_COUNT,
                                           .apply = apply,
                                           .argument = take_argument,
                                           .ends = ends,
                                           .context = ret};
    bool parsed = option_parse(&program, argc, argv, error);
    ret->policy.states = ret->common.states;
    bool only_prints = ret->common.help != HELP_NONE || ret->common.version;
    if (parsed && ret->log_count == 0 && !only_prints) {
        text_add(error, "no log is named. Write --log=PATH");
        parsed = false;
    }
    return parsed;
}

void runlog_options_free(void *options)
{
    struct runlog_options *own = options;
    free(own->logs);
    own->logs = NULL;
}

const struct option_row *runlog_options_rows(size_t *ret_count)
{
    *ret_count = ROW_COUNT;
    return rows;
}

void runlog_options_add_conditions(struct text *text)
{
    help_add_conditions(&runlog_conditions, text);
}

void runlog_options_add_help(struct text *text)
{
    const struct help help = {
        .usage = "Usage: check_claude_runlog [OPTION]... [LOG]...\n"
                 "After a run: did the run of the Claude CLI that wrote this log do its work?\n"
                 "  check_claude_runlog run.json                    one log\n"
                 "  check_claude_runlog -w 26h /var/log/claude      the newest log of a directory\n"
                 "  check_claude_runlog --feed-preflight run.json   stop runs after a refusal\n",
        .rows = rows,
        .count = ROW_COUNT};
    help_add(&help, text);
}

static void add_messages(const struct message_row *list, size_t count, struct text *text)
{
    for (size_t i = 0; i < count; i++)
        text_format(text, "%s\t%s\t%s\t%s\n",
                    list[i].condition == RUNLOG_UNDECIDED
                        ? "by its words"
                        : runlog_conditions.rows[list[i].condition].id,
                    list[i].start[0] ? list[i].start : list[i].within,
                    list[i].releases ? list[i].releases : "all",
                    list[i].start[0] ? "at the start of a line" : "in a line");
}

void runlog_options_add_markers(struct text *text)
{
    static const char *const quirks[] = {"", "any white space before the slash", "as a word",
                                         "any white space"};
    size_t count;
    const struct marker_row *words = marker_table(&count);
    for (size_t i = 0; i < count; i++)
        text_format(text, "%s\t%s\t%s\t%s\n", runlog_conditions.rows[words[i].tag].id,
                    words[i].text, words[i].note, quirks[words[i].quirk]);
    const struct message_row *list = message_families(&count);
    add_messages(list, count, text);
    list = message_sentences(&count);
    add_messages(list, count, text);
}
