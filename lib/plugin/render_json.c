#include "plugin/render.h"

#include "base/duration.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

/* A JSON string of bytes that need not be UTF-8: what is not becomes U+FFFD. */
static struct json_object *new_string(const char *string)
{
    struct text clean = TEXT_INIT(RENDER_MAX);
    const unsigned char *at = (const unsigned char *)string;
    for (size_t left = strlen(string), n; left > 0; at += n, left -= n)
        n = text_add_character(&clean, at, left);
    struct json_object *object =
        clean.failed ? NULL : json_object_new_string_len(text_get(&clean), (int)clean.length);
    text_free(&clean);
    return object;
}

static struct json_object *new_number(int64_t number, unsigned digits)
{
    if (digits == 0)
        return json_object_new_int64(number);
    struct text decimal = TEXT_INIT(64);
    text_add_decimal(&decimal, number, digits);
    double scaled = (double)number;
    for (unsigned i = 0; i < digits; i++)
        scaled /= 10;
    struct json_object *object =
        decimal.failed ? NULL : json_object_new_double_s(scaled, text_get(&decimal));
    text_free(&decimal);
    return object;
}

/* NULL, and *ret_none set where it is not for lack of memory, when there is no such time. */
static struct json_object *new_time(int64_t epoch_ms, bool *ret_none)
{
    char bytes[64];
    struct text iso = TEXT_IN(bytes);
    *ret_none = !duration_add_iso_time(&iso, epoch_ms);
    return *ret_none ? NULL : json_object_new_string(bytes);
}

static bool append(struct json_object *array, struct json_object *value)
{
    if (array && value && json_object_array_add(array, value) == 0)
        return true;
    json_object_put(value);
    return false;
}

static struct json_object *new_list(const char *words)
{
    struct json_object *array = json_object_new_array();
    while (*words) {
        size_t length = strcspn(words, " ");
        if (!append(array, json_object_new_string_len(words, (int)length))) {
            json_object_put(array);
            return NULL;
        }
        words += length + strspn(words + length, " ");
    }
    return array;
}

/* NULL is JSON's null too: then *ret_none is set, and not for lack of memory. */
static struct json_object *new_value(const struct value *value, bool *ret_none)
{
    *ret_none = value->kind == VALUE_NONE;
    switch (value->kind) {
    case VALUE_TEXT: return new_string(value->text);
    case VALUE_LIST: return new_list(value->text);
    case VALUE_FLAG: return json_object_new_boolean(value->number != 0);
    case VALUE_NUMBER: return new_number(value->number, value->digits);
    case VALUE_TIME: return new_time(value->number, ret_none);
    case VALUE_NONE: break;
    }
    return NULL;
}

/*
 * Put `value` into `object`; false when memory ran out. A value that had to be there and is not is
 * the same failure.
 */
static bool put(struct json_object *object, const char *key, struct json_object *value,
                bool may_be_null)
{
    if (object && (value || may_be_null) && json_object_object_add(object, key, value) == 0)
        return true;
    json_object_put(value);
    return false;
}

static bool put_field(struct json_object *object, const struct field *field,
                      const struct value *value)
{
    const char *key = field->json;
    const char *dot = strchr(key, '.');
    if (dot) {
        char outer[32] = "";
        memcpy(outer, key, (size_t)(dot - key) < sizeof outer ? (size_t)(dot - key) : 0);
        struct json_object *inner = NULL;
        if (!json_object_object_get_ex(object, outer, &inner)) {
            inner = json_object_new_object();
            if (!put(object, outer, inner, false))
                return false;
        }
        object = inner;
        key = dot + 1;
    }
    bool is_null;
    struct json_object *member = new_value(value, &is_null);
    return put(object, key, member, is_null);
}

static bool put_findings(const struct report *report, struct json_object *object,
                         const struct subject *subject)
{
    struct json_object *findings = json_object_new_array();
    bool whole = put(object, "findings", findings, false);
    for (const struct finding *f = subject->findings; f && whole; f = f->next) {
        struct json_object *row = json_object_new_object();
        whole =
            append(findings, row) &&
            put(row, "condition",
                json_object_new_string(report->kind->conditions->rows[f->condition].id), false) &&
            put(row, "state", json_object_new_string(state_name(f->state)), false) &&
            put(row, "message", new_string(f->message), false) &&
            (!f->evidence || put(row, "evidence", new_string(f->evidence), false)) &&
            (f->line == 0 || put(row, "line", json_object_new_int64((int64_t)f->line), false));
    }
    return whole;
}

