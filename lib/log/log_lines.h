/*
 * Lines of a log: their bytes, their numbers, and where in one an event begins that was cut.
 */
#ifndef CHECK_CLAUDE_LOG_LINES_H
#define CHECK_CLAUDE_LOG_LINES_H

#include "log/searcher.h"

/* The first bytes of a line, or of the rest of one. Returns how many, at most `size`. */
size_t log_copy_line(struct searcher *s, uint64_t line, unsigned char *ret, size_t size);

/*
 * Where in this line there begins an event that is not whole: it was cut, as the run was killed
 * while it wrote it. Known by its structure, whatever its type: a line that begins with an object,
 * or an array of them, that is JSON as far as it goes. UINT64_MAX for nowhere.
 */
uint64_t log_cut_event_in(struct searcher *s, uint64_t line);

/* Fill in the number of the line that the mark is in. */
void log_count_line(struct searcher *s, struct log_mark *mark);

#endif
