/*
 * The one kind of record that the state directory keeps: lines of text, a field's name and its
 * value on each.
 *
 *     check_claude run 1          what it is about, and the version of its format
 *     key /home/agent             whose it is, in full
 *     time 1795000000000000007    its fields
 *     end                         it is whole
 *
 * Calling steps of a writer: record_begin(), record_add() and record_add_number() for each field,
 * record_end(); what failed is in the text's flags. Of a reader: record_check(), then record_get()
 * and record_get_number(). The order of the fields does not matter, and a field that the reader
 * does not know is passed over. In a value a control character and '%' stand as %0A and %25.
 */
#ifndef CHECK_CLAUDE_RECORD_H
#define CHECK_CLAUDE_RECORD_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/* Most bytes of a record. */
#define RECORD_MAX ((size_t)32768)

void record_begin(struct text *text, const char *kind, const char *key);
void record_add(struct text *text, const char *name, const char *value);
void record_add_number(struct text *text, const char *name, int64_t value);
void record_end(struct text *text);

/*
 * Look whether bytes[0..length), which a NUL follows, are a whole record of this kind for this key.
 * Returns 0; ENOENT if it is whole and another key's, which has the same hash; EBADMSG if it is cut
 * off, damaged, or of another kind or version.
 */
int record_check(const char *bytes, size_t length, const char *kind, const char *key);

/*
 * The value of a field in a record that record_check() found in order. Returns 0; EBADMSG if the
 * field is not there, is there twice, does not fit into ret[size], or is no number. *ret is not
 * touched on failure.
 */
int record_get(const char *bytes, const char *name, char *ret, size_t size);
int record_get_number(const char *bytes, const char *name, int64_t *ret);

#endif
