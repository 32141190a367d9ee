#include "agent/env_file.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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
    for (; length > 0 && is_blank(*value); length--)
        value++;
    while (length > 0 && is_blank(value[length - 1]))
        length--;
    if (length == 0)
        return ENV_EMPTY;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == length && strncasecmp(value, words[i], length) == 0)
            return ENV_TRUE;
    return ENV_SET;
}

/* True when one of the lines is a header of this name with something in it. */
static bool has_header(const char *lines, size_t length, const char *name)
{
    const size_t name_length = strlen(name);
    for (const char *at = lines, *end = lines + length; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        line_end = line_end ? line_end : end;
        while (at < line_end && is_blank(*at))
            at++;
        const char *colon = memchr(at, ':', (size_t)(line_end - at));
        if (colon && (size_t)(colon - at) == name_length &&
            strncasecmp(at, name, name_length) == 0 &&
            env_value_of(colon + 1, (size_t)(line_end - colon - 1)) >= ENV_SET)
            return true;
        at = line_end + (line_end < end);
    }
    return false;
}

int env_variable_set(struct env_variable *variable, const char *value, size_t length)
{
    enum env_value found = env_value_of(value, length);
    if (variable->reading == ENV_HEADERS && found >= ENV_SET)
        found = has_header(value, length, "x-api-key") || has_header(value, length, "authorization")
                    ? ENV_SET
                    : ENV_EMPTY;
    free(variable->plain);
    variable->plain = NULL;
    variable->value = found;
    if (variable->reading != ENV_PLAIN || found < ENV_SET)
        return 0;
    variable->plain = malloc(length + 1);
    if (!variable->plain)
        return ENOMEM;
    memcpy(variable->plain, value, length);
    variable->plain[length] = '\0';
    return 0;
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
    const char *name = rest->at++;
    while (rest->at < rest->end && *rest->at != '=' && !is_line_end(*rest->at))
        rest->at++;
    if (rest->at == rest->end || *rest->at != '=')
        return false;
    const char *end = rest->at++;
    while (end > name && is_blank(end[-1]))
        end--;
    *ret_name = name;
    *ret_length = (size_t)(end - name);
    return true;
}

static bool is_utf8(const char *bytes, size_t length)
{
    for (size_t at = 0, n; at < length; at += n) {
        n = text_utf8_length((const unsigned char *)bytes + at, length - at);
        if (n == 0)
            return false;
    }
    return true;
}

static int assign(struct env_variable *variables, size_t count, const char *name, size_t length,
                  const char *value, size_t value_length)
{
    if (!is_utf8(name, length) || !is_utf8(value, value_length))
        return EINVAL;
    for (size_t i = 0; i < count; i++)
        if (variables[i].name && strlen(variables[i].name) == length &&
            memcmp(variables[i].name, name, length) == 0)
            return env_variable_set(&variables[i], value, value_length);
    return 0;
}

static bool begins_with_export(const char *name, size_t length)
{
    return length > 7 && memcmp(name, "export", 6) == 0 && is_blank(name[6]);
}

static int read_lines(struct rest rest, struct env_variable *variables, size_t count,
                      bool *ret_exports)
{
    int error = 0;
    while (rest.at < rest.end && error == 0) {
        const char *name;
        size_t name_length;
        if (is_blank(*rest.at)) {
            rest.at++;
        } else if (*rest.at == '#' || *rest.at == ';') {
            skip_line(&rest);
        } else if (read_name(&rest, &name, &name_length)) {
            const char *value = rest.at;
            size_t length = read_value(&rest);
            error = assign(variables, count, name, name_length, value, length);
            *ret_exports = *ret_exports || begins_with_export(name, name_length);
        }
    }
    return error;
}

int env_file_read(const char *path, struct env_variable *variables, size_t count, bool *ret_exports)
{
    struct file_bytes file = {0};
    int result = file_read(AT_FDCWD, path, 0, ENV_FILE_MAX, &file);
    if (result != 0)
        return result;
    *ret_exports = false;
    if (memchr(file.bytes, '\0', file.length))
        result = EINVAL;
    const struct rest rest = {file.bytes, file.bytes + file.length};
    if (result == 0)
        result = read_lines(rest, variables, count, ret_exports);
    file_bytes_free(&file);
    return result;
}
