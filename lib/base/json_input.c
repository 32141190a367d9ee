#include "base/json_input.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static size_t digits(const char *at, const char *end)
{
    size_t n = 0;
    while (at + n < end && at[n] >= '0' && at[n] <= '9')
        n++;
    return n;
}

static bool is_number_start(char c)
{
    return c == '-' || (c >= '0' && c <= '9');
}

/* RFC 8259 section 6. Returns the number's length, 0 when it is none. */
static size_t number_length(const char *at, const char *end)
{
    const char *start = at;
    if (*at == '-')
        at++;
    size_t whole = digits(at, end);
    if (whole == 0 || (whole > 1 && *at == '0'))
        return 0;
    at += whole;
    if (at < end && *at == '.') {
        size_t fraction = digits(at + 1, end);
        if (fraction == 0)
            return 0;
        at += 1 + fraction;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        size_t exponent = digits(at, end);
        if (exponent == 0)
            return 0;
        at += exponent;
    }
    /* json-c, given "12" and "-3" one after the other, makes 12 of them */
    return at == end || strchr(",]} \t\r\n", *at) ? (size_t)(at - start) : 0;
}

/* The length of the string whose opening quote is at[0], quotes included; 0 when it is none. */
static size_t string_length(const char *at, const char *end)
{
    const char *start = at++;
    while (at < end && *at != '"') {
        const unsigned char c = (unsigned char)*at;
        size_t n = c < 0x80 ? 1 : text_utf8_length((const unsigned char *)at, (size_t)(end - at));
        if (n == 0 || c < 0x20)
            return 0;
        at += c == '\\' && end - at > 1 ? 2 : n;
    }
    return at < end ? (size_t)(at - start) + 1 : 0;
}

/* The length of the literal at `at`, in these letters only; 0 when it is none. */
static size_t literal_length(const char *at, const char *end)
{
    static const char *const literals[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
        size_t n = strlen(literals[i]);
        if ((size_t)(end - at) >= n && memcmp(at, literals[i], n) == 0)
            return n;
    }
    return 0;
}

/* The length of the token or the blank that starts at `at`; 0 when it is none of JSON's. */
static size_t token_length(const char *at, const char *end)
{
    if (*at == '"')
        return string_length(at, end);
    if (is_number_start(*at))
        return number_length(at, end);
    if (*at != '\0' && strchr("{}[]:, \t\r\n", *at))
        return 1;
    return literal_length(at, end);
}

/*
 * Each token by itself is JSON's, and no comma is the last in its brackets. How they stand together
 * otherwise is for json-c to judge. *ret_containers is how many objects and arrays begin.
 */
static bool has_only_json_tokens(const char *at, const char *end, size_t *ret_containers)
{
    size_t containers = 0, commas = 0;
    char before = 0;
    while (at < end) {
        size_t n = token_length(at, end);
        containers += *at == '{' || *at == '[';
        commas += *at == ',';
        if (n == 0 || (before == ',' && (*at == ']' || *at == '}')))
            return false;
        if (!strchr(" \t\r\n", *at))
            before = *at;
        at += n;
    }
    *ret_containers = containers;
    return containers <= JSON_INPUT_CONTAINERS && commas < JSON_INPUT_VALUES;
}

/* A text on its way into json-c, in pieces. */
struct feed {
    struct json_tokener *tokener;
    const char *fed; /* up to here */
    struct json_object *value;
    bool no_memory;
};

/*
 * Feed [bytes, bytes + length). json-c drops what it finds no memory for and goes on (a member that
 * is lost so may be the one that decides), but errno tells: malloc() sets it. False ends it all.
 */
static bool feed_bytes(struct feed *feed, const char *bytes, size_t length)
{
    if (length == 0)
        return true;
    errno = 0;
    feed->value = json_tokener_parse_ex(feed->tokener, bytes, (int)length);
    feed->no_memory = errno == ENOMEM;
    return !feed->no_memory && json_tokener_get_error(feed->tokener) == json_tokener_continue;
}

static bool feed_up_to(struct feed *feed, const char *at)
{
    bool going_on = feed_bytes(feed, feed->fed, (size_t)(at - feed->fed));
    feed->fed = at;
    return going_on;
}

/*
 * json-c ends a member's name at a \u0000, so that "type\u0000x" would pass for "type": it is given
 * another character in its place.
 */
static bool feed_string(struct feed *feed, const char *at, const char *end)
{
    while (at < end) {
        if (end - at < 6 || memcmp(at, "\\u0000", 6) != 0) {
            at += *at == '\\' && end - at > 1 ? 2 : 1;
            continue;
        }
        if (!feed_up_to(feed, at) || !feed_bytes(feed, "\\uFFFD", 6))
            return false;
        feed->fed = at += 6;
    }
    return true;
}

