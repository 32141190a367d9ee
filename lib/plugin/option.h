/*
 * A program's options from one table: parsing, and defaults from the environment. help.h prints
 * their help.
 *
 * apply() gets the options one by one. First come the options of the command line, in their order.
 * Then come the environment variables of the rows whose option was not given, if the variable is
 * set and not empty. Rows with the same id are one option: --no-auth is --auth=off.
 */
#ifndef CHECK_CLAUDE_OPTION_H
#define CHECK_CLAUDE_OPTION_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum option_takes { OPTION_TAKES_NOTHING, OPTION_TAKES_VALUE, OPTION_MAY_TAKE_VALUE };

/* The part of the help that an option belongs to. */
enum option_group { OPTION_CHECK, OPTION_THRESHOLD, OPTION_OUTPUT, OPTION_STATE };

struct option_row {
    int id;          /* the program's own number for it; two ways to say one thing share it */
    char short_name; /* 0 for none */
    const char *long_name;
    enum option_takes takes;
    const char *value_name;  /* in the help: "PATH", "RANGE"; NULL with OPTION_TAKES_NOTHING */
    const char *environment; /* variable that sets the default; NULL for none */
    const char *help;        /* what it does, a few words, without a line break */
    enum option_group group;
};

#define OPTIONS_MAX 64

struct option_program {
    const struct option_row *rows;
    size_t count; /* at most OPTIONS_MAX */
    /*
     * Take in one option. `value` is NULL where none was given. False when it is not acceptable,
     * with one clause in *error that says why and what to write instead ("not a duration. Write
     * ...").
     */
    bool (*apply)(void *context, int id, const char *value, struct text *error);
    /* Take in one argument that is no option. NULL refuses all. */
    bool (*argument)(void *context, const char *value, struct text *error);
    /* Options that end the parsing at once, --help and --version: apply() is called, then true. */
    bool (*ends)(int id);
    void *context;
};

/*
 * Parse. Returns true when all was taken in; false after the first mistake, with one line in *error
 * that names the option (or the variable) and the value: "--timeout=soon: not a duration. Write
 * ...".
 */
bool option_parse(const struct option_program *program, int argc, char *const argv[],
                  struct text *error);

#endif
