/*
 * What stands before the words by which a message is known that may begin in any way: "Opus weekly
 * limit reached" has the subject "Opus weekly". A few words are one; the start of a sentence, of a
 * list's item or of a quotation is none. All in lower case, as message.c makes it.
 */
#ifndef CHECK_CLAUDE_SUBJECT_H
#define CHECK_CLAUDE_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

/* True for a subject of `length` bytes at the start of words. */
bool subject_is_one(const char *words, size_t length);

/* True for one that says that something is wrong: what the CLI gives advice about. */
bool subject_is_wrong(const char *words, size_t length);

/* True for what a shell or a loader puts before its words: nothing, a name with a colon, a pid. */
bool subject_is_command(const char *words, size_t length);

/* True where the words end a clause, as a message does; false where a sentence goes on. */
bool subject_ends_at(const char *rest);

#endif
