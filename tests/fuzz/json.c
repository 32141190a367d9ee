/*
 * JSON: lib/base/json_input.c takes what RFC 8259 takes and nothing else, and makes the same tree
 * of it; lib/base/json_scan.c finds the same end and the same events, however the text is cut.
 */
#include "base/json_input.h"
#include "base/json_scan.h"

#include "fuzz.h"
#include "plain_json.h"

#include <errno.h>
#include <math.h>

/* A \u0000 in a name or a string is read as U+FFFD: see lib/base/json_input.c. */
static bool same_string(const struct plain_json *plain, const char *got, size_t length)
{
    size_t at = 0;
    for (size_t i = 0; i < plain->string_length; i++) {
        const char *piece = plain->string[i] ? &plain->string[i] : "\xEF\xBF\xBD";
        size_t piece_length = plain->string[i] ? 1 : 3;
        if (length - at < piece_length || memcmp(got + at, piece, piece_length) != 0)
            return false;
        at += piece_length;
    }
    return at == length;
}

static bool same_number(const struct plain_json *plain, struct json_object *got)
{
    char *text = input_copy(plain->start, plain->length);
    bool whole = !strpbrk(text, ".eE"), same;
    double value = strtod(text, NULL);
    if (whole && json_object_is_type(got, json_type_int)) {
        errno = 0;
        long long number = strtoll(text, NULL, 10);
        same = json_object_get_int64(got) == number;
    } else {
        double number = json_object_get_double(got);
        same = json_object_is_type(got, json_type_double) && fabs(number - value) <= 0;
        same = same || (isinf(number) && isinf(value) && (number > 0) == (value > 0));
    }
    free(text);
    return same;
}

static void must_be_same(const struct plain_json *plain, struct json_object *got);

static void must_be_same_object(const struct plain_json *plain, struct json_object *got)
{
    size_t names = 0;
    for (size_t i = 0; i < plain->count; i++) {
        const struct plain_json *key = plain->keys[i];
        bool last = true;
        for (size_t k = i + 1; last && k < plain->count; k++)
            last = plain->keys[k]->string_length != key->string_length ||
                   memcmp(plain->keys[k]->string, key->string, key->string_length) != 0;
        bool nul = memchr(key->string, '\0', key->string_length) != NULL;
        names += last;
        if (!last || nul)
            continue;
        struct json_object *item = NULL;
        MUST(json_object_object_get_ex(got, key->string, &item), "no member %s", key->string);
        must_be_same(plain->items[i], item);
    }
    MUST((size_t)json_object_object_length(got) <= names, "more members");
}

static void must_be_same(const struct plain_json *plain, struct json_object *got)
{
    switch (plain->type) {
    case PLAIN_NULL: MUST(!got, "null"); break;
    case PLAIN_TRUE:
    case PLAIN_FALSE:
        MUST(json_object_is_type(got, json_type_boolean) &&
                 json_object_get_boolean(got) == (plain->type == PLAIN_TRUE),
             "boolean");
        break;
    case PLAIN_NUMBER:
        MUST(same_number(plain, got), "%.*s", (int)plain->length, plain->start);
        break;
    case PLAIN_STRING:
        MUST(json_object_is_type(got, json_type_string) &&
                 same_string(plain, json_object_get_string(got),
                             (size_t)json_object_get_string_len(got)),
             "%.*s", (int)plain->length, plain->start);
        break;
    case PLAIN_ARRAY:
        MUST(json_object_is_type(got, json_type_array) &&
                 json_object_array_length(got) == plain->count,
             "array");
        for (size_t i = 0; i < plain->count; i++)
            must_be_same(plain->items[i], json_object_array_get_idx(got, i));
        break;
    case PLAIN_OBJECT:
        MUST(json_object_is_type(got, json_type_object), "object");
        must_be_same_object(plain, got);
        break;
    }
}

