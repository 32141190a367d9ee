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
 * state of the report, or 0 in the Prometheus format, because exec-type exporters drop the metrics
 * otherwise. A report without subjects is a line of plugin output in that format too, with its
 * state as status. A textfile that cannot be written makes the report UNKNOWN, unless its state is
 * worse. When printing fails, or nobody reads the output in time (deadline_output()), OK becomes
 * UNKNOWN. If stdout was closed from the start (`stdout_open` is false), the caller wants the
 * status only.
 */
int output_report(struct report *report, enum output_format format, const char *textfile,
                  bool stdout_open);

/*
 * Print "SERVICE STATE - words", with the state in colour or not. Empty words mean that there was
 * no memory for them. Returns the state as exit status. If the line could not be printed, OK
 * becomes UNKNOWN.
 */
int output_line(const char *service, enum state state, const char *words, bool color);

/* Print a text as it is, help for one, and return UNKNOWN's exit status: help must never look
 * green. */
int output_text(const char *text);

/* The same of what `add` appends to an empty text; output_line() where memory ran out. */
int output_made(const char *service, void (*add)(struct text *text));

#endif
