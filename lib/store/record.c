#include "store/record.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT  1
#define KEY_MAX (3 * (size_t)4096) /* of a path, when each of its bytes is escaped */

static bool is_escaped(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7F || byte == '%';
}

static void add_head(struct text *text, const char *kind)
{
    text_format(text, "check_claude %s %d\n", kind, FORMAT);
}

void record_begin(struct text *text, const char *kind, const char *key)
{
    add_head(text, kind);
    record_add(text, "key", key);
}

void record_add(struct text *text, const char *name, const char *value)
{
    text_format(text, "%s ", name);
    while (*value) {
        size_t plain = 0;
        while (value[plain] && !is_escaped((unsigned char)value[plain]))
            plain++;
        text_add_bytes(text, value, plain);
        value += plain;
        if (*value)
            text_format(text, "%%%02X", (unsigned)(unsigned char)*value++);
    }
    text_add(text, "\n");
}

void record_add_number(struct text *text, const char *name, int64_t value)
{
    text_format(text, "%s %lld\n", name, (long long)value);
}

void record_end(struct text *text)
{
    text_add(text, "end\n");
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Undo the escapes of value[0..length). The result has no NUL inside. */
static int decode(const char *value, size_t length, char *ret, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++, n++) {
        char byte = value[i];
        if (byte == '%') {
            int high = length - i > 2 ? hex_value(value[i + 1]) : -1;
            int low = high >= 0 ? hex_value(value[i + 2]) : -1;
            byte = (char)(high * 16 + low);
            if (low < 0 || !is_escaped((unsigned char)byte) || byte == '\0')
                return EBADMSG;
            i += 2;
        }
        if (n + 1 >= size)
            return EBADMSG;
        ret[n] = byte;
    }
    ret[n] = '\0';
    return 0;
}

/* The line behind the one at `line`. */
static const char *next_line(const char *line)
{
    return strchr(line, '\n') + 1;
}

/* The value of a field of a record whose lines are in order; NULL where it is not there once. */
static const char *find(const char *bytes, const char *name, size_t *ret_length)
{
    const size_t length = strlen(name);
    const char *found = NULL;
    for (const char *line = next_line(bytes); *line; line = next_line(line)) {
        if (strncmp(line, name, length) != 0 || line[length] != ' ')
            continue;
        if (found)
            return NULL;
        found = line + length + 1;
    }
    if (found)
        *ret_length = strcspn(found, "\n");
    return found;
}

int record_get(const char *bytes, const char *name, char *ret, size_t size)
{
    size_t length = 0;
    const char *value = find(bytes, name, &length);
    char *decoded = value ? malloc(length + 1) : NULL;
    if (!decoded)
        return value ? ENOMEM : EBADMSG;
    int error = decode(value, length, decoded, length + 1);
    const size_t whole = error == 0 ? strlen(decoded) + 1 : 0;
    if (whole > size)
        error = EBADMSG;
    if (error == 0)
        memcpy(ret, decoded, whole);
    free(decoded);
    return error;
}

int record_get_number(const char *bytes, const char *name, int64_t *ret)
{
    char digits[32], *behind;
    int error = record_get(bytes, name, digits, sizeof digits);
    if (error != 0)
        return error;
    errno = 0;
    long long number = strtoll(digits, &behind, 10);
    const char first = digits[digits[0] == '-'];
    if (errno != 0 || *behind != '\0' || first < '0' || first > '9')
        return EBADMSG;
    *ret = number;
    return 0;
}

/* "name value\n" each, up to the "end\n" that the record ends with. */
static bool has_whole_lines(const char *line)
{
    while (strcmp(line, "end\n") != 0) {
        const size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
        const char *end = strchr(line, '\n');
        if (name == 0 || line[name] != ' ' || !end)
            return false;
        line = end + 1;
    }
    return true;
}

int record_check(const char *bytes, size_t length, const char *kind, const char *key)
{
    struct text head = TEXT_INIT(64);
    add_head(&head, kind);
    const bool is_ours = strlen(bytes) == length && head.length > 0 &&
                         strncmp(bytes, text_get(&head), head.length) == 0;
    int error = head.failed                                       ? ENOMEM
                : is_ours && has_whole_lines(bytes + head.length) ? 0
                                                                  : EBADMSG;
    text_free(&head);
    char *whose = error == 0 ? malloc(KEY_MAX) : NULL;
    if (!whose)
        return error == 0 ? ENOMEM : error;
    error = record_get(bytes, "key", whose, KEY_MAX);
    if (error == 0 && strcmp(whose, key) != 0)
        error = ENOENT;
    free(whose);
    return error;
}
