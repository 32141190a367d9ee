#include "search/marker_row.h"

#include <string.h>

static bool is_gap(unsigned char fold)
{
    return fold == MARKER_GAP_SOME || fold == MARKER_GAP_ANY;
}

static unsigned char fold_of(const struct marker_row *row, const char *byte)
{
    if (*byte == ' ' && row->quirk == MARKER_BLANKS)
        return MARKER_GAP_SOME;
    if (*byte == ' ' && row->quirk == MARKER_FREE_BLANK && !strchr(byte + 1, ' '))
        return MARKER_GAP_ANY;
    return marker_is_letter((unsigned char)*byte) ? MARKER_LETTER : 0;
}

void marker_pattern_make(const struct marker_row *row, struct marker_pattern *ret)
{
    size_t length = 0, head = MARKER_TEXT_MAX;
    for (const char *byte = row->text; *byte != '\0'; byte++, length++) {
        ret->fold[length] = fold_of(row, byte);
        ret->byte[length] = (unsigned char)*byte | ret->fold[length];
        if (length < head && is_gap(ret->fold[length]))
            head = length;
    }
    ret->length = (unsigned char)length;
    ret->head = (unsigned char)(length < head ? length : head);
    ret->is_word = row->quirk == MARKER_WORD;
}

/* A gap's other blanks are skipped before the cell after it is looked at, so that a text may end in
 * the midst of them. */
enum marker_match marker_pattern_match(const struct marker_pattern *pattern,
                                       const unsigned char *text, size_t length,
                                       struct marker_place *place)
{
    size_t cell = place->cell, at = place->at;
    enum marker_match result = MARKER_MATCH;
    for (; cell < pattern->length; cell++) {
        const unsigned char fold = pattern->fold[cell];
        if (cell > pattern->head && is_gap(pattern->fold[cell - 1]))
            while (at < length && marker_is_blank(text[at]))
                at++;
        if (fold == MARKER_GAP_ANY)
            continue;
        if (at == length) {
            result = MARKER_CUT;
            break;
        }
        if (fold == MARKER_GAP_SOME ? !marker_is_blank(text[at])
                                    : (text[at] | fold) != pattern->byte[cell])
            return MARKER_NO_MATCH;
        at++;
    }
    *place = (struct marker_place){cell, at};
    if (result == MARKER_MATCH && pattern->is_word) {
        if (at == length)
            return MARKER_CUT;
        return marker_is_word(text[at]) ? MARKER_NO_MATCH : MARKER_MATCH;
    }
    return result;
}
