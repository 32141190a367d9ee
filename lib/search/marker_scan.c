/*
 * A place of a text where a marker may begin is looked at in a piece where MARKER_REACH_MAX bytes
 * follow it there, else in the seam: the end of what was fed and the beginning of what follows, in
 * one. A match that goes on after that, by its white space, is a cut one: it waits for the bytes.
 */
#include "search/marker_scan.h"

#include <string.h>

#define REACH    MARKER_REACH_MAX
#define HITS_MAX 128

/* Bytes in which markers are looked for, and the hits there that are not taken yet. */
struct window {
    struct marker_scan *scan;
    const unsigned char *bytes;
    size_t length;
    uint64_t offset; /* of the bytes in the text */
    size_t hits;
    struct marker_hit hit[HITS_MAX];
};

void marker_scan_start(struct marker_scan *scan, const struct marker_set *set, uint32_t tags,
                       marker_take_hit *take_hit, void *context)
{
    scan->set = set;
    scan->tags = tags;
    scan->take_hit = take_hit;
    scan->context = context;
    scan->seam[0] = '\0'; /* before a text there is no word */
    scan->seam_length = 1;
    scan->offset = 0;
    scan->cuts = 0;
}

/* Hand out the hits of a window. */
static void take_hits(struct window *window)
{
    struct marker_scan *scan = window->scan;
    for (size_t i = 0; i < window->hits; i++) {
        const struct marker_hit *hit = &window->hit[i];
        if ((scan->tags & MARKER_TAG(marker_set_row(scan->set, hit->row)->tag)) != 0)
            scan->tags &= ~scan->take_hit(scan->context, hit);
    }
    window->hits = 0;
}

/* Add a hit in the order of the text, where rows that begin at one place are in theirs. */
static void add_hit(struct window *window, const struct marker_hit *hit)
{
    if (window->hits == HITS_MAX)
        take_hits(window);
    size_t i = window->hits++;
    for (; i > 0 && (window->hit[i - 1].start > hit->start ||
                     (window->hit[i - 1].start == hit->start && window->hit[i - 1].row > hit->row));
         i--)
        window->hit[i] = window->hit[i - 1];
    window->hit[i] = *hit;
}

/* Match a row on in a window, whose offset its own `at` is relative to. */
static void match(struct window *window, struct marker_cut *cut)
{
    struct marker_scan *scan = window->scan;
    struct marker_place place = {.cell = cut->cell, .at = (size_t)(cut->at - window->offset)};
    switch (marker_pattern_match(marker_set_pattern(scan->set, cut->row), window->bytes,
                                 window->length, &place)) {
    case MARKER_MATCH:
        add_hit(window, &(struct marker_hit){cut->start, window->offset + place.at, cut->row});
        break;
    case MARKER_CUT:
        if (scan->cuts < MARKER_CUT_MAX)
            scan->cut[scan->cuts++] =
                (struct marker_cut){cut->start, window->offset + place.at, place.cell, cut->row};
        break;
    case MARKER_NO_MATCH: break;
    }
}

/* True where eight bytes of a text, folded, are those of a pattern. */
static bool are_eight(const unsigned char *text, const unsigned char *fold,
                      const unsigned char *byte)
{
    uint64_t eight, folds, wanted;
    memcpy(&eight, text, sizeof eight);
    memcpy(&folds, fold, sizeof folds);
    memcpy(&wanted, byte, sizeof wanted);
    return (eight | folds) == wanted;
}

/* Look closely at a place where an entry's row begins, if its probe does not mislead. */
static void try_entry(struct window *window, const struct marker_entry *entry, size_t start)
{
    const unsigned char *text = window->bytes + start;
    uint64_t probe;
    memcpy(&probe, text + entry->probe, sizeof probe);
    if (((probe | entry->fold) & entry->mask) != entry->value ||
        (window->scan->tags & entry->tag) == 0 || (entry->is_word && marker_is_word(text[-1])))
        return;
    const struct marker_pattern *pattern = marker_set_pattern(window->scan->set, entry->row);
    for (size_t i = 0; i + 8 < pattern->head; i += 8)
        if (!are_eight(text + i, pattern->fold + i, pattern->byte + i))
            return;
    const uint64_t offset = window->offset + start;
    if (pattern->head < pattern->length)
        match(window,
              &(struct marker_cut){offset, offset + pattern->head, pattern->head, entry->row});
    else if (!entry->is_word || !marker_is_word(text[pattern->length]))
        add_hit(window, &(struct marker_hit){offset, offset + pattern->length, entry->row});
}

