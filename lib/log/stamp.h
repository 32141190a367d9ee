/*
 * Words of which loggers make time stamps, told by their shape: no format is known by name.
 */
#ifndef CHECK_CLAUDE_LOG_STAMP_H
#define CHECK_CLAUDE_LOG_STAMP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * True for a word made of digits in groups, and of what stands between and behind them in times:
 * 2026-11-28T09:00:00.123Z, 09:00:00,123, 28/Nov/2026:09:00:00, 2026-11-28_09:00:00.12345,
 * 1795860000.123456, @4000000067483c2a1f2e3d4c, I1128, +0000, 9:00PM. With `loose`, in a line that
 * has shown that a logger wrote it, any number too: a day, a year, a pid, 01O, 12.3s.
 */
bool stamp_is_number(const char *word, size_t length, bool loose);

/* True for the name of a month or of a day of the week, in English, whole or its first three. */
bool stamp_is_name(const char *word, size_t length);

/* True for what may stand behind a time: AM, pm, Z, UTC, CEST, UTC+2. */
bool stamp_is_zone(const char *word, size_t length);

#endif
