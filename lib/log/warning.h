/*
 * The warning that runs which print text give when their login ends soon (from 2.1.316): "Warning:
 * this sign-in can end at any time from now until 2026-11-24."
 */
#ifndef CHECK_CLAUDE_WARNING_H
#define CHECK_CLAUDE_WARNING_H

#include "log/searcher.h"

/*
 * The last moment of the day that the warning names, in milliseconds since the epoch; 0 for a text
 * that is none.
 */
int64_t warning_until(const char *message);

/* Set it in the facts where the line is one, unless a later line was. Lines come from the last. */
void warning_take(struct searcher *s, const unsigned char *line, size_t length, uint64_t offset);

#endif
