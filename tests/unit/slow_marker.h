/*
 * A slow search for markers, right by its looks: it reads a row as marker.h describes it. What the
 * fast one is compared with. Only functions that test programs need, so all are inline.
 */
#ifndef CHECK_CLAUDE_TESTS_SLOW_MARKER_H
#define CHECK_CLAUDE_TESTS_SLOW_MARKER_H

#include "search/marker_scan.h"

#include <stdlib.h>
#include <string.h>

#define SLOW_HITS_MAX 4096

struct hits {
    size_t count; /* SLOW_HITS_MAX when there may be more */
    struct marker_hit hit[SLOW_HITS_MAX];
};

static inline bool slow_is_blank(unsigned char byte)
{
    return byte != '\0' && strchr(" \t\n\v\f\r", byte) != NULL;
}

static inline bool slow_is_word(unsigned char byte)
{
    return byte != '\0' &&
           strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_", byte) != NULL;
}

static inline unsigned char slow_lower(unsigned char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte - 'A' + 'a') : byte;
}

/* The end of the row that starts at text[at]; 0 when it does not. */
static inline size_t slow_end(const struct marker_row *row, const unsigned char *text,
                              size_t length, size_t at)
{
    const size_t start = at;

    if (slow_lower(text[at]) != slow_lower((unsigned char)row->text[0]))
        return 0;
    const char *last_blank = strrchr(row->text, ' ');
    for (const char *c = row->text; *c != '\0'; c++) {
        bool free = row->quirk == MARKER_FREE_BLANK && c == last_blank;
        bool some = row->quirk == MARKER_BLANKS && *c == ' ';

        if (some && (at == length || !slow_is_blank(text[at])))
            return 0;
        if (!some && !free) {
            if (at == length || slow_lower(text[at]) != slow_lower((unsigned char)*c))
                return 0;
            at++;
        }
        while ((some || free) && at < length && slow_is_blank(text[at]))
            at++;
    }
    if (row->quirk == MARKER_WORD &&
        ((start > 0 && slow_is_word(text[start - 1])) || (at < length && slow_is_word(text[at]))))
        return 0;
    return at;
}

/* All hits, row by row. */
static inline void slow_hits(const struct marker_set *set, const unsigned char *text, size_t length,
                             struct hits *ret)
{
    ret->count = 0;
    for (size_t row = 0; row < marker_set_rows(set); row++) {
        for (size_t at = 0; at < length && ret->count < SLOW_HITS_MAX; at++) {
            size_t end = slow_end(marker_set_row(set, row), text, length, at);

            if (end > 0)
                ret->hit[ret->count++] = (struct marker_hit){at, end, row};
        }
    }
}

/* The order in which slow_hits() finds them. */
static inline int slow_compare(const void *a, const void *b)
{
    const struct marker_hit *left = a;
    const struct marker_hit *right = b;

    if (left->row != right->row)
        return left->row < right->row ? -1 : 1;
    return (left->start > right->start) - (left->start < right->start);
}

#endif
