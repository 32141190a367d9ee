/* From candidates, the places where a key may stand, to the hits: the markers that do stand there.
 */
#include "search/marker_set.h"

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
static bool try_all(const struct marker_index *index, uint32_t tags, struct marker_window *window,
                    size_t at)
{
    for (size_t entry = window->entry; entry < index->rows; entry++) {
        const struct marker_entry *row = &index->entry[entry];
        size_t start;
        size_t end;

        if ((tags & row->tag) != 0 &&
            marker_match(index, row->row, row->before, window, at, &start, &end) &&
            !add_hit(index, window, row, start, end))
            return false;
    }
    window->entry = 0;
    return true;
}

/* Add a row whose probe was found at a candidate, if it stands there. False when the hits are full.
 */
static bool try_probed(const struct marker_index *index, uint32_t tags,
                       struct marker_window *window, size_t at, const struct marker_entry *row)
{
    size_t start = at - row->before;
    size_t end = at + row->behind;

    if ((tags & row->tag) == 0 ||
        (!row->whole && !marker_match(index, row->row, row->before, window, at, &start, &end)))
        return true;
    return add_hit(index, window, row, start, end);
}

/* The slot of a key, or an empty one. */
static inline const struct marker_slot *slot_of(const struct marker_index *index, uint64_t value)
{
    const struct marker_slot *slot = &index->slot[MARKER_HASH(value)];

    while (slot->value != value && slot->value != MARKER_NO_KEY)
        slot++;
    return slot;
}

/* Add the rows of a key, from window->entry on, that stand at a candidate well within the text.
 * False when the hits are full. */
static inline bool try_rows(const struct marker_index *index, uint32_t tags,
                            struct marker_window *window, size_t at, const struct marker_slot *slot)
{
    const unsigned char *text = window->text + at;
    const struct marker_entry *row = slot->first;

    if (window->entry > 0 && row < index->entry + window->entry)
        row = index->entry + window->entry;
    for (; row < slot->end; row++) {
        if (((marker_load(text + row->at) | row->probe.fold) & row->probe.mask) !=
                row->probe.value ||
            (row->word &&
             (index->word_byte[text[-1 - row->before]] || index->word_byte[text[row->behind]])))
            continue;
        if (!try_probed(index, tags, window, at, row))
            return false;
    }
    return true;
}

/*
 * The same for a candidate in whose place may be a long key or a brief one, in the order of the
 * rows, or, where keys are shorter still, any.
 */
static bool try_any(const struct marker_index *index, uint32_t tags, struct marker_window *window,
                    size_t at)
{
    uint64_t value = marker_load(window->text + at) | MARKER_FOLD_ALL;
    const struct marker_slot *one = slot_of(index, value & index->long_mask);
    const struct marker_slot *other = slot_of(index, value & index->brief_mask);
    bool in_order = one->first < other->first;

    if (index->brief_mask == 0)
        return try_all(index, tags, window, at);
    if (!try_rows(index, tags, window, at, in_order ? one : other) ||
        !try_rows(index, tags, window, at, in_order ? other : one))
        return false;
    window->entry = 0;
    return true;
}

/*
 * Add the rows, from window->entry on, that stand at a candidate well within the text: first find
 * its key, then look at the probes of the key's rows. False when the hits are full.
 */
static inline bool try_key(const struct marker_index *index, uint32_t tags,
                           struct marker_window *window, size_t at, unsigned buckets)
{
    const unsigned char *text = window->text + at;
    uint64_t mask = index->mask[buckets];
    const struct marker_slot *slot;

    /* 4010 and x401 are common in what is full of numbers: 1.5 times the speed there */
    if (buckets == 1u << MARKER_BRIEF_BUCKET && index->brief_words &&
        (index->word_byte[text[-1]] || index->word_byte[text[MARKER_SHORT]]))
        return true;
    if (mask == 0)
        return try_any(index, tags, window, at);
    slot = slot_of(index, (marker_load(text) | MARKER_FOLD_ALL) & mask);
    if (!try_rows(index, tags, window, at, slot))
        return false;
    window->entry = 0;
    return true;
}

/* Look closely at the candidates, until the hits are full. */
static void try_candidates(const struct marker_index *index, uint32_t tags,
                           struct marker_window *window)
{
    const struct marker_candidates *found = &window->found;
    const size_t count = found->count;
    const size_t end = window->length > MARGIN ? window->length - MARGIN : 0;
    size_t i = window->candidate;

    for (; i < count; i++) {
        size_t at = found->position[i];
        bool room = at >= MARGIN && at < end ? try_key(index, tags, window, at, found->buckets[i])
                                             : try_all(index, tags, window, at);
        if (!room)
            break;
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

/* The buckets that hold a row of these tags. */
static unsigned wanted_buckets(const struct marker_index *index, uint32_t tags)
{
    unsigned wanted = 0;

    for (unsigned bucket = 0; bucket < MARKER_BUCKETS; bucket++)
        wanted |= (unsigned)((index->tags[bucket] & tags) != 0) << bucket;
    return wanted;
}

bool marker_window_refill(const struct marker_index *index, uint32_t tags,
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
            window->next = index->find(&index->filter, wanted_buckets(index, tags), window->text,
                                       window->length, window->next, window->stop, found);
        }
        try_candidates(index, tags, window);
    } while (window->hits.count == 0);
    return true;
}

bool marker_first(const struct marker_set *set, uint32_t tags, const void *bytes, size_t length,
                  struct marker_hit *ret_hit)
{
    const struct marker_index *index = marker_set_index(set);
    struct marker_window window;
    struct marker_hit first = {.start = UINT64_MAX};

    marker_window_open(&window, bytes, length, 0, length);
    while (marker_window_refill(index, tags, &window)) {
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
