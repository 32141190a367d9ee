/*
 * What a search through a long text needs, made of the rows of a set: for each row a key, the
 * filter that looks for the keys, and what a candidate is compared with.
 *
 * A key stands in a row's text before its first stretch of white space, so that a match is compared
 * from its start to its end and never back. Of the runs of bytes there, and of the buckets, those
 * are taken that add least to the share of positions that the filter passes on, going by how common
 * bytes are. A bad choice costs speed and nothing else.
 */
#ifndef CHECK_CLAUDE_MARKER_INDEX_H
#define CHECK_CLAUDE_MARKER_INDEX_H

#include "search/filter.h"
#include "search/marker_row.h"

#include <stdbool.h>
#include <stdint.h>

#define MARKER_ROWS_MAX 160 /* of a set */

/* All engines find the same candidates. */
enum marker_engine { MARKER_PLAIN, MARKER_SSSE3, MARKER_AVX2, MARKER_AVX512, MARKER_ENGINES };

/* What is looked at first of a row whose key may stand somewhere: (text | fold) & mask == value for
 * the eight bytes `probe` after the row's start, the last ones before its first gap. */
struct marker_entry {
    uint64_t value, fold, mask;
    unsigned char probe;
    uint32_t tag;         /* its bit */
    unsigned char row;    /* of the set */
    unsigned char before; /* bytes from the row's start to its key */
    bool is_word;
};

struct marker_index {
    filter_find *find;
    bool is_plain; /* a key is too short, or not of ASCII: only for the plain engine */
    size_t before; /* the most bytes before a key */
    struct filter filter;
    size_t first[FILTER_BUCKETS + 1]; /* where in `entry` those of a bucket begin */
    uint32_t tags[FILTER_BUCKETS];
    struct marker_entry entry[MARKER_ROWS_MAX];
};

/* Fill in an index for `count` rows and their patterns, with the fastest engine. */
void marker_index_make(struct marker_index *index, const struct marker_row *rows,
                       const struct marker_pattern *patterns, size_t count);

/* Choose an engine. False, and no change, for one that this processor or these keys rule out. */
bool marker_index_engine(struct marker_index *index, enum marker_engine engine);

#endif
