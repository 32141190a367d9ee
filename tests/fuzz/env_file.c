/*
 * Environment files against systemd's own parser (src/basic/env-file.c of release 252, written
 * down again state by state). Of a value only whether it is empty, set or true comes out.
 */
#include "agent/env_file.h"

#include "fuzz.h"

#include <errno.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const names[] = {"A", "B", "CLAUDE_CODE_USE_BEDROCK", "ANTHROPIC_API_KEY"};
#define NAMES (sizeof names / sizeof names[0])

enum state {
    PRE_KEY,
    KEY,
    PRE_VALUE,
    VALUE,
    VALUE_ESCAPE,
    SINGLE_QUOTE_VALUE,
    DOUBLE_QUOTE_VALUE,
    DOUBLE_QUOTE_VALUE_ESCAPE,
    COMMENT
};

static bool is_one_of(const char *set, char c)
{
    return c != '\0' && strchr(set, c) != NULL;
}

struct word {
    char *bytes;
    size_t length;
    size_t blanks_from; /* where the white space at its end begins; SIZE_MAX for none */
};

static void append(struct word *word, char c)
{
    word->bytes[word->length++] = c;
}

static void note_blank(struct word *word, char c)
{
    if (!is_one_of(" \t\n\r", c))
        word->blanks_from = SIZE_MAX;
    else if (word->blanks_from == SIZE_MAX)
        word->blanks_from = word->length;
}

static void push(struct word *key, struct word *value, bool strip, enum env_value *found)
{
    size_t length = key->blanks_from != SIZE_MAX ? key->blanks_from : key->length;
    key->bytes[length] = '\0';
    const char *name = key->bytes;
    if (strip && value->blanks_from != SIZE_MAX)
        value->length = value->blanks_from;
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(name, names[i]) == 0)
            found[i] = env_value_of(value->bytes, value->length);
    key->length = value->length = 0;
}

static void plain_read(const char *content, char *key_bytes, char *value_bytes,
                       enum env_value *found)
{
    struct word key = {key_bytes, 0, SIZE_MAX}, value = {value_bytes, 0, SIZE_MAX};
    enum state state = PRE_KEY;
    for (const char *p = content; *p; p++) {
        const char c = *p;
        const bool newline = is_one_of("\n\r", c);
        switch (state) {
        case PRE_KEY:
            if (is_one_of("#;", c)) {
                state = COMMENT;
            } else if (!is_one_of(" \t\n\r", c)) {
                state = KEY;
                key.blanks_from = SIZE_MAX;
                append(&key, c);
            }
            break;
        case KEY:
            if (newline) {
                state = PRE_KEY;
                key.length = 0;
            } else if (c == '=') {
                state = PRE_VALUE;
                value.blanks_from = SIZE_MAX;
            } else {
                note_blank(&key, c);
                append(&key, c);
            }
            break;
        case PRE_VALUE:
            if (newline) {
                state = PRE_KEY;
                push(&key, &value, false, found);
            } else if (c == '\'') {
                state = SINGLE_QUOTE_VALUE;
            } else if (c == '"') {
                state = DOUBLE_QUOTE_VALUE;
            } else if (c == '\\') {
                state = VALUE_ESCAPE;
            } else if (!is_one_of(" \t", c)) {
                state = VALUE;
                append(&value, c);
            }
            break;
        case VALUE:
            if (newline) {
                state = PRE_KEY;
                push(&key, &value, true, found);
            } else if (c == '\\') {
                state = VALUE_ESCAPE;
                value.blanks_from = SIZE_MAX;
            } else {
                note_blank(&value, c);
                append(&value, c);
            }
            break;
        case VALUE_ESCAPE:
            state = VALUE;
            if (!newline)
                append(&value, c);
            break;
        case SINGLE_QUOTE_VALUE:
            if (c == '\'')
                state = PRE_VALUE;
            else
                append(&value, c);
            break;
        case DOUBLE_QUOTE_VALUE:
            if (c == '"')
                state = PRE_VALUE;
            else if (c == '\\')
                state = DOUBLE_QUOTE_VALUE_ESCAPE;
            else
                append(&value, c);
            break;
        case DOUBLE_QUOTE_VALUE_ESCAPE:
            state = DOUBLE_QUOTE_VALUE;
            if (c == '\n')
                break;
            if (!is_one_of("\"\\`$", c))
                append(&value, '\\');
            append(&value, c);
            break;
        case COMMENT:
            if (newline)
                state = PRE_KEY;
            break;
        }
    }
    if (state >= PRE_VALUE && state <= DOUBLE_QUOTE_VALUE_ESCAPE)
        push(&key, &value, state == VALUE, found);
}

/* A file without a name that holds the bytes; its path under /proc goes to `path`. */
static int make_file(const uint8_t *data, size_t size, char *path, size_t path_size)
{
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("env", MFD_CLOEXEC);
    MUST(fd >= 0 && ftruncate(fd, 0) == 0, "memfd");
    MUST(pwrite(fd, data, size, 0) == (ssize_t)size, "memfd");
    snprintf(path, path_size, "/proc/self/fd/%d", fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    make_file(data, size, path, sizeof path);
    struct env_variable variables[NAMES + 1] = {{.name = NULL, .value = ENV_ABSENT}};
    for (size_t i = 0; i < NAMES; i++)
        variables[i + 1] = (struct env_variable){.name = names[i]};
    bool exports;
    int error = env_file_read(path, variables, NAMES + 1, &exports);
    if (error == EINVAL) /* NUL bytes, and what is no UTF-8 */
        return 0;
    MUST(error == 0, "%s", path);
    MUST(variables[0].value == ENV_ABSENT, "a variable without a name");

    enum env_value wanted[NAMES] = {ENV_ABSENT};
    char *content = input_copy(data, size);
    /* an escape that is kept makes a value longer than the text it stood in by nothing */
    char *key = malloc(size + 2), *value = malloc(2 * size + 2);
    MUST(key && value, "memory");
    plain_read(content, key, value, wanted);
    for (size_t i = 0; i < NAMES; i++)
        MUST(variables[i + 1].value == wanted[i], "%s: %d instead of %d in [%s]", names[i],
             (int)variables[i + 1].value, (int)wanted[i], content);
    free(key);
    free(value);
    free(content);
    return 0;
}
