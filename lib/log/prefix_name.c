/* Names in a prefix: of hosts, programs, containers and streams. */
#include "log/prefix_reader.h"

#include <string.h>
#include <strings.h>

#define WORD_MAX  96
#define FIELD_MAX 64 /* bytes before a tab */
#define TAGS_MAX  4

/* The word at an offset: visible bytes up to a blank, an escape sequence or the end. */
struct word prefix_word_at(const struct reader *r, size_t at)
{
    size_t end = at;
    while (end < r->length && prefix_is_visible(r->bytes[end]))
        end++;
    return (struct word){r->bytes + at, end - at};
}

/* The word behind a word, past blanks only. */
struct word prefix_word_behind(const struct reader *r, struct word word)
{
    size_t at = (size_t)(word.bytes - r->bytes) + word.length;
    while (at < r->length && (r->bytes[at] == ' ' || r->bytes[at] == '\t'))
        at++;
    return prefix_word_at(r, at);
}

bool prefix_is_separator(struct word word)
{
    static const char *const words[] = {"|",  "-",  "--", "---", ":", ">",
                                        ">>", "=>", "->", "~",   NULL};
    for (const char *const *known = words; *known; known++)
        if (strlen(*known) == word.length && memcmp(word.bytes, *known, word.length) == 0)
            return true;
    return false;
}

/* A name in a machine or a program: no sentence begins with it. */
static bool is_name(const char *word, size_t length, bool any_case)
{
    bool is_made = any_case, has_letter = false;
    for (size_t i = 0; i < length; i++) {
        const char c = word[i];
        if (!prefix_is_alnum(c) && !strchr("-_/.@[]()|:#~+*!", c))
            return false;
        bool is_upper = c >= 'A' && c <= 'Z';
        has_letter = has_letter || is_upper || (c >= 'a' && c <= 'z');
        is_made = is_made || !((c >= 'a' && c <= 'z') || is_upper);
    }
    return has_letter && length <= WORD_MAX && (is_made || word[0] >= 'a');
}

static bool is_number(struct word word)
{
    size_t n = 0;
    while (n < word.length && word.bytes[n] >= '0' && word.bytes[n] <= '9')
        n++;
    return n > 0 && n == word.length;
}

static bool is_tag(struct word word)
{
    if (word.length < 2 || !is_name(word.bytes, word.length - 1, false))
        return false;
    char last = word.bytes[word.length - 1];
    return last == ':' || (last == ']' && !memchr(word.bytes, '[', word.length));
}

/* One name with a colon or a bar behind it; where a logger wrote the line, any separator. */
bool prefix_take_tag(struct reader *r)
{
    struct word word = prefix_word_at(r, r->at), next = prefix_word_behind(r, word);
    if (r->tags >= TAGS_MAX)
        return false;
    bool is_bar = next.length == 1 && next.bytes[0] == '|';
    if (is_tag(word) || (is_bar && is_name(word.bytes, word.length, r->is_stamped)) ||
        (r->is_stamped && prefix_is_separator(next) && is_name(word.bytes, word.length, true))) {
        r->tags++;
        return prefix_take(r, word.length);
    }
    return false;
}

/* Fields before tabs: names and titles of a few words, no sentence. */
bool prefix_take_field(struct reader *r)
{
    size_t words = 1, n = 0;
    const char *at = r->bytes + r->at;
    for (; r->at + n < r->length && at[n] != '\t'; n++) {
        words += at[n] == ' ';
        if (n == FIELD_MAX || words > 4 || at[n] == 0x1B || strchr("{\"!?;=", at[n]))
            return false;
    }
    if (r->at + n == r->length || n == 0 || strchr(".,:", at[n - 1]) || r->tags >= TAGS_MAX)
        return false;
    r->tags++;
    return prefix_take(r, n);
}

static bool is_plain_word(struct word word)
{
    size_t n = 0;
    while (n < word.length && ((word.bytes[n] | 32) >= 'a' && (word.bytes[n] | 32) <= 'z'))
        n++;
    return n == word.length;
}

static bool is_word(struct word word, const char *known)
{
    return word.length == strlen(known) && memcmp(word.bytes, known, word.length) == 0;
}

/*
 * Behind the time: names of hosts, programs and pids, which a tag or a separator ends; or the
 * stream, with CRI's F or P.
 */
bool prefix_take_header(struct reader *r)
{
    struct word word = prefix_word_at(r, r->at);
    if (!r->is_stamped || r->has_header)
        return false;
    if (is_word(word, "stdout") || is_word(word, "stderr")) {
        struct word next = prefix_word_behind(r, word);
        bool is_cri = is_word(next, "F") || is_word(next, "P");
        r->has_header = true;
        return prefix_take(r, is_cri ? (size_t)(next.bytes - word.bytes) + 1 : word.length);
    }
    const size_t most = is_plain_word(word) ? 1 : 2;
    for (size_t before = 0; before <= 4 && word.length > 0; before++) {
        size_t length = (size_t)(word.bytes - (r->bytes + r->at));
        bool ends = (before <= most && is_tag(word)) || (before > 0 && prefix_is_separator(word));
        if (ends || (before > 1 && word.bytes[0] == '[')) {
            r->has_header = true;
            return prefix_take(r, length + (ends ? word.length : 0));
        }
        bool is_level = word.length == 1 && strchr("DEFVW", word.bytes[0]);
        if (!is_level && !is_number(word) && !is_name(word.bytes, word.length, false))
            return false;
        word = prefix_word_behind(r, word);
    }
    return false;
}

/* "Claude run failed:": what a wrapper says of the message that it hands on. */
bool prefix_take_clause(struct reader *r)
{
    static const char *const ends[] = {
        "failed:", "failure:", "output:", "stdout:", "stderr:", NULL};
    struct word word = prefix_word_at(r, r->at);
    for (int words = 0; words < 4 && word.length > 0; words++, word = prefix_word_behind(r, word)) {
        for (const char *const *end = ends; *end; end++)
            if (strlen(*end) == word.length && strncasecmp(word.bytes, *end, word.length) == 0) {
                r->is_stamped = true;
                return prefix_take(r, (size_t)(word.bytes - (r->bytes + r->at)) + word.length);
            }
        for (size_t i = 0; i < word.length; i++)
            if (!prefix_is_alnum(word.bytes[i]) && word.bytes[i] != '-')
                return false;
    }
    return false;
}
