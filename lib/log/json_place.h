/*
 * The CLI's events in a log: which bytes of it are JSON that the CLI printed. An event is an object
 * with a "type", or an array of such, on one line or spread over several, with nothing behind it on
 * its last line; a wrapper's time stamp or colours may stand before and behind it.
 */
#ifndef CHECK_CLAUDE_LOG_VALUE_H
#define CHECK_CLAUDE_LOG_VALUE_H

#include "base/json_scan.h"
#include "log/log_file.h"

#include <stdbool.h>
#include <stdint.h>

struct log_value {
    uint64_t start, end;
    struct json_scan scan; /* its places are relative to start */
};

/* The value of events that starts in the line [line, line_end) and is complete there. */
bool log_value_in_line(struct log_window *window, uint64_t line, uint64_t line_end,
                       struct log_value *ret);

/* Looking for values spread over several lines, from the log's end to its start; holds what is
 * known, so that no byte is looked at often. */
struct log_value_back {
    struct log_window *window;
    unsigned kinds;         /* of brackets.h: values without such an event may be passed over */
    uint64_t searched;      /* from here on, lines that begin with a bracket were looked for */
    uint64_t brace;         /* the last one found before a line asked for; UINT64_MAX for none */
    bool is_value;          /* the one below is whole */
    struct log_value value; /* that starts there */
};

void log_value_back_start(struct log_value_back *back, struct log_window *window);

/*
 * The value of events, spread over several lines, whose last line starts at `line`, with the
 * closing bracket in its first column. Ask in falling order of lines.
 */
bool log_value_ending_in_line(struct log_value_back *back, uint64_t line, uint64_t line_end,
                              struct log_value *ret);

/*
 * The last value of events, of back->kinds if there are such, that ends in [floor, *end); *end
 * becomes the start of the line that it starts in. False when there is none, with *end where the
 * look stopped: at `floor` or below, or after many lines, so that the caller can look at the clock
 * and ask again.
 */
bool log_value_before(struct log_value_back *back, uint64_t *end, uint64_t floor,
                      struct log_value *ret);

/* Looking for the value that an offset lies in; holds what is known, so that no byte is looked at
 * often. */
struct log_value_finder {
    struct log_window *window;
    bool has_asked;
    uint64_t asked;         /* the last offset asked for */
    uint64_t line;          /* the line it is in; with no value the start of that of the offset */
    uint64_t searched;      /* up to here, lines that begin with a bracket were tried */
    struct log_value value; /* the last one found; it may start further on in the line asked for */
    uint64_t budget;        /* bytes that may still be spent on values that turn out to be none */
};

/* Of offsets from `start` on, which is 0 or the end of a line. */
void log_value_finder_start(struct log_value_finder *finder, struct log_window *window,
                            uint64_t start);

/* The value that `offset` lies in; NULL when that is plain text. Ask in rising order of offsets. */
const struct log_value *log_value_around(struct log_value_finder *finder, uint64_t offset);

/* True when [from, to) holds nothing but blanks and ANSI escape sequences. */
bool log_is_blank(struct log_window *window, uint64_t from, uint64_t to);

/* The end of the line that `offset` is in, without its line feed; at most LOG_LINE_MAX further. */
uint64_t log_line_end(struct log_window *window, uint64_t offset);

#endif
