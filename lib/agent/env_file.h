/*
 * A systemd EnvironmentFile: which variables it sets, never to what. No value leaves this room; the
 * file's bytes are wiped.
 *
 *     struct env_variable variables[] = {{.name = "ANTHROPIC_API_KEY"}};
 *     int result = env_file_read(path, variables, 1);
 *     if (result == 0 && variables[0].value >= ENV_SET) ...
 *
 * The syntax is that of systemd.exec(5), EnvironmentFile=: NAME=VALUE by line, a line without '='
 * or one that starts with '#' or ';' is passed over, blanks around name and value are dropped. A
 * value may start with 'quoted' and "quoted" parts, which may span lines; behind them quotes are
 * ordinary characters. A backslash keeps the next character, and a line that ends in one goes on in
 * the next; a comment does not (systemd before 254 took it so). A quote without its end goes on to
 * the end of the file. Nothing is expanded.
 *
 * Beyond systemd, `export NAME=VALUE` is taken too, since such files are also read by shells, and
 * what follows a NUL byte is not read.
 */
#ifndef CHECK_CLAUDE_ENV_FILE_H
#define CHECK_CLAUDE_ENV_FILE_H

#include <stddef.h>

/* The most that is read of such a file. */
#define ENV_FILE_MAX ((size_t)1 << 20)

/* All there is to know about a variable's value. */
enum env_value {
    ENV_ABSENT,
    ENV_EMPTY,
    ENV_SET, /* not empty */
    ENV_TRUE /* not empty, and switches something on: 1, true, yes or on, in any case */
};

struct env_variable {
    const char *name; /* NULL: none, stays absent */
    enum env_value value;
};

/* What the length bytes at `value` are; blanks around a word that switches on are passed over. */
enum env_value env_value_of(const char *value, size_t length);

/*
 * Look the variables up in the regular file `path`: sets the value of each, the last assignment of
 * a name wins. Returns 0; else a result of file_read(), with the variables untouched.
 */
int env_file_read(const char *path, struct env_variable *variables, size_t count);

#endif
