#include "log/wrapper.h"

#include "base/escape.h"
#include "log/prefix.h"

#include <stdint.h>
#include <string.h>

/* An object or array that is open. */
struct level {
    size_t start, members; /* members that were there before it */
    bool is_object, has_type, has_session, is_cli;
};

struct scan {
    const char *line;
    size_t length, at;
    struct level levels[WRAPPER_DEPTH];
    size_t depth;
    const char *name; /* the member whose value comes next */
    size_t name_length;
    struct wrapper *wrapper;
    bool is_event; /* the object itself */
};

static void skip_blanks(struct scan *s)
{
    while (s->at < s->length &&
           (s->line[s->at] == ' ' || s->line[s->at] == '\t' || s->line[s->at] == '\r'))
        s->at++;
}

/* The quotation mark that ends the string whose first byte is at `at`; NULL for none. */
static const char *string_end(const char *at, const char *end)
{
    for (const char *quote = at; (quote = memchr(quote, '"', (size_t)(end - quote))); quote++) {
        const char *before = quote;
        while (before > at && before[-1] == '\\')
            before--;
        if ((quote - before) % 2 == 0)
            return quote;
    }
    return NULL;
}

static void add_member(struct scan *s, const char *value, size_t length,
                       enum wrapper_member_kind kind)
{
    struct wrapper *w = s->wrapper;
    if (w->all_count == WRAPPER_MEMBERS || !s->name)
        return;
    w->all[w->all_count++] = (struct wrapper_member){.name = s->name,
                                                     .name_length = s->name_length,
                                                     .value = value,
                                                     .length = length,
                                                     .kind = kind};
}

/* What a string member says of the object that it is in. */
static void take_string(struct scan *s, const char *value, size_t length)
{
    static const char *const cli[] = {"system",       "assistant",        "user", "result",
                                      "stream_event", "rate_limit_event", NULL};
    static const char *const type[] = {"type", NULL}, *const session[] = {"session_id", "sessionId",
                                                                          "uuid", NULL};
    struct level *level = &s->levels[s->depth - 1];
    if (!level->is_object)
        return;
    if (wrapper_is_named(s->name, s->name_length, type)) {
        level->has_type = true;
        level->is_cli = wrapper_is_named(value, length, cli);
    } else if (wrapper_is_named(s->name, s->name_length, session)) {
        level->has_session = true;
    }
    add_member(s, value, length, WRAPPER_STRING);
}

static bool open_level(struct scan *s)
{
    if (s->depth == WRAPPER_DEPTH)
        return false;
    s->levels[s->depth++] = (struct level){
        .start = s->at, .members = s->wrapper->all_count, .is_object = s->line[s->at] == '{'};
    s->at++;
    return true;
}

/* True for [72,105]: a text as bytes, as journalctl writes what is not clean. */
static bool is_byte_array(const char *value, size_t length)
{
    size_t digits = 0;
    for (size_t i = 1; i + 1 < length; i++) {
        if (!(value[i] >= '0' && value[i] <= '9') && value[i] != ',' && value[i] != ' ')
            return false;
        digits += value[i] >= '0' && value[i] <= '9';
    }
    return digits > 0;
}

static bool close_level(struct scan *s)
{
    if (s->depth == 0 || s->levels[s->depth - 1].is_object != (s->line[s->at] == '}'))
        return false;
    struct level *level = &s->levels[--s->depth];
    const char *value = s->line + level->start;
    size_t length = ++s->at - level->start;
    bool is_event = level->is_object && level->has_type && (level->is_cli || level->has_session);
    if (s->depth == 0) {
        s->is_event = is_event;
        return true;
    }
    if (is_event) {
        s->wrapper->all_count = level->members; /* nothing in it counts by itself */
        s->name = "event", s->name_length = 5;
        add_member(s, value, length, WRAPPER_OBJECT);
    } else if (!level->is_object && s->depth == 1 && is_byte_array(value, length)) {
        add_member(s, value, length, WRAPPER_BYTES);
    }
    return true;
}

