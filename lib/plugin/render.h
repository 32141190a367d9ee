/*
 * A report in each of the three output formats. Every function appends to *text, which the caller
 * creates with the format's maximum and prints; look at text->failed afterwards.
 */
#ifndef CHECK_CLAUDE_RENDER_H
#define CHECK_CLAUDE_RENDER_H

#include "base/text.h"
#include "plugin/report.h"

/* Most bytes of plugin output: what fits every consumer (8 KiB lines in Nagios 4, less in others).
 */
#define NAGIOS_MAX 4000
/* Most bytes of its first line, perfdata included (an NRPE 2 packet has 1024). */
#define NAGIOS_FIRST_LINE_MAX 1000
/* Most bytes of the other two formats. */
#define RENDER_MAX ((size_t)64 << 20)

/*
 * Plugin output of the guidelines: "SERVICE STATE - summary | perfdata", then a detail line for
 * each finding that is not OK; with -v all findings and the details of that level. What does not
 * fit is cut at a line's end, with a line that counts what is missing. On a terminal, without -v,
 * there is no perfdata, and the details of level 1 follow where there is one subject.
 */
void render_nagios(const struct report *report, struct text *text);

/* Append a state's name as it stands in plugin output, in colour or not. */
void render_state(enum state state, bool color, struct text *text);

/* One JSON object on one line. */
void render_json(const struct report *report, struct text *text);

/* The Prometheus text format 0.0.4. */
void render_prometheus(const struct report *report, struct text *text);

#endif
