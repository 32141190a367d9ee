#include "base/json_scan.h"

#include <string.h>

enum {
    WANT_VALUE,        /* after a colon, or after a comma in an array */
    WANT_VALUE_OR_END, /* after [ */
    WANT_KEY,          /* after a comma in an object */
    WANT_KEY_OR_END,   /* after { */
    WANT_COLON,
    WANT_COMMA_OR_END,
    IN_STRING,
    IN_ESCAPE,
    IN_SCALAR /* a number, true, false or null */
};

const char *const json_event_types[] = {"result", "assistant", "rate_limit_event", "system"};

void json_scan_start(struct json_scan *scan)
{
    memset(scan, 0, sizeof *scan);
    scan->state = WANT_VALUE;
}

static bool in_object(const struct json_scan *scan)
{
    return scan->is_object[scan->depth / 8] >> scan->depth % 8 & 1;
}

/* The depth at which events stand: 1 in a single object, 2 in an array of them. */
static unsigned event_depth(const struct json_scan *scan)
{
    return scan->is_object[0] & 2 ? 1 : 2;
}

static bool opens(struct json_scan *scan, bool object, uint64_t at)
{
    if (scan->depth + 1 >= JSON_SCAN_DEPTH)
        return false;
    scan->depth++;
    unsigned char bit = (unsigned char)(1U << scan->depth % 8);
    unsigned char *byte = &scan->is_object[scan->depth / 8];
    *byte = (unsigned char)(object ? *byte | bit : *byte & ~bit);
    scan->state = object ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
    if (object && scan->depth == event_depth(scan)) {
        scan->event_start = at;
        scan->type[0] = '\0';
        scan->is_init = false;
    }
    return true;
}

static void note_event(struct json_scan *scan, uint64_t end)
{
    if (scan->type[0] == '\0' || strcmp(scan->type, "error") == 0)
        return;
    scan->events++;
    for (size_t kind = 0; kind < JSON_EVENT_KINDS; kind++)
        if (strcmp(scan->type, json_event_types[kind]) == 0 &&
            (kind != JSON_EVENT_INIT || scan->is_init))
            scan->last[kind] = (struct json_event_place){scan->event_start, end};
}

static bool closes(struct json_scan *scan, bool object, uint64_t end)
{
    if (scan->depth == 0 || in_object(scan) != object)
        return false;
    if (object && scan->depth == event_depth(scan))
        note_event(scan, end);
    scan->depth--;
    scan->state = WANT_COMMA_OR_END;
    return true;
}

static void begins_string(struct json_scan *scan, bool key)
{
    scan->state = IN_STRING;
    scan->in_key = key;
    scan->captures = scan->depth == event_depth(scan) && in_object(scan) && (key || scan->word_is);
    scan->word_length = 0;
}

static void ends_string(struct json_scan *scan)
{
    scan->state = scan->in_key ? WANT_COLON : WANT_COMMA_OR_END;
    if (!scan->captures)
        return;
    bool fits = scan->word_length < JSON_SCAN_WORD;
    scan->word[fits ? scan->word_length : 0] = '\0';
    if (scan->in_key)
        scan->word_is = strcmp(scan->word, "type") == 0      ? JSON_WORD_TYPE
                        : strcmp(scan->word, "subtype") == 0 ? JSON_WORD_SUBTYPE
                                                             : JSON_WORD_OTHER;
    else if (scan->word_is == JSON_WORD_SUBTYPE)
        scan->is_init = strcmp(scan->word, "init") == 0;
    else
        memcpy(scan->type, fits ? scan->word : "?", fits ? scan->word_length + 1 : 2);
}

