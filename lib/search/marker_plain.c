/*
 * The filter in plain C, for any processor and any key: one table look-up per byte, whose eight
 * bytes are the places of a key. Byte N of the running state has the bits of those buckets off that
 * match up to place N. Four runs side by side, for a run by itself waits for its own last step.
 */
#include "search/marker_set.h"

#define LAST        (8 * (MARKER_WINDOW - 1)) /* where the state holds what matches as a whole */
#define RUN         (MARKER_BLOCK / 4)
#define AHEAD       (MARKER_WINDOW - 1)
#define ROOM(found) ((found)->count <= MARKER_BATCH_MAX - MARKER_BLOCK)

/* In which of a block's four runs does a key of the wanted buckets start? A bit for each. Reads
 * AHEAD bytes more. */
static unsigned runs_with_keys(const uint64_t refuse[256], unsigned wanted,
                               const unsigned char *block)
{
    uint64_t a = UINT64_MAX;
    uint64_t b = UINT64_MAX;
    uint64_t c = UINT64_MAX;
    uint64_t d = UINT64_MAX;
    uint64_t all[4] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    unsigned runs = 0;

    for (size_t i = 0; i < RUN + AHEAD; i++) {
        a = a << 8 | refuse[block[i]];
        b = b << 8 | refuse[block[i + RUN]];
        c = c << 8 | refuse[block[i + 2 * RUN]];
        d = d << 8 | refuse[block[i + 3 * RUN]];
        all[0] &= a;
        all[1] &= b;
        all[2] &= c;
        all[3] &= d;
    }
    for (unsigned run = 0; run < 4; run++)
        runs |= (unsigned)((~all[run] >> LAST & wanted) != 0) << run;
    return runs;
}

/* Note the keys of the wanted buckets that start at one of `count` positions. */
static void note(const struct marker_filter *filter, unsigned wanted, const unsigned char *text,
                 size_t length, size_t from, size_t count, struct marker_candidates *found)
{
    uint64_t state = UINT64_MAX;
    size_t noted = found->count;

    for (size_t i = from; i < from + count + AHEAD; i++) {
        unsigned char buckets;

        state = state << 8 | (i < length ? filter->refuse[text[i]] : filter->past_end);
        buckets = (unsigned char)(~state >> LAST & wanted);
        if (buckets != 0) {
            found->position[noted] = i - AHEAD;
            found->buckets[noted++] = buckets;
        }
    }
    found->count = noted;
}

size_t marker_find_plain(const struct marker_filter *filter, unsigned wanted,
                         const unsigned char *text, size_t length, size_t from, size_t to,
                         struct marker_candidates *found)
{
    size_t at = from;

    while (at < to && ROOM(found)) {
        size_t left = to - at;

        if (left < MARKER_BLOCK || length - at < MARKER_BLOCK + AHEAD) {
            size_t count = left < MARKER_BLOCK ? left : MARKER_BLOCK;

            note(filter, wanted, text, length, at, count, found);
            at += count;
            continue;
        }
        for (unsigned runs = runs_with_keys(filter->refuse, wanted, text + at), run = 0; runs != 0;
             runs >>= 1, run++) {
            if ((runs & 1) != 0)
                note(filter, wanted, text, length, at + run * RUN, RUN, found);
        }
        at += MARKER_BLOCK;
    }
    return at;
}
