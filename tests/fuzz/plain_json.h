/*
 * JSON as RFC 8259 has it, read without any cleverness: what lib/base/json_input.c and
 * lib/base/json_scan.c, and all that stands on them, are compared with.
 */
#ifndef CHECK_CLAUDE_TESTS_PLAIN_JSON_H
#define CHECK_CLAUDE_TESTS_PLAIN_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum plain_type {
    PLAIN_NULL,
    PLAIN_FALSE,
    PLAIN_TRUE,
    PLAIN_NUMBER,
    PLAIN_STRING,
    PLAIN_ARRAY,
    PLAIN_OBJECT
};

struct plain_json {
    enum plain_type type;
    const char *start; /* its text */
    size_t length;
    char *string;         /* of a string the decoded bytes, with a NUL behind */
    size_t string_length; /* of them */
    size_t count;         /* elements or members */
    struct plain_json **items;
    struct plain_json **keys; /* of an object: strings */
};

/*
 * The value at the start of bytes[0..length), white space before it passed over. Sets *ret_used to
 * where it ends; NULL when there is none, or when it is nested deeper than `depth`. To be given
 * back by plain_json_free().
 */
struct plain_json *plain_json_read(const char *bytes, size_t length, int depth, size_t *ret_used);

/* The same for a text that holds the one value and white space. */
struct plain_json *plain_json_parse(const char *bytes, size_t length, int depth);

void plain_json_free(struct plain_json *value);

/* The last member with this name, NULL when `object` is NULL, no object, or has none. */
const struct plain_json *plain_json_member(const struct plain_json *object, const char *name);

/* True when the value is this string. */
bool plain_json_is(const struct plain_json *value, const char *string);

#endif
