/*
 * The search for markers: all engines against a slow one, over all ways to cut a text in two, and
 * in pieces that the input chooses. Its first line may name markers of the user's own.
 */
#include "search/marker_scan.h"

#include "log/marker_table.h"

#include "fuzz.h"
#include "slow_marker.h"

#define OWN_MAX 4
#define IN_TWO  64 /* bytes of a text that is cut everywhere */

static uint32_t take(void *context, const struct marker_hit *hit)
{
    struct hits *hits = context;
    if (hits->count < SLOW_HITS_MAX)
        hits->hit[hits->count++] = *hit;
    return 0;
}

static void feed(struct marker_scan *scan, const uint8_t *bytes, size_t length)
{
    uint8_t *piece = malloc(length > 0 ? length : 1);
    MUST(piece, "memory");
    if (length > 0)
        memcpy(piece, bytes, length);
    marker_scan_feed(scan, piece, length);
    free(piece);
}

static void must_be_same(const struct hits *got, const struct hits *want, const char *how,
                         size_t cut)
{
    MUST(got->count == want->count, "%s at %zu: %zu hits instead of %zu", how, cut, got->count,
         want->count);
    for (size_t i = 0; i < got->count; i++)
        MUST(got->hit[i].start == want->hit[i].start && got->hit[i].end == want->hit[i].end &&
                 got->hit[i].row == want->hit[i].row,
             "%s at %zu: hit %zu is row %zu at %zu instead of row %zu at %zu", how, cut, i,
             got->hit[i].row, (size_t)got->hit[i].start, want->hit[i].row,
             (size_t)want->hit[i].start);
}

static void scan_in_two(const struct marker_set *set, const uint8_t *text, size_t length,
                        size_t first, struct hits *ret)
{
    struct marker_scan scan;
    ret->count = 0;
    marker_scan_start(&scan, set, MARKER_ALL, take, ret);
    feed(&scan, text, first);
    feed(&scan, text + first, length - first);
    marker_scan_finish(&scan);
    qsort(ret->hit, ret->count, sizeof *ret->hit, slow_compare);
}

/* Pieces whose lengths the text's own bytes say: 0 to 63, or the next 256 times as long. */
static void scan_in_many(const struct marker_set *set, const uint8_t *text, size_t length,
                         size_t seed, struct hits *ret)
{
    struct marker_scan scan;
    ret->count = 0;
    marker_scan_start(&scan, set, MARKER_ALL, take, ret);
    for (size_t at = 0; at < length;) {
        size_t piece = (text[(at + seed) % length] * (seed + 1)) % 64;
        piece += seed % 2; /* of NULs only, all would be empty otherwise */
        piece = seed % 3 == 0 ? piece * 8 : piece;
        piece = piece < length - at ? piece : length - at;
        feed(&scan, text + at, piece);
        at += piece;
        seed++;
    }
    marker_scan_finish(&scan);
    qsort(ret->hit, ret->count, sizeof *ret->hit, slow_compare);
}

/* Only some of the tags: the hits are those of all that are theirs. */
static void scan_some(const struct marker_set *set, const uint8_t *text, size_t length,
                      uint32_t tags, const struct hits *all)
{
    static struct hits some, got;
    struct marker_scan scan;
    some.count = got.count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (tags & MARKER_TAG(marker_set_row(set, all->hit[i].row)->tag))
            some.hit[some.count++] = all->hit[i];
    marker_scan_start(&scan, set, tags, take, &got);
    feed(&scan, text, length);
    marker_scan_finish(&scan);
    qsort(got.hit, got.count, sizeof *got.hit, slow_compare);
    must_be_same(&got, &some, "some tags", tags);
}

static void must_find_start(const struct marker_set *set, const uint8_t *text, size_t length,
                            const struct hits *all)
{
    struct marker_hit got = {0}, start = {0};
    for (size_t i = 0; i < all->count; i++) {
        const struct marker_hit *hit = &all->hit[i];
        if (hit->start == 0 && marker_set_row(set, hit->row)->start && hit->end > start.end)
            start = *hit;
    }
    MUST(marker_at_start(set, MARKER_ALL, text, length, &got) == (start.end > 0), "at start");
    MUST(got.end == start.end, "at start");
}

static void try_engine(const struct marker_set *set, const uint8_t *text, size_t length,
                       const struct hits *want)
{
    static struct hits got;
    scan_in_two(set, text, length, length, &got);
    must_be_same(&got, want, "against the slow search", length);
    size_t step = length <= IN_TWO ? 1 : 1 + length / 8;
    for (size_t first = length % step; first < length; first += step) {
        scan_in_two(set, text, length, first, &got);
        must_be_same(&got, want, "in two", first);
    }
    for (size_t seed = 0; seed < 4; seed++) {
        scan_in_many(set, text, length, seed, &got);
        must_be_same(&got, want, "in many", seed);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hits want;
    struct input input = {data, size};
    struct marker_own own[OWN_MAX];
    char *lines[OWN_MAX];
    const uint32_t tags = (uint32_t)input_byte(&input) << 8 | input_byte(&input);
    size_t lines_read = input_below(&input, OWN_MAX + 1), count = 0;
    for (size_t i = 0; i < lines_read; i++) {
        lines[i] = input_line(&input);
        if (marker_own_check(lines[i]) == 0)
            own[count++] = (struct marker_own){lines[i], (unsigned)(i % 3)};
    }
    static struct marker_set *builtin; /* most inputs have no markers of their own */
    struct marker_set *set = count == 0 ? builtin : NULL;
    size_t rows_count;
    const struct marker_row *rows = marker_table(&rows_count);
    MUST(set || marker_set_new(rows, rows_count, own, count, &set) == 0,
         "markers that were checked");
    slow_hits(set, input.at, input.left, &want);
    if (want.count < SLOW_HITS_MAX) {
        must_find_start(set, input.at, input.left, &want);
        for (int engine = MARKER_PLAIN; engine < MARKER_ENGINES; engine++)
            if (marker_set_engine(set, (enum marker_engine)engine)) {
                try_engine(set, input.at, input.left, &want);
                scan_some(set, input.at, input.left, tags, &want);
            }
    }
    if (count == 0)
        builtin = set;
    else
        marker_set_free(set);
    for (size_t i = 0; i < lines_read; i++)
        free(lines[i]);
    return 0;
}
