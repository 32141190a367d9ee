/*
 * What a line among the last ones of a run that prints text may be, beside a message of the CLI.
 */
#ifndef CHECK_CLAUDE_LINE_KIND_H
#define CHECK_CLAUDE_LINE_KIND_H

#include <stddef.h>

enum line_kind {
    LINE_BLANK,
    LINE_WRAPPER, /* what surrounds a run says: a shell, a timer, a CI job, a debug line */
    LINE_REST,    /* it may go on with the message above: a web page, advice, a request's number */
    LINE_OTHER,   /* a few words, by anybody */
    LINE_ANSWER   /* a sentence, which may be the model's */
};

/* Of the line bytes[0..length), without its line feed. */
enum line_kind line_kind(const unsigned char *bytes, size_t length);

#endif
