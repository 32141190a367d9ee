/*
 * Durations and points in time as people write and read them. Inside, all are milliseconds.
 */
#ifndef CHECK_CLAUDE_DURATION_H
#define CHECK_CLAUDE_DURATION_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No duration or range endpoint is larger: some 285,000 years, exact in a double as well. */
#define DURATION_MAX_MS INT64_C(9007199254740991)

/* What a duration may look like, for error messages. */
#define DURATION_HINT "Write a number with s, m, h, d or w behind it, as in 90s, 15m, 8h, 1.5d"

/*
 * Read all of text[0..length): digits, perhaps a fraction, perhaps one of s m h d w (seconds
 * without one), rounded to a millisecond. A leading '-' only where `negative` allows it. Refused:
 * anything else, so signs, blanks, exponents, hex, 010 (octal to some, decimal to others), inf,
 * nan, nothing. False, and *ret_ms untouched, for what is refused or over DURATION_MAX_MS.
 */
bool duration_parse(const char *text, size_t length, bool negative, int64_t *ret_ms);

/* Append as people say it, its two largest units: "26d 3h", "7h 58m", "45s", "0.4s". */
void duration_add_words(struct text *text, int64_t ms);

/*
 * Append a time since the epoch as ISO 8601 in UTC, "2026-12-13T10:00:00Z" (milliseconds cut off).
 * False, and nothing appended, before year 0 or after 9999, for which the format has no room.
 */
bool duration_add_iso_time(struct text *text, int64_t epoch_ms);

/* a - b and a + b, ending at the largest or smallest number instead of overflowing. */
int64_t duration_subtract(int64_t a, int64_t b);
int64_t duration_add(int64_t a, int64_t b);

#endif
