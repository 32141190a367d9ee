/*
 * What may stand before a line's message: whatever loggers, containers, terminals and shells put
 * there. No logger is known by name; the rule is one of structure. A prefix is a row of
 *
 *   - blanks, control bytes, escape sequences, a byte order mark;
 *   - time stamps of any form, and behind one of them any number (a year, a pid, a counter);
 *   - [anything], (anything), <anything> of one line, {label="x"}, ##[group], ::error::;
 *   - log levels: ERROR, or error: with a colon;
 *   - member=value, with the message in quotation marks behind message=" as well;
 *   - tags with a colon, bar or tab behind them (claude-job[4242]:, agent-1  |, @app/run:,
 * job1<TAB>) that look like a name in a machine: not like an English word at the start of a
 * sentence;
 *   - names of hosts, units and streams behind a time stamp, as far as such a tag or a dash ends
 * them;
 *   - bars, dashes and arrows between these, signs such as the CLI's own dot and elbow;
 *   - "Claude run failed:", a wrapper's clause of a few words that ends in failed, failure or
 * output.
 *
 * Prose is none of these, so that a message in the middle of a sentence ("We saw API Error: 401
 * yesterday") is no message, nor is one behind the bullet, number or tick of a list.
 */
#ifndef CHECK_CLAUDE_LOG_PREFIX_H
#define CHECK_CLAUDE_LOG_PREFIX_H

#include <stddef.h>

/* Behind so many bytes no message begins any more. */
#define PREFIX_MAX 512

#define PREFIX_PLACES 24

/*
 * The offsets at which the message of the line bytes[0..length), without its line feed, may begin,
 * in rising order: at first where anything visible begins, then behind each part of the prefix. A
 * carriage return inside the line begins it anew, as it does on a terminal. Returns how many there
 * are: 0 for a line in which nothing is visible.
 *
 * Ask for known messages at each place from the first to the last, and for the general ones
 * ("Error: ...") only after those: "Error: Reached max turns (3)" has the places 0 and 7.
 * The message ends at escape_trimmed().
 */
size_t prefix_places(const unsigned char *bytes, size_t length, size_t ret[PREFIX_PLACES]);

/* The first of these places, for less; `length` where there is none. */
size_t prefix_start(const unsigned char *bytes, size_t length);

/*
 * Where the text behind the prefix begins, for a line whose message is not known. `length` when
 * nothing stands there: a logger's empty line.
 */
size_t prefix_length(const unsigned char *bytes, size_t length);

#endif