static bool append_subject(const struct report *report, struct json_object *subjects,
                           const struct subject *subject)
{
    struct json_object *object = json_object_new_object();
    bool whole = append(subjects, object) &&
                 put(object, report->kind->subject_name, new_string(subject->name), false) &&
                 put(object, "state", json_object_new_string(state_name(subject->state)), false);
    for (size_t i = 0; i < report->kind->field_count && whole; i++)
        if (report->kind->fields[i].json)
            whole = put_field(object, &report->kind->fields[i], &subject->values[i]);
    return whole && put_findings(report, object, subject);
}

static struct json_object *new_range(const struct range *range)
{
    struct text text = TEXT_INIT(64);
    range_add_seconds(range, &text);
    struct json_object *object = json_object_new_string(text_get(&text));
    if (text.failed) {
        json_object_put(object);
        object = NULL;
    }
    text_free(&text);
    return object;
}

static bool append_perfdata(struct json_object *array, const struct perfdata *p)
{
    struct json_object *row = json_object_new_object();
    return append(array, row) && put(row, "label", json_object_new_string(p->label), false) &&
           put(row, "value", new_number(p->number, p->digits), false) &&
           put(row, "uom", json_object_new_string(p->unit), false) &&
           put(row, "warn", p->warning.set ? new_range(&p->warning) : NULL, !p->warning.set) &&
           put(row, "crit", p->critical.set ? new_range(&p->critical) : NULL, !p->critical.set) &&
           put(row, "min", p->has_minimum ? new_number(p->minimum, p->digits) : NULL,
               !p->has_minimum) &&
           put(row, "max", p->has_maximum ? new_number(p->maximum, p->digits) : NULL,
               !p->has_maximum);
}

static bool put_head(const struct report *report, struct json_object *root)
{
    struct text summary = TEXT_INIT(16384);
    report_add_summary(report, &summary);
    enum state state = report_state(report);
    bool whole =
        !summary.failed &&
        put(root, "plugin", json_object_new_string(report->kind->program), false) &&
        put(root, "plugin_version", json_object_new_string(report->kind->version), false) &&
        put(root, "state", json_object_new_string(state_name(state)), false) &&
        put(root, "exit_code", json_object_new_int((int)state), false) &&
        put(root, "summary", new_string(text_get(&summary)), false);
    bool no_time;
    struct json_object *time = new_time(report->checked_at, &no_time);
    bool kept = put(root, "checked_at", time, no_time);
    text_free(&summary);
    return whole && kept;
}

/* json-c escapes C0 only; a terminal obeys DEL and C1 as well. Outside of strings there is neither.
 */
static void add_without_controls(struct text *text, const char *json, size_t length)
{
    const char *end = json + length;
    for (const char *from = json, *at = json; at <= end; at++) {
        const unsigned char *byte = (const unsigned char *)at;
        bool c1 = at < end && byte[0] == 0xC2 && byte[1] < 0xA0;
        if (at < end && *byte != 0x7F && !c1)
            continue;
        text_add_bytes(text, from, (size_t)(at - from));
        if (at < end)
            text_format(text, "\\u%04x", c1 ? byte[1] : byte[0]);
        at += c1;
        from = at + 1;
    }
}

void render_json(const struct report *report, struct text *text)
{
    struct json_object *root = json_object_new_object();
    struct json_object *subjects = json_object_new_array();
    struct json_object *perfdata = json_object_new_array();
    bool whole = root && put_head(report, root);
    bool kept = put(root, report->kind->subject_json, subjects, false);
    whole = whole && kept;
    for (const struct subject *s = report->subjects; s && whole; s = s->next)
        whole = append_subject(report, subjects, s);
    kept = put(root, "perfdata", perfdata, false);
    whole = whole && kept;
    for (const struct perfdata *p = report->perfdata; p && whole; p = p->next)
        whole = append_perfdata(perfdata, p);

    size_t length = 0;
    errno = 0; /* json-c leaves out what it finds no memory for; malloc() says so */
    const char *json =
        whole ? json_object_to_json_string_length(
                    root, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length)
              : NULL;
    if (json && errno != ENOMEM) {
        add_without_controls(text, json, length);
        text_add(text, "\n");
    } else {
        text->failed = true;
    }
    json_object_put(root);
}
