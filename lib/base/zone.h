/*
 * Time zones by their IANA names, read from the system's zoneinfo (TZif, RFC 9636), without
 * touching the process's own zone.
 *
 *     struct zone *zone;
 *     if (zone_open("America/Edmonton", 16, &zone) == 0)
 *         ... zone_offset(), zone_moments() ...
 *     zone_close(zone);
 *
 * NULL in place of a zone is the process's own: $TZ, else /etc/localtime.
 */
#ifndef CHECK_CLAUDE_ZONE_H
#define CHECK_CLAUDE_ZONE_H

#include <stddef.h>
#include <stdint.h>

struct zone;

/* The longest name that is looked for. */
#define ZONE_NAME_MAX 64

/*
 * The zone of this name in $TZDIR, else in /usr/share/zoneinfo. UTC and GMT are known without it.
 * A name has letters, digits, and _ + - /, and no empty part: it leads nowhere else. Returns 0;
 * else an errno value, with *ret_zone untouched: EINVAL for another name and for a file that is no
 * TZif, ENOENT for a zone that is not there, ENOMEM. The caller owns it.
 */
int zone_open(const char *name, size_t length, struct zone **ret_zone);

/* NULL is fine. */
void zone_close(struct zone *zone);

/* Seconds east of UTC at a moment, in seconds since the epoch; 0 where the C library knows none. */
int64_t zone_offset(const struct zone *zone, int64_t at);

/*
 * The moments at which clocks in the zone show a local time, given as seconds since 1970-01-01
 * 00:00 of that clock, in rising order. Returns how many: 1 mostly; 2 where the clock is put back
 * over it. Where it is put forward over it the one moment is as much later as the clock is.
 */
size_t zone_moments(const struct zone *zone, int64_t local, int64_t ret[2]);

#endif
