/*
 * The one way out of a plugin: what is printed, the textfile, and the exit status.
 */
#ifndef CHECK_CLAUDE_OUTPUT_H
#define CHECK_CLAUDE_OUTPUT_H

#include "plugin/report.h"

#include <stdbool.h>

enum output_format { OUTPUT_NAGIOS, OUTPUT_JSON, OUTPUT_PROMETHEUS };

/*
 * Write the textfile if `textfile` is not NULL, then print the report. Returns the exit status: the
 * report's state, or 0 in the Prometheus format (exec-type exporters drop the metrics otherwise),
 * but for a report without subjects, which is a line of plugin output in that format too. A
 * textfile that cannot be written makes the report UNKNOWN, unless it is worse. When printing
 * fails, or nobody reads it in time (deadline_output()), OK becomes UNKNOWN; but where stdout was
 * closed from the start (`stdout_open` false) the status alone was wanted.
 */
int output_report(struct report *report, enum output_format format, const char *textfile,
                  bool stdout_open);

/*
 * Print "SERVICE STATE - words", the state in colour or not; empty words mean that there was no
 * memory for them. Returns the state as exit status; UNKNOWN in place of OK when it was not
 * printed.
 */
int output_line(const char *service, enum state state, const char *words, bool color);

/* Print a text as it is, help for one, and return UNKNOWN's exit status: help must never look
 * green. */
int output_text(const char *text);

/* The same of what `add` appends to an empty text; output_line() where memory ran out. */
int output_made(const char *service, void (*add)(struct text *text));

#endif
