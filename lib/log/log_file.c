#include "log/log_file.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The kernel copies whole pages faster to where they begin at one. */
#define LOG_ALIGNMENT 4096

static bool allocate(struct log_window *window, size_t size)
{
    *window = (struct log_window){.bytes = aligned_alloc(LOG_ALIGNMENT, size), .size = size};
    return window->bytes != NULL;
}

bool log_window_open(struct log_window *window, struct log_file *log, const struct log_window *peer)
{
    bool done = allocate(window, LOG_WINDOW);
    window->log = log;
    window->peer = peer;
    return done;
}

void log_window_close(struct log_window *window)
{
    free(window->bytes);
    window->bytes = NULL;
    window->length = 0;
}

/* What a look around is good for is near. */
static size_t around_size(void)
{
    return (LOG_WINDOW + 1) / 2;
}

bool log_views_open(struct log_views *views)
{
    bool forward = allocate(&views->forward, LOG_WINDOW);
    bool around = allocate(&views->around, around_size());
    views->around.peer = &views->forward;
    return forward && around;
}

/* So much is read at a time when the look moves: a sixteenth of a window. */
static size_t step(void)
{
    return (LOG_WINDOW + 15) / 16;
}

static void start(struct log_window *window, struct log_file *log, size_t most)
{
    const uint64_t share = log->size / LOG_WINDOW_SHARE, least = 2 * step(),
                   size = share > least ? share : least;
    window->log = log;
    window->size = size < most ? (size_t)size : most;
    window->offset = 0;
    window->length = 0;
}

void log_views_start(struct log_views *views, struct log_file *log)
{
    start(&views->forward, log, LOG_WINDOW);
    start(&views->around, log, around_size());
}

void log_views_close(struct log_views *views)
{
    log_window_close(&views->forward);
    log_window_close(&views->around);
}

void log_will_be_read(const struct log_file *log)
{
    posix_fadvise(log->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
}

/* Read [offset, offset + length) into the window; shorter at the log's end. */
static void fill(struct log_window *window, uint64_t offset, size_t length)
{
    struct log_file *log = window->log;
    window->offset = offset;
    window->length = 0;
    if (offset >= log->size)
        return;
    if (length > log->size - offset)
        length = (size_t)(log->size - offset);
    const int error = file_read_at(log->fd, offset, window->bytes, length, &window->length);
    log->bytes_read += window->length;
    if (window->length == length)
        return;
    if (error != 0)
        log->error = error;
    else
        log->cut = true;
    log->size = offset + window->length;
}

static bool holds(const struct log_window *window, uint64_t offset)
{
    return offset >= window->offset && offset < window->offset + window->length;
}

/* The view that has this byte: the one asked, its peer, or the one asked once it is filled. */
static const struct log_window *view_with(struct log_window *window, uint64_t offset,
                                          uint64_t fill_from)
{
    if (holds(window, offset))
        return window;
    if (window->peer && holds(window->peer, offset))
        return window->peer;
    fill(window, fill_from, window->size);
    return holds(window, offset) ? window : NULL;
}

const unsigned char *log_bytes(struct log_window *window, uint64_t offset, size_t *ret_length)
{
    const struct log_window *view = view_with(window, offset, offset);
    if (!view)
        return NULL;
    size_t skipped = (size_t)(offset - view->offset);
    *ret_length = view->length - skipped;
    return view->bytes + skipped;
}

const unsigned char *log_bytes_before(struct log_window *window, uint64_t end, size_t *ret_length)
{
    if (end == 0)
        return NULL;
    /* A line's start is mostly near, and what stands behind it is asked for next; but from where
     * this view begins somebody goes on towards the log's start. */
    const uint64_t near = step();
    const bool goes_on = end == window->offset && window->length > near && window->size > near;
    const uint64_t back = goes_on ? window->size - near : near;
    const struct log_window *view = view_with(window, end - 1, end > back ? end - back : 0);
    if (!view)
        return NULL;
    *ret_length = (size_t)(end - view->offset);
    return view->bytes;
}

uint64_t log_line_start(struct log_window *window, uint64_t offset, uint64_t floor)
{
    while (offset > floor) {
        size_t length;
        const unsigned char *bytes = log_bytes_before(window, offset, &length);
        if (!bytes)
            return floor;
        if (length > offset - floor) {
            bytes += length - (size_t)(offset - floor);
            length = (size_t)(offset - floor);
        }
        const unsigned char *feed = memrchr(bytes, '\n', length);
        if (feed)
            return offset - length + (uint64_t)(feed - bytes) + 1;
        offset -= length;
    }
    return floor;
}

uint64_t log_count_lines(struct log_window *window, uint64_t from, uint64_t to)
{
    enum { BLOCK = 128 }; /* of which compilers make a loop without steps, and a byte can count */
    uint64_t count = 0;
    while (from < to) {
        size_t length;
        const unsigned char *bytes = log_bytes(window, from, &length);
        if (!bytes)
            break;
        if (length > to - from)
            length = (size_t)(to - from);
        from += length;
        for (; length >= BLOCK; length -= BLOCK, bytes += BLOCK) {
            unsigned char feeds = 0;
            for (size_t i = 0; i < BLOCK; i++)
                feeds = (unsigned char)(feeds + (bytes[i] == '\n'));
            count += feeds;
        }
        for (size_t i = 0; i < length; i++)
            count += bytes[i] == '\n';
    }
    return count;
}
