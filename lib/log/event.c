#include "log/event.h"

#include "base/json_input.h"
#include "base/text.h"
#include "log/message.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static void copy(struct json_object *object, const char *key, char *ret, size_t size)
{
    struct json_object *string = json_input_member(object, key, json_type_string);
    if (!string)
        return;
    size_t length = (size_t)json_object_get_string_len(string);
    if (length >= size)
        length = size - 1;
    memcpy(ret, json_object_get_string(string), length);
    ret[length] = '\0';
}

static bool is_true(struct json_object *object, const char *key)
{
    return json_object_get_boolean(json_input_member(object, key, json_type_boolean));
}

/* A number times `factor`, -1 when there is none that fits. */
static int64_t number(struct json_object *object, const char *key, double factor)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(object, key, &value);
    if (!json_object_is_type(value, json_type_int) && !json_object_is_type(value, json_type_double))
        return -1;
    double scaled = json_object_get_double(value) * factor + 0.5;
    return scaled >= 0.5 && scaled < 1e15 ? (int64_t)scaled : -1;
}

/* "2026-11-24T10:00:00.000Z"; 0 for anything else. */
static int64_t iso_time(struct json_object *object, const char *key)
{
    struct json_object *string = json_input_member(object, key, json_type_string);
    struct tm utc = {0};
    if (!string || !strptime(json_object_get_string(string), "%Y-%m-%dT%H:%M:%S", &utc))
        return 0;
    return (int64_t)timegm(&utc) * 1000;
}

/* The strings of an array, or the "text" of its objects, joined. */
static void add_strings(struct json_object *array, struct text *text)
{
    for (size_t i = 0; array && i < json_object_array_length(array); i++) {
        struct json_object *item = json_object_array_get_idx(array, i);
        struct json_object *string = json_object_is_type(item, json_type_string)
                                         ? item
                                         : json_input_member(item, "text", json_type_string);
        if (string && text->length > 0)
            text_add(text, "\n");
        if (string)
            text_add_bytes(text, json_object_get_string(string),
                           (size_t)json_object_get_string_len(string));
    }
}

static bool is_blank(const struct text *text)
{
    const char *bytes = text_get(text);
    return bytes[strspn(bytes, " \t\n\v\f\r")] == '\0' ||
           strcmp(bytes, "(no content)") == 0; /* what 1.0.30 says for nothing */
}

static bool read_text(struct json_object *root, struct event *event)
{
    struct text text = TEXT_INIT(EVENT_TEXT - 1);
    struct json_object *message = json_input_member(root, "message", json_type_object);
    struct json_object *result = json_input_member(root, "result", json_type_string);
    struct json_object *content = json_input_member(message, "content", json_type_string);
    if (!result)
        result = content;
    if (result)
        text_add_bytes(&text, json_object_get_string(result),
                       (size_t)json_object_get_string_len(result));
    add_strings(json_input_member(root, "errors", json_type_array), &text);
    add_strings(json_input_member(message, "content", json_type_array), &text);
    event->has_text = !is_blank(&text);
    memcpy(event->text, text_get(&text), text.length);
    event->text[text.length] = '\0';
    /* nobody asks for the cause of what ended well */
    event->says =
        event_is_failed(event) ? message_cause(event->text, text.length) : RUNLOG_UNDECIDED;
    bool whole = !text.failed;
    text_free(&text);
    return whole;
}

/* Who wrote a message, for whom, and why it ended. */
static void read_message(struct json_object *root, struct event *event)
{
    struct json_object *message = json_input_member(root, "message", json_type_object);
    char model[EVENT_WORD] = "", parent[EVENT_WORD] = "";
    copy(message, "model", model, sizeof model);
    copy(root, "parent_tool_use_id", parent, sizeof parent);
    event->is_synthetic = strcmp(model, "<synthetic>") == 0;
    event->is_subagent = parent[0] != '\0';
    event->is_api_error =
        is_true(root, "isApiErrorMessage") || is_true(root, "is_api_error_message");
    copy(root, "stop_reason", event->stop_reason, EVENT_WORD);
    copy(message, "stop_reason", event->stop_reason, EVENT_WORD);
}

