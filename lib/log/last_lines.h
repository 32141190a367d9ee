/*
 * The CLI's message among the last lines of a run that prints text, or of what stands behind a
 * result.
 */
#ifndef CHECK_CLAUDE_LAST_LINES_H
#define CHECK_CLAUDE_LAST_LINES_H

#include "log/searcher.h"

/*
 * Look through the lines from `start` to the log's end, the last ones of them, for the message that
 * a run which prints text ended with. It counts only where nothing stands behind it that may be a
 * later run's answer. Sets the message and the login's warning in the facts, and s->own.message.
 */
void last_lines_read(struct searcher *s, uint64_t start);

/*
 * The same behind the result of `result`, a run that prints events, where lines tell only of
 * another run, which died or never began: there the model says nothing, so that any line may
 * follow; and a line that a wrapper repeats from a failed result tells of none. True where there is
 * one.
 */
bool last_lines_read_behind(struct searcher *s, uint64_t start, const struct event *result);

#endif
