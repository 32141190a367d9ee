/*
 * Why a run failed, by the status or the words of its message.
 */
#ifndef CHECK_CLAUDE_CAUSE_H
#define CHECK_CLAUDE_CAUSE_H

#include "verdict/runlog_facts.h"

#include <stdbool.h>

/*
 * The cause that a message of the CLI's gives: a HTTP status behind "API Error", or words. `words`
 * is in lower case, as message.c makes it. RUNLOG_UNDECIDED where nothing in it is known.
 */
enum runlog_condition cause_of_words(const char *words);

/* The same for the message of some other program, which tells nothing of the CLI's login. */
enum runlog_condition cause_of_others(const char *words);

/* True when one of the words, with | between them, stands in the text. */
bool cause_has_one_of(const char *text, const char *words);

#endif
