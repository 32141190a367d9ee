#include "log/common_start.h"

#include "log/prefix.h"

#include <string.h>

#define LONE_WORDS 3 /* of the only line of a log */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_visible(unsigned char c)
{
    return c > ' ' && c != 0x7F;
}

/* The word at an offset, each number in it as one 0; returns its end in the line. */
static size_t read_word(const unsigned char *bytes, size_t at, size_t length, char ret[COMMON_WORD])
{
    size_t have = 0;
    for (; at < length && is_visible(bytes[at]); at++) {
        char c = (char)bytes[at];
        if (is_digit(c))
            c = '0';
        if (c == '0' && have > 0 && ret[have - 1] == '0')
            continue;
        if (have < COMMON_WORD - 1)
            ret[have++] = c;
    }
    ret[have] = '\0';
    return at;
}

/* The offset behind the blanks. */
static size_t skip_blanks(const unsigned char *bytes, size_t at, size_t length)
{
    while (at < length && !is_visible(bytes[at]))
        at++;
    return at;
}

bool common_start_add(struct common_start *common, const unsigned char *bytes, size_t length)
{
    size_t at = prefix_start(bytes, length), count = 0;
    if (at >= length)
        return true;
    size_t blanks = 0;
    while (bytes[blanks] == ' ')
        blanks++;
    common->indent = common->lines == 0 || blanks < common->indent ? blanks : common->indent;
    const size_t most = common->lines++ == 0 ? COMMON_WORDS : common->count;
    for (; count < most && at < length; count++) {
        char word[COMMON_WORD];
        at = skip_blanks(bytes, read_word(bytes, at, length, word), length);
        if (common->lines > 1 && strcmp(word, common->words[count]) != 0)
            break;
        memcpy(common->words[count], word, sizeof word);
        if (strlen(word) == COMMON_WORD - 1)
            break;
    }
    common->count = count;
    return count > 0 || common->indent > 0;
}

bool common_start_is(const struct common_start *common, const char *word)
{
    return common->count > 0 && strcmp(common->words[0], word) == 0;
}

/* The bullet, number or quotation mark of a list or a text. */
static bool begins_list(const char *word)
{
    const char last = word[strlen(word) - 1];
    return strchr("-*+>|#\"'`", word[0]) || (is_digit(word[0]) && strchr(".)", last)) ||
           (unsigned char)word[0] >= 0x80;
}

/* A name in a machine: small letters, and numbers or signs between them. */
static bool is_name(const char *word, bool has_number)
{
    bool has_letter = false, has_sign = false, has_digit = false;
    for (const char *at = word; *at; at++) {
        has_letter = has_letter || (*at >= 'a' && *at <= 'z');
        has_digit = has_digit || is_digit(*at);
        has_sign = has_sign || strchr("-_/=@{", *at);
    }
    return has_letter && has_sign && (has_digit || !has_number) &&
           !strchr(".,:;!?", word[strlen(word) - 1]);
}

size_t common_start_places(const struct common_start *common, const unsigned char *bytes,
                           size_t length, size_t ret[COMMON_WORDS])
{
    const bool is_lone = common->lines == 1;
    bool named = false;
    if (common->count == 0 || begins_list(common->words[0]))
        return 0;
    const size_t most = is_lone && common->count > LONE_WORDS ? LONE_WORDS : common->count;
    const bool is_stamped = is_digit(common->words[0][0]) && strchr(common->words[0], ':');
    for (size_t i = 0; i < (is_lone && !is_stamped ? 1 : most); i++)
        named = named || is_name(common->words[i], is_lone && !is_stamped);
    size_t at = named ? prefix_start(bytes, length) : length, count = 0;
    while (count < most && at < length) {
        char word[COMMON_WORD];
        at = skip_blanks(bytes, read_word(bytes, at, length, word), length);
        ret[count++] = at;
    }
    return count;
}
