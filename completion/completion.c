/* What the scripts for all shells share. */
#include "completion/completion.h"

#include <string.h>

enum completion_value completion_value_of(const struct option_row *row)
{
    const char *name = row->value_name;
    if (row->takes == OPTION_TAKES_NOTHING || !name)
        return COMPLETION_NONE;
    if (*name >= 'a' && *name <= 'z')
        return COMPLETION_WORDS;
    if (strcmp(name, "PATH") == 0 || strcmp(name, "FILE") == 0)
        return COMPLETION_FILE;
    if (strcmp(name, "DIR") == 0)
        return COMPLETION_DIRECTORY;
    return strncmp(name, "CONDITION=STATE", 15) == 0 ? COMPLETION_STATE : COMPLETION_TEXT;
}

void completion_add_words(const struct option_row *row, struct text *text)
{
    for (const char *at = row->value_name; *at; at++)
        text_add_bytes(text, *at == '|' ? " " : at, 1);
}

void completion_add_clause(const char *help, const char *special, const char *quote,
                           struct text *text)
{
    size_t length = strcspn(help, ";:(");
    while (length > 0 && help[length - 1] == ' ')
        length--;
    for (size_t i = 0; i < length; i++) {
        if (help[i] == '\'') {
            text_add(text, quote);
            continue;
        }
        if (strchr(special, help[i]))
            text_add(text, "\\");
        text_add_bytes(text, help + i, 1);
    }
}
