/*
 * Threshold ranges of the Monitoring Plugins Development Guidelines ("Threshold and Ranges"),
 * [@][start:][end], with durations as endpoints: 7d:, ~:15m, @1h:2h.
 */
#ifndef CHECK_CLAUDE_RANGE_H
#define CHECK_CLAUDE_RANGE_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct range {
    bool set;           /* an unset range never alerts */
    bool inside;        /* '@': alert within instead of outside */
    bool open_start;    /* '~' */
    bool open_end;      /* nothing after ':' */
    int64_t start, end; /* milliseconds; both belong to the range; meaningless where open */
};

/* What a bare number N means: for time left N: (alert below), for an age 0:N (alert above). */
enum range_bare { RANGE_BARE_IS_MINIMUM, RANGE_BARE_IS_MAXIMUM };

/*
 * Read all of `string`. False, and *ret untouched, when it is no range; then one clause is appended
 * to *error that says why and what to write instead.
 */
bool range_parse(const char *string, enum range_bare bare, struct range *ret, struct text *error);

/* True when the value, in milliseconds, calls for an alert. */
bool range_alerts(const struct range *range, int64_t value);

/* Append the whole range as a person writes it: "7d:", "@1h:2h". */
void range_add_words(const struct range *range, struct text *text);

/* Append the whole range in seconds, as perfdata shows it: "604800:", "0:900", "@3600:7200". */
void range_add_seconds(const struct range *range, struct text *text);

#endif
