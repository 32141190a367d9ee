/* One event: its fields are what RFC 8259 and the header make of the bytes. */
#include "log/event.h"

#include "base/json_input.h"
#include "fuzz.h"
#include "plain_json.h"

#include <errno.h>

/* A string is copied as far as there is room. */
static void must_be_cut_of(const char *got, const struct plain_json *value)
{
    size_t length = value && value->type == PLAIN_STRING ? value->string_length : 0;
    if (length >= EVENT_WORD)
        length = EVENT_WORD - 1;
    if (length > 0 && memchr(value->string, '\0', length))
        return; /* read as U+FFFD: see lib/base/json_input.c */
    MUST(strlen(got) == length && memcmp(got, length > 0 ? value->string : "", length) == 0, "[%s]",
         got);
}

static void must_be_number(int64_t got, const struct plain_json *value, double factor)
{
    MUST(got >= -1, "%lld", (long long)got);
    double wanted = -1;
    if (value && value->type == PLAIN_NUMBER) {
        char *text = input_copy(value->start, value->length);
        double scaled = strtod(text, NULL) * factor;
        wanted = scaled >= 0 && scaled < 1e15 - 1 ? scaled : -1;
        free(text);
        if (scaled >= 1e15 - 1)
            return;
    }
    double off = wanted - (double)got;
    MUST(off >= -1 && off <= 1, "%lld", (long long)got);
}

static bool is_true(const struct plain_json *root, const char *name)
{
    const struct plain_json *value = plain_json_member(root, name);
    return value && value->type == PLAIN_TRUE;
}

/* Whether there is any text: result, message.content, errors, and texts in lists of the two. */
static bool has_strings(const struct plain_json *list)
{
    size_t strings = 0;
    for (size_t i = 0; list && list->type == PLAIN_ARRAY && i < list->count; i++) {
        const struct plain_json *item = list->items[i];
        if (item->type == PLAIN_OBJECT)
            item = plain_json_member(item, "text");
        if (item && item->type == PLAIN_STRING)
            strings += item->string_length > 0;
    }
    return strings > 0;
}

static void must_be_same(const struct plain_json *root, const struct event *event)
{
    static const struct {
        const char *name;
        size_t offset;
    } words[] = {{"subtype", offsetof(struct event, subtype)},
                 {"api_error_type", offsetof(struct event, api_error_type)},
                 {"api_error", offsetof(struct event, api_error)},
                 {"error", offsetof(struct event, error)},
                 {"terminal_reason", offsetof(struct event, terminal_reason)}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        must_be_cut_of((const char *)event + words[i].offset,
                       plain_json_member(root, words[i].name));
    const struct plain_json *said = plain_json_member(root, "is_error");
    MUST(event->is_error == !(said && said->type == PLAIN_FALSE), "is_error");
    MUST(event->is_api_error == is_true(root, "isApiErrorMessage"), "is_api_error");
    MUST(event->api_error_status >= 0 && event->api_error_status < 1000, "status");
    must_be_number(event->duration_ms, plain_json_member(root, "duration_ms"), 1);
    must_be_number(event->num_turns, plain_json_member(root, "num_turns"), 1);
    must_be_number(event->cost_microdollars, plain_json_member(root, "total_cost_usd"), 1e6);
    const struct plain_json *limit = plain_json_member(root, "rate_limit_info");
    MUST(event->rejected == plain_json_is(plain_json_member(limit, "status"), "rejected"),
         "rejected");
    MUST(event->limit_resets >= 0, "reset");

    const struct plain_json *result = plain_json_member(root, "result");
    const struct plain_json *content =
        plain_json_member(plain_json_member(root, "message"), "content");
    bool result_is_text = result && result->type == PLAIN_STRING;
    bool text = result_is_text
                    ? result->string_length > 0
                    : content && content->type == PLAIN_STRING && content->string_length > 0;
    if (text || has_strings(plain_json_member(root, "errors")) || has_strings(content))
        MUST(event->has_text, "text");
    MUST(strlen(event->text) < EVENT_TEXT, "text");
    MUST(event->has_text || event->text[0] == '\0', "text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct event event, before;
    memset(&event, 0x5A, sizeof event);
    before = event;
    char *bytes = input_copy(data, size);
    int error = event_parse(bytes, size, &event);
    MUST(error == 0 || error == EINVAL, "%d", error);
    MUST(is_utf8(bytes, size), "not mended");
    for (size_t i = 0; i < size; i++)
        MUST(bytes[i] == (char)data[i] || bytes[i] == '?', "byte %zu", i);
    struct plain_json *root = plain_json_parse(bytes, size, JSON_INPUT_DEPTH - 1);
    MUST((error == 0) == (root && root->type == PLAIN_OBJECT), "%d", error);
    if (error == 0)
        must_be_same(root, &event);
    else
        MUST(memcmp(&event, &before, sizeof event) == 0, "touched");
    plain_json_free(root);
    free(bytes);
    return 0;
}
