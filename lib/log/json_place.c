#include "log/json_place.h"

#include "base/escape.h"
#include "log/brackets.h"

#include <string.h>

#define TRAILER_MAX 40  /* bytes of a wrapper's behind an event */
#define PREFIX_MAX  512 /* bytes of a wrapper's before an event */
#define TRIES_MAX   8   /* brackets in them that are tried */

bool log_is_blank(struct log_window *window, uint64_t from, uint64_t to)
{
    struct escape escape = {0};
    while (from < to) {
        size_t length;
        const unsigned char *bytes = log_bytes(window, from, &length);
        if (!bytes)
            return true;
        if (length > to - from)
            length = (size_t)(to - from);
        for (size_t i = 0; i < length; i++) {
            unsigned char c = bytes[i];
            if (!escape_takes(&escape, c) && c != ' ' && (c < '\t' || c > '\r'))
                return false;
        }
        from += length;
    }
    return true;
}

/* True for what may stand behind an event in its line: nothing visible, or a few words of a
 * wrapper's, as in " rc=0". */
static bool is_trailer(struct log_window *window, uint64_t from, uint64_t to)
{
    char bytes[TRAILER_MAX + 1] = "";
    if (log_is_blank(window, from, to))
        return true;
    if (to - from > TRAILER_MAX)
        return false;
    size_t have = 0, length;
    const unsigned char *more;
    while (have < to - from && (more = log_bytes(window, from + have, &length))) {
        length = length < to - from - have ? length : (size_t)(to - from - have);
        memcpy(bytes + have, more, length);
        have += length;
    }
    return bytes[0] == ' ' && !memchr(bytes, '"', have) && !memchr(bytes, '{', have);
}

uint64_t log_line_end(struct log_window *window, uint64_t offset)
{
    const uint64_t limit = offset + LOG_LINE_MAX;
    while (offset < limit) {
        size_t length;
        const unsigned char *bytes = log_bytes(window, offset, &length);
        if (!bytes)
            break;
        const unsigned char *feed = memchr(bytes, '\n', length);
        if (feed)
            return offset + (uint64_t)(feed - bytes);
        offset += length;
    }
    return offset;
}

/* Scan the value that starts at `start` and is complete at `limit` or before. */
static bool scan_value(struct log_window *window, uint64_t start, uint64_t limit,
                       struct log_value *ret)
{
    ret->start = ret->end = start;
    json_scan_start(&ret->scan);
    while (ret->end < limit) {
        size_t length;
        const unsigned char *bytes = log_bytes(window, ret->end, &length);
        if (!bytes)
            return false;
        if (length > limit - ret->end)
            length = (size_t)(limit - ret->end);
        enum json_scan_result result = json_scan_feed(&ret->scan, bytes, length);
        ret->end = start + ret->scan.length;
        if (result != JSON_SCAN_MORE)
            return result == JSON_SCAN_DONE;
    }
    return false;
}

bool log_value_in_line(struct log_window *window, uint64_t line, uint64_t line_end,
                       struct log_value *ret)
{
    int tries = 0;
    uint64_t last = line + PREFIX_MAX < line_end ? line + PREFIX_MAX : line_end;
    for (uint64_t at = line; at < last && tries < TRIES_MAX;) {
        size_t length;
        const unsigned char *bytes = log_bytes(window, at, &length);
        if (!bytes)
            return false;
        size_t n = 0;
        while (n < length && at + n < last && bytes[n] != '{' && bytes[n] != '[')
            n++;
        at += n;
        if (n == length || at >= last)
            continue;
        tries++;
        if (scan_value(window, at, line_end, ret) && ret->scan.events > 0 &&
            is_trailer(window, ret->end, line_end))
            return true;
        at++;
    }
    return false;
}

void log_value_back_start(struct log_value_back *back, struct log_window *window)
{
    *back = (struct log_value_back){
        .window = window, .kinds = LOG_ANY_KIND, .searched = UINT64_MAX, .brace = UINT64_MAX};
}

bool log_value_ending_in_line(struct log_value_back *back, uint64_t line, uint64_t line_end,
                              struct log_value *ret)
{
    uint64_t floor = line > LOG_LINE_MAX ? line - LOG_LINE_MAX : 0;
    if (back->brace >= line) {
        uint64_t from = line < back->searched ? line : back->searched;
        back->brace = log_last_line_with(back->window, LOG_OPENING, from, floor);
        back->searched = back->brace == UINT64_MAX ? floor : back->brace;
        back->is_value = back->brace != UINT64_MAX &&
                         scan_value(back->window, back->brace, line_end, &back->value) &&
                         back->value.scan.events > 0;
    }
    if (!back->is_value || back->value.end <= line || back->value.end > line_end ||
        !is_trailer(back->window, back->value.end, line_end))
        return false;
    *ret = back->value;
    return true;
}

/* The value of events that ends in the line, all of which ends at `line_end`. */
static bool find_value(struct log_value_back *back, uint64_t line, uint64_t line_end,
                       struct log_value *ret)
{
    struct log_window *window = back->window;
    if (log_may_have_type(window, line, line_end, back->kinds) &&
        log_value_in_line(window, line, line_end, ret))
        return true;
    size_t length;
    const unsigned char *bytes = log_bytes(window, line, &length);
    return bytes && (*bytes == '}' || *bytes == ']') &&
           log_value_ending_in_line(back, line, line_end, ret);
}

/*
 * The value of events that ends in [low, *end), where no line has a "type" that is asked for: it
 * must have begun before. So no line matters but that in which the value of the last opening
 * bracket before `low` ends, and that only where no other such bracket comes between. When there is
 * none, *end is `low`.
 */
