/*
 * One marker: a short text to look for, and how its bytes match.
 *
 * ASCII letters match in any case; every other byte (NUL and broken UTF-8 included) matches only
 * itself; white space is space, \t, \n, \v, \f, \r; a word character is a letter, a digit or `_`,
 * so that `401` as a word is \b401\b of a regular expression on bytes.
 */
#ifndef CHECK_CLAUDE_MARKER_ROW_H
#define CHECK_CLAUDE_MARKER_ROW_H

#include <stdbool.h>
#include <stddef.h>

#define MARKER_TEXT_MAX 100 /* bytes of a text */
#define MARKER_TAGS     32

enum marker_quirk {
    MARKER_LITERAL,    /* the text, byte by byte */
    MARKER_FREE_BLANK, /* its last blank stands for any white space, or none */
    MARKER_WORD,       /* no word character before it nor after it */
    MARKER_BLANKS      /* each of its blanks stands for one or more bytes of white space */
};

struct marker_row {
    const char *text; /* not empty, no blank at either end, no two in a row */
    unsigned tag;     /* the caller's, below MARKER_TAGS: searches can be limited to some tags */
    enum marker_quirk quirk;
    bool start;       /* marker_at_start() looks for it */
    const char *note; /* the caller's */
};

/* A row made ready for matching: each byte of its text is a cell. */
enum { MARKER_LETTER = 0x20, MARKER_GAP_SOME = 1, MARKER_GAP_ANY = 2 };

struct marker_pattern {
    unsigned char byte[MARKER_TEXT_MAX]; /* letters in lower case */
    unsigned char fold[MARKER_TEXT_MAX]; /* one of the above or 0; text | fold == byte is a match */
    unsigned char length;
    unsigned char head; /* cells before the first gap, which is a stretch of white space */
    bool is_word;
};

/* How far a pattern matches in a text. Begins with {0, start}. */
struct marker_place {
    size_t cell; /* that is to match next */
    size_t at;   /* where in the text */
};

enum marker_match {
    MARKER_NO_MATCH,
    MARKER_MATCH, /* place->at is the end of it */
    MARKER_CUT    /* as far as the text goes, which has to go on to tell */
};

static inline bool marker_is_blank(unsigned char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static inline bool marker_is_letter(unsigned char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static inline bool marker_is_word(unsigned char byte)
{
    return marker_is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '_';
}

/* Make a row's pattern. Its text is no longer than MARKER_TEXT_MAX. */
void marker_pattern_make(const struct marker_row *row, struct marker_pattern *ret);

/*
 * Match on from place->cell at text[place->at], which must not lie after text[length]; moves the
 * place. What stands before a word is the caller's to look at.
 */
enum marker_match marker_pattern_match(const struct marker_pattern *pattern,
                                       const unsigned char *text, size_t length,
                                       struct marker_place *place);

#endif
