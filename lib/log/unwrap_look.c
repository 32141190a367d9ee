/* What a log is made of, by its first and last lines. */
#include "base/escape.h"
#include "base/file.h"
#include "log/line_reader.h"
#include "log/prefix.h"
#include "log/unwrap_layer.h"
#include "log/wrapper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_BYTES ((uint64_t)64 << 10) /* at each end */
#define LOOK_LINES 64
#define LOOK_MAX   ((uint64_t)256 << 10) /* no line is looked at any further */

/* What was seen in lines that are not blank. */
struct seen {
    size_t lines, records, cri, coloured;
    bool has_event, has_prefixed, has_feeds, has_foreign;
    /* parts of the prefix, and blanks, before a bracket that stands alone in a line: in the line
     * before; and where a member or another bracket came after it */
    size_t opening, opening_gap;
    size_t prefix, gap;
    size_t members;                    /* texts, each a member in a line of its own */
    bool first_is_bracket, is_bracket; /* alone in the first line, and in the last one */
    struct wrapper wrapper;
};

static bool starts_with(const char *at, size_t length, const char *start)
{
    size_t size = strlen(start);
    return length >= size && memcmp(at, start, size) == 0;
}

bool unwrap_begins_event(const char *line, size_t length)
{
    static const char *const types[] = {"system\"", "assistant\"",    "user\"",
                                        "result\"", "stream_event\"", "rate_limit_event\""};
    static const char begin[] = "{\"type\":\"";
    size_t head = length < 2 * PREFIX_MAX ? length : 2 * PREFIX_MAX;
    const char *at = line, *end = line + head;
    while ((at = memmem(at, (size_t)(end - at), begin, sizeof begin - 1))) {
        bool is_inside = at > line && at[-1] && strchr("\"'\\:`", at[-1]);
        at += sizeof begin - 1;
        for (size_t i = 0; i < sizeof types / sizeof *types && !is_inside; i++)
            if (starts_with(at, (size_t)(line + length - at), types[i]))
                return true;
    }
    return false;
}

size_t unwrap_cri_part(const char *line, size_t length, bool *ret_stderr, bool *ret_partial)
{
    /* 2026-11-28T09:00:00.123456789Z stdout F and the rest */
    const char *blank = memchr(line, ' ', length < 40 ? length : 40);
    size_t at = blank ? (size_t)(blank - line) + 1 : 0;
    if (at < 20 || line[10] != 'T' || length < at + 8)
        return 0;
    bool is_stderr = starts_with(line + at, length - at, "stderr ");
    if (!is_stderr && !starts_with(line + at, length - at, "stdout "))
        return 0;
    at += 7;
    if ((line[at] != 'F' && line[at] != 'P') ||
        (at + 1 < length && line[at + 1] != ' ' && line[at + 1] != ':'))
        return 0;
    *ret_stderr = is_stderr;
    *ret_partial = line[at] == 'P';
    const char *behind = memchr(line + at, ' ', length - at); /* past more tags, F:x */
    return behind ? (size_t)(behind - line) + 1 : length;
}

/* How often escape sequences stand between a member's name or a bracket and what comes next. */
static size_t count_coloured(const char *line, size_t length)
{
    size_t count = 0;
    const char *end = line + length;
    for (const char *at = line; count < 2 && (at = memchr(at, 0x1B, (size_t)(end - at)));) {
        char before = ' ', after = ' ';
        if (at > line)
            before = at[-1];
        size_t size = 1;
        while (at < end &&
               (size = escape_length((const unsigned char *)at, (size_t)(end - at))) > 0)
            at += size;
        if (at < end)
            after = *at;
        count += (before == '"' && after == ':') ||
                 (before && after && strchr("{[,:", before) && strchr("{[\"", after));
    }
    return count;
}

