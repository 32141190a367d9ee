/*
 * A text in pieces. Positions of a piece that lie at least the reach bytes from both its ends are
 * searched where they are. For the others the carry holds the end of what was fed and the beginning
 * of what follows, in one; white space longer than two bytes is cut to two there, which changes no
 * match but bounds how far one can reach.
 */
#include "search/marker_set.h"

#include <string.h>

void marker_scan_start(struct marker_scan *scan, const struct marker_set *set, uint32_t tags)
{
    scan->index = marker_set_index(set);
    scan->tags = tags;
    scan->piece = NULL;
    scan->piece_length = 0;
    scan->piece_offset = 0;
    scan->offset = 0;
    scan->in_carry = true;
    scan->resume = 0;
    scan->carry_length = 0;
    scan->carry_done = 0;
    marker_window_open(&scan->window, scan->carry, 0, 0, 0);
}

void marker_scan_drop(struct marker_scan *scan, uint32_t tags)
{
    scan->tags &= ~tags;
}

/*
 * Append piece[from] to piece[to - 1] to the carry, as far as it then holds no more than `limit`
 * bytes. The first position not taken.
 */
static size_t carry_append(struct marker_scan *scan, size_t from, size_t to, size_t limit)
{
    const unsigned char *piece = scan->piece;
    uint64_t offset = scan->piece_offset;
    size_t length = scan->carry_length;
    size_t blanks = length - marker_blanks_start(scan->carry, length, 0);

    while (from < to) {
        unsigned char byte = piece[from];

        blanks = (blanks + 1) * marker_is_blank(byte);
        if (blanks > 2) {
            from = marker_blanks_end(piece, from, to);
            continue;
        }
        if (length == limit)
            break;
        scan->carry[length] = byte;
        scan->carry_offset[length++] = offset + from++;
    }
    scan->carry_length = length;
    return from;
}

/* Drop of the carry what no match that is still to be found can reach. */
static void carry_slide(struct marker_scan *scan)
{
    size_t reach = scan->index->reach;
    size_t drop = scan->carry_done > reach ? scan->carry_done - reach : 0;
    size_t keep = scan->carry_length - drop;

    memmove(scan->carry, scan->carry + drop, keep);
    memmove(scan->carry_offset, scan->carry_offset + drop, keep * sizeof *scan->carry_offset);
    scan->carry_length = keep;
    scan->carry_done -= drop;
}

/* Go back from `end` over `count` bytes of the piece, long blanks counted as two, or to `least`. */
static size_t step_back(const unsigned char *piece, size_t end, size_t count, size_t least)
{
    size_t blanks = 0;

    while (end > least) {
        blanks = (blanks + 1) * marker_is_blank(piece[end - 1]);
        if (blanks > 2)
            end = marker_blanks_start(piece, end, least);
        else if (count-- == 0)
            break;
        else
            end--;
    }
    return end;
}

void marker_scan_feed(struct marker_scan *scan, const void *bytes, size_t length)
{
    size_t reach = scan->index->reach;
    size_t stop;

    if (length == 0)
        return;
    scan->piece = bytes;
    scan->piece_length = length;
    scan->piece_offset = scan->offset;
    scan->offset += length;

    carry_slide(scan);
    scan->resume = carry_append(scan, 0, length, scan->carry_length + 2 * reach);
    stop = scan->carry_length > reach ? scan->carry_length - reach : 0;
    stop = stop > scan->carry_done ? stop : scan->carry_done;
    marker_window_open(&scan->window, scan->carry, scan->carry_length, scan->carry_done, stop);
    scan->in_carry = true;
}

void marker_scan_finish(struct marker_scan *scan)
{
    scan->piece = NULL;
    marker_window_open(&scan->window, scan->carry, scan->carry_length, scan->carry_done,
                       scan->carry_length);
    scan->carry_done = scan->carry_length;
    scan->in_carry = true;
}

/* The carry is searched: go on in the piece, unless the carry took all of it. */
static void leave_carry(struct marker_scan *scan)
{
    size_t reach = scan->index->reach;
    size_t from;
    size_t stop;

    scan->carry_done = scan->window.stop;
    if (scan->resume == scan->piece_length) {
        scan->piece = NULL;
        return;
    }
    from = (size_t)(scan->carry_offset[scan->carry_done] - scan->piece_offset);
    stop = step_back(scan->piece, scan->piece_length, reach, from);
    marker_window_open(&scan->window, scan->piece, scan->piece_length, from, stop);
    scan->in_carry = false;
}

/* The piece is searched up to what its successor may go on with. */
static void leave_piece(struct marker_scan *scan)
{
    size_t done = scan->window.stop;
    size_t from = step_back(scan->piece, done, scan->index->reach, 0);

    scan->carry_length = 0;
    carry_append(scan, from, done, MARKER_CARRY_MAX);
    scan->carry_done = scan->carry_length;
    carry_append(scan, done, scan->piece_length, MARKER_CARRY_MAX);
    scan->piece = NULL;
}

/* Search on, in whatever is to be searched next. False when nothing is left. */
static bool refill(struct marker_scan *scan)
{
    while (!marker_window_refill(scan->index, scan->tags, &scan->window)) {
        if (!scan->piece)
            return false;
        if (scan->in_carry)
            leave_carry(scan);
        else
            leave_piece(scan);
    }
    return true;
}

bool marker_scan_next(struct marker_scan *scan, struct marker_hit *ret_hit)
{
    struct marker_window *window = &scan->window;
    const struct marker_hit *hit;

    if (window->hit == window->hits.count && !refill(scan))
        return false;
    hit = &window->hits.hit[window->hit++];
    ret_hit->row = hit->row;
    if (scan->in_carry) {
        ret_hit->start = scan->carry_offset[hit->start];
        ret_hit->end = scan->carry_offset[hit->end - 1] + 1;
    } else {
        ret_hit->start = scan->piece_offset + hit->start;
        ret_hit->end = scan->piece_offset + hit->end;
    }
    return true;
}
