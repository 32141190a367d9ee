#include "log/log_lines.h"

#include "log/brackets.h"

#include <string.h>

#define PREFIX_SEEN 512 /* bytes of a wrapper's before an event */
#define KEY_LEAST   4   /* bytes of JSON that make a cut event: {"t" */
#define LOOKS_BACK  64  /* lines of which each is looked at by itself */

size_t log_copy_line(struct searcher *s, uint64_t line, unsigned char *ret, size_t size)
{
    size_t have = 0, length;
    const unsigned char *bytes, *feed = NULL;
    while (!feed && have < size && (bytes = log_bytes(&s->views->around, line + have, &length))) {
        if (length > size - have)
            length = size - have;
        feed = memchr(bytes, '\n', length);
        if (feed)
            length = (size_t)(feed - bytes);
        memcpy(ret + have, bytes, length);
        have += length;
    }
    return have;
}

/* How JSON that begins at `at` goes on up to `end`: whole, broken off, or no JSON from *ret_end on.
 */
static enum json_scan_result scan_json(struct searcher *s, uint64_t at, uint64_t end,
                                       uint64_t *ret_end)
{
    struct json_scan scan;
    enum json_scan_result result = JSON_SCAN_MORE;
    json_scan_start(&scan);
    for (uint64_t next = at; next < end && result == JSON_SCAN_MORE;) {
        size_t length;
        const unsigned char *bytes = log_bytes(&s->views->around, next, &length);
        if (!bytes)
            break;
        length = length < end - next ? length : (size_t)(end - next);
        result = json_scan_feed(&scan, bytes, length);
        next += length;
    }
    *ret_end = at + scan.length;
    return result;
}

/* The first object in a line's head, or the array around it, with a member's name. */
static const unsigned char *find_object(const unsigned char *head, size_t length)
{
    for (const unsigned char *at = head; (at = memchr(at, '{', length - (size_t)(at - head)));
         at++) {
        const unsigned char *next = at + 1, *end = head + length;
        while (next < end && (*next == ' ' || *next == '\t'))
            next++;
        if (next < end && *next == '"')
            return at > head && at[-1] == '[' ? at - 1 : at;
    }
    return NULL;
}

/* Where JSON over several lines begins that the log's end cuts. */
static uint64_t find_cut_from(struct searcher *s)
{
    const uint64_t size = s->log->size;
    uint64_t floor = size > LOG_LINE_MAX ? size - LOG_LINE_MAX : 0, end;
    uint64_t line = log_last_line_with(&s->views->around, LOG_OPENING, size, floor);
    if (line == UINT64_MAX || scan_json(s, line, size, &end) != JSON_SCAN_MORE ||
        end < line + KEY_LEAST)
        return UINT64_MAX;
    return line;
}

/* False where no such JSON can have begun at or before this line. That takes a look back from there
 * to the last opening bracket, in place of one from the log's end. */
static bool may_go_on_behind(struct searcher *s, uint64_t line)
{
    const uint64_t size = s->log->size, least = size > LOG_LINE_MAX ? size - LOG_LINE_MAX : 0;
    const uint64_t floor = s->not_cut > least && s->not_cut <= line ? s->not_cut : least;
    if (line < least)
        return false;
    if (s->not_cuts++ == LOOKS_BACK) /* the one from the end tells of all lines */
        return true;
    uint64_t end, brace = log_last_line_with(&s->views->around, LOG_OPENING, line + 1, floor);
    if (brace != UINT64_MAX && scan_json(s, brace, size, &end) == JSON_SCAN_MORE)
        return true;
    s->not_cut = line + 1;
    return false;
}

uint64_t log_cut_event_in(struct searcher *s, uint64_t line)
{
    unsigned char head[PREFIX_SEEN] = {0};
    if (!s->has_cut_from && may_go_on_behind(s, line)) {
        s->cut_from = find_cut_from(s);
        s->has_cut_from = true;
    }
    if (s->has_cut_from && s->cut_from <= line)
        return s->cut_from;
    const size_t length = log_copy_line(s, line, head, sizeof head);
    const unsigned char *object = length > 0 ? find_object(head, length) : NULL;
    if (!object)
        return UINT64_MAX;
    uint64_t at = line + (uint64_t)(object - head), end;
    enum json_scan_result result = scan_json(s, at, log_line_end(&s->views->around, at), &end);
    return result != JSON_SCAN_DONE && end >= at + KEY_LEAST ? at : UINT64_MAX;
}

void log_count_line(struct searcher *s, struct log_mark *mark)
{
    if (mark->found)
        mark->line = 1 + log_count_lines(&s->views->forward, 0, mark->offset);
}
