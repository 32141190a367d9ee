#include "base/secret.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

/* Where a word is in a name, in any case; NULL when it is not. */
static const char *find_in(const char *name, size_t length, const char *word)
{
    const size_t word_length = strlen(word);
    for (size_t i = 0; i + word_length <= length; i++)
        if (strncasecmp(name + i, word, word_length) == 0)
            return name + i;
    return NULL;
}

static bool speaks_of_a_secret(const char *name, size_t length)
{
    static const char *const words[] = {"key",    "token",      "secret", "passw",   "credential",
                                        "cookie", "authorizat", "helper", "headers", "bearer"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (find_in(name, length, words[i]))
            return true;
    return false;
}

/* Past what may stand between a name and its sign: quotes, blanks, and what is left of a colour. */
static const char *skip_to_sign(const char *at)
{
    for (;;) {
        at += strspn(at, " \t\"'`\\");
        size_t color = at[0] == '[' ? 1 + strspn(at + 1, "0123456789;") : 0;
        if (color == 0 || at[color] != 'm')
            return at;
        at += color + 1;
    }
}

/* Where the value of this name begins; NULL when it is given none. */
static const char *find_value(const char *name, size_t length)
{
    const char *sign = skip_to_sign(name + length);
    if (*sign == '=' || *sign == ':')
        return sign + 1;
    const bool takes_blank = name[0] == '-' || (length == 6 && find_in(name, length, "bearer"));
    return takes_blank && name[length] == ' ' ? name + length + 1 : NULL;
}

size_t secret_begins(const char *line)
{
    for (const char *at = line; *at;) {
        const size_t length = strspn(at, NAME_CHARACTERS);
        const char *key = find_in(at, length, "sk-ant-");
        const char *value = speaks_of_a_secret(at, length) ? find_value(at, length) : NULL;
        if (key || value)
            return (size_t)((key ? key : value) - line);
        at += length > 0 ? length : 1;
    }
    return strlen(line);
}