static bool find_begun_before(struct log_value_back *back, uint64_t low, uint64_t *end,
                              struct log_value *ret)
{
    *end = log_first_line_with(back->window, LOG_OPENING, low, *end);
    while (*end > low) {
        uint64_t line = log_last_line_with(back->window, LOG_CLOSING, *end, low);
        if (line == UINT64_MAX)
            break;
        bool found = log_value_ending_in_line(back, line, log_line_end(back->window, line), ret);
        *end = found ? ret->start : line;
        if (found)
            return true;
        if (!back->is_value || back->value.end > line)
            break;
        uint64_t its_end = log_line_end(back->window, back->value.end);
        *end = its_end < line ? its_end : line;
    }
    *end = low;
    return false;
}

/* The first line that starts behind `offset`; `end` when that is not before it. */
static uint64_t next_line(struct log_window *window, uint64_t offset, uint64_t end)
{
    uint64_t feed = log_line_end(window, offset);
    return feed < end ? feed + 1 : end;
}

/* The bracket that ends at `end` may be that of ESC ], which begins a sequence for the terminal. */
static uint64_t before_escape(struct log_window *window, uint64_t end)
{
    size_t length;
    const unsigned char *bytes = end >= 2 ? log_bytes(window, end - 2, &length) : NULL;
    return bytes && *bytes == 0x1B ? end - 2 : end;
}

bool log_value_before(struct log_value_back *back, uint64_t *end, uint64_t floor,
                      struct log_value *ret)
{
    for (int lines = 0; lines < 1024 && *end > floor; lines++) {
        uint64_t bracket = log_behind_last_bracket(back->window, *end, floor);
        uint64_t typed =
            bracket > floor ? log_no_type_from(back->window, *end, floor, back->kinds) : floor;
        uint64_t low = next_line(back->window, typed, *end);
        if (low < bracket) {
            if (find_begun_before(back, low, end, ret))
                return true;
            bracket = log_behind_last_bracket(back->window, *end, floor);
        }
        *end = bracket;
        if (bracket == floor)
            return false;
        uint64_t line_end = log_line_end(back->window, bracket);
        bool may_be_event =
            is_trailer(back->window, before_escape(back->window, bracket), line_end);
        uint64_t limit = bracket > LOG_LINE_MAX ? bracket - LOG_LINE_MAX : 0;
        *end = log_line_start(back->window, bracket, may_be_event ? limit : floor);
        if (may_be_event && find_value(back, *end, line_end, ret)) {
            if (ret->start < *end)
                *end = ret->start;
            return true;
        }
    }
    return false;
}

void log_value_finder_start(struct log_value_finder *finder, struct log_window *window,
                            uint64_t start)
{
    memset(finder, 0, sizeof *finder);
    finder->window = window;
    finder->searched = start;
    finder->budget = 4 * window->log->size + LOG_LINE_MAX;
}

/* What was scanned in vain is charged, so that no text makes the search go over it again and again.
 */
static void charge(struct log_value_finder *finder, const struct log_value *value)
{
    uint64_t spent = value->scan.length;
    finder->budget = finder->budget > spent ? finder->budget - spent : 0;
}

/* *ret_known: what begins with the line's first byte ends in the line, as a value or as no JSON. */
static bool find_in_line(struct log_value_finder *finder, uint64_t offset, bool *ret_known)
{
    uint64_t line_end = log_line_end(finder->window, offset);
    struct log_value value = {.start = UINT64_MAX};
    bool found = log_value_in_line(finder->window, finder->line, line_end, &value);
    charge(finder, &value);
    *ret_known = value.start == finder->line && value.scan.length < line_end - finder->line;
    if (!found || value.end <= offset)
        return false;
    finder->value = value;
    return value.start <= offset;
}

static bool try_brace(struct log_value_finder *finder, uint64_t brace, uint64_t offset)
{
    struct log_value value;
    bool found = scan_value(finder->window, brace, brace + LOG_LINE_MAX, &value) &&
                 value.end > offset && value.scan.events > 0 &&
                 is_trailer(finder->window, value.end, log_line_end(finder->window, value.end));
    charge(finder, &value);
    if (found)
        finder->value = value;
    return found;
}

static bool find_over_lines(struct log_value_finder *finder, uint64_t offset, bool is_known)
{
    uint64_t floor = finder->line > LOG_LINE_MAX ? finder->line - LOG_LINE_MAX : 0;
    floor = finder->searched > floor ? finder->searched : floor;
    finder->searched = finder->line;
    size_t length;
    const unsigned char *bytes = is_known ? NULL : log_bytes(finder->window, finder->line, &length);
    if (bytes && (*bytes == '{' || *bytes == '[') && try_brace(finder, finder->line, offset))
        return true;
    uint64_t brace = log_last_line_with(finder->window, LOG_OPENING, finder->line, floor);
    return brace != UINT64_MAX && try_brace(finder, brace, offset);
}

const struct log_value *log_value_around(struct log_value_finder *finder, uint64_t offset)
{
    if (finder->value.end > offset && finder->value.start <= offset)
        return &finder->value;
    bool first = !finder->has_asked;
    finder->has_asked = true;
    uint64_t floor = offset > LOG_LINE_MAX ? offset - LOG_LINE_MAX : 0;
    floor = finder->asked > floor ? finder->asked : floor;
    uint64_t line = log_line_start(finder->window, offset, floor);
    bool same_line = line == floor && floor == finder->asked && !first;
    finder->asked = offset;
    if (same_line) /* and its value, if it had one, was looked at above */
        return NULL;
    finder->line = line;
    if (finder->budget == 0)
        return NULL;
    bool is_known;
    if (find_in_line(finder, offset, &is_known) || find_over_lines(finder, offset, is_known))
        return &finder->value;
    return NULL;
}
