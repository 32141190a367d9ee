/*
 * The CLI's credentials file as facts, without its secrets: no token is ever copied out of it.
 * Facts measured on releases up to 2.1.332.
 */
#ifndef CHECK_CLAUDE_CREDENTIALS_H
#define CHECK_CLAUDE_CREDENTIALS_H

#include "verdict/preflight_facts.h"

#include <stddef.h>
#include <stdint.h>

/* The most that is read of a credentials file. */
#define CREDENTIALS_MAX ((size_t)1 << 20)

/*
 * Read a file's content, bytes[0..length) with a NUL behind, at `now` (milliseconds since the
 * epoch). *ret_mark is equal for equal refresh tokens, 0 without one; it is only good to compare.
 * Returns 0; EINVAL when it is not one complete UTF-8 JSON value, ENOMEM, both with nothing
 * touched.
 */
int credentials_parse(const char *bytes, size_t length, int64_t now, struct credentials *ret,
                      uint64_t *ret_mark);

#endif
