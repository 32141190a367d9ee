#include "json_input.h"

#include "text.h"

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
    return (size_t)(at - start);
}

/* The length of the string whose opening quote is at[0], quotes included; 0 when it is none. */
static size_t string_length(const char *at, const char *end)
{
    const char *start = at++;
    while (at < end && *at != '"') {
        size_t n = text_utf8_length((const unsigned char *)at, (size_t)(end - at));
        if (n == 0 || (unsigned char)*at < 0x20)
            return 0;
        at += *at == '\\' && end - at > 1 ? 2 : n;
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
    if (*at == '-' || (*at >= '0' && *at <= '9'))
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

/*
 * json-c ends a member's name at a \u0000, so that "type\u0000x" would pass for "type": it is given
 * another character in its place. Feeds all up to the last of them; returns the rest, NULL on an
 * error.
 */
static const char *feed_past_nul_escapes(struct json_tokener *tokener, const char *bytes,
                                         const char *end)
{
    const char *fed = bytes;
    const char *first = memchr(bytes, '\\', (size_t)(end - bytes));
    for (const char *at = first ? first : end; at < end;) {
        if (end - at < 6 || memcmp(at, "\\u0000", 6) != 0) {
            at += *at == '\\' && end - at > 1 ? 2 : 1;
            continue;
        }
        const char *const pieces[] = {fed, "\\uFFFD"};
        const int lengths[] = {(int)(at - fed), 6};
        for (int i = 0; i < 2; i++) {
            if (lengths[i] == 0)
                continue;
            /* a value that is whole here has something behind it */
            json_object_put(json_tokener_parse_ex(tokener, pieces[i], lengths[i]));
            if (json_tokener_get_error(tokener) != json_tokener_continue)
                return NULL;
        }
        fed = at += 6;
    }
    return fed;
}

/* json-c's part of the work, for so many objects and arrays. */
static int build(const char *bytes, const char *end, size_t containers, struct json_object **ret)
{
    /* it clears room for all of its depth, which is most of the work for a small text */
    size_t depth = containers + 2 < JSON_INPUT_DEPTH ? containers + 2 : JSON_INPUT_DEPTH;
    struct json_tokener *tokener = json_tokener_new_ex((int)depth);
    if (!tokener)
        return ENOMEM;
    struct json_object *value = NULL;
    const char *rest = feed_past_nul_escapes(tokener, bytes, end);
    bool complete = false;
    if (rest) {
        /* with the NUL, or a number at the end would be waited on for more digits */
        value = json_tokener_parse_ex(tokener, rest, (int)(end - rest) + 1);
        complete = json_tokener_get_error(tokener) == json_tokener_success &&
                   json_tokener_get_parse_end(tokener) == (size_t)(end - rest);
    }
    json_tokener_free(tokener);
    if (!complete) {
        json_object_put(value);
        return EINVAL;
    }
    *ret = value;
    return 0;
}

int json_input_parse(const char *bytes, size_t length, struct json_object **ret)
{
    size_t containers;
    if (length >= INT_MAX || !has_only_json_tokens(bytes, bytes + length, &containers))
        return EINVAL;
    return build(bytes, bytes + length, containers, ret);
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
            memset(word, 'x', (size_t)(at - word));
        at += at < end;
    }
}

/* In bytes that have only JSON's tokens. */
static void blank_values(char *at, const char *end)
{
    for (size_t n; at < end; at += n) {
        n = 1;
        if (*at != '"')
            continue;
        n = string_length(at, end);
        const char *behind = at + n;
        while (behind < end && strchr(" \t\r\n", *behind))
            behind++;
        if (behind == end || *behind != ':')
            blank_words(at + 1, at + n - 1);
    }
}

int json_input_parse_secret(const char *bytes, size_t length, struct json_object **ret)
{
    size_t containers;
    if (length >= INT_MAX || !has_only_json_tokens(bytes, bytes + length, &containers))
        return EINVAL;
    char *copy = malloc(length + 1);
    if (!copy)
        return ENOMEM;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    blank_values(copy, copy + length);
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