/* Look at a candidate for the rows of a bucket that begin in [from, to). */
static void try_bucket(struct window *window, const struct marker_index *index, unsigned bucket,
                       size_t at, size_t from, size_t to)
{
    for (size_t i = index->first[bucket]; i < index->first[bucket + 1]; i++) {
        const struct marker_entry *entry = &index->entry[i];
        if (at >= from + entry->before && at - entry->before < to)
            try_entry(window, entry, at - entry->before);
    }
}

/* Search a window for markers that begin in [from, to). from > 0, and to + REACH <= length. */
static void search(struct window *window, size_t from, size_t to)
{
    struct marker_scan *scan = window->scan;
    const struct marker_index *index = marker_set_index(scan->set);
    const size_t end = to + index->before;
    for (size_t at = from; at < end;) {
        struct candidates found;
        unsigned wanted = 0;
        for (unsigned bucket = 0; bucket < FILTER_BUCKETS; bucket++)
            wanted |= (unsigned)((index->tags[bucket] & scan->tags) != 0) << bucket;
        if (wanted == 0)
            return;
        at = index->find(&index->filter, wanted, window->bytes, window->length, at, end, &found);
        for (size_t i = 0; i < found.count; i++)
            for (unsigned buckets = found.buckets[i]; buckets != 0; buckets &= buckets - 1)
                try_bucket(window, index, (unsigned)__builtin_ctz(buckets), found.position[i], from,
                           to);
        take_hits(window);
    }
}

/* Go on with the cut matches in a piece that begins at scan->offset. */
static void search_cut(struct marker_scan *scan, const unsigned char *piece, size_t length)
{
    struct window window = {.scan = scan, .bytes = piece, .length = length, .offset = scan->offset};
    const size_t cuts = scan->cuts;
    scan->cuts = 0; /* those that are cut again take the places of those looked at */
    for (size_t i = 0; i < cuts; i++) {
        struct marker_cut cut = scan->cut[i];
        match(&window, &cut);
    }
    take_hits(&window);
}

/* Keep the last bytes: those from which on a marker may begin that is not decided, and one more. */
static void keep(struct marker_scan *scan, const unsigned char *bytes, size_t length)
{
    scan->seam_length = length < REACH + 1 ? length : REACH + 1;
    memmove(scan->seam, bytes + length - scan->seam_length, scan->seam_length);
}

/* Search the seam, with `head` more bytes in it than before, for what begins before its last ones.
 */
static void search_seam(struct marker_scan *scan, size_t head)
{
    struct window seam = {.scan = scan,
                          .bytes = scan->seam,
                          .length = scan->seam_length + head,
                          .offset = scan->offset - scan->seam_length};
    if (seam.length > REACH + 1)
        search(&seam, 1, seam.length - REACH);
}

void marker_scan_feed(struct marker_scan *scan, const void *bytes, size_t length)
{
    const size_t before = scan->seam_length, room = sizeof scan->seam - before;
    const size_t head = length < room ? length : room;
    memcpy(scan->seam + before, bytes, head);
    search_seam(scan, head);
    search_cut(scan, bytes, length);
    if (head == length) {
        keep(scan, scan->seam, before + head);
    } else {
        struct window piece = {
            .scan = scan, .bytes = bytes, .length = length, .offset = scan->offset};
        search(&piece, room - REACH, length - REACH);
        keep(scan, bytes, length);
    }
    scan->offset += length;
}

void marker_scan_finish(struct marker_scan *scan)
{
    /* No marker has a NUL, and it ends a word: as good as the end of the text. */
    memset(scan->seam + scan->seam_length, 0, REACH);
    search_seam(scan, REACH);
    search_cut(scan, (const unsigned char *)"", 1);
}
