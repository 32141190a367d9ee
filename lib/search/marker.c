#include "search/marker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* With the arrays behind it in one block, and no larger than the rows want: few pages are touched
 * where nothing is searched. */
struct marker_set {
    size_t rows;
    struct marker_row *row;
    struct marker_pattern *pattern;
    char (*own_text)[MARKER_TEXT_MAX + 1];
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

static struct marker_set *allocate(size_t rows, size_t own)
{
    struct marker_set *set = malloc(sizeof *set + rows * (sizeof *set->row + sizeof *set->pattern) +
                                    own * sizeof *set->own_text);
    struct marker_index *index = malloc(sizeof *index);
    if (!set || !index) {
        free(set);
        free(index);
        return NULL;
    }
    *set = (struct marker_set){.row = (struct marker_row *)(set + 1), .index = index};
    set->pattern = (struct marker_pattern *)(set->row + rows);
    set->own_text = (char(*)[MARKER_TEXT_MAX + 1])(set->pattern + rows);
    index->find = NULL;
    return set;
}

int marker_set_new(const struct marker_row *rows, size_t count, const struct marker_own *own,
                   size_t own_count, struct marker_set **ret_set)
{
    if (own_count > MARKER_OWN_MAX || count > MARKER_ROWS_MAX - own_count)
        return ENOSPC;
    struct marker_set *set = allocate(count + own_count, own_count);
    if (!set)
        return ENOMEM;
    memcpy(set->row, rows, count * sizeof *rows);
    set->rows = count;
    int error = add_own(set, own, own_count);
    if (error != 0) {
        marker_set_free(set);
        return error;
    }
    for (size_t row = 0; row < set->rows; row++)
        marker_pattern_make(&set->row[row], &set->pattern[row]);
    *ret_set = set;
    return 0;
}

void marker_set_free(struct marker_set *set)
{
    if (set)
        free(set->index);
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

bool marker_at_start(const struct marker_set *set, uint32_t tags, const void *bytes, size_t length,
                     struct marker_hit *ret_hit)
{
    struct marker_hit longest = {.end = 0};
    for (size_t i = 0; i < set->rows; i++) {
        const struct marker_pattern *pattern = &set->pattern[i];
        struct marker_place place = {.at = 0};
        if (!set->row[i].start || (tags & MARKER_TAG(set->row[i].tag)) == 0)
            continue;
        /* a word that the text's end cuts is whole */
        if (marker_pattern_match(pattern, bytes, length, &place) != MARKER_NO_MATCH &&
            place.cell == pattern->length && place.at > longest.end)
            longest = (struct marker_hit){0, place.at, i};
    }
    if (longest.end == 0)
        return false;
    *ret_hit = longest;
    return true;
}
