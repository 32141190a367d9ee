/*
 * JSON from elsewhere, read with json-c and held to RFC 8259.
 */
#ifndef CHECK_CLAUDE_JSON_INPUT_H
#define CHECK_CLAUDE_JSON_INPUT_H

#include <json-c/json.h>
#include <stddef.h>

/* Deeper nesting is refused. */
#define JSON_INPUT_DEPTH 512

/*
 * More objects and arrays, or more values in them, are refused. An empty object of three bytes
 * costs json-c (0.16) about 800 bytes of memory, so a limit on the size of a file does not limit
 * the memory. These limits come to about 150 MB. The CLI writes a few thousand values.
 */
#define JSON_INPUT_CONTAINERS ((size_t)1 << 16)
#define JSON_INPUT_VALUES     ((size_t)1 << 19)

/*
 * The one complete UTF-8 JSON value in bytes[0..length), which must be followed by a NUL. The
 * caller owns it (json_object_put). Returns 0 and sets *ret, which is NULL for JSON's null; EINVAL
 * for anything else than one JSON value within these limits, ENOMEM.
 *
 * json-c accepts much more than JSON: NaN, 'quoted', [1,], TRUE, 2., -01, tabs in strings, overlong
 * UTF-8. Its strict mode accepts some of that too (0.16), and in 0.18 it refuses each string that
 * is not ASCII and each integer over 64 bits (json-c issue 875). So that mode is not used. The
 * measure is JSON.parse of the CLI: what it refuses is refused here before json-c sees it.
 */
int json_input_parse(const char *bytes, size_t length, struct json_object **ret);

/*
 * The same for JSON with secrets. json-c does not overwrite the memory that it frees. So a
 * fingerprint of the same length replaces each long word of a string value: a word of more than
 * JSON_INPUT_WORD bytes that is no number and has no escape. Names of members stay. Equal words
 * have equal fingerprints, and no fingerprint leads back to its word. The values of the members in
 * `kept`, a list that ends with NULL, stay as they are; NULL means none.
 */
#define JSON_INPUT_WORD 31
int json_input_parse_secret(const char *bytes, size_t length, const char *const *kept,
                            struct json_object **ret);

/* The member called `key` if it has the type, else NULL. `object` may be NULL or no object. */
struct json_object *json_input_member(struct json_object *object, const char *key,
                                      enum json_type type);

#endif
