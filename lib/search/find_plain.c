/*
 * One look-up per byte, whose eight bytes are the places of a key. Byte N of the running state has
 * the bits of those buckets off that match up to place N.
 */
#include "search/filter.h"

size_t filter_find_plain(const struct filter *filter, unsigned wanted, const unsigned char *text,
                         size_t length, size_t from, size_t to, struct candidates *found)
{
    const uint64_t all_wanted = (uint64_t)wanted << (8 * FILTER_AHEAD);
    uint64_t state = UINT64_MAX;
    size_t count = 0, at = from;
    (void)length;
    for (; at < from + FILTER_AHEAD; at++)
        state = state << 8 | filter->refuse[text[at]];
    for (; at < to + FILTER_AHEAD && count < FILTER_BATCH; at++) {
        state = state << 8 | filter->refuse[text[at]];
        uint64_t buckets = ~state & all_wanted;
        if (buckets != 0) {
            found->position[count] = at - FILTER_AHEAD;
            found->buckets[count++] = (unsigned char)(buckets >> (8 * FILTER_AHEAD));
        }
    }
    found->count = count;
    return at - FILTER_AHEAD;
}
