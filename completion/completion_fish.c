#include "completion/completion.h"

static void add_clause(const char *help, struct text *text)
{
    completion_add_clause(help, "\\", "\\'", text);
}

/* fish completes the whole of token-expired=ok,scope-missing=ok: what stands before is kept. */
static void add_state_function(const struct completion_program *program, struct text *text)
{
    text_format(text,
                "function __%s_state\n"
                "    set -l value (string replace -r '^(--state=|-S)' '' -- (commandline -ct))\n"
                "    set -l head (string match -r '^.*[,=]' -- $value)\n"
                "    if string match -qr '=[^,]*$' -- $value\n"
                "        printf '%%s\\n' \"$head\"{",
                program->name);
    for (const char *at = COMPLETION_STATES; *at; at++)
        text_add_bytes(text, *at == ' ' ? "," : at, 1);
    text_add(text, "}\n"
                   "    else\n"
                   "        set head (string replace -a % %% -- $head)\n"
                   "        printf \"$head%s=\\t%s\\n\"");
    for (size_t i = 0; i < program->conditions->count; i++) {
        text_format(text, " \\\n            %s '", program->conditions->rows[i].id);
        add_clause(program->conditions->rows[i].meaning, text);
        text_add(text, "'");
    }
    text_add(text, "\n    end\nend\n");
}

static void add_value(const struct completion_program *program, const struct option_row *row,
                      struct text *text)
{
    const char *required = row->takes == OPTION_TAKES_VALUE ? "r" : "";
    switch (completion_value_of(row)) {
    case COMPLETION_NONE: break;
    case COMPLETION_WORDS:
        text_format(text, " -f%s -a '", required);
        completion_add_words(row, text);
        text_add(text, "'");
        break;
    case COMPLETION_FILE: text_format(text, " -%sF", required); break;
    case COMPLETION_DIRECTORY:
        text_format(text, " -f%s -a '(__fish_complete_directories)'", required);
        break;
    case COMPLETION_STATE:
        text_format(text, " -f%s -a '(__%s_state)'", required, program->name);
        break;
    case COMPLETION_TEXT: text_format(text, " -f%s", required); break;
    }
}

void completion_add_fish(const struct completion_program *program, struct text *text)
{
    text_format(text, "# fish completion for %s, written from its table of options\n",
                program->name);
    add_state_function(program, text);
    if (!program->takes_files)
        text_format(text, "complete -c %s -f\n", program->name);
    for (size_t i = 0; i < program->count; i++) {
        const struct option_row *row = &program->rows[i];
        text_format(text, "complete -c %s", program->name);
        if (row->short_name)
            text_format(text, " -s %c", row->short_name);
        text_format(text, " -l %s", row->long_name);
        add_value(program, row, text);
        text_add(text, " -d '");
        add_clause(row->help, text);
        text_add(text, "'\n");
    }
}
