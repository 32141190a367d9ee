/*
 * Escape sequences of terminals (ECMA-48): which bytes of a log are for the terminal and not for a
 * reader. Colours and other CSI sequences, OSC and the other strings with BEL or ST at their end
 * (titles, progress, Buildkite's times), and the short ones (ESC 7, ESC ( B).
 */
#ifndef CHECK_CLAUDE_ESCAPE_H
#define CHECK_CLAUDE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* A longer string does not count as one: an ESC ] without an end hides at most this much. */
#define ESCAPE_STRING_MAX 1024

/* How far the current sequence has been read; {0} at the start. */
struct escape {
    unsigned char state;
    unsigned short length; /* of a string so far */
};

/* True when the next byte belongs to a sequence. A line feed never does: it ends any. */
bool escape_takes(struct escape *escape, unsigned char next);

/*
 * The length of the sequence at bytes[0]; 0 when no sequence starts there. If it has no end: two
 * bytes for a string, all bytes for any other sequence.
 */
size_t escape_length(const unsigned char *bytes, size_t length);

/* The length without the blanks, control bytes and sequences at the end. */
size_t escape_trimmed(const unsigned char *bytes, size_t length);

#endif
