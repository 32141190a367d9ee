#include "plugin/plugin_options.h"

#include "base/duration.h"
#include "system/deadline.h"

#include <string.h>

#define VERBOSITY_MAX 3

void plugin_options_init(struct plugin_options *options, const struct condition_table *conditions)
{
    *options = (struct plugin_options){.conditions = conditions, .timeout = DEADLINE_DEFAULT_MS};
}

bool plugin_options_end(int id)
{
    return id == PLUGIN_HELP || id == PLUGIN_VERSION;
}

bool plugin_duration(const char *value, bool zero, int64_t *ret_ms, struct text *error)
{
    int64_t ms;
    if (!duration_parse(value, strlen(value), false, &ms)) {
        text_add(error, "not a duration. " DURATION_HINT);
        return false;
    }
    if (ms == 0 && !zero) {
        text_add(error, "must be more than 0. " DURATION_HINT);
        return false;
    }
    *ret_ms = ms;
    return true;
}

/* The index of the value in a list that ends with NULL. False, with the clause in *error, for none.
 */
static bool apply_word(const char *value, const char *const *words, const char *error_words,
                       size_t *ret, struct text *error)
{
    for (size_t i = 0; words[i]; i++) {
        if (strcmp(value, words[i]) == 0) {
            *ret = i;
            return true;
        }
    }
    text_add(error, error_words);
    return false;
}

static bool apply_format(struct plugin_options *options, const char *value, struct text *error)
{
    static const char *const names[] = {"nagios", "json", "prometheus", NULL};
    size_t index;
    if (!apply_word(value, names, "no such format. Write nagios, json or prometheus", &index,
                    error))
        return false;
    options->format = (enum output_format)index;
    return true;
}

static bool apply_color(struct plugin_options *options, const char *value, struct text *error)
{
    static const char *const names[] = {"auto", "always", "never", NULL};
    size_t index;
    if (!apply_word(value, names, "not known. Write auto, always or never", &index, error))
        return false;
    options->color = (enum terminal_color)index;
    return true;
}

static bool apply_textfile(struct plugin_options *options, const char *value, struct text *error)
{
    static const char ending[] = ".prom";
    size_t length = strlen(value);
    const char *slash = strrchr(value, '/');
    size_t name = slash ? strlen(slash + 1) : length;
    if (name < sizeof ending || strcmp(value + length - (sizeof ending - 1), ending) != 0) {
        text_add(error, "does not end in .prom. Write the path of the file, as in "
                        "/var/lib/prometheus/node-exporter/claude.prom");
        return false;
    }
    options->textfile = value;
    return true;
}

static bool apply_state_dir(struct plugin_options *options, const char *value, struct text *error)
{
    if (!*value) {
        text_add(error, "is empty. Write the path of a directory");
        return false;
    }
    options->state_dir = value;
    return true;
}

static bool apply_help(struct plugin_options *options, const char *value, struct text *error)
{
    if (value && strcmp(value, "conditions") != 0) {
        text_add(error, "not known. Write --help or --help=conditions");
        return false;
    }
    options->help = value ? HELP_CONDITIONS : HELP_OPTIONS;
    return true;
}

static bool apply_gate(struct plugin_options *options, const char *value, struct text *error)
{
    if (value && strcmp(value, "probe") != 0) {
        text_add(error, "not known. Write --gate or --gate=probe");
        return false;
    }
    options->gate = value ? GATE_PROBE : GATE_START;
    return true;
}

bool plugin_options_apply(struct plugin_options *options, int id, const char *value,
                          struct text *error)
{
    switch (id) {
    case PLUGIN_TIMEOUT: return plugin_duration(value, false, &options->timeout, error);
    case PLUGIN_STATE:
        return condition_override(options->conditions, value, &options->states, error);
    case PLUGIN_OUTPUT_FORMAT: return apply_format(options, value, error);
    case PLUGIN_COLOR: return apply_color(options, value, error);
    case PLUGIN_TEXTFILE: return apply_textfile(options, value, error);
    case PLUGIN_STATE_DIR: return apply_state_dir(options, value, error);
    case PLUGIN_GATE: return apply_gate(options, value, error);
    case PLUGIN_VERBOSE: options->verbosity += options->verbosity < VERBOSITY_MAX; return true;
    case PLUGIN_HELP: return apply_help(options, value, error);
    case PLUGIN_VERSION: options->version = true; return true;
    default: text_add(error, "not an option of this program"); return false;
    }
}

struct terminal plugin_terminal(const struct plugin_options *options)
{
    if (options->format != OUTPUT_NAGIOS)
        return (struct terminal){.present = false};
    return terminal_look(options->color);
}
