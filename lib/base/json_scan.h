/*
 * Finds the end of a JSON value and the CLI's events in it, without building the value. It takes
 * the value in pieces, and needs a fixed amount of memory for any size. json-c parses the events
 * elsewhere; this scan only says which bytes to parse.
 *
 *     struct json_scan scan;
 *     json_scan_start(&scan);
 *     while ((result = json_scan_feed(&scan, bytes, length)) == JSON_SCAN_MORE)
 *         ... the next piece ...
 *     if (result == JSON_SCAN_DONE && scan.events > 0) ... it is a CLI event, or an array of them
 */
#ifndef CHECK_CLAUDE_JSON_SCAN_H
#define CHECK_CLAUDE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_SCAN_DEPTH 512
#define JSON_SCAN_WORD  24

/* The kinds of events whose place is kept. */
enum json_event_kind {
    JSON_EVENT_RESULT,
    JSON_EVENT_ASSISTANT,
    JSON_EVENT_RATE_LIMIT,
    JSON_EVENT_INIT, /* a "system" event with the "subtype" "init": a run begins */
    JSON_EVENT_KINDS
};

/* The "type" of each kind. */
extern const char *const json_event_types[JSON_EVENT_KINDS];

/* Offsets from the first byte of the value; end is 0 while no such event was found. */
struct json_event_place {
    uint64_t start, end;
};

enum json_scan_result { JSON_SCAN_MORE, JSON_SCAN_DONE, JSON_SCAN_BAD };

struct json_scan {
    uint64_t length; /* bytes taken in; with JSON_SCAN_DONE the value's length; with JSON_SCAN_BAD
                        those before the one that does not fit */
    /*
     * Events seen: objects with a "type" that is a string and not "error" (which is an API error's
     * body), at the top or directly in a top array. The last one of each kind is kept.
     */
    uint64_t events;
    struct json_event_place last[JSON_EVENT_KINDS];
    /* private */
    unsigned state, depth;
    bool in_key, captures;
    unsigned char is_object[JSON_SCAN_DEPTH / 8 + 1];
    char word[JSON_SCAN_WORD];
    size_t word_length;
    enum { JSON_WORD_OTHER, JSON_WORD_TYPE, JSON_WORD_SUBTYPE } word_is; /* the last key */
    char type[JSON_SCAN_WORD];
    bool is_init; /* by its subtype */
    uint64_t event_start;
};

/* Begin a value, whose first byte is { or [. */
void json_scan_start(struct json_scan *scan);

/*
 * Take in the next bytes. JSON_SCAN_DONE: the value is complete, and scan->length says how long it
 * is. JSON_SCAN_BAD: this is no JSON object or array, or one nested too deep. Numbers are not
 * looked at closely.
 */
enum json_scan_result json_scan_feed(struct json_scan *scan, const unsigned char *bytes,
                                     size_t length);

#endif
