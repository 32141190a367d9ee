/*
 * A search for many short texts (markers) at once in any bytes, at the speed of memory.
 *
 * Calling sequence for a text of any size:
 *
 *     struct marker_set *set;
 *     struct marker_scan scan;
 *     struct marker_hit hit;
 *
 *     if (marker_set_new(rows, count, NULL, 0, &set) != 0) …
 *     marker_scan_start(&scan, set, MARKER_ALL);
 *     while ((length = read(fd, buffer, sizeof buffer)) > 0) {
 *         marker_scan_feed(&scan, buffer, (size_t)length);
 *         while (marker_scan_next(&scan, &hit))
 *             … marker_set_row(set, hit.row) stands at hit.start …
 *     }
 *     marker_scan_finish(&scan);
 *     while (marker_scan_next(&scan, &hit))
 *         …
 *     marker_set_free(set);
 *
 * What matches, everywhere: ASCII letters in any case; every other byte (NUL and broken UTF-8
 * included) only itself; white space is space, \t, \n, \v, \f, \r; a word character is a letter, a
 * digit or `_`, so that `401` as a word is \b401\b of a regular expression on bytes.
 * Every occurrence of every marker is a hit, also where occurrences overlap: the one message
 * "Not logged in · Please run /login" makes three. To count mentions, count lines with hits, not
 * hits.
 */
#ifndef CHECK_CLAUDE_MARKER_H
#define CHECK_CLAUDE_MARKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- Markers --------------------------------------------------------------------------------- */

enum marker_quirk {
    MARKER_LITERAL,    /* the text, byte by byte */
    MARKER_FREE_BLANK, /* its last blank stands for any white space, or none */
    MARKER_WORD,       /* no word character before it nor after it */
    MARKER_BLANKS      /* each of its blanks stands for one or more bytes of white space */
};

struct marker_row {
    const char *text;
    unsigned tag; /* the caller's, below MARKER_TAGS: searches can be limited to some tags */
    enum marker_quirk quirk;
    bool start;       /* marker_at_start() looks for it */
    bool search;      /* the caller's: a word of its own right, not (only) part of a message */
    const char *note; /* the caller's */
};

#define MARKER_TEXT_MAX 100 /* bytes of a user's own text; runs of blanks count as one */
#define MARKER_OWN_MAX  66  /* rows of a user's own */
#define MARKER_ROWS_MAX 160 /* rows of a set, a user's own included */
#define MARKER_TAGS     32

/* --- A set of markers to search for ---------------------------------------------------------- */

struct marker_set;
struct marker_index;

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
 * blanks; E2BIG when it is longer than MARKER_TEXT_MAX.
 */
int marker_own_check(const char *text);

/*
 * Make a set of `count` rows, whose texts are borrowed and stay valid as long as the set, and of
 * `own_count` rows of the user's own, which are copied. What a search needs is made by the first
 * one, so that a set that is not searched with costs nothing.
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

/*
 * Two engines find the same hits in the same order. A new set has the fastest that this processor
 * and its rows allow; tests and measurements choose. False, and no change, for one that cannot
 * be had: AVX2 needs the instructions, and three ASCII bytes in a row, no blank among them where
 * blanks stand for more, in every marker.
 */
enum marker_engine { MARKER_PLAIN, MARKER_AVX2 };
bool marker_set_engine(struct marker_set *set, enum marker_engine engine);

/* --- Searching ------------------------------------------------------------------------------- */

struct marker_hit {
    uint64_t start; /* offset of its first byte from the start of the text */
    uint64_t end;   /* offset after its last byte */
    size_t row;     /* of the set */
};

/* Which markers to look for: a set of tags, a bit for each. */
#define MARKER_ALL      UINT32_MAX
#define MARKER_TAG(tag) ((uint32_t)1 << (tag))

/*
 * A search through a text that comes in pieces. Holds no memory of its own: it may be thrown away
 * at any time. What is in it is private to marker_*.c. About 8 KiB.
 */
#define MARKER_REACH_MAX (3 * MARKER_TEXT_MAX / 2 + 4)
#define MARKER_CARRY_MAX (4 * MARKER_REACH_MAX)
#define MARKER_BATCH_MAX 128
#define MARKER_HITS_MAX  64

struct marker_candidates {
    size_t count;
    size_t position[MARKER_BATCH_MAX];       /* where a marker's key may stand */
    unsigned char buckets[MARKER_BATCH_MAX]; /* of which markers */
};

struct marker_hits {
    size_t count;
    struct marker_hit hit[MARKER_HITS_MAX];
};

struct marker_window {
    const unsigned char *text;
    size_t length;
    size_t next; /* first position that the filter has not looked at */
    size_t stop; /* it looks at those before this one */
    struct marker_candidates found;
    size_t candidate; /* the next to look at closely */
    size_t entry;     /* and of its rows, where the hits were full */
    struct marker_hits hits;
    size_t hit; /* the next to hand out */
};

struct marker_scan {
    const struct marker_index *index;
    uint32_t tags;
    const unsigned char *piece; /* what was fed last; NULL when all of it is searched or carried */
    size_t piece_length;
    uint64_t piece_offset;
    uint64_t offset; /* of the next piece */
    bool in_carry;   /* the window is on the carry, else on the piece */
    size_t resume;   /* in the piece, when the carry is searched */
    struct marker_window window;
    size_t carry_length;
    size_t carry_done;                       /* first position not searched yet */
    unsigned char carry[MARKER_CARRY_MAX];   /* the end of what was fed, long blanks cut to two */
    uint64_t carry_offset[MARKER_CARRY_MAX]; /* of each byte of it */
};

/* Begin a text. The set is borrowed. */
void marker_scan_start(struct marker_scan *scan, const struct marker_set *set, uint32_t tags);

/*
 * Look no longer for the markers of these tags, whichever they are: what was searched already
 * may still bring some. Saves the time that looking at them closely takes.
 */
void marker_scan_drop(struct marker_scan *scan, uint32_t tags);

/*
 * Hand over the next piece, of any length. It is borrowed until marker_scan_next() returned false,
 * which has to come before the next piece.
 */
void marker_scan_feed(struct marker_scan *scan, const void *bytes, size_t length);

/* The text is complete. marker_scan_next() tells what only its end could decide. */
void marker_scan_finish(struct marker_scan *scan);

/*
 * The next hit that what was fed so far decides. The hits and their order are the same however a
 * text was cut into pieces; a hit may come only with a later piece. They come roughly, not
 * strictly, in the order of the text: two that lie within one marker's length may be swapped.
 * False, and *ret_hit untouched, when there is none.
 */
bool marker_scan_next(struct marker_scan *scan, struct marker_hit *ret_hit);

/*
 * For a short text in one piece: its first hit, the longest where several start at the same place.
 * False, and *ret_hit untouched, when there is none. No limit on length, but all of it is read.
 */
bool marker_first(const struct marker_set *set, uint32_t tags, const void *bytes, size_t length,
                  struct marker_hit *ret_hit);

/*
 * The longest row with `start` that stands at the very first byte. False, and *ret_hit untouched,
 * when there is none.
 */
bool marker_at_start(const struct marker_set *set, uint32_t tags, const void *bytes, size_t length,
                     struct marker_hit *ret_hit);

#endif
