/*
 * Completion of a program's options in the shells, written from its table of options, so that it
 * offers what the program takes. Pure: a table in, the text of one script out.
 *
 * What a value may be is told by the row's value_name: small letters are the words themselves
 * ("file|auto|off"); of those in capitals PATH, FILE, DIR and CONDITION=STATE are completed, all
 * others are only named.
 */
#ifndef CHECK_CLAUDE_COMPLETION_H
#define CHECK_CLAUDE_COMPLETION_H

#include "base/text.h"
#include "plugin/condition.h"
#include "plugin/option.h"

#include <stdbool.h>
#include <stddef.h>

struct completion_program {
    const char *name; /* of the command: letters, digits and underscores */
    const struct option_row *rows;
    size_t count;
    const struct condition_table *conditions; /* what CONDITION=STATE completes to */
    bool takes_files;                         /* plain arguments are files */
};

/* Append the script for bash: sourced, or loaded by bash-completion under the program's name. */
void completion_add_bash(const struct completion_program *program, struct text *text);

/* Append the script for zsh: a file _NAME in fpath, for compinit. */
void completion_add_zsh(const struct completion_program *program, struct text *text);

/* Append the script for fish: a file NAME.fish in a completions directory. */
void completion_add_fish(const struct completion_program *program, struct text *text);

/* The rest is what the three share. */

enum completion_value {
    COMPLETION_NONE,  /* takes no value */
    COMPLETION_WORDS, /* one of the words in value_name, which are separated by | */
    COMPLETION_FILE,
    COMPLETION_DIRECTORY,
    COMPLETION_STATE, /* CONDITION=STATE[,...] */
    COMPLETION_TEXT   /* only the user knows */
};

enum completion_value completion_value_of(const struct option_row *row);

/* What a state is called in CONDITION=STATE, separated by blanks. */
#define COMPLETION_STATES "ok warning critical unknown"

/* Append the words of a row's value_name, separated by blanks. */
void completion_add_words(const struct option_row *row, struct text *text);

/*
 * Append the first clause of a help text, up to ';', ':' or '(': a menu has one line for each
 * option. A character that is in `special` gets a backslash; "'" is written as `quote`, for it
 * stands in single quotes.
 */
void completion_add_clause(const char *help, const char *special, const char *quote,
                           struct text *text);

#endif