static bool feed_tokens(struct feed *feed, const char *at, const char *end)
{
    for (size_t n; at < end; at += n) {
        bool going_on = true;
        n = token_length(at, end);
        if (*at == '"')
            going_on = feed_string(feed, at, at + n);
        else if (is_number_start(*at)) /* json-c clears errno with the byte behind a number */
            going_on = feed_up_to(feed, at + n);
        if (!going_on)
            return false;
    }
    return true;
}

/* json-c's part of the work, for so many objects and arrays. */
static int build(const char *bytes, const char *end, size_t containers, struct json_object **ret)
{
    /* it clears room for all of its depth, which is most of the work for a small text */
    size_t depth = containers + 2 < JSON_INPUT_DEPTH ? containers + 2 : JSON_INPUT_DEPTH;
    struct feed feed = {.tokener = json_tokener_new_ex((int)depth), .fed = bytes};
    if (!feed.tokener)
        return ENOMEM;
    bool complete = false;
    if (feed_tokens(&feed, bytes, end)) {
        /* with the NUL, or a number at the end would be waited on for more digits */
        size_t rest = (size_t)(end - feed.fed);
        feed_bytes(&feed, feed.fed, rest + 1);
        complete = json_tokener_get_error(feed.tokener) == json_tokener_success &&
                   json_tokener_get_parse_end(feed.tokener) == rest;
    }
    json_tokener_free(feed.tokener);
    if (complete && !feed.no_memory) {
        *ret = feed.value;
        return 0;
    }
    json_object_put(feed.value);
    return feed.no_memory ? ENOMEM : EINVAL;
}

int json_input_parse(const char *bytes, size_t length, struct json_object **ret)
{
    size_t containers;
    if (length >= INT_MAX || !has_only_json_tokens(bytes, bytes + length, &containers))
        return EINVAL;
    return build(bytes, bytes + length, containers, ret);
}

/* Puts the word's fingerprint (FNV-1a, in hexadecimal, again and again) in its place. */
static void blank(char *word, size_t length)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        value = (value ^ (unsigned char)word[i]) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < length; i++)
        word[i] = "0123456789abcdef"[value >> 4 * (i % 16) & 15];
}

/* The words of a string without its quotes. Escapes are json-c's to judge. */
static void blank_words(char *at, const char *end)
{
    while (at < end) {
        char *word = at;
        bool is_number = true, has_escape = false;
        for (; at < end && *at != ' '; at++) {
            is_number = is_number && strchr("0123456789+-", *at);
            has_escape = has_escape || *at == '\\';
        }
        if (at - word > JSON_INPUT_WORD && !is_number && !has_escape)
            blank(word, (size_t)(at - word));
        at += at < end;
    }
}

static bool is_kept(const char *name, size_t length, const char *const *kept)
{
    for (; kept && *kept; kept++)
        if (strlen(*kept) == length && memcmp(*kept, name, length) == 0)
            return true;
    return false;
}

/* In bytes that have only JSON's tokens. */
static void blank_values(char *at, const char *end, const char *const *kept)
{
    bool keep = false; /* what the last name stands before */
    for (size_t n; at < end; at += n) {
        n = 1;
        if (*at != '"')
            continue;
        n = string_length(at, end);
        const char *behind = at + n;
        while (behind < end && strchr(" \t\r\n", *behind))
            behind++;
        if (behind < end && *behind == ':')
            keep = is_kept(at + 1, n - 2, kept);
        else if (!keep)
            blank_words(at + 1, at + n - 1);
    }
}

int json_input_parse_secret(const char *bytes, size_t length, const char *const *kept,
                            struct json_object **ret)
{
    size_t containers;
    if (length >= INT_MAX || !has_only_json_tokens(bytes, bytes + length, &containers))
        return EINVAL;
    char *copy = malloc(length + 1);
    if (!copy)
        return ENOMEM;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    blank_values(copy, copy + length, kept);
    int error = build(copy, copy + length, containers, ret);
    explicit_bzero(copy, length);
    free(copy);
    return error;
}

struct json_object *json_input_member(struct json_object *object, const char *key,
                                      enum json_type type)
{
    struct json_object *member = NULL;
    if (!json_object_is_type(object, json_type_object) ||
        !json_object_object_get_ex(object, key, &member) || !json_object_is_type(member, type))
        return NULL;
    return member;
}
