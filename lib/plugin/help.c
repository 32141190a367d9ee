#include "plugin/help.h"

#include <string.h>

#define COLUMNS     80
#define HELP_COLUMN 32 /* the descriptions of the options begin here */

void help_add_wrapped(struct text *text, const char *words, size_t at, size_t indent)
{
    size_t column = at;
    while (*words) {
        size_t length = strcspn(words, " ");
        bool first = column == at || column == indent;
        if (!first && column + 1 + length >= COLUMNS) {
            text_format(text, "\n%*s", (int)indent, "");
            column = indent;
            first = true;
        }
        if (!first) {
            text_add(text, " ");
            column++;
        }
        text_add_bytes(text, words, length);
        column += length;
        words += length + strspn(words + length, " ");
    }
    text_add(text, "\n");
}

/* "  -b, --binary=PATH" */
static void add_names(const struct option_row *row, struct text *text)
{
    if (row->short_name)
        text_format(text, "  -%c, ", row->short_name);
    else
        text_add(text, "      ");
    text_format(text, "--%s", row->long_name);
    if (row->takes == OPTION_TAKES_VALUE)
        text_format(text, "=%s", row->value_name);
    else if (row->takes == OPTION_MAY_TAKE_VALUE)
        text_format(text, "[=%s]", row->value_name);
}

static void add_option(const struct option_row *row, struct text *text)
{
    const size_t start = text->length;
    add_names(row, text);
    size_t column = text->length - start;
    size_t at = column + 2 > HELP_COLUMN ? column + 2 : HELP_COLUMN;
    if (at > HELP_COLUMN && at + strlen(row->help) >= COLUMNS) {
        text_add(text, "\n");
        column = 0;
        at = HELP_COLUMN;
    }
    text_format(text, "%*s", (int)(at - column), "");
    help_add_wrapped(text, row->help, at, HELP_COLUMN);
}

/* " ORCH_CLAUDE_BIN (-b)" */
static void add_variable(const struct option_row *row, const char *comma, struct text *text)
{
    if (row->environment && row->short_name)
        text_format(text, "%s %s (-%c)", comma, row->environment, row->short_name);
    else if (row->environment)
        text_format(text, "%s %s (--%s)", comma, row->environment, row->long_name);
}

/* "Environment: ORCH_CLAUDE_BIN (-b), ORCH_PREFLIGHT_CHECK_AUTH (--auth), ..." */
static void add_environment(const struct help *help, struct text *text)
{
    struct text words = TEXT_INIT(1024);
    text_add(&words, "Environment:");
    const size_t before = words.length;
    for (size_t i = 0; i < help->count; i++)
        add_variable(&help->rows[i], words.length > before ? "," : "", &words);
    if (words.length > before)
        help_add_wrapped(text, text_get(&words), 0, 2);
    text->failed = text->failed || words.failed;
    text_free(&words);
}

void help_add(const struct help *help, struct text *text)
{
    static const char *const names[] = {
        [OPTION_CHECK] = "What to check",
        [OPTION_THRESHOLD] = "Thresholds",
        [OPTION_OUTPUT] = "Output",
        [OPTION_STATE] = "State and time",
    };
    text_add(text, help->usage);
    for (size_t group = 0; group < sizeof names / sizeof names[0]; group++) {
        text_format(text, "%s:\n", names[group]);
        for (size_t i = 0; i < help->count; i++)
            if (help->rows[i].group == (enum option_group)group)
                add_option(&help->rows[i], text);
    }
    add_environment(help, text);
}

void help_add_conditions(const struct condition_table *conditions, struct text *text)
{
    text_add(text, "Conditions, their default states, and when each is found:\n");
    for (size_t i = 0; i < conditions->count; i++) {
        const struct condition *c = &conditions->rows[i];
        text_format(text, "  %-22s %-8s ", c->id, c->ranged ? "by range" : state_name(c->state));
        help_add_wrapped(text, c->meaning, 34, 34);
    }
    text_add(text, "The worst finding decides: CRITICAL, WARNING, UNKNOWN, OK in this order.\n"
                   "Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (could not tell).\n");
}
