/*
 * Inside of a set of markers; private to marker*.c.
 *
 * The search is in two steps. The filter looks at every position of the text for the markers' keys:
 * a key is a run of MARKER_WINDOW bytes (MARKER_SHORT for short markers) somewhere in a marker,
 * chosen to be rare in ordinary text. Keys are spread over eight buckets, one bit each, so that one
 * byte of a table says for all buckets at once whether a byte of text suits a place of their keys.
 * Where all places agree is a candidate, and the match then looks at the marker itself.
 */
#ifndef CHECK_CLAUDE_MARKER_SET_H
#define CHECK_CLAUDE_MARKER_SET_H

#include "search/marker.h"

#include <string.h>

#define MARKER_WINDOW       5
#define MARKER_SHORT        3
#define MARKER_HIGH_AT      1 /* the place of which the AVX2 engine looks at the high nibble too */
#define MARKER_BUCKETS      8
#define MARKER_BRIEF_BUCKET 0  /* of all keys shorter than MARKER_WINDOW, and of no others */
#define MARKER_BLOCK        64 /* positions that an engine looks at in one go */

/* What a cell of a pattern stands for: one byte of text, or a stretch of white space. */
enum { FOLD_NONE = 0, FOLD_LETTER = 0x20, GAP_SOME = 1, GAP_ANY = 2 };

struct marker_pattern {
    unsigned char byte[MARKER_TEXT_MAX]; /* letters in lower case; ' ' for a gap */
    unsigned char fold[MARKER_TEXT_MAX]; /* of the above; text byte | fold == byte is a match */
    size_t length;
    size_t key; /* the cell at which its key starts */
    size_t key_length;
    bool gaps; /* there are some among the cells */
    bool word;
};

/* Eight bytes compared at once: (text | fold) & mask == value, all in the order of memory. */
struct marker_probe {
    uint64_t value;
    uint64_t fold;
    uint64_t mask;
};

/* One row of a key's rows. The probe looks at the bytes `at` from the key on: those of the marker
 * that tell most beyond the key. */
struct marker_entry {
    struct marker_probe probe;
    ptrdiff_t at;
    uint32_t tag; /* its bit */
    uint16_t row;
    uint16_t before; /* bytes from the marker's start to the key */
    uint16_t behind; /* and from there to its end; of a marker with gaps neither counts */
    bool word;
    bool whole; /* the probe is all of the marker */
};

/* A key, found by its hash in its slot or one behind. All its bytes are folded as if letters, so
 * that a few bytes that are none pass too. */
struct marker_slot {
    uint64_t value;                   /* MARKER_NO_KEY in an empty slot */
    const struct marker_entry *first; /* the rows with this key; none in an empty slot */
    const struct marker_entry *end;
};

#define MARKER_FOLD_ALL    UINT64_C(0x2020202020202020)
#define MARKER_NO_KEY      UINT64_MAX
#define MARKER_HASHES      256
#define MARKER_SLOTS       (MARKER_HASHES + MARKER_ROWS_MAX + 1)
#define MARKER_HASH(value) ((size_t)((value)*UINT64_C(0x9e3779b97f4a7c15) >> 56))

struct marker_filter {
    unsigned char low[MARKER_WINDOW][16]; /* buckets by low nibble, place by place */
    unsigned char high[16];               /* buckets by high nibble, at MARKER_HIGH_AT */
    uint64_t refuse[256];                 /* byte N: the buckets that refuse it at place N */
    uint64_t past_end;                    /* the same for no byte at all */
};

/*
 * Add to `found` the candidates of the wanted buckets from `from` on, and return the first position
 * not looked at: `to`, or less when found has no room for another block. Text is read up to
 * `length`, which is `to` or more. May find too many candidates, never too few. Never stays at
 * `from` when found is empty.
 */
typedef size_t marker_find(const struct marker_filter *filter, unsigned wanted,
                           const unsigned char *text, size_t length, size_t from, size_t to,
                           struct marker_candidates *found);
marker_find marker_find_plain;
marker_find marker_find_avx2; /* only where marker_avx2_usable() */
bool marker_avx2_usable(void);

/* What a search needs, made of the rows. */
struct marker_index {
    size_t rows;
    struct marker_pattern pattern[MARKER_ROWS_MAX];
    size_t reach; /* no match, with one byte around it, is longer; long blanks counted as two */
    bool ascii;   /* every key is of ASCII letters, digits and signs: fit for AVX2 */
    marker_find *find; /* NULL while nothing is made yet */
    struct marker_filter filter;
    uint32_t tags[MARKER_BUCKETS]; /* of the rows whose keys are in a bucket */
    uint64_t mask[256]; /* of the key that these buckets ask for; 0 when one cannot tell */
    uint64_t long_mask;
    uint64_t brief_mask; /* 0 when there are keys that are shorter still */
    bool brief_words;    /* each brief key is all of a marker that is a word */
    struct marker_slot slot[MARKER_SLOTS];
    bool word_byte[256];
    struct marker_entry entry[MARKER_ROWS_MAX];
};

struct marker_set {
    size_t rows;
    struct marker_row row[MARKER_ROWS_MAX];
    char own_text[MARKER_OWN_MAX][MARKER_TEXT_MAX + 1];
    struct marker_index *index; /* its memory; filled by the first search */
};

/* The index of a set, made now if this is the first search with it. */
const struct marker_index *marker_set_index(const struct marker_set *set);

/* Choose the keys of all patterns, and fill in the filter, its tags and `ascii`. */
void marker_index_choose_keys(struct marker_index *index, const struct marker_row *rows);
/* Then fill in slots, masks and entries. */
void marker_index_list_rows(struct marker_index *index, const struct marker_row *rows);

/*
 * Does the row's marker stand in the window's text with its cell `cell` at `at`? *ret_start and
 * *ret_end are set only when it does.
 */
bool marker_match(const struct marker_index *index, size_t row, size_t cell,
                  const struct marker_window *window, size_t at, size_t *ret_start,
                  size_t *ret_end);

/* The end of the white space that starts at `at`, or `end`. */
size_t marker_blanks_end(const unsigned char *text, size_t at, size_t end);
/* The start of the white space that ends before `at`, or `start`. */
size_t marker_blanks_start(const unsigned char *text, size_t at, size_t start);

/* Begin with a text of `length` bytes, of whose positions those from `from` to `stop` - 1 are
 * searched for keys. */
void marker_window_open(struct marker_window *window, const unsigned char *text, size_t length,
                        size_t from, size_t stop);

/*
 * Go on until there are hits again: find candidates, look at them closely. Offsets are positions in
 * the window's text. False, and no hits, when the window is through up to its `stop`.
 */
bool marker_window_refill(const struct marker_index *index, uint32_t tags,
                          struct marker_window *window);

static inline bool marker_is_gap(const struct marker_pattern *pattern, size_t cell)
{
    return pattern->fold[cell] == GAP_SOME || pattern->fold[cell] == GAP_ANY;
}

/* Without a branch, which words of ordinary text would have guessed wrong. */
static inline bool marker_is_blank(unsigned char byte)
{
    return (byte == ' ') | ((unsigned char)(byte - '\t') <= '\r' - '\t');
}

static inline uint64_t marker_load(const unsigned char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    return word;
}

#endif
