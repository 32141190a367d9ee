/* From the chosen keys to what a candidate is compared with: its key by a hash, its rows by probes.
 */
#include "search/marker_set.h"

#include <string.h>

/* The probe for `count` (at most eight) bytes of a pattern. */
static struct marker_probe probe_of(const struct marker_pattern *pattern, size_t cell, size_t count)
{
    struct marker_probe probe = {0, 0, 0};

    memcpy(&probe.value, pattern->byte + cell, count);
    memcpy(&probe.fold, pattern->fold + cell, count);
    memset(&probe.mask, 0xff, count);
    return probe;
}

static uint64_t key_value(const struct marker_pattern *pattern)
{
    struct marker_probe probe = probe_of(pattern, pattern->key, pattern->key_length);

    return (probe.value | MARKER_FOLD_ALL) & probe.mask;
}

/* How many rows have this row's key, and these bytes at the same distance from it. */
static size_t count_alike(const struct marker_index *index, const struct marker_pattern *pattern,
                          size_t cell, size_t count)
{
    size_t alike = 0;

    for (size_t row = 0; row < index->rows; row++) {
        const struct marker_pattern *other = &index->pattern[row];
        size_t its = other->key + cell - pattern->key;

        if (key_value(other) == key_value(pattern) && other->key + cell >= pattern->key &&
            its + count <= other->length &&
            memcmp(other->byte + its, pattern->byte + cell, count) == 0)
            alike++;
    }
    return alike;
}

/*
 * The probe looks at the first or the last eight bytes in one piece with the key: those that fewer
 * rows with the same key share, or else those that overlap the key less.
 */
static struct marker_entry entry_of(const struct marker_index *index, size_t row,
                                    const struct marker_row *rows)
{
    const struct marker_pattern *pattern = &index->pattern[row];
    size_t first = pattern->key;
    size_t end = first;
    size_t count;
    size_t alike;
    size_t alike_last;

    while (first > 0 && !marker_is_gap(pattern, first - 1))
        first--;
    while (end < pattern->length && !marker_is_gap(pattern, end))
        end++;
    count = end - first < 8 ? end - first : 8;
    alike = count_alike(index, pattern, first, count);
    alike_last = count_alike(index, pattern, end - count, count);
    if (alike_last < alike ||
        (alike_last == alike && end - pattern->key - pattern->key_length > pattern->key - first))
        first = end - count;
    return (struct marker_entry){
        .probe = probe_of(pattern, first, count),
        .at = (ptrdiff_t)first - (ptrdiff_t)pattern->key,
        .tag = MARKER_TAG(rows[row].tag),
        .row = (uint16_t)row,
        .before = (uint16_t)pattern->key,
        .behind = (uint16_t)(pattern->length - pattern->key),
        .word = pattern->word,
        .whole = count == pattern->length,
    };
}

/*
 * What of a candidate's bytes is the key, by the buckets that it was found in: all of a long one,
 * all of a brief one, or one cannot tell, where it may be either or keys are shorter still.
 */
static void fill_masks(struct marker_index *index)
{
    const size_t brief = (size_t)1 << MARKER_BRIEF_BUCKET;
    bool tiny = false;

    index->brief_words = true;
    for (size_t row = 0; row < index->rows; row++) {
        const struct marker_pattern *pattern = &index->pattern[row];

        tiny = tiny || pattern->key_length < MARKER_SHORT;
        if (pattern->key_length <= MARKER_SHORT)
            index->brief_words =
                index->brief_words && pattern->word && pattern->length == MARKER_SHORT;
    }
    memset(&index->long_mask, 0xff, MARKER_WINDOW);
    if (!tiny)
        memset(&index->brief_mask, 0xff, MARKER_SHORT);
    for (size_t buckets = 0; buckets < 256; buckets++) {
        if ((buckets & brief) == 0)
            index->mask[buckets] = index->long_mask;
        else if (buckets == brief)
            index->mask[buckets] = index->brief_mask;
    }
}

/* The slot of a key, or the empty one for it. */
static struct marker_slot *slot_for(struct marker_index *index, uint64_t value)
{
    struct marker_slot *slot = &index->slot[MARKER_HASH(value)];

    while (slot->value != MARKER_NO_KEY && slot->value != value)
        slot++;
    return slot;
}

void marker_index_list_rows(struct marker_index *index, const struct marker_row *rows)
{
    struct marker_entry *next = index->entry;

    for (size_t slot = 0; slot < MARKER_SLOTS; slot++)
        index->slot[slot] = (struct marker_slot){MARKER_NO_KEY, next, next};
    for (size_t row = 0; row < index->rows; row++) {
        uint64_t value = key_value(&index->pattern[row]);
        struct marker_slot *slot = slot_for(index, value);

        if (slot->value == value)
            continue;
        slot->value = value;
        slot->first = next;
        for (size_t other = row; other < index->rows; other++) {
            if (key_value(&index->pattern[other]) == value)
                *next++ = entry_of(index, other, rows);
        }
        slot->end = next;
    }
    fill_masks(index);
}
