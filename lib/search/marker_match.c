/* One marker against the text at one place. */
#include "search/marker_set.h"

#define EIGHT_SPACES MARKER_FOLD_ALL

size_t marker_blanks_end(const unsigned char *text, size_t at, size_t end)
{
    while (at < end && marker_is_blank(text[at])) {
        at++;
        while (end - at >= 8 && marker_load(text + at) == EIGHT_SPACES)
            at += 8;
    }
    return at;
}

size_t marker_blanks_start(const unsigned char *text, size_t at, size_t start)
{
    while (at > start && marker_is_blank(text[at - 1])) {
        at--;
        while (at - start >= 8 && marker_load(text + at - 8) == EIGHT_SPACES)
            at -= 8;
    }
    return at;
}

/* Eight cells of a pattern, none of them a gap, against eight bytes. */
static bool match_eight(const struct marker_pattern *pattern, size_t cell,
                        const unsigned char *text)
{
    uint64_t fold = marker_load(pattern->fold + cell);

    return (fold & ~MARKER_FOLD_ALL) == 0 &&
           (marker_load(text) | fold) == marker_load(pattern->byte + cell);
}

/* Match the cells before `cell` backwards from `at`; *ret_start is where they begin. */
static bool match_back(const struct marker_pattern *pattern, size_t cell, const unsigned char *text,
                       size_t at, size_t *ret_start)
{
    while (cell > 0) {
        if (cell >= 8 && at >= 8 && match_eight(pattern, cell - 8, text + at - 8)) {
            cell -= 8;
            at -= 8;
            continue;
        }
        cell--;
        if (marker_is_gap(pattern, cell)) {
            size_t start = marker_blanks_start(text, at, 0);

            if (start == at && pattern->fold[cell] == GAP_SOME)
                return false;
            at = start;
        } else if (at == 0 || (text[--at] | pattern->fold[cell]) != pattern->byte[cell]) {
            return false;
        }
    }
    *ret_start = at;
    return true;
}

/* Match the cells from `cell` on at `at`; *ret_end is behind them. */
static bool match_forth(const struct marker_pattern *pattern, size_t cell,
                        const unsigned char *text, size_t length, size_t at, size_t *ret_end)
{
    while (cell < pattern->length) {
        if (pattern->length - cell >= 8 && length - at >= 8 &&
            match_eight(pattern, cell, text + at)) {
            cell += 8;
            at += 8;
            continue;
        }
        if (marker_is_gap(pattern, cell)) {
            size_t end = marker_blanks_end(text, at, length);

            if (end == at && pattern->fold[cell] == GAP_SOME)
                return false;
            at = end;
        } else if (at == length || (text[at++] | pattern->fold[cell]) != pattern->byte[cell]) {
            return false;
        }
        cell++;
    }
    *ret_end = at;
    return true;
}

/* Eight or more bytes without gaps, eight by eight. */
static bool match_literal(const struct marker_pattern *pattern, const unsigned char *text)
{
    size_t last = pattern->length - 8;

    for (size_t i = 0; i < last; i += 8) {
        if ((marker_load(text + i) | marker_load(pattern->fold + i)) !=
            marker_load(pattern->byte + i))
            return false;
    }
    return (marker_load(text + last) | marker_load(pattern->fold + last)) ==
           marker_load(pattern->byte + last);
}

/* No word goes on at either end. */
static bool is_apart(const struct marker_index *index, const struct marker_window *window,
                     size_t start, size_t end)
{
    return (start == 0 || !index->word_byte[window->text[start - 1]]) &&
           (end == window->length || !index->word_byte[window->text[end]]);
}

bool marker_match(const struct marker_index *index, size_t row, size_t cell,
                  const struct marker_window *window, size_t at, size_t *ret_start, size_t *ret_end)
{
    const struct marker_pattern *pattern = &index->pattern[row];
    size_t start = at - cell;
    size_t end = start + pattern->length;

    if (pattern->gaps || pattern->length < 8) {
        if (!match_back(pattern, cell, window->text, at, &start) ||
            !match_forth(pattern, cell, window->text, window->length, at, &end))
            return false;
    } else if (at < cell || window->length - start < pattern->length ||
               !match_literal(pattern, window->text + start)) {
        return false;
    }
    if (pattern->word && !is_apart(index, window, start, end))
        return false;
    *ret_start = start;
    *ret_end = end;
    return true;
}

bool marker_at_start(const struct marker_set *set, uint32_t tags, const void *bytes, size_t length,
                     struct marker_hit *ret_hit)
{
    const struct marker_window window = {.text = bytes, .length = length};
    const struct marker_index *index = marker_set_index(set);
    struct marker_hit longest = {.end = 0};

    for (size_t row = 0; row < set->rows; row++) {
        size_t start;
        size_t end;

        if (set->row[row].start && (tags & MARKER_TAG(set->row[row].tag)) != 0 &&
            marker_match(index, row, 0, &window, 0, &start, &end) && end > longest.end)
            longest = (struct marker_hit){start, end, row};
    }
    if (longest.end == 0)
        return false;
    *ret_hit = longest;
    return true;
}
