/*
 * A set of markers: many short texts that are looked for at once, in any bytes. marker_scan.h is
 * the search through a text of any length; the two functions at the end are for a line or a
 * message.
 *
 *     struct marker_set *set;
 *     if (marker_set_new(rows, count, NULL, 0, &set) != 0) …
 *     … a search; marker_set_row(set, hit.row) is what was found …
 *     marker_set_free(set);
 */
#ifndef CHECK_CLAUDE_MARKER_H
#define CHECK_CLAUDE_MARKER_H

#include "search/marker_index.h"
#include "search/marker_row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MARKER_OWN_MAX 68 /* rows of a user's own; MARKER_ROWS_MAX counts them too */

struct marker_set;

/*
 * A marker as a user writes it. Any run of blanks in it stands for any run of white space; blanks
 * at either end do not count.
 */
struct marker_own {
    const char *text;
    unsigned tag;
};

/*
 * Say whether a text will do as a marker of the user's own: 0; EINVAL when it holds nothing but
 * blanks; E2BIG when it is longer than MARKER_TEXT_MAX, where runs of blanks count as one.
 */
int marker_own_check(const char *text);

/*
 * Make a set of `count` rows, whose texts are borrowed and stay valid as long as the set, and of
 * `own_count` rows of the user's own, which are copied. What a search needs is made by the first
 * one, so that a set that is not searched with costs little.
 * 0, and *ret_set is to be given back by marker_set_free(); EINVAL or E2BIG for a text that
 * marker_own_check() refuses; ENOSPC for more than MARKER_OWN_MAX or MARKER_ROWS_MAX; ENOMEM.
 */
int marker_set_new(const struct marker_row *rows, size_t count, const struct marker_own *own,
                   size_t own_count, struct marker_set **ret_set);
void marker_set_free(struct marker_set *set);

/*
 * The rows of a set: the given ones, then the user's own (start is true, note is "own"). Valid as
 * long as the set. `row` below marker_set_rows().
 */
size_t marker_set_rows(const struct marker_set *set);
const struct marker_row *marker_set_row(const struct marker_set *set, size_t row);

/* What marker_scan.c needs. The index is made now if this is the first search with the set. */
const struct marker_pattern *marker_set_pattern(const struct marker_set *set, size_t row);
const struct marker_index *marker_set_index(const struct marker_set *set);

/*
 * Engines differ in speed only. A new set has the fastest that this processor and its rows allow;
 * tests and measurements choose. False, and no change, for one that cannot be had.
 */
bool marker_set_engine(struct marker_set *set, enum marker_engine engine);

struct marker_hit {
    uint64_t start; /* offset of its first byte from the start of the text */
    uint64_t end;   /* offset after its last byte */
    size_t row;     /* of the set */
};

/* Which markers to look for: a set of tags, a bit for each. */
#define MARKER_ALL      UINT32_MAX
#define MARKER_TAG(tag) ((uint32_t)1 << (tag))

/*
 * The longest row with `start` that stands at the very first byte. False, and *ret_hit untouched,
 * when there is none.
 */
bool marker_at_start(const struct marker_set *set, uint32_t tags, const void *bytes, size_t length,
                     struct marker_hit *ret_hit);

#endif
