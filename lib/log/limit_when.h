/*
 * The words in which people are told a moment; private to limit_time.c and limit_when.c.
 */
#ifndef CHECK_CLAUDE_LOG_LIMIT_WHEN_H
#define CHECK_CLAUDE_LOG_LIMIT_WHEN_H

#include "base/zone.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* What was read of a moment. */
struct limit_when {
    bool has_clock, has_date, has_year, has_weekday;
    bool is_unknown;   /* its zone is not known here */
    int clock;         /* seconds after midnight */
    struct tm date;    /* the fields that the flags above name */
    int days_ahead;    /* with "today" and "tomorrow"; -1 without */
    struct zone *zone; /* owned; NULL for the process's own */
    bool has_shift;
    int64_t shift;   /* seconds east of UTC */
    int64_t seconds; /* since the epoch, or from the log's time on where `is_span` */
    bool is_span;
};

/* At most `most` digits. Returns how many; *ret is their value. */
int limit_read_digits(const char *at, int most, int64_t *ret);

/*
 * Read the moment that is told at `at`. False for none. In any case the caller closes ret->zone.
 */
bool limit_when_read(const char *at, struct limit_when *ret);

#endif
