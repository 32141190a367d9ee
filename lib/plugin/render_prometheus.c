#include "plugin/render.h"

#include <string.h>

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/*
 * Label values: backslash, quote and line feed are escaped (text format 0.0.4). A byte that is not
 * UTF-8, or that a terminal would obey, is written as \xNN; so is the backslash of a name that has
 * such a thing in it. Two names are never one label: Prometheus would refuse the whole text.
 */
static void add_label(struct text *text, const char *name, const char *value)
{
    text_format(text, "%s=\"", name);
    const unsigned char *at = (const unsigned char *)value;
    for (size_t left = strlen(value), n; left > 0; at += n, left -= n) {
        const char *ahead = (const char *)at;
        n = text_utf8_length(at, left);
        bool c1 = n == 2 && at[0] == 0xC2 && at[1] < 0xA0;
        bool is_control = n == 0 || at[0] < 0x20 || at[0] == 0x7F || c1;
        bool is_like_ours = *at == '\\' && ahead[1] == 'x' && is_hex(ahead[2]) && is_hex(ahead[3]);
        n = n > 0 ? n : 1;
        if (*at == '\n')
            text_add(text, "\\n");
        else if (is_control || is_like_ours)
            for (size_t i = 0; i < n; i++)
                text_format(text, "\\\\x%02x", at[i]);
        else if (*at == '\\' || *at == '"')
            text_add(text, *at == '"' ? "\\\"" : "\\\\");
        else
            text_add_bytes(text, ahead, n);
    }
    text_add(text, "\"");
}

static void add_family(struct text *text, const char *prefix, const char *name, const char *help)
{
    text_format(text, "# HELP %s%s %s\n# TYPE %s%s gauge\n", prefix, name, help, prefix, name);
}

static void begin_sample(const struct report *report, const struct subject *subject,
                         const char *prefix, const char *name, struct text *text)
{
    text_format(text, "%s%s{", prefix, name);
    if (report->owner) {
        add_label(text, report->kind->owner_label, report->owner);
        text_add(text, ",");
    }
    add_label(text, report->kind->subject_label, subject->name);
}

/* The next one that has series of its own, from this one on. */
static const struct subject *shown(const struct subject *subject)
{
    while (subject && subject->counted_only)
        subject = subject->next;
    return subject;
}

static void add_state(const struct report *report, struct text *text)
{
    const char *prefix = report->kind->metric_prefix;
    add_family(text, prefix, "_state",
               "State of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.");
    for (const struct subject *s = shown(report->subjects); s; s = shown(s->next)) {
        begin_sample(report, s, prefix, "_state", text);
        bool failing = report->failure || report->failed;
        enum state state = failing ? report_worse(report, s->state, STATE_UNKNOWN) : s->state;
        text_format(text, "} %d\n", (int)state);
    }
}

/* A condition that is found twice is one sample: the worst, which comes first. */
static bool is_repeated(const struct subject *subject, const struct finding *finding)
{
    for (const struct finding *f = subject->findings; f != finding; f = f->next)
        if (f->condition == finding->condition)
            return true;
    return false;
}

static void add_conditions(const struct report *report, struct text *text)
{
    const char *prefix = report->kind->metric_prefix;
    add_family(text, prefix, "_condition", "1 for each condition that was found.");
    for (const struct subject *s = shown(report->subjects); s; s = shown(s->next)) {
        for (const struct finding *f = s->findings; f; f = f->next) {
            if (is_repeated(s, f))
                continue;
            begin_sample(report, s, prefix, "_condition", text);
            text_format(text, ",condition=\"%s\",state=\"%s\"} 1\n",
                        report->kind->conditions->rows[f->condition].id, state_name(f->state));
        }
    }
}

/* How many subjects have this finding, in a state that is not OK. */
static size_t count_found(const struct report *report, size_t condition)
{
    size_t count = 0;
    for (const struct subject *s = report->subjects; s; s = s->next)
        for (const struct finding *f = s->findings; f; f = f->next)
            if (f->condition == condition && f->state != STATE_OK) {
                count++;
                break;
            }
    return count;
}