/* Events inside quotation marks of Python or of a shell, or with escapes before theirs. */
static bool is_foreign(const char *line, size_t length)
{
    static const char *const marks[] = {"\\\"type\\\"", "'type'", "'{\"type\"", "\"{\"type\"",
                                        "=>\"{"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (memmem(line, length, marks[i], strlen(marks[i])))
            return true;
    return false;
}

size_t unwrap_blanks_before(const char *line, size_t at)
{
    size_t blanks = 0;
    while (blanks < at && line[at - blanks - 1] == ' ')
        blanks++;
    return blanks;
}

/* A value spread over lines with a prefix before each: a bracket alone, then a member. */
static void look_for_prefix(struct seen *seen, const char *line, size_t length)
{
    size_t places[PREFIX_PLACES], head = length < 2 * PREFIX_MAX ? length : 2 * PREFIX_MAX;
    size_t count = prefix_places((const unsigned char *)line, head, places);
    size_t opening = seen->opening, end = escape_trimmed((const unsigned char *)line, head);
    seen->opening = 0;
    bool goes_on = opening > 0 && count > opening && strchr("\"{[", line[places[opening]]);
    if (goes_on && (seen->prefix == 0 || seen->opening_gap < seen->gap)) {
        seen->prefix = opening; /* of values inside values the outermost */
        seen->gap = seen->opening_gap;
    }
    for (size_t i = 1; i < count; i++)
        if (places[i] + 1 == end && (line[places[i]] == '{' || line[places[i]] == '['))
            seen->opening = i, seen->opening_gap = unwrap_blanks_before(line, places[i]);
}

/* A record that is spread over lines, or an event of the CLI that is. */
static void look_for_members(struct seen *seen, const char *line, size_t length)
{
    char room[4096];
    seen->is_bracket = length > 0 && strchr("{[]}", line[0]) &&
                       escape_trimmed((const unsigned char *)line, length) == 1;
    seen->first_is_bracket = seen->first_is_bracket || (seen->is_bracket && seen->lines == 1);
    if (length + 2 > sizeof room) { /* with its head it is told what it is */
        const char *brace = memchr(line, '"', PREFIX_MAX);
        seen->members += brace && memmem(line, length, "\\\"type\\\"", 8);
        return;
    }
    enum wrapper_kind kind = wrapper_read_member(line, length, room, &seen->wrapper);
    seen->has_event = seen->has_event || kind == WRAPPER_EVENT;
    seen->members += kind == WRAPPER_HOLDS;
}

static void look_at_line(struct seen *seen, const char *line, size_t length)
{
    bool is_stderr, is_partial;
    if (escape_trimmed((const unsigned char *)line, length < 4096 ? length : 4096) == 0)
        return;
    seen->lines++;
    seen->is_bracket = false;
    if (unwrap_cri_part(line, length, &is_stderr, &is_partial) > 0)
        seen->cri++;
    seen->coloured += count_coloured(line, length);
    switch (wrapper_read(line, length, &seen->wrapper)) {
    case WRAPPER_EVENT: seen->has_event = true; break;
    case WRAPPER_HOLDS:
        seen->records++;
        seen->has_feeds = seen->has_feeds || seen->wrapper.ends_line;
        seen->has_prefixed =
            seen->has_prefixed ||
            (seen->wrapper.start > 0 && (seen->wrapper.holds_events || seen->wrapper.has_streams));
        break;
    case WRAPPER_NONE:
    default:
        seen->has_event = seen->has_event || unwrap_begins_event(line, length);
        look_for_prefix(seen, line, length);
        look_for_members(seen, line, length);
        break;
    }
    seen->has_foreign = seen->has_foreign || is_foreign(line, length);
}

/* The beginning of a line that is too long to be looked at whole: a record by what it shows. */
static void look_at_beginning(struct seen *seen, const char *line, size_t length)
{
    const char *brace = memchr(line, '{', length < PREFIX_MAX ? length : PREFIX_MAX);
    seen->lines++;
    if (unwrap_begins_event(line, length))
        seen->has_event = true;
    else if (brace && memmem(line, length, "\\\"type\\\"", 8)) {
        seen->records++;
        seen->has_prefixed = seen->has_prefixed || brace > line;
    }
}

/* Look at the lines in [*from, to), a few of them, and set *from behind the last one. */
static int look_at_lines(int fd, uint64_t *from, uint64_t to, uint64_t size, struct seen *seen)
{
    struct line_reader reader;
    uint64_t end = size - *from > LOOK_MAX ? *from + LOOK_MAX : size;
    line_reader_start(&reader, fd, *from, end);
    const char *line;
    size_t length;
    bool feed;
    for (int lines = 0;
         *from < to && lines < LOOK_LINES && line_reader_next(&reader, &line, &length, &feed);
         lines++) {
        *from += length + feed;
        if (!feed && end < size)
            look_at_beginning(seen, line, length);
        else
            look_at_line(seen, line, length);
        if (seen->has_event && seen->cri == 0 && seen->coloured < 2)
            break;
    }
    line_reader_free(&reader);
    return reader.error;
}

/* Where the last lines begin; `skips`: the line at `from` may be half, and is none of them. */
static int find_last_lines(int fd, uint64_t from, uint64_t size, bool skips, uint64_t *ret)
{
    struct line_reader reader;
    uint64_t starts[LOOK_LINES], at = from;
    size_t count = 0;
    line_reader_start(&reader, fd, from, size);
    const char *line;
    size_t length;
    bool feed;
    for (; line_reader_next(&reader, &line, &length, &feed); skips = false) {
        if (!skips)
            starts[count++ % LOOK_LINES] = at;
        at += length + feed;
    }
    line_reader_free(&reader);
    *ret = count == 0 ? size : starts[count < LOOK_LINES ? 0 : count % LOOK_LINES];
    return reader.error;
}

static enum unwrap_kind kind_of(const struct seen *seen)
{
    if (2 * seen->cri > seen->lines)
        return UNWRAP_CRI;
    if (seen->coloured >= 2)
        return UNWRAP_COLOUR;
    if (seen->has_event)
        return UNWRAP_NOTHING;
    if (seen->records > 0 && (2 * seen->records >= seen->lines || seen->has_prefixed))
        return UNWRAP_RECORDS;
    if (seen->members > 0 && seen->first_is_bracket && seen->is_bracket)
        return UNWRAP_MEMBERS;
    return seen->prefix > 0 ? UNWRAP_PREFIX : UNWRAP_NOTHING;
}

/* A byte order mark, and a character of one byte among the first: other bytes begin so too. */
static int look_for_mark(int fd, struct unwrap_layer *layer)
{
    unsigned char bytes[512];
    size_t n;
    int error = file_read_at(fd, 0, bytes, sizeof bytes, &n);
    if (error != 0)
        return error;
    if (n < 2 || bytes[0] + bytes[1] != 0xFE + 0xFF || bytes[0] < 0xFE)
        return 0;
    layer->is_big_endian = bytes[0] == 0xFE;
    const size_t high = layer->is_big_endian ? 0 : 1;
    for (size_t i = 2; i + 1 < n; i += 2)
        if (bytes[i + high] == 0 && bytes[i + 1 - high] != 0)
            layer->kind = UNWRAP_UTF16;
    return 0;
}

int unwrap_look_at(int fd, uint64_t size, struct unwrap_look *ret)
{
    *ret = (struct unwrap_look){.layer = {.kind = UNWRAP_NOTHING, .fd = fd, .size = size}};
    int error = size > 0 ? look_for_mark(fd, &ret->layer) : 0;
    if (size == 0 || error != 0 || ret->layer.kind != UNWRAP_NOTHING)
        return error;
    struct seen *seen = calloc(1, sizeof *seen);
    if (!seen)
        return ENOMEM;
    uint64_t at = 0;
    error = look_at_lines(fd, &at, LOOK_BYTES, size, seen);
    bool goes_on = !seen->has_event || seen->cri > 0;
    if (error == 0 && goes_on && at < size) {
        bool is_far = size - at > LOOK_BYTES;
        error = find_last_lines(fd, is_far ? size - LOOK_BYTES : at, size, is_far, &at);
        seen->opening = 0;
    }
    if (error == 0 && goes_on && at < size)
        error = look_at_lines(fd, &at, size, size, seen);
    ret->layer.kind = kind_of(seen);
    ret->layer.prefix = seen->prefix;
    ret->layer.gap = seen->gap;
    ret->layer.has_feeds = seen->has_feeds;
    ret->holds_foreign = !seen->has_event && seen->has_foreign;
    free(seen);
    return error;
}
