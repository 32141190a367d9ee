/*
 * The last line of a TZif file: the rule for all future times, in the form of the TZ variable of
 * POSIX, CET-1CEST,M3.5.0,M10.5.0/3, with times from -167 to 167 hours (RFC 9636).
 */
#ifndef CHECK_CLAUDE_ZONE_RULE_H
#define CHECK_CLAUDE_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

struct zone_change {
    char kind;            /* M: day of the week in a month; J: day without leap days; 0: day */
    int month, week, day; /* of M; of the others day alone */
    int64_t time;         /* seconds after midnight */
};

struct zone_rule {
    int64_t standard, summer; /* seconds east of UTC */
    bool has_summer;
    struct zone_change starts, ends; /* of summer time */
};

/* Read a rule. False when the text is not a rule; then the content of *ret means nothing. */
bool zone_rule_parse(const char *text, struct zone_rule *ret);

/* Seconds east of UTC at a moment, in seconds since the epoch. */
int64_t zone_rule_offset(const struct zone_rule *rule, int64_t at);

#endif
