#include "search/marker_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_letter(unsigned char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

/*
 * Copy a user's text with blanks at its ends taken off and each run of them made one space. The
 * length; MARKER_TEXT_MAX + 1 when it does not fit.
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

int marker_own_check(const char *text)
{
    char trimmed[MARKER_TEXT_MAX + 1];
    size_t length = trim(text, trimmed);

    if (length == 0)
        return EINVAL;
    return length > MARKER_TEXT_MAX ? E2BIG : 0;
}

static void compile(const struct marker_row *row, struct marker_pattern *pattern)
{
    const char *last_blank = strrchr(row->text, ' ');

    pattern->length = strlen(row->text);
    pattern->word = row->quirk == MARKER_WORD;
    for (size_t i = 0; i < pattern->length; i++) {
        unsigned char byte = (unsigned char)row->text[i];

        pattern->fold[i] = is_letter(byte) ? FOLD_LETTER : FOLD_NONE;
        pattern->byte[i] = byte | pattern->fold[i];
        if (byte == ' ' && row->quirk == MARKER_BLANKS)
            pattern->fold[i] = GAP_SOME;
        if (row->text + i == last_blank && row->quirk == MARKER_FREE_BLANK)
            pattern->fold[i] = GAP_ANY;
        pattern->gaps = pattern->gaps || marker_is_gap(pattern, i);
    }
}

static size_t reach_of(const struct marker_pattern *pattern)
{
    size_t reach = 2; /* a byte on either side, for words */

    for (size_t i = 0; i < pattern->length; i++)
        reach += marker_is_gap(pattern, i) ? 2 : 1;
    return reach;
}

static int add_own(struct marker_set *set, const struct marker_own *own, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int refused = marker_own_check(own[i].text);

        if (refused != 0)
            return refused;
        trim(own[i].text, set->own_text[i]);
        set->row[set->rows++] = (struct marker_row){
            .text = set->own_text[i],
            .tag = own[i].tag,
            .quirk = MARKER_BLANKS,
            .start = true,
            .note = "own",
        };
    }
    return 0;
}

int marker_set_new(const struct marker_row *rows, size_t count, const struct marker_own *own,
                   size_t own_count, struct marker_set **ret_set)
{
    struct {
        struct marker_set set;
        struct marker_index index;
    } *both = malloc(sizeof *both); /* not cleared: pages of it that nobody needs cost nothing */
    struct marker_set *set;
    int refused;

    if (count > MARKER_ROWS_MAX - MARKER_OWN_MAX || own_count > MARKER_OWN_MAX) {
        free(both);
        return ENOSPC;
    }
    if (!both)
        return ENOMEM;
    set = &both->set;
    set->index = &both->index;
    set->index->find = NULL;
    memcpy(set->row, rows, count * sizeof *rows);
    set->rows = count;
    refused = add_own(set, own, own_count);
    if (refused != 0) {
        free(both);
        return refused;
    }
    *ret_set = set;
    return 0;
}

static bool choose_engine(struct marker_index *index, enum marker_engine engine)
{
    if (engine == MARKER_AVX2 && (!index->ascii || !marker_avx2_usable()))
        return false;
    index->find = engine == MARKER_AVX2 ? marker_find_avx2 : marker_find_plain;
    return true;
}

static void make_index(const struct marker_set *set, struct marker_index *index)
{
    memset(index, 0, sizeof *index);
    index->rows = set->rows;
    index->reach = MARKER_WINDOW + 1;
    for (size_t i = 0; i < set->rows; i++) {
        size_t reach;

        compile(&set->row[i], &index->pattern[i]);
        reach = reach_of(&index->pattern[i]);
        index->reach = reach > index->reach ? reach : index->reach;
    }
    for (unsigned byte = 0; byte < 256; byte++)
        index->word_byte[byte] =
            is_letter((unsigned char)byte) || (byte >= '0' && byte <= '9') || byte == '_';
    marker_index_choose_keys(index, set->row);
    marker_index_list_rows(index, set->row);
    if (!choose_engine(index, MARKER_AVX2))
        choose_engine(index, MARKER_PLAIN);
}

const struct marker_index *marker_set_index(const struct marker_set *set)
{
    if (!set->index->find)
        make_index(set, set->index);
    return set->index;
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

bool marker_set_engine(struct marker_set *set, enum marker_engine engine)
{
    marker_set_index(set);
    return choose_engine(set->index, engine);
}
