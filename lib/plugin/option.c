#include "plugin/option.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_OF_ROW 256 /* getopt_long's val for row 0: above every short option */
#define SHOWN_MAX    120 /* bytes of a wrong value that are shown again */

/* getopt_long's view of a table. */
struct getopt_tables {
    char shorts[2 + 2 * OPTIONS_MAX];
    struct option longs[OPTIONS_MAX + 1];
};

static void fill_tables(const struct option_program *program, struct getopt_tables *tables)
{
    char *at = tables->shorts;
    *at++ = ':'; /* tell a missing value from an unknown option */
    for (size_t i = 0; i < program->count; i++) {
        const struct option_row *row = &program->rows[i];
        int has_argument = row->takes == OPTION_TAKES_NOTHING ? no_argument
                           : row->takes == OPTION_TAKES_VALUE ? required_argument
                                                              : optional_argument;
        tables->longs[i] = (struct option){
            .name = row->long_name, .has_arg = has_argument, .val = VALUE_OF_ROW + (int)i};
        if (row->short_name) {
            *at++ = row->short_name;
            if (row->takes == OPTION_TAKES_VALUE) /* -hv is -h -v, also where -h may take one */
                *at++ = ':';
        }
    }
    *at = '\0';
    tables->longs[program->count] = (struct option){0};
}

/* What the user wrote, cleaned for the first line of plugin output. */
static void add_shown(struct text *error, const char *value)
{
    text_add_shown(error, value, strlen(value), SHOWN_MAX, "|;");
}

/* The number of single-character edits between two names, up to the 31 characters that matter. */
static size_t distance(const char *a, const char *b)
{
    size_t row[32];
    size_t b_length = strnlen(b, 31);
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 0; i < 31 && a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b_length; j++) {
            size_t replaced = diagonal + (a[i] != b[j]);
            size_t inserted = (row[j] < row[j + 1] ? row[j] : row[j + 1]) + 1;
            diagonal = row[j + 1];
            row[j + 1] = replaced < inserted ? replaced : inserted;
        }
    }
    return row[b_length];
}

static void add_unknown(const struct option_program *program, const char *word, struct text *error)
{
    add_shown(error, word);
    text_add(error, ": no such option. ");
    char name[32] = "";
    size_t length = strcspn(word, "=");
    if (length > 2 && length < sizeof name + 2 && word[1] == '-')
        memcpy(name, word + 2, length - 2);
    size_t best = 0;
    for (size_t i = 1; i < program->count; i++)
        if (distance(name, program->rows[i].long_name) <
            distance(name, program->rows[best].long_name))
            best = i;
    if (name[0] && distance(name, program->rows[best].long_name) <= 3)
        text_format(error, "Did you mean --%s?", program->rows[best].long_name);
    else
        text_add(error, "Write one of those in --help");
}

static bool apply(const struct option_program *program, const char *name, const char *separator,
                  const struct option_row *row, const char *value, struct text *error)
{
    struct text why = TEXT_INIT(600);
    bool taken = program->apply(program->context, row->id, value, &why);
    if (!taken) {
        text_add(error, name);
        if (value) {
            text_add(error, separator);
            add_shown(error, value);
        }
        text_add(error, ": ");
        text_add_clean(error, text_get(&why), why.length, "|;");
    }
    text_free(&why);
    return taken;
}

/* The row that getopt_long's answer or its optopt names; NULL for none. */
static const struct option_row *row_of(const struct option_program *program, int answer)
{
    if (answer >= VALUE_OF_ROW && (size_t)(answer - VALUE_OF_ROW) < program->count)
        return &program->rows[answer - VALUE_OF_ROW];
    for (size_t i = 0; answer > 0 && i < program->count; i++)
        if (program->rows[i].short_name == answer)
            return &program->rows[i];
    return NULL;
}

/* getopt_long refused something: say what. `word` is the last argument it looked at. */
static void add_refusal(const struct option_program *program, int answer, const char *word,
                        struct text *error)
{
    const struct option_row *row = row_of(program, optopt);
    if (answer == ':' && row) {
        text_format(error, "--%s: no value. Write --%s=%s", row->long_name, row->long_name,
                    row->value_name);
    } else if (row) {
        add_shown(error, word);
        text_format(error, ": --%s takes no value. Write --%s", row->long_name, row->long_name);
    } else if (optopt != 0) {
        /* no ASCII: below 0 with glibc, a wide character with musl */
        const char letter[] = {'-', (char)(optopt > 0 && optopt < 0x80 ? optopt : 0xFF), '\0'};
        add_unknown(program, letter, error);
    } else {
        add_unknown(program, word, error);
    }
}

static bool parse_words(const struct option_program *program, int argc, char *const argv[],
                        bool *given, bool *ended, struct text *error)
{
    struct getopt_tables tables;
    fill_tables(program, &tables);
    opterr = 0;
    optind = 0; /* 1 would leave the rest of a cluster from the call before */
    int answer;
    while ((answer = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        const struct option_row *row =
            answer == ':' || answer == '?' ? NULL : row_of(program, answer);
        if (!row) {
            add_refusal(program, answer, optind > 0 ? argv[optind - 1] : "", error);
            return false;
        }
        struct text name = TEXT_INIT(64);
        text_format(&name, "--%s", row->long_name);
        bool taken = apply(program, text_get(&name), "=", row, optarg, error);
        text_free(&name);
        if (!taken)
            return false;
        for (size_t i = 0; i < program->count; i++)
            given[i] = given[i] || program->rows[i].id == row->id;
        *ended = program->ends(row->id);
        if (*ended)
            return true;
    }
    for (; optind < argc; optind++) {
        struct text why = TEXT_INIT(600);
        bool taken = program->argument && program->argument(program->context, argv[optind], &why);
        if (!taken) {
            add_shown(error, argv[optind]);
            text_add(error, ": ");
            if (program->argument)
                text_add_clean(error, text_get(&why), why.length, "|;");
            else
                text_add(error, "no argument is taken. Write one of the options in --help");
        }
        text_free(&why);
        if (!taken)
            return false;
    }
    return true;
}

bool option_parse(const struct option_program *program, int argc, char *const argv[],
                  struct text *error)
{
    bool given[OPTIONS_MAX] = {false};
    bool ended = false;
    if (!parse_words(program, argc, argv, given, &ended, error))
        return false;
    for (size_t i = 0; i < program->count && !ended; i++) {
        const struct option_row *row = &program->rows[i];
        const char *value = row->environment && !given[i] ? getenv(row->environment) : NULL;
        if (value && *value && !apply(program, row->environment, "=", row, value, error))
            return false;
    }
    return true;
}
