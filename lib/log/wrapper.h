/*
 * A line of a logger that writes JSON: one object that is no event of the CLI and holds the run's
 * line in a string, or a whole event as a member. Docker's json-file, journalctl -o json, fluentd,
 * Cloud Logging, CloudWatch, pm2, Ansible and JSON loggers are all read by this.
 *
 *     if (wrapper_read(line, length, &wrapper) == WRAPPER_HOLDS)
 *         ... wrapper_add_text(&wrapper, &text), wrapper.is_partial ...
 */
#ifndef CHECK_CLAUDE_LOG_WRAPPER_H
#define CHECK_CLAUDE_LOG_WRAPPER_H

#include <stdbool.h>
#include <stddef.h>

enum wrapper_kind {
    WRAPPER_NONE,  /* not one JSON object, or one without a text */
    WRAPPER_EVENT, /* an event of the CLI: nothing in it is ever evidence by itself */
    WRAPPER_HOLDS  /* a record of a logger */
};

#define WRAPPER_MEMBERS 96
#define WRAPPER_DEPTH   64

/* An array of bytes is a text too; of objects only events are members. */
enum wrapper_member_kind { WRAPPER_STRING, WRAPPER_BYTES, WRAPPER_OBJECT };

/* A member of the object, or of an object in it; the bytes are in the line. */
struct wrapper_member {
    const char *name, *value; /* of a string what stands between its quotation marks */
    size_t name_length, length;
    enum wrapper_member_kind kind;
};

struct wrapper {
    size_t start;      /* of the object in the line, behind a prefix */
    bool holds_events; /* what it holds looks like events of the CLI */
    bool is_named;     /* a member whose name says so holds it */
    bool has_streams;  /* it says what a command gave on stdout or stderr */
    bool is_partial;   /* the record says that its line goes on in the next one */
    bool is_stderr, is_systemd;
    bool ends_line; /* its text ends with a line feed, as Docker's does where the line ends */
    size_t count;   /* of the members that hold the run's text */
    struct wrapper_member held[WRAPPER_MEMBERS];
    /* private */
    size_t all_count;
    struct wrapper_member all[WRAPPER_MEMBERS];
};

/* Look at a line without its line feed. *ret is of use with WRAPPER_HOLDS only. */
enum wrapper_kind wrapper_read(const char *line, size_t length, struct wrapper *ret);

/*
 * The same for a line that is one member of a record spread over lines: "name": "text", with blanks
 * and a comma around. `room` has the line's length and two bytes more, and must stay as long as
 * *ret is of use.
 */
enum wrapper_kind wrapper_read_member(const char *line, size_t length, char *room,
                                      struct wrapper *ret);

/*
 * Decode what the record holds to `out`, which has room for the line's length and two bytes more.
 * Returns how many bytes that gives.
 */
size_t wrapper_decode(const struct wrapper *wrapper, char *out);

/* Private to wrapper*.c: whether a name is in a list, any case; and what of `all` is held. */
bool wrapper_is_named(const char *name, size_t length, const char *const *names);
void wrapper_pick(struct wrapper *wrapper);

#endif
