#include "agent/env_file.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* What is left to read. Values are unquoted where they stand: that never makes them longer. */
struct rest {
    char *at, *end;
};

/* systemd takes a carriage return for a line's end. */
static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || is_line_end(c);
}

enum env_value env_value_of(const char *value, size_t length)
{
    static const char *const words[] = {"1", "true", "yes", "on"};
    if (length == 0)
        return ENV_EMPTY;
    for (; length > 0 && is_blank(*value); length--)
        value++;
    while (length > 0 && is_blank(value[length - 1]))
        length--;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == length && strncasecmp(value, words[i], length) == 0)
            return ENV_TRUE;
    return ENV_SET;
}

static void skip_line(struct rest *rest)
{
    while (rest->at < rest->end && !is_line_end(*rest->at))
        rest->at++;
}

/* The part behind an opening quote, moved to `to`; returns its end there. */
static char *read_quoted(struct rest *rest, char quote, char *to)
{
    while (rest->at < rest->end && *rest->at != quote) {
        char c = *rest->at++;
        if (quote == '"' && c == '\\') {
            if (rest->at == rest->end)
                break;
            char next = *rest->at++;
            if (next == '\n')
                continue;
            if (!strchr("\"\\`$", next))
                *to++ = c;
            c = next;
        }
        *to++ = c;
    }
    if (rest->at < rest->end)
        rest->at++;
    return to;
}

/* The value that starts here, up to and with the end of its line. Returns its length. */
static size_t read_value(struct rest *rest)
{
    char *value = rest->at, *to = value, *kept = value;
    bool plain = false; /* from the first unquoted character on, quotes are ordinary */
    while (rest->at < rest->end) {
        char c = *rest->at++;
        if (is_line_end(c))
            break;
        if (!plain && (c == '"' || c == '\'')) {
            kept = to = read_quoted(rest, c, to);
            continue;
        }
        if (!plain && is_blank(c))
            continue;
        plain = true;
        if (c != '\\')
            *to++ = c;
        else if (rest->at < rest->end && !is_line_end(*rest->at++))
            *to++ = rest->at[-1];
        if (c == '\\' || !is_blank(c))
            kept = to; /* blanks at the end are not part of it */
    }
    return (size_t)(kept - value);
}

/* The name that starts here, up to and with its '='. False, at the line's end, when there is none.
 */
static bool read_name(struct rest *rest, const char **ret_name, size_t *ret_length)
{
    static const char export[] = "export";
    const char *name = rest->at++;
    while (rest->at < rest->end && *rest->at != '=' && !is_line_end(*rest->at))
        rest->at++;
    if (rest->at == rest->end || *rest->at != '=')
        return false;
    const char *end = rest->at++;
    while (end > name && is_blank(end[-1]))
        end--;
    if ((size_t)(end - name) > sizeof export && memcmp(name, export, sizeof export - 1) == 0 &&
        is_blank(name[sizeof export - 1]))
        for (name += sizeof export; is_blank(*name);)
            name++;
    *ret_name = name;
    *ret_length = (size_t)(end - name);
    return true;
}

static void assign(struct env_variable *variables, size_t count, const char *name, size_t length,
                   enum env_value value)
{
    for (size_t i = 0; i < count; i++)
        if (variables[i].name && strlen(variables[i].name) == length &&
            memcmp(variables[i].name, name, length) == 0)
            variables[i].value = value;
}

int env_file_read(const char *path, struct env_variable *variables, size_t count)
{
    struct file_bytes file = {0};
    int result = file_read(AT_FDCWD, path, 0, ENV_FILE_MAX, &file);
    if (result != 0)
        return result;
    for (size_t i = 0; i < count; i++)
        variables[i].value = ENV_ABSENT;
    struct rest rest = {file.bytes, file.bytes + strlen(file.bytes)};
    while (rest.at < rest.end) {
        const char *name;
        size_t name_length;
        if (is_blank(*rest.at)) {
            rest.at++;
        } else if (*rest.at == '#' || *rest.at == ';') {
            skip_line(&rest);
        } else if (read_name(&rest, &name, &name_length)) {
            const char *value = rest.at;
            size_t length = read_value(&rest);
            assign(variables, count, name, name_length, env_value_of(value, length));
        }
    }
    file_bytes_free(&file);
    return 0;
}
