/*
 * A systemd EnvironmentFile: which variables it sets, and to what only where that is no secret. The
 * file's bytes are wiped.
 *
 *     struct env_variable variables[] = {{.name = "ANTHROPIC_API_KEY"}};
 *     bool exports;
 *     int result = env_file_read(path, variables, 1, &exports);
 *     if (result == 0 && variables[0].value >= ENV_SET) ...
 *
 * The syntax is that of systemd.exec(5), EnvironmentFile=: NAME=VALUE by line, a line without '='
 * or one that starts with '#' or ';' is passed over, blanks around name and value are dropped. A
 * value may start with 'quoted' and "quoted" parts, which may span lines; behind them quotes are
 * ordinary characters. A backslash keeps the next character, and a line that ends in one goes on in
 * the next; a comment does not (systemd before 254 took it so). A quote without its end goes on to
 * the end of the file. Nothing is expanded. `export NAME=VALUE` names no variable there, and so
 * none here. A file with a NUL byte, or with a name or value that is no UTF-8, is refused as a
 * whole.
 */
#ifndef CHECK_CLAUDE_ENV_FILE_H
#define CHECK_CLAUDE_ENV_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The most that is read of such a file. */
#define ENV_FILE_MAX ((size_t)1 << 20)

/* What a variable's value says. */
enum env_value {
    ENV_ABSENT,
    ENV_EMPTY, /* or blanks, which the CLI takes for nothing */
    ENV_SET,   /* something */
    ENV_TRUE   /* something that switches on: 1, true, yes or on, in any case */
};

/* How a value is read. */
enum env_reading {
    ENV_SECRET, /* nothing of it is kept */
    ENV_PLAIN,  /* a path or a name: kept */
    ENV_HEADERS /* lines of HTTP headers: set when one of them is x-api-key or authorization */
};

struct env_variable {
    const char *name; /* NULL: none, stays absent */
    enum env_reading reading;
    enum env_value value;
    char *plain; /* with ENV_PLAIN, where there is a value: owned by the caller */
};

/* What the length bytes at `value` are; blanks around a word that switches on are passed over. */
enum env_value env_value_of(const char *value, size_t length);

/* Give the variable this value in place of the one it has. Returns 0 or ENOMEM. */
int env_variable_set(struct env_variable *variable, const char *value, size_t length);

/*
 * Look the variables up in the regular file `path`: sets the value of each, the last assignment of
 * a name wins. *ret_exports says that lines which begin with `export` were passed over. Returns 0;
 * EINVAL for a file that systemd refuses; else a result of file_read(). On failure values may be
 * set in part.
 */
int env_file_read(const char *path, struct env_variable *variables, size_t count,
                  bool *ret_exports);

#endif
