/* From candidates, the places where a key may stand, to the hits: the markers that do stand there.
 */
#include "marker_set.h"

#define MARGIN (MARKER_TEXT_MAX + 8) /* from either end of a text */

/* Add a hit, of which this is the row. False when the hits are full. */
static bool add_hit(const struct marker_index *index, struct marker_window *window,
                    const struct marker_entry *row, size_t start, size_t end)
{
    struct marker_hit *hit = &window->hits.hit[window->hits.count];

    if (window->hits.count == MARKER_HITS_MAX) {
        window->entry = (size_t)(row - index->entry);
        return false;
    }
    hit->start = start;
    hit->end = end;
    hit->row = row->row;
    window->hits.count++;
    return true;
}

/*
 * Add the rows, from window->entry on, that stand at a candidate, be it where it may: the slow way,
 * for candidates at an end of the text, or of more than one key. False when the hits are full.
 */
static bool try_all(const struct marker_index *index, uint32_t conditions,
                    struct marker_window *window, size_t at)
{
    for (size_t entry = window->entry; entry < index->rows; entry++) {
        const struct marker_entry *row = &index->entry[entry];
        size_t start;
        size_t end;

        if ((conditions & row->condition) != 0 &&
            marker_match(index, row->row, row->before, window, at, &start, &end) &&
            !add_hit(index, window, row, start, end))
            return false;
    }
    window->entry = 0;
    return true;
}

/* Add a row whose probe was found at a candidate, if it stands there. False when the hits are full.
 */
static bool try_probed(const struct marker_index *index, uint32_t conditions,
                       struct marker_window *window, size_t at, const struct marker_entry *row)
{
    size_t start = at - row->before;
    size_t end = at + row->behind;

    if ((conditions & row->condition) == 0 ||
        (!row->whole && !marker_match(index, row->row, row->before, window, at, &start, &end)))
        return true;
    return add_hit(index, window, row, start, end);
}

/*
 * Add the rows, from window->entry on, that stand at a candidate well within the text: first find
 * its key, then look at the probes of the key's rows. False when the hits are full.
 */
static inline bool try_key(const struct marker_index *index, uint32_t conditions,
                           struct marker_window *window, size_t at, unsigned buckets)
{
    const unsigned char *text = window->text + at;
    uint64_t value = (marker_load(text) | MARKER_FOLD_ALL) & index->mask[buckets];
    const struct marker_slot *slot = &index->slot[MARKER_HASH(value)];
    const struct marker_entry *row;

    while (slot->value != value) {
        if (slot->value == MARKER_NO_KEY)
            return true;
        slot++;
    }
    if (value == 0)
        return try_all(index, conditions, window, at);
    row = window->entry > 0 ? index->entry + window->entry : slot->first;
    window->entry = 0;
    do {
        if (((marker_load(text + row->at) | row->probe.fold) & row->probe.mask) !=
                row->probe.value ||
            (row->word &&
             (index->word_byte[text[-1 - row->before]] || index->word_byte[text[row->behind]])))
            continue;
        if (!try_probed(index, conditions, window, at, row))
            return false;
    } while (++row < slot->end);
    return true;
}

/* Look closely at the candidates, until the hits are full. */
static void try_candidates(const struct marker_index *index, uint32_t conditions,
                           struct marker_window *window)
{
    const struct marker_candidates *found = &window->found;
    size_t count = found->count;
    size_t i = window->candidate;

    if (count > 0 && found->position[0] >= MARGIN &&
        window->length - found->position[count - 1] >= MARGIN) {
        while (i < count &&
               try_key(index, conditions, window, found->position[i], found->buckets[i]))
            i++;
    } else {
        while (i < count && try_all(index, conditions, window, found->position[i]))
            i++;
    }
    window->candidate = i;
}

void marker_window_open(struct marker_window *window, const unsigned char *text, size_t length,
                        size_t from, size_t stop)
{
    window->text = text;
    window->length = length;
    window->next = from;
    window->stop = stop;
    window->found.count = 0;
    window->candidate = 0;
    window->entry = 0;
    window->hits.count = 0;
    window->hit = 0;
}

/* The buckets that hold a row of these conditions. */
static unsigned wanted_buckets(const struct marker_index *index, uint32_t conditions)
{
    unsigned wanted = 0;

    for (unsigned bucket = 0; bucket < MARKER_BUCKETS; bucket++)
        wanted |= (unsigned)((index->conditions[bucket] & conditions) != 0) << bucket;
    return wanted;
}

bool marker_window_refill(const struct marker_index *index, uint32_t conditions,
                          struct marker_window *window)
{
    do {
        struct marker_candidates *found = &window->found;

        window->hit = 0;
        window->hits.count = 0;
        if (window->candidate == found->count) {
            if (window->next >= window->stop)
                return false;
            window->candidate = 0;
            found->count = 0;
            window->next =
                index->find(&index->filter, wanted_buckets(index, conditions), window->text,
                            window->length, window->next, window->stop, found);
        }
        try_candidates(index, conditions, window);
    } while (window->hits.count == 0);
    return true;
}

bool marker_first(const struct marker_set *set, uint32_t conditions, const void *bytes,
                  size_t length, struct marker_hit *ret_hit)
{
    const struct marker_index *index = marker_set_index(set);
    struct marker_window window;
    struct marker_hit first = {.start = UINT64_MAX};

    marker_window_open(&window, bytes, length, 0, length);
    while (marker_window_refill(index, conditions, &window)) {
        for (size_t i = 0; i < window.hits.count; i++) {
            const struct marker_hit *hit = &window.hits.hit[i];

            if (hit->start < first.start || (hit->start == first.start && hit->end > first.end))
                first = *hit;
        }
    }
    if (first.start == UINT64_MAX)
        return false;
    *ret_hit = first;
    return true;
}
