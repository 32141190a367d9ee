#include "base/secret.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define DIGITS          "0123456789"
#define LOWER           "abcdefghijklmnopqrstuvwxyz"
#define UPPER           "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NAME_CHARACTERS UPPER LOWER DIGITS "_-"
#define KEY_CHARACTERS  NAME_CHARACTERS "+=."
#define QUOTES          "\"'`\\"
#define LONG_WORD       20 /* no word of a message is as long and mixed, most keys are */

/* Where a word is in a name, in any case; NULL when it is not. */
static const char *find_in(const char *name, size_t length, const char *word)
{
    const size_t word_length = strlen(word);
    for (size_t i = 0; i + word_length <= length; i++)
        if (strncasecmp(name + i, word, word_length) == 0)
            return name + i;
    return NULL;
}

/* Any part of a name in these words; or a whole part, between '_' and '-', in those. */
static bool speaks_of_a_secret(const char *name, size_t length)
{
    static const char *const words[] = {"key",     "token",     "secret",   "passw",  "passphrase",
                                        "credent", "cookie",    "authoriz", "helper", "headers",
                                        "bearer",  "signature", "private"};
    static const char *const parts[] = {"pass", "pwd", "pw",   "auth",   "session", "sid",
                                        "jwt",  "pat", "cert", "sessid", "otp",     "pin"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (find_in(name, length, words[i]))
            return true;
    for (size_t at = 0, n; at < length; at += n + 1) {
        n = strcspn(name + at, "_-");
        n = n < length - at ? n : length - at;
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            if (strlen(parts[i]) == n && strncasecmp(name + at, parts[i], n) == 0)
                return true;
    }
    return false;
}

/* Past what may stand between a name and its sign: quotes, blanks, and what is left of a colour. */
static const char *skip_to_sign(const char *at)
{
    for (;;) {
        at += strspn(at, " \t" QUOTES);
        size_t color = at[0] == '[' ? 1 + strspn(at + 1, DIGITS ";") : 0;
        if (color == 0 || at[color] != 'm')
            return at;
        at += color + 1;
    }
}

/* Behind an option, and behind "Bearer", a value needs no sign. */
static bool takes_a_blank(const char *name, size_t length)
{
    return name[0] == '-' || (length == 6 && find_in(name, length, "bearer"));
}

/* "hunter2" of "password hunter2"; but not "expired", "5", "'?'". */
static bool looks_like_a_value(const char *word, size_t length)
{
    const size_t letters = strspn(word, LOWER UPPER), digits = strspn(word, DIGITS);
    return length >= 4 && letters < length && digits < length && strcspn(word, DIGITS) < length;
}

/* Where the value of this name begins; NULL when it is given none. */
static const char *find_value(const char *name, size_t length)
{
    const char *sign = skip_to_sign(name + length);
    const size_t signs = strspn(sign, "=:>-~");
    if (signs > 0 && (signs > 1 || *sign == '=' || *sign == ':'))
        return sign + signs;
    if ((strncasecmp(sign, "is ", 3) == 0 || strncasecmp(sign, "was ", 4) == 0 ||
         strncasecmp(sign, "of ", 3) == 0))
        return sign + strcspn(sign, " ") + 1;
    if (name[length] != ' ')
        return NULL;
    if (takes_a_blank(name, length))
        return name + length + 1;
    return looks_like_a_value(sign, strcspn(sign, " ,;)")) ? sign : NULL;
}

/* Behind "://": what may be a password, up to '@'; or what follows '?' or '#'. NULL for none. */
static const char *find_in_url(const char *at)
{
    const size_t length = strcspn(at, " \t" QUOTES "<>");
    const char *sign = memchr(at, '@', length);
    const size_t path = strcspn(at, "?#");
    if (sign)
        return at;
    return path < length ? at + path + 1 : NULL;
}

/* Letters and digits mixed, in one long word, and no path, file name or version. */
static bool looks_like_a_key(const char *word, size_t length)
{
    bool digit = false, letter = false;
    size_t run = 0, changes = 0; /* from letters to digits and back */
    for (size_t i = 0; i < length; i++) {
        const bool is_digit = strchr(DIGITS, word[i]) != NULL;
        const bool is_letter = strchr(LOWER UPPER, word[i]) != NULL;
        changes += (is_digit && letter) || (is_letter && digit);
        digit = is_digit, letter = is_letter;
        run = is_digit || is_letter ? run + 1 : run;
    }
    return length >= LONG_WORD && changes >= 3 && run + 4 >= length;
}

size_t secret_begins(const char *line)
{
    for (const char *at = line; *at;) {
        const size_t name = strspn(at, NAME_CHARACTERS), word = strspn(at, KEY_CHARACTERS);
        const char *key = find_in(at, name, "sk-ant-");
        const char *value = speaks_of_a_secret(at, name) ? find_value(at, name) : NULL;
        const char *url = strncmp(at, "://", 3) == 0 ? find_in_url(at + 3) : NULL;
        if (key || value || url)
            return (size_t)((key ? key : value ? value : url) - line);
        if (looks_like_a_key(at, word))
            return (size_t)(at - line);
        at += name > 0 ? name : 1;
    }
    return strlen(line);
}
