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
#define WORDS           4  /* behind a name that are looked at */

/* Where a word is in a name, in any case; NULL when it is not. */
static const char *find_in(const char *name, size_t length, const char *word)
{
    const size_t word_length = strlen(word);
    for (size_t i = 0; i + word_length <= length; i++)
        if (strncasecmp(name + i, word, word_length) == 0)
            return name + i;
    return NULL;
}

/* Any part of a name in these words: in prose, too. */
static bool is_name_of_a_secret(const char *name, size_t length)
{
    static const char *const words[] = {"key",     "token",     "secret",   "passw",  "passphrase",
                                        "credent", "cookie",    "authoriz", "helper", "headers",
                                        "bearer",  "signature", "private"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (find_in(name, length, words[i]))
            return true;
    return false;
}

/* These, or a whole part of a name, between '_' and '-': with a sign or a value behind it. */
static bool speaks_of_a_secret(const char *name, size_t length)
{
    static const char *const parts[] = {"pass", "pwd",  "pw",     "auth", "session", "sid",  "jwt",
                                        "pat",  "cert", "sessid", "otp",  "pin",     "oauth"};
    if (is_name_of_a_secret(name, length))
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

/* What messages say of a key or a token that is no part of it. */
static bool is_ordinary(const char *word, size_t length)
{
    static const char words[] =
        " a access account active admin again all allowed an and another any api are as ask "
        "at auth authentication aws be been behavior belongs but by can cannot check claude "
        "claude.ai code column configure continue conversation could current currently "
        "default denied did disabled does empty enable endpoint environment error exceeded "
        "exchange existing exit exited expected expired expires external failed failing file "
        "fix for format found from has have header help here i if in included instead "
        "invalid is it its json limit line log logged login malformed maximum may meet "
        "missing model must needed network new no not now obtain of on one only or "
        "organization out permission please position process provided provider providers ran "
        "reached refresh refreshing refused rejected request request_id required requirement "
        "resolve rest returned revoked run scope script see select session set setting "
        "settings setup should sign source sso status such supported than that the then "
        "there this time timed timeout to too type unauthorized unexpected unset unsupported "
        "update usage use used user usually validation value variable verification verify "
        "was went were when will with without wrong you your /login \u00b7 \u2219 \u2014 ";
    char wanted[24] = " ";
    while (length > 0 && strchr(".?!", word[length - 1]))
        length--;
    if (length == 0)
        return true;
    if (length + 3 > sizeof wanted)
        return false;
    memcpy(wanted + 1, word, length);
    wanted[length + 1] = ' ';
    return strcasestr(words, wanted) != NULL;
}

/* "5 of 7", "32000 output tokens"; but a password may be a number. */
static bool is_count(const char *word, size_t length, bool long_ones)
{
    return strspn(word, DIGITS) == length && (length <= 3 || (long_ones && length <= 7));
}

/* The first word behind this name in prose that may be its value; NULL for none. */
static const char *find_in_prose(const char *name, size_t length)
{
    static const char between[] = " \t,;:=()[]{}<>|&" QUOTES;
    const bool counted = find_in(name, length, "token") != NULL;
    const char *at = name + length;
    if (*at && strchr(".?!", *at) && (at[1] == ' ' || at[1] == '\0'))
        return NULL; /* the end of a sentence */
    for (int words = 0; words < WORDS; words++) {
        at += strspn(at, between);
        const size_t word = strcspn(at, between);
        if (word == 0 || is_name_of_a_secret(at, word))
            return NULL; /* which is looked at by itself */
        if (!is_ordinary(at, word) && !is_count(at, word, counted))
            return at;
        at += word;
    }
    return NULL;
}

/* Where the value of this name begins; NULL when it is given none. */
static const char *find_value(const char *name, size_t length)
{
    const char *sign = skip_to_sign(name + length);
    const size_t signs = strspn(sign, "=:>-~");
    if (signs > 0 && (signs > 1 || *sign == '=' || *sign == ':'))
        return sign + signs;
    if (name[length] == ' ' && takes_a_blank(name, length))
        return name + length + 1;
    if (is_name_of_a_secret(name, length))
        return find_in_prose(name, length);
    if (name[length] != ' ')
        return NULL;
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

/* "hunter2" of "X=hunter2"; all of "+ X=hunter", as sh -x prints it. NULL for none. */
static const char *find_assigned(const char *line, const char *name, size_t length)
{
    const char *value = name + length + 1;
    if (length == 0 || name[length] != '=')
        return NULL;
    const size_t size = strcspn(value, " \t,;)&" QUOTES);
    const bool by_shell = name - line >= 2 && (strncmp(name - 2, "+ ", 2) == 0 ||
                                               strncmp(name - 2, "t ", 2) == 0); /* export X= */
    const bool number = strspn(value, DIGITS) == size && *value;
    return looks_like_a_value(value, size) || (by_shell && !number) ? value : NULL;
}

/* "hunter2@host" of "user:hunter2@host", without a scheme; NULL for none. */
static const char *find_password(const char *at)
{
    const size_t length = strcspn(at, " \t/" QUOTES "<>");
    const char *colon = memchr(at, ':', length), *sign = memchr(at, '@', length);
    return colon && sign && colon + 1 < sign ? colon + 1 : NULL;
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
        const char *other = name > 0 ? find_password(at) : NULL;
        if (!other)
            other = find_assigned(line, at, name);
        if (key || value || url || other)
            return (size_t)((key ? key : value ? value : url ? url : other) - line);
        if (looks_like_a_key(at, word))
            return (size_t)(at - line);
        at += name > 0 ? name : 1;
    }
    return strlen(line);
}
