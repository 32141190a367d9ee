#include "completion/completion.h"

#include <string.h>

static void add_clause(const char *help, struct text *text)
{
    completion_add_clause(help, "\\[]", "'\\''", text);
}

/* ":DURATION: ", the message and the action of _arguments; the message with its colons escaped. */
static void add_value(const struct completion_program *program, const struct option_row *row,
                      struct text *text)
{
    text_add(text, row->takes == OPTION_MAY_TAKE_VALUE ? "::" : ":");
    for (const char *at = row->value_name; *at; at++) {
        if (*at == ':')
            text_add(text, "\\");
        text_add_bytes(text, at, 1);
    }
    text_add(text, ":");
    switch (completion_value_of(row)) {
    case COMPLETION_WORDS:
        text_add(text, "(");
        completion_add_words(row, text);
        text_add(text, ")");
        break;
    case COMPLETION_FILE: text_add(text, "_files"); break;
    case COMPLETION_DIRECTORY: text_add(text, "_files -/"); break;
    case COMPLETION_STATE: text_format(text, "_%s_state", program->name); break;
    case COMPLETION_NONE:
    case COMPLETION_TEXT: text_add(text, " "); break;
    }
}

/* One argument of _arguments: '*'{-t+,--timeout=}'[the clause]:DURATION: ' */
static void add_row(const struct completion_program *program, const struct option_row *row,
                    struct text *text)
{
    static const char *const short_ends[] = {"", "+", "-"}, *const long_ends[] = {"", "=", "=-"};
    text_add(text, "    '*'");
    if (row->short_name)
        text_format(text, "{-%c%s,", row->short_name, short_ends[row->takes]);
    text_format(text, "--%s%s%s'[", row->long_name, long_ends[row->takes],
                row->short_name ? "}" : "");
    add_clause(row->help, text);
    text_add(text, "]");
    if (row->takes != OPTION_TAKES_NOTHING)
        add_value(program, row, text);
    text_add(text, "'");
}

void completion_add_zsh(const struct completion_program *program, struct text *text)
{
    text_format(text,
                "#compdef %s\n"
                "# zsh completion for %s, written from its table of options\n"
                "_%s_state() {\n"
                "  _values -s , -S = condition",
                program->name, program->name, program->name);
    for (size_t i = 0; i < program->conditions->count; i++) {
        text_format(text, " \\\n    '%s[", program->conditions->rows[i].id);
        add_clause(program->conditions->rows[i].meaning, text);
        text_add(text, "]:state:(" COMPLETION_STATES ")'");
    }
    text_add(text, "\n}\n_arguments -s -S");
    for (size_t i = 0; i < program->count; i++) {
        text_add(text, " \\\n");
        add_row(program, &program->rows[i], text);
    }
    if (program->takes_files)
        text_add(text, " \\\n    '*:file:_files'");
    text_add(text, "\n");
}
