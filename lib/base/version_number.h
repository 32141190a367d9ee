/*
 * Version numbers of the form X.Y.Z.
 */
#ifndef CHECK_CLAUDE_VERSION_NUMBER_H
#define CHECK_CLAUDE_VERSION_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Room for one with its suffix ("2.1.330-beta.1") and a NUL. */
#define VERSION_NUMBER_MAX 64

/* The length of "X.Y.Z" at the start of text[0..length), 0 when there is none. */
size_t version_number_length(const char *text, size_t length);

/* True when all of `version` is X.Y.Z with plain numbers. */
bool version_number_is_valid(const char *version);

/*
 * Compare "X.Y.Z" at the start of two versions, number by number: negative, 0 or positive as a is
 * older, equal or newer. A missing part counts as 0.
 */
int version_number_compare(const char *a, const char *b);

#endif