/* What the header says of events, of a whole value. */
static void must_have_its_events(const struct plain_json *value, const struct json_scan *scan)
{
    static const char *const kinds[] = {"result", "assistant", "rate_limit_event", "system"};
    struct json_event_place last[JSON_EVENT_KINDS] = {{0}};
    uint64_t events = 0;
    size_t count = value->type == PLAIN_OBJECT ? 1 : value->count;
    for (size_t i = 0; i < count; i++) {
        const struct plain_json *event = value->type == PLAIN_OBJECT ? value : value->items[i];
        const struct plain_json *type = plain_json_member(event, "type");
        if (!type || type->type != PLAIN_STRING)
            continue;
        if (type->string_length == 0 || plain_json_is(type, "error"))
            continue;
        events++;
        for (size_t kind = 0; kind < JSON_EVENT_KINDS; kind++)
            if (plain_json_is(type, kinds[kind]) &&
                (kind != JSON_EVENT_INIT ||
                 plain_json_is(plain_json_member(event, "subtype"), "init"))) {
                last[kind].start = (uint64_t)(event->start - value->start);
                last[kind].end = last[kind].start + event->length;
            }
    }
    MUST(scan->events == events, "%llu events instead of %llu", (unsigned long long)scan->events,
         (unsigned long long)events);
    MUST(memcmp(scan->last, last, sizeof last) == 0, "places of events");
}

/* A type written with an escape, or given twice, is none of the CLI's: it may count or not. */
static bool has_plain_types(const struct plain_json *value)
{
    size_t types = 0, subtypes = 0;
    bool plain = true;
    for (size_t i = 0; plain && i < value->count; i++) {
        types += value->keys[i] && plain_json_is(value->keys[i], "type");
        subtypes += value->keys[i] && plain_json_is(value->keys[i], "subtype");
        plain = has_plain_types(value->items[i]);
    }
    return plain && types < 2 && subtypes < 2;
}

static enum json_scan_result scan_in_two(const char *bytes, size_t length, size_t first,
                                         struct json_scan *scan)
{
    /* memory of just that size, so that a sanitizer sees a byte too far */
    char *left = input_copy(bytes, first), *right = input_copy(bytes + first, length - first);
    json_scan_start(scan);
    enum json_scan_result result = json_scan_feed(scan, (const unsigned char *)left, first);
    if (result == JSON_SCAN_MORE)
        result = json_scan_feed(scan, (const unsigned char *)right, length - first);
    free(left);
    free(right);
    return result;
}

static void scan_it(const char *bytes, size_t length)
{
    struct json_scan whole, scan;
    json_scan_start(&whole);
    enum json_scan_result result = json_scan_feed(&whole, (const unsigned char *)bytes, length);
    size_t step = length < 300 ? 1 : length / 300;
    for (size_t first = 0; first <= length; first += step) {
        MUST(scan_in_two(bytes, length, first, &scan) == result, "cut at %zu", first);
        MUST(scan.length == whole.length && scan.events == whole.events &&
                 memcmp(scan.last, whole.last, sizeof scan.last) == 0,
             "cut at %zu", first);
    }
    MUST(whole.length <= length, "length");
    if (length == 0 || (bytes[0] != '{' && bytes[0] != '[')) /* the caller looks for these */
        return;
    size_t used;
    struct plain_json *value = plain_json_read(bytes, length, JSON_SCAN_DEPTH - 1, &used);
    if (value) {
        MUST(result == JSON_SCAN_DONE && whole.length == used, "%zu instead of %zu",
             (size_t)whole.length, used);
        if (!memchr(bytes, '\\', used) && has_plain_types(value))
            must_have_its_events(value, &whole);
    }
    plain_json_free(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = input_copy(data, size);
    struct plain_json *plain = plain_json_parse(bytes, size, JSON_INPUT_DEPTH - 1);
    struct json_object *object = NULL;
    int error = json_input_parse(bytes, size, &object);
    MUST(error == 0 || error == EINVAL, "%d", error);
    MUST((error == 0) == (plain != NULL), "%d", error);
    if (plain)
        must_be_same(plain, object);
    json_object_put(object);
    plain_json_free(plain);
    scan_it(bytes, size);
    free(bytes);
    return 0;
}
