/*
 * Inside of prefix.h; private to prefix.c and prefix_name.c.
 */
#ifndef CHECK_CLAUDE_LOG_PREFIX_READER_H
#define CHECK_CLAUDE_LOG_PREFIX_READER_H

#include <stdbool.h>
#include <stddef.h>

/* A line that is read from left to right. */
struct reader {
    const char *bytes;
    size_t length, at;
    size_t start;    /* where anything visible begins */
    bool is_stamped; /* a logger wrote this line: it has a time, a level or a group */
    bool has_header; /* the names behind the time were seen */
    int tags;
};

struct word {
    const char *bytes;
    size_t length;
};

static inline bool prefix_is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool prefix_is_visible(char c)
{
    return (unsigned char)c > ' ' && c != 0x7F;
}

/* Go on by so many bytes; returns true, for the functions below. */
static inline bool prefix_take(struct reader *r, size_t length)
{
    r->at += length;
    return true;
}

/* The word at an offset: visible bytes up to a blank, an escape sequence or the end. */
struct word prefix_word_at(const struct reader *r, size_t at);

/* The word behind a word, past blanks only. */
struct word prefix_word_behind(const struct reader *r, struct word word);

/* A bar, dash or arrow that stands alone. */
bool prefix_is_separator(struct word word);

/*
 * Parts of a prefix that are names: one with a colon or a bar behind it, what stands before a tab,
 * host and program behind the time, a wrapper's clause. True when there is one at r->at, which is
 * then behind it.
 */
bool prefix_take_tag(struct reader *r);
bool prefix_take_field(struct reader *r);
bool prefix_take_header(struct reader *r);
bool prefix_take_clause(struct reader *r);

#endif
