/*
 * A line among the last ones of a log, and what stands in it behind its prefix.
 */
#ifndef CHECK_CLAUDE_LOG_TAIL_LINE_H
#define CHECK_CLAUDE_LOG_TAIL_LINE_H

#include "log/common_start.h"
#include "log/line_kind.h"
#include "log/message.h"
#include "log/searcher.h"

#include <stdbool.h>
#include <stdint.h>

#define TAIL_LINES 64 /* that are looked at */

#define TAIL_LINE_HEAD (512 + 1024) /* a wrapper's prefix and the CLI's message */

struct tail_line {
    uint64_t start, end;
    unsigned char head[TAIL_LINE_HEAD];
    size_t length; /* of the head, without what is invisible at its end */
};

/* Where the last lines of what begins at `start` begin at most: no byte before is looked at. */
uint64_t tail_floor(const struct searcher *s, uint64_t start);

/* The line that ends at `end`, with its line feed, and begins at `floor` at most. */
void tail_line_get(struct searcher *s, uint64_t end, uint64_t floor, struct tail_line *ret);

/* What all of the last lines begin with. */
void tail_find_common(struct searcher *s, uint64_t floor, struct common_start *ret);

/* A message in the line, behind what all lines begin with too; false, and *ret of no use, for none.
 */
bool tail_line_message(const struct common_start *common, const struct tail_line *line,
                       struct message *ret);

enum line_kind tail_line_kind(const struct common_start *common, const struct tail_line *line);

/* True for a quotation in an answer: a line behind ">", or indented, where others are not. */
bool tail_line_is_quoted(const struct common_start *common, const struct tail_line *line);

bool tail_line_has(const struct tail_line *line, const char *words);

#endif
