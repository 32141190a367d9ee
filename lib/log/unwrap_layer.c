#include "log/unwrap_layer.h"

#include "base/escape.h"
#include "log/line_reader.h"
#include "log/prefix.h"
#include "log/utf16.h"
#include "log/wrapper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_MAX ((size_t)1 << 20)

/*
 * Lines that come in parts, of two streams that may come in turns: the parts of one go on to the
 * sink, and what the other says meanwhile waits until that line ends.
 */
struct joiner {
    struct unwrap_sink *sink;
    bool is_open, open_stderr; /* the line of this stream has no end yet */
    char *side;                /* of the other stream */
    size_t side_used;
};

static void end_line(struct joiner *j)
{
    if (j->is_open)
        unwrap_sink_add(j->sink, "\n", 1);
    j->is_open = false;
    size_t used = j->side_used;
    j->side_used = 0;
    if (used == 0)
        return;
    unwrap_sink_add(j->sink, j->side, used);
    j->is_open = j->side[used - 1] != '\n';
    j->open_stderr = !j->open_stderr;
}

/* Returns 0 or ENOMEM. */
static int wait_aside(struct joiner *j, const char *bytes, size_t length, bool ends)
{
    if (!j->side && !(j->side = malloc(SIDE_MAX)))
        return ENOMEM;
    memcpy(j->side + j->side_used, bytes, length);
    j->side_used += length;
    if (ends)
        j->side[j->side_used++] = '\n';
    return 0;
}

/* A part of a line; `ends`: and its end, which the bytes may have already. */
static int join(struct joiner *j, bool is_stderr, const char *bytes, size_t length, bool ends)
{
    bool has_end = length > 0 && bytes[length - 1] == '\n';
    if (j->is_open && j->open_stderr != is_stderr) {
        if (length + 1 < SIDE_MAX - j->side_used)
            return wait_aside(j, bytes, length, ends && !has_end);
        end_line(j);
        if (j->is_open && j->open_stderr != is_stderr)
            end_line(j);
    }
    unwrap_sink_add(j->sink, bytes, length);
    j->is_open = !has_end;
    j->open_stderr = is_stderr;
    if (has_end || ends)
        end_line(j);
    return 0;
}

/* What reading a layer works on. */
struct work {
    const struct unwrap_layer *layer;
    struct unwrap_sink *sink;
    struct joiner joiner;
    struct wrapper wrapper;
    char *text; /* of a record, decoded */
    size_t room;
    struct utf16 utf16;
    struct escape escape;
};

/* True when w->text has room for so many bytes. */
static bool has_room(struct work *w, size_t length)
{
    if (w->text && w->room >= length)
        return true;
    free(w->text);
    w->text = malloc(2 * length);
    w->room = w->text ? 2 * length : 0;
    return w->text != NULL;
}

/* A line as it is. What was open ends: it must not become part of that. */
static int pass(struct work *w, const char *line, size_t length, bool feed)
{
    while (w->joiner.is_open)
        end_line(&w->joiner);
    unwrap_sink_add(w->sink, line, length);
    if (feed)
        unwrap_sink_add(w->sink, "\n", 1);
    return 0;
}

static int read_cri(struct work *w, const char *line, size_t length, bool feed)
{
    bool is_stderr, is_partial;
    size_t part = unwrap_cri_part(line, length, &is_stderr, &is_partial);
    if (part == 0)
        return pass(w, line, length, feed);
    return join(&w->joiner, is_stderr, line + part, length - part, feed && !is_partial);
}

static int read_record(struct work *w, const char *line, size_t length, bool feed)
{
    struct wrapper *wrapper = &w->wrapper;
    enum wrapper_kind kind = wrapper_read(line, length, wrapper);
    if (kind == WRAPPER_EVENT || (kind == WRAPPER_NONE && unwrap_begins_event(line, length)))
        return EPROTO;
    if (kind == WRAPPER_NONE)
        return pass(w, line, length, feed);
    if (!has_room(w, length + 2))
        return ENOMEM;
    size_t decoded = wrapper_decode(wrapper, w->text);
    bool goes_on = wrapper->is_partial || (w->layer->has_feeds && !wrapper->ends_line);
    return join(&w->joiner, wrapper->is_stderr, w->text, decoded, !goes_on);
}

