#include "log/line_reader.h"

#include "base/file.h"
#include "system/deadline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY ((size_t)8 << 10)   /* who takes a line or two reads no more than that */
#define NEXT_CAPACITY  ((size_t)256 << 10) /* who goes on reads much at a time */

void line_reader_start(struct line_reader *reader, int fd, uint64_t from, uint64_t end)
{
    *reader = (struct line_reader){.fd = fd, .at = from, .end = end};
}

void line_reader_free(struct line_reader *reader)
{
    free(reader->bytes);
    reader->bytes = NULL;
}

/* Make room for more, at first by what was taken already. */
static bool make_room(struct line_reader *r)
{
    if (r->begin > 0) {
        memmove(r->bytes, r->bytes + r->begin, r->filled - r->begin);
        r->filled -= r->begin;
        r->searched -= r->begin;
        r->begin = 0;
    }
    if (r->filled < r->capacity && r->capacity >= NEXT_CAPACITY)
        return true;
    size_t capacity = r->capacity == 0              ? FIRST_CAPACITY
                      : r->capacity < NEXT_CAPACITY ? NEXT_CAPACITY
                                                    : 2 * r->capacity;
    char *bytes = realloc(r->bytes, capacity);
    if (!bytes) {
        r->error = ENOMEM;
        return false;
    }
    r->bytes = bytes;
    r->capacity = capacity;
    return true;
}

/* False when there is no more. */
static bool fill(struct line_reader *r)
{
    if (r->at >= r->end || !make_room(r))
        return false;
    if (deadline_left_ms() == 0) {
        r->error = ETIMEDOUT;
        return false;
    }
    size_t room = r->capacity - r->filled;
    if (room > r->end - r->at)
        room = (size_t)(r->end - r->at);
    size_t n = 0;
    r->error = file_read_at(r->fd, r->at, r->bytes + r->filled, room, &n);
    if (n == 0) { /* cut since its size was asked: it ends here */
        r->end = r->at;
        return false;
    }
    r->filled += n;
    r->at += n;
    return true;
}

bool line_reader_next(struct line_reader *r, const char **ret_line, size_t *ret_length,
                      bool *ret_feed)
{
    const char *feed = NULL;
    while (!feed) {
        if (r->filled > r->searched)
            feed = memchr(r->bytes + r->searched, '\n', r->filled - r->searched);
        r->searched = r->filled;
        if (feed || r->filled - r->begin >= LINE_READER_MAX || !fill(r))
            break;
    }
    if (r->error != 0 || r->filled == r->begin)
        return false;
    *ret_line = r->bytes + r->begin;
    *ret_length = feed ? (size_t)(feed - *ret_line) : r->filled - r->begin;
    *ret_feed = feed != NULL;
    r->begin += *ret_length + *ret_feed;
    r->searched = r->begin;
    return true;
}
