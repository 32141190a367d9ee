/*
 * One layer of a wrapped log; private to unwrap*.c.
 */
#ifndef CHECK_CLAUDE_LOG_UNWRAP_LAYER_H
#define CHECK_CLAUDE_LOG_UNWRAP_LAYER_H

#include "log/unwrap.h"

/* What a look at a log's first and last lines gives. */
struct unwrap_look {
    struct unwrap_layer layer; /* kind and what belongs to it; fd and size as asked */
    bool holds_foreign;        /* as in struct unwrap, where the kind is UNWRAP_NOTHING */
};

/* Returns 0 or an errno value. */
int unwrap_look_at(int fd, uint64_t size, struct unwrap_look *ret);

/* True where an event of the CLI begins at the line's start or behind a prefix, be it cut. */
bool unwrap_begins_event(const char *line, size_t length);

/*
 * Where a part of a line begins in a line of CRI; 0 where it is none. *ret_stderr and *ret_partial
 * say what it is.
 */
size_t unwrap_cri_part(const char *line, size_t length, bool *ret_stderr, bool *ret_partial);

/* The number of blanks that end at an offset in the line. */
size_t unwrap_blanks_before(const char *line, size_t at);

/* Where what is unwrapped goes. */
struct unwrap_sink {
    int fd; /* -1: it is only counted */
    char *bytes;
    size_t used;
    uint64_t lines;   /* line feeds so far */
    bool is_in_line;  /* bytes behind the last of them */
    uint64_t until;   /* with the beginning of this line it is enough; 0: never */
    uint64_t sources; /* lines read for it */
    uint64_t size;
    int error;
};

#define UNWRAP_SINK ((size_t)256 << 10)

void unwrap_sink_add(struct unwrap_sink *sink, const char *bytes, size_t length);

/* Write what is left. */
void unwrap_sink_finish(struct unwrap_sink *sink);

/* True when the sink has what it wants. */
bool unwrap_sink_is_done(const struct unwrap_sink *sink);

/*
 * Read a layer into a sink. Returns 0, an errno value, or EPROTO where it turned out to be no such
 * log.
 */
int unwrap_layer_read(const struct unwrap_layer *layer, struct unwrap_sink *sink);

#endif