/* Only texts are of use; what else is in the records is no line of the run. */
static int read_member(struct work *w, const char *line, size_t length)
{
    if (!has_room(w, 2 * (length + 2)))
        return ENOMEM;
    char *text = w->text + length + 2;
    enum wrapper_kind kind = wrapper_read_member(line, length, w->text, &w->wrapper);
    if (kind == WRAPPER_EVENT || unwrap_begins_event(line, length))
        return EPROTO;
    if (kind == WRAPPER_NONE)
        return 0;
    return join(&w->joiner, false, text, wrapper_decode(&w->wrapper, text), true);
}

/* A value's lines keep what they are indented by: it tells where the value begins. */
static int read_prefixed(struct work *w, const char *line, size_t length, bool feed)
{
    size_t places[PREFIX_PLACES], head = length < 2 * PREFIX_MAX ? length : 2 * PREFIX_MAX;
    size_t count = prefix_places((const unsigned char *)line, head, places);
    size_t skipped = count > w->layer->prefix ? places[w->layer->prefix] : 0;
    size_t blanks = unwrap_blanks_before(line, skipped), gap = w->layer->gap;
    skipped -= blanks > gap ? blanks - gap : 0;
    unwrap_sink_add(w->sink, line + skipped, length - skipped);
    if (feed)
        unwrap_sink_add(w->sink, "\n", 1);
    return 0;
}

static int read_coloured(struct work *w, const char *line, size_t length, bool feed)
{
    const char *end = line + length;
    while (line < end) {
        const char *escape = line;
        if (w->escape.state == 0 && !(escape = memchr(line, 0x1B, (size_t)(end - line))))
            escape = end;
        unwrap_sink_add(w->sink, line, (size_t)(escape - line));
        for (line = escape; line < end && escape_takes(&w->escape, (unsigned char)*line);)
            line++;
        if (line < end) { /* the byte after the sequence */
            unwrap_sink_add(w->sink, line, 1);
            line++;
        }
    }
    w->escape.state = feed ? 0 : w->escape.state;
    if (feed)
        unwrap_sink_add(w->sink, "\n", 1);
    return 0;
}

/* Its line feeds are bytes of it, of one unit or another. */
static int read_utf16(struct work *w, const char *line, size_t length, bool feed)
{
    if (!has_room(w, UTF16_ROOM(length)))
        return ENOMEM;
    unwrap_sink_add(w->sink, w->text, utf16_convert(&w->utf16, line, length, w->text));
    if (feed)
        unwrap_sink_add(w->sink, w->text, utf16_convert(&w->utf16, "\n", 1, w->text));
    return 0;
}

static int read_line(struct work *w, const char *line, size_t length, bool feed)
{
    switch (w->layer->kind) {
    case UNWRAP_CRI: return read_cri(w, line, length, feed);
    case UNWRAP_RECORDS: return read_record(w, line, length, feed);
    case UNWRAP_MEMBERS: return read_member(w, line, length);
    case UNWRAP_PREFIX: return read_prefixed(w, line, length, feed);
    case UNWRAP_COLOUR: return read_coloured(w, line, length, feed);
    case UNWRAP_UTF16: return read_utf16(w, line, length, feed);
    case UNWRAP_NOTHING:
    default: return EINVAL;
    }
}

int unwrap_layer_read(const struct unwrap_layer *layer, struct unwrap_sink *sink)
{
    struct work *w = calloc(1, sizeof *w);
    if (!w)
        return ENOMEM;
    w->layer = layer;
    w->sink = w->joiner.sink = sink;
    w->utf16.is_big_endian = layer->is_big_endian;
    struct line_reader reader;
    line_reader_start(&reader, layer->fd, 0, layer->size);
    const char *line;
    size_t length;
    bool feed;
    int error = 0;
    while (error == 0 && !unwrap_sink_is_done(sink) &&
           line_reader_next(&reader, &line, &length, &feed)) {
        sink->sources++;
        error = read_line(w, line, length, feed);
    }
    if (error == 0)
        error = reader.error;
    if (error == 0 && w->joiner.side_used > 0)
        end_line(&w->joiner);
    if (error == 0)
        unwrap_sink_finish(sink);
    line_reader_free(&reader);
    free(w->joiner.side);
    free(w->text);
    free(w);
    return error != 0 ? error : sink->error;
}
