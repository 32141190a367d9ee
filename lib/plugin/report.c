#include "plugin/report.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 4032

/* Memory is handed out from blocks and given back all at once. */
struct report_block {
    struct report_block *next;
    size_t used, size;
    _Alignas(max_align_t) char bytes[];
};

void report_init(struct report *report, const struct report_kind *kind, int64_t now_ms)
{
    *report = (struct report){.kind = kind, .checked_at = now_ms};
    report->last_subject = &report->subjects;
    report->last_perfdata = &report->perfdata;
}

void report_free(struct report *report)
{
    for (struct report_block *block = report->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    *report = (struct report){.kind = report->kind};
}

/* Zeroed memory that lives as long as the report; NULL, and failed set, when there is none. */
static void *allocate(struct report *report, size_t size)
{
    const size_t alignment = _Alignof(max_align_t);
    size = (size + alignment - 1) / alignment * alignment;
    struct report_block *block = report->blocks;
    if (!block || block->size - block->used < size) {
        size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = calloc(1, sizeof *block + room);
        if (!block) {
            report->failed = true;
            return NULL;
        }
        block->size = room;
        block->next = report->blocks;
        report->blocks = block;
    }
    void *memory = block->bytes + block->used;
    block->used += size;
    return memory;
}

static const char *copy(struct report *report, const char *string)
{
    size_t size = strlen(string) + 1;
    char *kept = allocate(report, size);
    return kept ? memcpy(kept, string, size) : "out of memory";
}

__attribute__((format(printf, 2, 0))) static const char *
format_copy(struct report *report, const char *format, va_list arguments)
{
    struct text text = TEXT_INIT(16384);
    text_vformat(&text, format, arguments);
    report->failed = report->failed || text.failed;
    const char *kept = copy(report, text_get(&text));
    text_free(&text);
    return kept;
}

/* A gate opens for a WARNING: it must not stand before what closes it. */
static int severity(const struct report *report, enum state state)
{
    const bool closes = report->is_gate && state == STATE_UNKNOWN;
    return closes ? 2 * state_severity(STATE_WARNING) + 1 : 2 * state_severity(state);
}

struct subject *report_add_subject(struct report *report, const char *name)
{
    struct subject *subject = allocate(report, sizeof *subject);
    struct value *values =
        allocate(report, (report->kind->field_count ? report->kind->field_count : 1) *
                             sizeof *subject->values);
    if (!subject || !values)
        return NULL;
    subject->name = copy(report, name);
    subject->values = values;
    subject->last_detail = &subject->details;
    *report->last_subject = subject;
    report->last_subject = &subject->next;
    report->subject_count++;
    return subject;
}

enum state report_worse(const struct report *report, enum state a, enum state b)
{
    return severity(report, a) >= severity(report, b) ? a : b;
}

void report_free_text(struct report *report, struct text *text)
{
    report->failed = report->failed || text->failed;
    text_free(text);
}

void report_untold(const struct report *report, struct subject *subject)
{
    if (subject)
        subject->state = report_worse(report, subject->state, STATE_UNKNOWN);
}

struct finding *report_find(struct report *report, struct subject *subject, size_t condition,
                            enum state state, const char *format, ...)
{
    if (!subject)
        return NULL;
    subject->state = report_worse(report, subject->state, state);
    struct finding *finding = allocate(report, sizeof *finding);
    if (!finding)
        return NULL;
    va_list arguments;
    va_start(arguments, format);
    finding->message = format_copy(report, format, arguments);
    va_end(arguments);
    finding->condition = condition;
    finding->state = state;

    struct finding **at = &subject->findings;
    while (*at && (severity(report, (*at)->state) > severity(report, state) ||
                   ((*at)->state == state && (*at)->condition <= condition)))
        at = &(*at)->next;
    finding->next = *at;
    *at = finding;
    return finding;
}

void report_evidence(struct report *report, struct finding *finding, const char *format, ...)
{
    if (!finding)
        return;
    va_list arguments;
    va_start(arguments, format);
    finding->evidence = format_copy(report, format, arguments);
    va_end(arguments);
}

bool report_wants(const struct report *report, int level)
{
    return level <= report->verbosity || (level == 1 && report->on_terminal);
}

void report_detail(struct report *report, struct subject *subject, int level, const char *format,
                   ...)
{
    if (!subject || !report_wants(report, level))
        return;
    struct detail *detail = allocate(report, sizeof *detail);
    if (!detail)
        return;
    va_list arguments;
    va_start(arguments, format);
    detail->message = format_copy(report, format, arguments);
    va_end(arguments);
    detail->level = level;
    *subject->last_detail = detail;
    subject->last_detail = &detail->next;
}

void report_headline(struct report *report, struct subject *subject, const char *headline)
{
    if (subject)
        subject->headline = copy(report, headline);
}

void report_set_text(struct report *report, struct subject *subject, size_t field, const char *text)
{
    if (subject && text)
        subject->values[field] = (struct value){.kind = VALUE_TEXT, .text = copy(report, text)};
}

void report_set_list(struct report *report, struct subject *subject, size_t field,
                     const char *words)
{
    report_set_text(report, subject, field, words);
    if (subject)
        subject->values[field].kind = VALUE_LIST;
}

void report_set_flag(struct subject *subject, size_t field, bool flag)
{
    if (subject)
        subject->values[field] = (struct value){.kind = VALUE_FLAG, .number = flag};
}

void report_set_number(struct subject *subject, size_t field, int64_t number, unsigned digits)
{
    if (subject)
        subject->values[field] =
            (struct value){.kind = VALUE_NUMBER, .number = number, .digits = digits};
}

void report_set_time(struct subject *subject, size_t field, int64_t epoch_ms)
{
    if (subject)
        subject->values[field] = (struct value){.kind = VALUE_TIME, .number = epoch_ms};
}

struct perfdata *report_add_perfdata(struct report *report, const char *label, int64_t number,
                                     unsigned digits, const char *unit)
{
    struct perfdata *perfdata = allocate(report, sizeof *perfdata);
    if (!perfdata) {
        /* thresholds set on it are lost with it; the report counts as failed */
        static _Thread_local struct perfdata lost;
        return &lost;
    }
    perfdata->label = label;
    perfdata->unit = unit;
    perfdata->number = number;
    perfdata->digits = digits;
    *report->last_perfdata = perfdata;
    report->last_perfdata = &perfdata->next;
    return perfdata;
}

void report_fail(struct report *report, const char *format, ...)
{
    if (report->failure)
        return;
    va_list arguments;
    va_start(arguments, format);
    report->failure = format_copy(report, format, arguments);
    va_end(arguments);
}

const struct subject *report_worst(const struct report *report)
{
    const struct subject *worst = report->subjects;
    for (const struct subject *subject = worst; subject; subject = subject->next)
        if (severity(report, subject->state) > severity(report, worst->state))
            worst = subject;
    return worst;
}

enum state report_state(const struct report *report)
{
    const struct subject *worst = report_worst(report);
    enum state state = worst ? worst->state : STATE_UNKNOWN;
    return report->failure || report->failed ? report_worse(report, state, STATE_UNKNOWN) : state;
}

/* "2.1.330, token 7h 58m": of several subjects, how many there are of each state. */
static void add_good_summary(const struct report *report, struct text *text)
{
    if (report->subject_count == 1)
        text_add(text, report->subjects->headline ? report->subjects->headline : "all in order");
    else
        text_format(text, "%zu %s in order", report->subject_count, report->kind->subject_json);
}

void report_add_summary(const struct report *report, struct text *text)
{
    const struct subject *worst = report_worst(report);
    const struct finding *finding = worst ? worst->findings : NULL;
    bool failing = report->failure || report->failed;
    if (failing && (!worst || severity(report, worst->state) <= severity(report, STATE_UNKNOWN))) {
        text_add(text, report->failure ? report->failure : "out of memory");
        return;
    }
    if (!worst || worst->state == STATE_OK || !finding) {
        add_good_summary(report, text);
        return;
    }
    size_t further = 0;
    for (const struct subject *subject = report->subjects; subject; subject = subject->next)
        for (const struct finding *f = subject->findings; f; f = f->next)
            further += f->state != STATE_OK && f != finding;
    if (report->subject_count > 1 && !report->kind->named)
        text_format(text, "%s: ", worst->name);
    text_add(text, finding->message);
    if (further > 0)
        text_format(text, " (and %zu more)", further);
}
