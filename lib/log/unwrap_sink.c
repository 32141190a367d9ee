/* Where what is unwrapped goes: to a file, or nowhere, when only lines are counted. */
#include "base/file_replace.h"
#include "log/unwrap_layer.h"

#include <string.h>

static void count_lines(struct unwrap_sink *sink, const char *bytes, size_t length)
{
    const char *end = bytes + length;
    for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(end - at))); at++)
        sink->lines++;
    sink->is_in_line = bytes[length - 1] != '\n';
}

static void flush(struct unwrap_sink *sink)
{
    if (sink->error == 0)
        sink->error = file_write(sink->fd, sink->bytes, sink->used);
    sink->used = 0;
}

void unwrap_sink_add(struct unwrap_sink *sink, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    sink->size += length;
    if (sink->fd < 0) {
        count_lines(sink, bytes, length);
        return;
    }
    while (length > 0) {
        size_t room = UNWRAP_SINK - sink->used, part = length < room ? length : room;
        memcpy(sink->bytes + sink->used, bytes, part);
        sink->used += part;
        bytes += part;
        length -= part;
        if (sink->used == UNWRAP_SINK)
            flush(sink);
    }
}

void unwrap_sink_finish(struct unwrap_sink *sink)
{
    if (sink->fd >= 0)
        flush(sink);
}

bool unwrap_sink_is_done(const struct unwrap_sink *sink)
{
    return sink->error != 0 ||
           (sink->until > 0 &&
            (sink->lines >= sink->until || (sink->lines + 1 == sink->until && sink->is_in_line)));
}
