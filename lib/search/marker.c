#include "search/marker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NO_ROW MARKER_ROWS_MAX

struct marker_set {
    size_t rows;
    struct marker_row row[MARKER_ROWS_MAX];
    struct marker_pattern pattern[MARKER_ROWS_MAX];
    unsigned char
        first[256]; /* by a byte of text with bit 5 set: the first row that begins with it */
    unsigned char next[MARKER_ROWS_MAX]; /* and the one after; NO_ROW for none */
    char own_text[MARKER_OWN_MAX][MARKER_TEXT_MAX + 1];
    struct marker_index *index; /* its memory; filled by the first search */
};

/*
 * Copy a user's text with blanks at its ends taken off and each run of them made one space. Returns
 * the length; MARKER_TEXT_MAX + 1 when it does not fit.
 */
static size_t trim(const char *text, char ret[MARKER_TEXT_MAX + 1])
{
    size_t length = 0;
    bool blank = false;
    for (; *text != '\0'; text++) {
        if (marker_is_blank((unsigned char)*text)) {
            blank = length > 0;
            continue;
        }
        if (length + blank >= MARKER_TEXT_MAX)
            return MARKER_TEXT_MAX + 1;
        if (blank)
            ret[length++] = ' ';
        ret[length++] = *text;
        blank = false;
    }
    ret[length] = '\0';
    return length;
}

static int copy_own(const char *text, char ret[MARKER_TEXT_MAX + 1])
{
    size_t length = trim(text, ret);
    if (length == 0)
        return EINVAL;
    return length > MARKER_TEXT_MAX ? E2BIG : 0;
}

int marker_own_check(const char *text)
{
    char trimmed[MARKER_TEXT_MAX + 1];
    return copy_own(text, trimmed);
}

static int add_own(struct marker_set *set, const struct marker_own *own, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int error = copy_own(own[i].text, set->own_text[i]);
        if (error != 0)
            return error;
        set->row[set->rows++] = (struct marker_row){.text = set->own_text[i],
                                                    .tag = own[i].tag,
                                                    .quirk = MARKER_BLANKS,
                                                    .start = true,
                                                    .note = "own"};
    }
    return 0;
}

/* Make the patterns, and chain the rows by their first bytes. */
static void make_patterns(struct marker_set *set)
{
    memset(set->first, NO_ROW, sizeof set->first);
    for (size_t row = set->rows; row-- > 0;) {
        marker_pattern_make(&set->row[row], &set->pattern[row]);
        unsigned char byte = set->pattern[row].byte[0];
        set->next[row] = set->first[byte | 0x20];
        set->first[byte | 0x20] = (unsigned char)row;
    }
}

int marker_set_new(const struct marker_row *rows, size_t count, const struct marker_own *own,
                   size_t own_count, struct marker_set **ret_set)
{
    if (own_count > MARKER_OWN_MAX || count > MARKER_ROWS_MAX - own_count)
        return ENOSPC;
    struct {
        struct marker_set set;
        struct marker_index index;
    } *both = malloc(sizeof *both); /* not cleared: pages of it that nobody needs cost nothing */
    if (!both)
        return ENOMEM;
    struct marker_set *set = &both->set;
    set->index = &both->index;
    set->index->find = NULL;
    memcpy(set->row, rows, count * sizeof *rows);
    set->rows = count;
    int error = add_own(set, own, own_count);
    if (error != 0) {
        free(set);
        return error;
    }
    make_patterns(set);
    *ret_set = set;
    return 0;
}

void marker_set_free(struct marker_set *set)
{
    free(set);
}

size_t marker_set_rows(const struct marker_set *set)
{
    return set->rows;
}

const struct marker_row *marker_set_row(const struct marker_set *set, size_t row)
{
    return &set->row[row];
}

const struct marker_pattern *marker_set_pattern(const struct marker_set *set, size_t row)
{
    return &set->pattern[row];
}

const struct marker_index *marker_set_index(const struct marker_set *set)
{
    if (!set->index->find)
        marker_index_make(set->index, set->row, set->pattern, set->rows);
    return set->index;
}

bool marker_set_engine(struct marker_set *set, enum marker_engine engine)
{
    marker_set_index(set);
    return marker_index_engine(set->index, engine);
}

/* The end of a pattern in a whole text, where it begins at `at`; 0 when it does not. */
static size_t end_of(const struct marker_pattern *pattern, const unsigned char *bytes,
                     size_t length, size_t at)
{
    struct marker_place place = {.at = at};
    if (marker_pattern_match(pattern, bytes, length, &place) == MARKER_NO_MATCH ||
        place.cell < pattern->length ||
        (pattern->is_word && at > 0 && marker_is_word(bytes[at - 1])))
        return 0;
    return place.at;
}

/* The longest row of these tags that begins at `at`. False when there is none. */
static bool longest_at(const struct marker_set *set, uint32_t tags, bool at_start,
                       const unsigned char *bytes, size_t length, size_t at,
                       struct marker_hit *ret_hit)
{
    struct marker_hit longest = {.end = 0};
    for (size_t i = set->first[bytes[at] | 0x20]; i != NO_ROW; i = set->next[i]) {
        const struct marker_row *row = &set->row[i];
        if ((tags & MARKER_TAG(row->tag)) == 0 || (at_start && !row->start))
            continue;
        size_t end = end_of(&set->pattern[i], bytes, length, at);
        if (end > longest.end)
            longest = (struct marker_hit){at, end, i};
    }
    if (longest.end == 0)
        return false;
    *ret_hit = longest;
    return true;
}

bool marker_first(const struct marker_set *set, uint32_t tags, const void *bytes, size_t length,
                  struct marker_hit *ret_hit)
{
    for (size_t at = 0; at < length; at++)
        if (longest_at(set, tags, false, bytes, length, at, ret_hit))
            return true;
    return false;
}

bool marker_at_start(const struct marker_set *set, uint32_t tags, const void *bytes, size_t length,
                     struct marker_hit *ret_hit)
{
    return length > 0 && longest_at(set, tags, true, bytes, length, 0, ret_hit);
}