/* A string: a member's name where a colon stands behind it. */
static bool take_quoted(struct scan *s)
{
    const char *value = s->line + s->at + 1, *end = string_end(value, s->line + s->length);
    if (!end)
        return false;
    size_t length = (size_t)(end - value);
    s->at += length + 2;
    skip_blanks(s);
    if (s->at == s->length || s->line[s->at] != ':' || !s->levels[s->depth - 1].is_object) {
        take_string(s, value, length);
        return true;
    }
    s->at++;
    s->name = value;
    s->name_length = length;
    return true;
}

static bool is_of_scalar(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '+' || c == '-';
}

/* Read the object that begins at s->at, up to behind it. False where it is none. */
static bool read_object(struct scan *s)
{
    bool goes_on = open_level(s);
    while (goes_on && s->depth > 0) {
        skip_blanks(s);
        if (s->at == s->length)
            return false;
        const char c = s->line[s->at];
        if (c == '"')
            goes_on = take_quoted(s);
        else if (c == '{' || c == '[')
            goes_on = open_level(s);
        else if (c == '}' || c == ']')
            goes_on = close_level(s);
        else if (c == ',' || c == ':' || is_of_scalar(c))
            s->at++;
        else
            return false;
    }
    return goes_on;
}

/* Where an object begins in the line, behind a prefix; SIZE_MAX for nowhere. A time may stand with
 * it in an array: [1764324000.5, {...}], as Fluent Bit prints it. */
static size_t object_start(const char *line, const size_t *places, size_t count, size_t length)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = places[i];
        if (at > 0 && line[at - 1] == '"')
            continue; /* in a string */
        if (line[at] == '[') {
            for (at++; at < length && line[at] && strchr("0123456789., ", line[at]);)
                at++;
        }
        if (at < length && line[at] == '{' && (at == places[i] || line[at - 1] == ' '))
            return at;
    }
    return SIZE_MAX;
}

/* msg="text" of a logger that writes member=value: its text has the escapes of JSON. */
static bool read_pair(struct scan *s, size_t place)
{
    const char *value = s->line + place, *end = s->line + s->length;
    if (place < 2 || value[-1] != '"' || value[-2] != '=' || !(end = string_end(value, end)))
        return false;
    s->name = "msg", s->name_length = 3;
    add_member(s, value, (size_t)(end - value), WRAPPER_STRING);
    return true;
}

enum wrapper_kind wrapper_read(const char *line, size_t length, struct wrapper *ret)
{
    struct scan s = {.line = line, .length = length, .wrapper = ret};
    size_t places[PREFIX_PLACES] = {0}, count = 1;
    if (length == 0 || line[0] != '{')
        count = prefix_places((const unsigned char *)line,
                              length < 2 * PREFIX_MAX ? length : 2 * PREFIX_MAX, places);
    ret->start = s.at = object_start(line, places, count, length);
    ret->is_named = ret->holds_events = ret->has_streams = ret->is_partial = ret->is_stderr =
        ret->is_systemd = false;
    ret->count = ret->all_count = 0;
    if (s.at == SIZE_MAX && count > 0 && read_pair(&s, places[count - 1])) {
        wrapper_pick(ret);
        return WRAPPER_HOLDS;
    }
    if (s.at == SIZE_MAX || !read_object(&s))
        return WRAPPER_NONE;
    /* of an array with one record in each line, or with its time */
    s.at += s.at < length && (line[s.at] == ',' || (line[s.at] == ']' && ret->start > 0));
    if (escape_trimmed((const unsigned char *)line + s.at, length - s.at) > 0)
        return WRAPPER_NONE;
    if (s.is_event)
        return WRAPPER_EVENT;
    wrapper_pick(ret);
    return ret->count > 0 ? WRAPPER_HOLDS : WRAPPER_NONE;
}

enum wrapper_kind wrapper_read_member(const char *line, size_t length, char *room,
                                      struct wrapper *ret)
{
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\r'))
        length--;
    while (length > 0 && (*line == ' ' || *line == '\t'))
        line++, length--;
    length -= length > 0 && line[length - 1] == ',';
    if (length < 7 || line[0] != '"' || line[length - 1] != '"')
        return WRAPPER_NONE;
    room[0] = '{';
    memcpy(room + 1, line, length);
    room[length + 1] = '}';
    enum wrapper_kind kind = wrapper_read(room, length + 2, ret);
    return kind == WRAPPER_HOLDS && !ret->is_named && !ret->holds_events ? WRAPPER_NONE : kind;
}