/* A background task that ended gives a result of its own (2.1). */
static void read_origin(struct json_object *root, struct event *event)
{
    char kind[EVENT_WORD] = "";
    copy(json_input_member(root, "origin", json_type_object), "kind", kind, sizeof kind);
    event->is_task_note = strcmp(kind, "task-notification") == 0;
}

static bool read_denials(struct json_object *root, struct event *event)
{
    struct json_object *denials = json_input_member(root, "permission_denials", json_type_array);
    struct text tools = TEXT_INIT(EVENT_TOOLS - 1);
    event->denials = denials ? (int64_t)json_object_array_length(denials) : 0;
    for (size_t i = 0; denials && i < json_object_array_length(denials); i++) {
        char tool[EVENT_WORD] = "";
        copy(json_object_array_get_idx(denials, i), "tool_name", tool, sizeof tool);
        if (tool[0] && !strstr(text_get(&tools), tool))
            text_format(&tools, "%s%s", tools.length > 0 ? ", " : "", tool);
    }
    memcpy(event->denied_tools, text_get(&tools), tools.length + 1);
    bool whole = !tools.failed;
    text_free(&tools);
    return whole;
}

static void read_rate_limit(struct json_object *root, struct event *event)
{
    struct json_object *info = json_input_member(root, "rate_limit_info", json_type_object);
    char status[EVENT_WORD] = "";
    copy(info, "status", status, sizeof status);
    event->rejected = strcmp(status, "rejected") == 0;
    int64_t resets = number(info, "resetsAt", 1000);
    event->limit_resets = resets > 0 ? resets : 0;
}

/* What the CLI prints is UTF-8; what a wrapper cut need not be. */
static void mend_utf8(char *bytes, size_t length)
{
    for (size_t i = 0, n; i < length; i += n) {
        n = text_utf8_length((const unsigned char *)bytes + i, length - i);
        if (n == 0) {
            bytes[i] = '?';
            n = 1;
        }
    }
}

int event_parse(char *bytes, size_t length, struct event *ret)
{
    struct json_object *root = NULL;
    mend_utf8(bytes, length);
    int error = json_input_parse(bytes, length, &root);
    if (error != 0)
        return error;
    if (!json_object_is_type(root, json_type_object)) {
        json_object_put(root);
        return EINVAL;
    }
    memset(ret, 0, sizeof *ret);
    /* a result that does not say false, in so many words, is no good one */
    struct json_object *said = json_input_member(root, "is_error", json_type_boolean);
    ret->is_error = !said || json_object_get_boolean(said);
    struct json_object *output = NULL;
    ret->has_object = json_object_object_get_ex(root, "structured_output", &output) && output;
    read_message(root, ret);
    read_origin(root, ret);
    int64_t status = number(root, "api_error_status", 1);
    if (status < 0)
        status = number(root, "apiErrorStatus", 1); /* in transcripts */
    ret->api_error_status = status > 0 && status < 1000 ? (int)status : 0;
    copy(root, "subtype", ret->subtype, EVENT_WORD);
    copy(root, "api_error_type", ret->api_error_type, EVENT_WORD);
    copy(root, "api_error", ret->api_error, EVENT_WORD);
    copy(root, "error", ret->error, EVENT_WORD);
    copy(root, "terminal_reason", ret->terminal_reason, EVENT_WORD);
    copy(root, "session_id", ret->session, EVENT_WORD);
    if (!ret->session[0])
        copy(root, "sessionId", ret->session, EVENT_WORD); /* in transcripts */
    ret->duration_ms = number(root, "duration_ms", 1);
    ret->num_turns = number(root, "num_turns", 1);
    ret->cost_microdollars = number(root, "total_cost_usd", 1e6);
    ret->login_ends = iso_time(root, "credential_expires_at");
    read_rate_limit(root, ret);
    bool whole = read_text(root, ret) && read_denials(root, ret);
    json_object_put(root);
    return whole ? 0 : ENOMEM;
}
