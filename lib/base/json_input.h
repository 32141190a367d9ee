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
 * More objects and arrays, or more values in them, are refused: an empty object of three bytes
 * costs json-c (0.16) some 800 of memory, so that a bound on a file's size is none on what it costs
 * to read. These come to some 150 MB; what the CLI writes has a few thousand.
 */
#define JSON_INPUT_CONTAINERS ((size_t)1 << 16)
#define JSON_INPUT_VALUES     ((size_t)1 << 19)

/*
 * The one complete UTF-8 JSON value in bytes[0..length), which must be followed by a NUL. The
 * caller owns it (json_object_put). Returns 0 and sets *ret, which is NULL for JSON's null; EINVAL
 * for anything else than one JSON value within these limits, ENOMEM.
 *
 * json-c takes a good deal more: NaN, 'quoted', [1,], TRUE, 2., -01, tabs in strings, overlong
 * UTF-8. Its strict mode takes some of it too (0.16), and in 0.18 refuses each string that is not
 * ASCII and each integer over 64 bits (json-c issue 875). The CLI's JSON.parse is the measure, so
 * what it would not take is refused here before json-c sees it, and that mode is not used.
 */
int json_input_parse(const char *bytes, size_t length, struct json_object **ret);

/*
 * The same for what holds secrets: json-c leaves what it read in memory that it gave back, so each
 * word of a string value (no member's name) that is longer than JSON_INPUT_WORD, is no number and
 * has no escape gets a fingerprint of the same length in its place: equal words have equal ones,
 * and nothing leads back. The values of the members named in `kept`, up to a NULL, stay as they
 * are; NULL for none.
 */
#define JSON_INPUT_WORD 31
int json_input_parse_secret(const char *bytes, size_t length, const char *const *kept,
                            struct json_object **ret);

/* The member called `key` if it has the type, else NULL. `object` may be NULL or no object. */
struct json_object *json_input_member(struct json_object *object, const char *key,
                                      enum json_type type);

#endif
