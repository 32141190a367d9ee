/*
 * The options that both plugins have.
 */
#ifndef CHECK_CLAUDE_PLUGIN_OPTIONS_H
#define CHECK_CLAUDE_PLUGIN_OPTIONS_H

#include "plugin/condition.h"
#include "plugin/gate.h"
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
    PLUGIN_GATE,
    PLUGIN_VERBOSE,
    PLUGIN_HELP,
    PLUGIN_VERSION,
    PLUGIN_OPTIONS /* a plugin's own ids start here */
};

/* Texts that are only printed: --help, --help=conditions, and a further text of the plugin. */
enum plugin_help { HELP_NONE, HELP_OPTIONS, HELP_CONDITIONS, HELP_OTHER, HELP_COUNT };

struct plugin_options {
    const struct condition_table *conditions;
    struct condition_overrides states;
    int64_t timeout; /* milliseconds */
    enum output_format format;
    enum terminal_color color;
    const char *textfile;  /* NULL: none */
    const char *state_dir; /* NULL: the default */
    enum gate gate;
    int verbosity;
    enum plugin_help help;
    bool version;
};

/* Their rows, for a plugin's table. */
/* clang-format off */
#define PLUGIN_OPTION_ROWS                                                                         \
    {PLUGIN_STATE, 'S', "state", OPTION_TAKES_VALUE, "CONDITION=STATE[,...]", NULL,                \
     "the state of a condition", OPTION_THRESHOLD},                                                \
    {PLUGIN_TIMEOUT, 't', "timeout", OPTION_TAKES_VALUE, "DURATION", NULL,                         \
     "the plugin's own deadline (default 10s)", OPTION_STATE},                                     \
    {PLUGIN_STATE_DIR, 0, "state-dir", OPTION_TAKES_VALUE, "DIR", "CHECK_CLAUDE_STATE_DIR",        \
     "where state is kept (default: agent's home)", OPTION_STATE},                                \
    {PLUGIN_GATE, 0, "gate", OPTION_MAY_TAKE_VALUE, "probe", NULL,                                 \
     "exit status 0 if a run may start, else 1", OPTION_OUTPUT},                                       \
    {PLUGIN_OUTPUT_FORMAT, 0, "output-format", OPTION_TAKES_VALUE, "nagios|json|prometheus", NULL, \
     "the format (default nagios)", OPTION_OUTPUT},                                           \
    {PLUGIN_TEXTFILE, 0, "textfile", OPTION_TAKES_VALUE, "PATH", NULL,                             \
     "also write Prometheus text to PATH.prom", OPTION_OUTPUT},                                    \
    {PLUGIN_COLOR, 0, "color", OPTION_TAKES_VALUE, "auto|always|never", NULL,                      \
     "states in colour (default auto)", OPTION_OUTPUT},                             \
    {PLUGIN_VERBOSE, 'v', "verbose", OPTION_TAKES_NOTHING, NULL, NULL,                             \
     "more detail; -vv and -vvv print still more", OPTION_OUTPUT},                           \
    {PLUGIN_HELP, 'h', "help", OPTION_MAY_TAKE_VALUE, "conditions", NULL,                          \
     "print this help, or the conditions; exit 3", OPTION_OUTPUT},                                  \
    {PLUGIN_VERSION, 'V', "version", OPTION_TAKES_NOTHING, NULL, NULL,                             \
     "print the version; exit 3", OPTION_OUTPUT}
/* clang-format on */

/* The defaults. */
void plugin_options_init(struct plugin_options *options, const struct condition_table *conditions);

/* Apply the option `id`, one of enum plugin_option, as option_program.apply() does. */
bool plugin_options_apply(struct plugin_options *options, int id, const char *value,
                          struct text *error);

/* The ids that end the parsing: --help and --version. */
bool plugin_options_end(int id);

/* Read a duration; `zero` allows 0. False with one clause in *error otherwise. */
bool plugin_duration(const char *value, bool zero, int64_t *ret_ms, struct text *error);

/* The terminal that plugin output goes to; all false in the other formats, which are for machines.
 */
struct terminal plugin_terminal(const struct plugin_options *options);

#endif
