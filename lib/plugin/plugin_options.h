/*
 * The options that both plugins have.
 */
#ifndef CHECK_CLAUDE_PLUGIN_OPTIONS_H
#define CHECK_CLAUDE_PLUGIN_OPTIONS_H

#include "plugin/condition.h"
#include "plugin/option.h"
#include "plugin/output.h"
#include "system/terminal.h"

#include <stdbool.h>
#include <stdint.h>

enum plugin_option {
    PLUGIN_TIMEOUT,
    PLUGIN_STATE,
    PLUGIN_OUTPUT_FORMAT,
    PLUGIN_COLOR,
    PLUGIN_TEXTFILE,
    PLUGIN_STATE_DIR,
    PLUGIN_VERBOSE,
    PLUGIN_HELP,
    PLUGIN_VERSION,
    PLUGIN_OPTIONS /* a plugin's own ids start here */
};

struct plugin_options {
    const struct condition_table *conditions;
    struct condition_overrides states;
    int64_t timeout; /* milliseconds */
    enum output_format format;
    enum terminal_color color;
    const char *textfile;  /* NULL: none */
    const char *state_dir; /* NULL: the default */
    int verbosity;
    bool help, version;
};

/* Their rows, for a plugin's table. */
#define PLUGIN_OPTION_ROWS                                                                          \
    {PLUGIN_TIMEOUT,                                                                                \
     't',                                                                                           \
     "timeout",                                                                                     \
     OPTION_TAKES_VALUE,                                                                            \
     "DURATION",                                                                                    \
     NULL,                                                                                          \
     "the plugin's own deadline, shared by all steps; past it the state is UNKNOWN (default "       \
     "10s)"},                                                                                       \
        {PLUGIN_STATE,                                                                              \
         'S',                                                                                       \
         "state",                                                                                   \
         OPTION_TAKES_VALUE,                                                                        \
         "CONDITION=STATE[,...]",                                                                   \
         NULL,                                                                                      \
         "the state in which a condition counts: ok, warning, critical or unknown; repeatable"},    \
        {PLUGIN_OUTPUT_FORMAT,                                                                      \
         0,                                                                                         \
         "output-format",                                                                           \
         OPTION_TAKES_VALUE,                                                                        \
         "nagios|json|prometheus",                                                                  \
         NULL,                                                                                      \
         "what is printed; nagios is the default, prometheus exits 0 whenever it printed "          \
         "metrics"},                                                                                \
        {PLUGIN_COLOR,                                                                              \
         0,                                                                                         \
         "color",                                                                                   \
         OPTION_TAKES_VALUE,                                                                        \
         "auto|always|never",                                                                       \
         NULL,                                                                                      \
         "states in colour; auto, the default, in a terminal, unless NO_COLOR is set or TERM is "   \
         "dumb"},                                                                                   \
        {PLUGIN_TEXTFILE,                                                                           \
         0,                                                                                         \
         "textfile",                                                                                \
         OPTION_TAKES_VALUE,                                                                        \
         "PATH",                                                                                    \
         NULL,                                                                                      \
         "also write the Prometheus text to PATH, which ends in .prom, for the node_exporter "      \
         "textfile collector"},                                                                     \
        {PLUGIN_STATE_DIR,                                                                          \
         0,                                                                                         \
         "state-dir",                                                                               \
         OPTION_TAKES_VALUE,                                                                        \
         "DIR",                                                                                     \
         "CHECK_CLAUDE_STATE_DIR",                                                                  \
         "where results are kept between calls; default $XDG_CACHE_HOME/check_claude, else "        \
         "/var/tmp/check_claude-UID"},                                                              \
        {PLUGIN_VERBOSE,                                                                            \
         'v',                                                                                       \
         "verbose",                                                                                 \
         OPTION_TAKES_NOTHING,                                                                      \
         NULL,                                                                                      \
         NULL,                                                                                      \
         "more detail lines: -v every check made, -vv timings and cache, -vvv everything but "      \
         "secrets"},                                                                                \
        {PLUGIN_HELP, 'h', "help", OPTION_TAKES_NOTHING, NULL, NULL, "print this help and exit 3"}, \
    {                                                                                               \
        PLUGIN_VERSION, 'V', "version", OPTION_TAKES_NOTHING, NULL, NULL,                           \
            "print the version and exit 3"                                                          \
    }

/* The defaults. */
void plugin_options_init(struct plugin_options *options, const struct condition_table *conditions);

/* Take in the option `id`, one of enum plugin_option, as option_program.apply() does. */
bool plugin_options_apply(struct plugin_options *options, int id, const char *value,
                          struct text *error);

/* The ids that end the parsing: --help and --version. */
bool plugin_options_end(int id);

/* Read a duration; `zero` allows 0. False with one clause in *error otherwise. */
bool plugin_duration(const char *value, bool zero, int64_t *ret_ms, struct text *error);

/* The terminal that plugin output goes to; all false in the other formats, which are for machines.
 */
struct terminal plugin_terminal(const struct plugin_options *options);

/* Append the section on conditions, and the one on exit statuses, for --help. */
void plugin_add_conditions_help(const struct condition_table *conditions, struct text *text);

#endif
