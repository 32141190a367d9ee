/*
 * --help of a program: how to call it, examples, then its options by group, each on one line of a
 * terminal where it fits.
 */
#ifndef CHECK_CLAUDE_HELP_H
#define CHECK_CLAUDE_HELP_H

#include "base/text.h"
#include "plugin/condition.h"
#include "plugin/option.h"

#include <stddef.h>

struct help {
    const char *usage; /* how to call it, what it does, examples: whole lines */
    const struct option_row *rows;
    size_t count;
};

/* Append the help of all options, in the order of enum option_group, at most 80 columns wide. */
void help_add(const struct help *help, struct text *text);

/* Append the table of conditions, and what the exit statuses mean, for --help=conditions. */
void help_add_conditions(const struct condition_table *conditions, struct text *text);

/* Append words wrapped at 80 columns; the first line starts at column `at`, the others at `indent`.
 */
void help_add_wrapped(struct text *text, const char *words, size_t at, size_t indent);

#endif
