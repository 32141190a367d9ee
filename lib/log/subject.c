#include "log/subject.h"

#include "log/cause.h"

#include <string.h>

#define WORDS_MAX  9
#define LENGTH_MAX 160
#define FIRST_MAX  16 /* bytes of a first word that is looked at */

/* The first words of sentences. */
static const char prose[] =
    "|i|i'm|i've|i'll|i'd|the|it|it's|we|we've|we're|they|he|she|this|that|that's|these|those|when|"
    "if|a|an|in|on|at|by|of|from|now|and|so|or|but|after|before|while|as|with|without|users|no|yes|"
    "all|both|here|here's|there|there's|to|for|please|note|done|since|because|although|however|"
    "also|my|our|some|any|many|every|each|once|only|let|let's|sure|ok|okay|see|great|good|perfect|"
    "tests|what|how|why|where|who|first|then|next|finally|summary|fixed|added|updated|changed|"
    "removed|replaced|implemented|refactored|handled|renamed|improved|created|wrote|moved|tested|"
    "verified|checked|fix|add|update|remove|";

static bool begins_as_prose(const char *words)
{
    char word[FIRST_MAX + 3] = "|";
    const size_t length = strspn(words, "abcdefghijklmnopqrstuvwxyz'");
    if (length == 0 || length > FIRST_MAX)
        return false;
    memcpy(word + 1, words, length);
    memcpy(word + 1 + length, "|", sizeof "|");
    return strstr(prose, word) != NULL;
}

/* The bullet or number of a list, or a count: "3 warnings". A status has three digits. */
static bool is_item(const char *words)
{
    const size_t digits = strspn(words, "0123456789");
    return (words[0] != '\0' && strchr("-*+", words[0]) && words[1] == ' ') ||
           (digits > 0 && (words[digits] == '.' || words[digits] == ')' ||
                           (words[digits] == ' ' && digits != 3)));
}

bool subject_is_one(const char *words, size_t length)
{
    size_t blanks = 0, quotes = 0, ticks = 0;
    for (size_t i = 0; i < length; i++) {
        blanks += words[i] == ' ';
        quotes += words[i] == '"';
        ticks += words[i] == '`';
        if ((unsigned char)words[i] >= 0xC3) /* a quotation mark, a dash, another language */
            return false;
    }
    return blanks <= WORDS_MAX && quotes % 2 == 0 && ticks % 2 == 0 && !is_item(words) &&
           !begins_as_prose(words);
}

bool subject_is_wrong(const char *words, size_t length)
{
    char subject[LENGTH_MAX + 1];
    length = length < LENGTH_MAX ? length : LENGTH_MAX;
    memcpy(subject, words, length);
    subject[length] = '\0';
    return cause_has_one_of(
        subject, "not |n't|invalid|expired|revoked|fail|disabled|denied|refused|requir|unable|"
                 "limit|too |out of|on hold|blocked|rejected|error|exceeded|missing|ended|belongs|"
                 "reached|hit |no longer|unavailable|used up|exhausted|suspended|insufficient|"
                 "unknown|cannot|unsupported|could|inactive|deactivated|cancel|paused|locked|"
                 "restricted|banned|must |need");
}

/* The directory of a program's path, the quotation mark before its name, a pid. */
static bool is_before_name(const char *word, size_t length)
{
    return word[length - 1] == '/' || word[length - 1] == '\'' ||
           strspn(word, "0123456789") == length;
}

static size_t without_blanks(const char *words, size_t length)
{
    while (length > 0 && words[length - 1] == ' ')
        length--;
    return length;
}

bool subject_is_command(const char *words, size_t length)
{
    if (is_item(words) || begins_as_prose(words) || memchr(words, '`', length) ||
        memchr(words, '"', length))
        return false;
    size_t end = without_blanks(words, length), start = end;
    while (start > 0 && words[start - 1] != ' ' && words[start - 1] != ':')
        start--;
    if (start < end && is_before_name(words + start, end - start))
        end = without_blanks(words, start);
    return end == 0 || words[end - 1] == ':';
}

bool subject_ends_at(const char *rest)
{
    static const char *const goes_on[] = {" for ",    " until ",  " resets", " while ", " by ",
                                          " during ", " before ", " from ",  " with ",  " after ",
                                          " due ",    " mid-",    " to "};
    if (rest[0] != ' ')
        return rest[0] < 'a' || rest[0] > 'z';
    for (size_t i = 0; i < sizeof goes_on / sizeof *goes_on; i++)
        if (strncmp(rest, goes_on[i], strlen(goes_on[i])) == 0)
            return true;
    return rest[1] < 'a' || rest[1] > 'z';
}