/* A sample of all subjects together, with the labels of the owner and of a condition. */
static void begin_total(const struct report *report, const char *name, const char *condition,
                        struct text *text)
{
    text_format(text, "%s%s", report->kind->metric_prefix, name);
    text_add(text, report->owner || condition ? "{" : "");
    if (report->owner)
        add_label(text, report->kind->owner_label, report->owner);
    text_add(text, report->owner && condition ? "," : "");
    if (condition)
        add_label(text, "condition", condition);
    text_add(text, report->owner || condition ? "} " : " ");
}

static void add_failed_counts(const struct report *report, struct text *text)
{
    const struct report_kind *kind = report->kind;
    bool begun = false;
    for (size_t i = 0; i < kind->conditions->count; i++) {
        const size_t count = count_found(report, i);
        if (count == 0)
            continue;
        if (!begun)
            add_family(text, kind->metric_prefix, kind->count_failed_metric,
                       kind->count_failed_help);
        begun = true;
        begin_total(report, kind->count_failed_metric, kind->conditions->rows[i].id, text);
        text_format(text, "%zu\n", count);
    }
}

static void add_counts(const struct report *report, struct text *text)
{
    const struct report_kind *kind = report->kind;
    add_family(text, kind->metric_prefix, kind->count_metric, kind->count_help);
    begin_total(report, kind->count_metric, NULL, text);
    text_format(text, "%zu\n", report->subject_count);
    add_failed_counts(report, text);
}

/* A plugin that counts its subjects gives the count and the time without a subject's label. */
static void add_check_time(const struct report *report, struct text *text)
{
    const struct report_kind *kind = report->kind;
    if (kind->count_metric)
        add_counts(report, text);
    add_family(text, kind->metric_prefix, "_check_timestamp_seconds", "When the check was made.");
    if (kind->count_metric) {
        begin_total(report, "_check_timestamp_seconds", NULL, text);
        text_add_decimal(text, report->checked_at, 3);
        text_add(text, "\n");
    }
    for (const struct subject *s = report->subjects; s && !kind->count_metric; s = s->next) {
        begin_sample(report, s, kind->metric_prefix, "_check_timestamp_seconds", text);
        text_add(text, "} ");
        text_add_decimal(text, report->checked_at, 3);
        text_add(text, "\n");
    }
}

static void add_info_sample(const struct report *report, const struct subject *subject,
                            const struct field *field, struct text *text)
{
    if (subject->values[field->labels[0].field].kind == VALUE_NONE)
        return;
    begin_sample(report, subject, "claude_", field->metric, text);
    for (size_t i = 0; i < FIELD_LABELS_MAX && field->labels[i].label; i++) {
        const struct value *value = &subject->values[field->labels[i].field];
        text_add(text, ",");
        add_label(text, field->labels[i].label, value->kind == VALUE_TEXT ? value->text : "");
    }
    text_add(text, "} 1\n");
}

static void add_sample(const struct report *report, const struct subject *subject, size_t field,
                       struct text *text)
{
    const struct value *value = &subject->values[field];
    if (value->kind == VALUE_NONE || value->kind == VALUE_TEXT)
        return;
    begin_sample(report, subject, "claude_", report->kind->fields[field].metric, text);
    text_add(text, "} ");
    text_add_decimal(text, value->number, value->kind == VALUE_TIME ? 3 : value->digits);
    text_add(text, "\n");
}

/* A family without a sample is left out, HELP and all. */
static void add_field(const struct report *report, size_t index, struct text *text)
{
    const struct field *field = &report->kind->fields[index];
    struct text samples = TEXT_INIT(RENDER_MAX);
    for (const struct subject *s = shown(report->subjects); s; s = shown(s->next)) {
        if (field->labels[0].label)
            add_info_sample(report, s, field, &samples);
        else
            add_sample(report, s, index, &samples);
    }
    if (samples.length > 0) {
        add_family(text, "claude_", field->metric, field->help);
        text_add_bytes(text, text_get(&samples), samples.length);
    }
    text->failed = text->failed || samples.failed;
    text_free(&samples);
}

void render_prometheus(const struct report *report, struct text *text)
{
    add_state(report, text);
    add_conditions(report, text);
    add_check_time(report, text);
    for (size_t i = 0; i < report->kind->field_count; i++)
        if (report->kind->fields[i].metric)
            add_field(report, i, text);
}