static bool is_plain(unsigned char c)
{
    return c != '"' && c != '\\' && c >= 0x20;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * Eight bytes at once: the top bit of each that is not plain. A subtraction turns on the top bit of
 * a byte that was less, and by a borrow may do so of those behind it in order of weight: on a
 * processor that keeps the least byte first the first one is right, elsewhere only whether there
 * are any.
 */
static uint64_t not_plain(const unsigned char *bytes)
{
    uint64_t word, quote, backslash;
    memcpy(&word, bytes, sizeof word);
    quote = word ^ EACH('"');
    backslash = word ^ EACH('\\');
    return (((quote - EACH(1)) & ~quote) | ((backslash - EACH(1)) & ~backslash) |
            ((word - EACH(0x20)) & ~word)) &
           EACH(0x80);
}

/*
 * The number of bytes before what ends or interrupts a string. By eights a tool's output of 50 MB
 * takes half the time that it does byte by byte.
 */
static size_t plain_length(const unsigned char *bytes, size_t length)
{
    size_t n = 0;
    for (; length - n >= 8; n += 8) {
        uint64_t ends = not_plain(bytes + n);
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        if (ends != 0)
            return n + (size_t)__builtin_ctzll(ends) / 8;
#else
        if (ends != 0)
            break;
#endif
    }
    while (n < length && is_plain(bytes[n]))
        n++;
    return n;
}

/* Skip to what ends or interrupts a string. Returns the number of bytes skipped. */
static size_t skip_string(struct json_scan *scan, const unsigned char *bytes, size_t length)
{
    size_t n = plain_length(bytes, length);
    if (scan->captures) {
        size_t room = JSON_SCAN_WORD - scan->word_length;
        size_t kept = n < room ? n : room;
        memcpy(scan->word + scan->word_length, bytes, kept);
        scan->word_length += kept;
    }
    return n;
}

/* One byte inside a string that is no plain one. */
static bool take_in_string(struct json_scan *scan, unsigned char c)
{
    if (scan->state == IN_ESCAPE) {
        scan->state = IN_STRING;
        scan->word_length = JSON_SCAN_WORD; /* no word of the CLI's has an escape in it */
        return c >= 0x20;
    }
    if (c == '"')
        ends_string(scan);
    else if (c == '\\')
        scan->state = IN_ESCAPE;
    return c >= 0x20;
}

static bool take_value(struct json_scan *scan, unsigned char c, uint64_t at)
{
    if (c == '{' || c == '[')
        return opens(scan, c == '{', at);
    if (scan->depth == 0)
        return false;
    if (c == ']' && scan->state == WANT_VALUE_OR_END)
        return closes(scan, false, at + 1);
    if (c == '"') {
        begins_string(scan, false);
        return true;
    }
    scan->state = IN_SCALAR;
    return c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n';
}

static bool take_token(struct json_scan *scan, unsigned char c, uint64_t at)
{
    switch (scan->state) {
    case WANT_VALUE:
    case WANT_VALUE_OR_END: return take_value(scan, c, at);
    case WANT_KEY:
    case WANT_KEY_OR_END:
        if (c == '}' && scan->state == WANT_KEY_OR_END)
            return closes(scan, true, at + 1);
        begins_string(scan, true);
        return c == '"';
    case WANT_COLON: scan->state = WANT_VALUE; return c == ':';
    case WANT_COMMA_OR_END:
    default:
        if (c == ',') {
            scan->state = in_object(scan) ? WANT_KEY : WANT_VALUE;
            return true;
        }
        return (c == '}' || c == ']') && closes(scan, c == '}', at + 1);
    }
}

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_scalar(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == 'E' || c == '+' ||
           c == '-';
}

enum json_scan_result json_scan_feed(struct json_scan *scan, const unsigned char *bytes,
                                     size_t length)
{
    const uint64_t offset = scan->length;
    for (size_t i = 0; i < length; i++) {
        if (scan->state == IN_STRING) {
            i += skip_string(scan, bytes + i, length - i);
            if (i == length)
                break;
        }
        unsigned char c = bytes[i];
        if (scan->state == IN_STRING || scan->state == IN_ESCAPE) {
            if (!take_in_string(scan, c)) {
                scan->length = offset + i;
                return JSON_SCAN_BAD;
            }
            continue;
        }
        if (scan->state == IN_SCALAR) {
            if (is_scalar(c))
                continue;
            scan->state = WANT_COMMA_OR_END;
        }
        if (is_space(c))
            continue;
        if (!take_token(scan, c, offset + i)) {
            scan->length = offset + i;
            return JSON_SCAN_BAD;
        }
        if (scan->depth == 0) {
            scan->length = offset + i + 1;
            return JSON_SCAN_DONE;
        }
    }
    scan->length = offset + length;
    return JSON_SCAN_MORE;
}
