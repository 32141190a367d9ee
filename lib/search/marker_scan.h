/*
 * A search for markers through a text of any length that comes in pieces, at the speed of memory.
 *
 *     struct marker_scan scan;
 *     marker_scan_start(&scan, set, MARKER_ALL, take_hit, context);
 *     while ((length = read(fd, buffer, sizeof buffer)) > 0)
 *         marker_scan_feed(&scan, buffer, (size_t)length);
 *     marker_scan_finish(&scan);
 *
 * Every occurrence of every marker is a hit, also where occurrences overlap: the one message
 * "Not logged in · Please run /login" makes three. To count mentions, count lines with hits, not
 * hits. White space within a marker may be of any length.
 */
#ifndef CHECK_CLAUDE_MARKER_SCAN_H
#define CHECK_CLAUDE_MARKER_SCAN_H

#include "search/marker.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes that tell whether a marker begins before them, long white space left out, and more. */
#define MARKER_REACH_MAX (MARKER_TEXT_MAX + 12)

/*
 * Takes a hit, and returns the tags that need not be looked for any more, 0 for none. The hits are
 * the same however a text was cut into pieces. They come roughly, not strictly, in the order of the
 * text: two that lie within MARKER_REACH_MAX bytes may be swapped.
 */
typedef uint32_t marker_take_hit(void *context, const struct marker_hit *hit);

/* A match that goes on in the next piece. */
struct marker_cut {
    uint64_t start, at; /* offsets in the text */
    size_t cell, row;
};

/*
 * Holds no memory of its own: it may be thrown away at any time. What is in it is private to
 * marker_scan.c.
 */
#define MARKER_CUT_MAX 256

struct marker_scan {
    const struct marker_set *set;
    uint32_t tags;
    marker_take_hit *take_hit;
    void *context;
    /* the end of what was fed, where markers may begin that only the next piece decides */
    unsigned char seam[2 * MARKER_REACH_MAX + 2];
    size_t seam_length;
    uint64_t offset; /* of the next piece */
    size_t cuts;
    struct marker_cut cut[MARKER_CUT_MAX];
};

/* Begin a text. The set is borrowed. */
void marker_scan_start(struct marker_scan *scan, const struct marker_set *set, uint32_t tags,
                       marker_take_hit *take_hit, void *context);

/* Search the next piece, of any length. It is not used after the call. */
void marker_scan_feed(struct marker_scan *scan, const void *bytes, size_t length);

/* The text is complete: take the hits that only its end could decide. */
void marker_scan_finish(struct marker_scan *scan);

#endif
