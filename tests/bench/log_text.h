/*
 * Texts to measure with. All are the same on every run.
 */
#ifndef CHECK_CLAUDE_LOG_TEXT_H
#define CHECK_CLAUDE_LOG_TEXT_H

#include <stddef.h>

/* Fills ret[0..length). */
typedef void log_text(char *ret, size_t length);

/* Prose, system logs, web server logs and the beginnings of JSON, in which words of markers stand
 * as rarely as in the real ones. */
log_text log_text_ordinary;
/* Nothing but what nearly is a marker. */
log_text log_text_near_misses;
/* A line for each event: what a tool printed has a 401 in it. */
log_text log_text_events;
/* Prose without a line feed. */
log_text log_text_one_line;
/* Lines of no more than a few bytes. */
log_text log_text_short_lines;
log_text log_text_random;

/* The text again and again. */
void log_text_repeat(const char *text, char *ret, size_t length);

/* What other texts are made of: a number from 0 to limit - 1, a word of ordinary text. */
unsigned log_text_below(size_t limit);
const char *log_text_word(void);

#endif
