#include "plugin/render.h"

#include <string.h>

static void add_range(struct text *text, const struct range *range)
{
    text_add(text, ";");
    range_add_seconds(range, text);
}

static void add_limit(struct text *text, const struct perfdata *perfdata, bool has, int64_t limit)
{
    text_add(text, ";");
    if (has)
        text_add_decimal(text, limit, perfdata->digits);
}

static void add_perfdata(const struct perfdata *perfdata, struct text *text)
{
    text_format(text, "%s=", perfdata->label);
    text_add_decimal(text, perfdata->number, perfdata->digits);
    text_add(text, perfdata->unit);
    size_t value_end = text->length;
    add_range(text, &perfdata->warning);
    add_range(text, &perfdata->critical);
    add_limit(text, perfdata, perfdata->has_minimum, perfdata->minimum);
    add_limit(text, perfdata, perfdata->has_maximum, perfdata->maximum);
    while (text->length > value_end && text->bytes[text->length - 1] == ';')
        text_cut(text, text->length - 1); /* empty parts at the end may be left out */
}

/* ECMA-48, "Select graphic rendition". */
static const char *color_of(enum state state)
{
    switch (state) {
    case STATE_OK: return "\033[1;32m";
    case STATE_WARNING: return "\033[1;33m";
    case STATE_CRITICAL: return "\033[1;31m";
    case STATE_UNKNOWN: break;
    }
    return "\033[1;35m";
}

void render_state(enum state state, bool color, struct text *text)
{
    text_format(text, "%s%s%s", color ? color_of(state) : "", state_name(state),
                color ? "\033[0m" : "");
}

/* The first line, without its line feed; the summary gives way to the perfdata. */
static void add_first_line(const struct report *report, struct text *text)
{
    struct text numbers = TEXT_INIT(NAGIOS_FIRST_LINE_MAX / 2);
    struct text number = TEXT_INIT(NAGIOS_FIRST_LINE_MAX / 2);
    const bool shown = !report->on_terminal || report->verbosity > 0;
    for (const struct perfdata *p = shown ? report->perfdata : NULL; p; p = p->next) {
        text_reset(&number);
        text_add(&number, numbers.length == 0 ? " | " : " ");
        add_perfdata(p, &number);
        /* half a number would be a wrong one */
        if (!number.truncated && number.length <= numbers.maximum - numbers.length)
            text_add_bytes(&numbers, text_get(&number), number.length);
    }
    struct text summary = TEXT_INIT(2 * NAGIOS_FIRST_LINE_MAX);
    report_add_summary(report, &summary);
    struct text clean = TEXT_INIT(NAGIOS_FIRST_LINE_MAX);
    text_format(&clean, "%s ", report->kind->service);
    render_state(report_state(report), report->color, &clean);
    text_add(&clean, " - ");
    text_add_clean(&clean, text_get(&summary), summary.length, "|");
    const size_t room = NAGIOS_FIRST_LINE_MAX - 1 - numbers.length;
    if (clean.length > room) {
        text_cut(&clean, room - strlen("\u2026"));
        text_add(&clean, "\u2026");
    }
    text_add_bytes(text, text_get(&clean), clean.length);
    text_add_bytes(text, text_get(&numbers), numbers.length);
    text->failed =
        text->failed || number.failed || numbers.failed || summary.failed || clean.failed;
    text_free(&number);
    text_free(&numbers);
    text_free(&summary);
    text_free(&clean);
}

/* Detail lines are counted from the one that no longer fits. */
struct detail_lines {
    struct text *text;
    size_t left_out;
};

static void add_line(struct detail_lines *lines, const struct text *line)
{
    const size_t last_line = 40; /* for "... and N more" */
    if (lines->left_out > 0 ||   /* a line that was cut is as long as all may be */
        lines->text->length + line->length + 1 + last_line > NAGIOS_MAX) {
        lines->left_out++;
    } else {
        text_add(lines->text, "\n");
        text_add_bytes(lines->text, text_get(line), line->length);
    }
}

static void add_foreign(struct text *line, const char *words)
{
    text_add_clean(line, words, strlen(words), "|");
}

/* The subject's name where a line does not show whose it is. */
static void add_subject(const struct report *report, const struct subject *subject,
                        struct text *line)
{
    if (report->subject_count > 1 && !report->kind->named) {
        add_foreign(line, subject->name);
        text_add(line, ": ");
    }
}

static const char *id_of(const struct report *report, const struct finding *finding)
{
    return report->kind->conditions->rows[finding->condition].id;
}

/* "[CRITICAL] token-expired: access token expired ...": Icinga Web colours the bracket. */
static void add_finding(const struct report *report, const struct subject *subject,
                        const struct finding *finding, struct text *line)
{
    text_reset(line);
    text_add(line, "[");
    render_state(finding->state, report->color, line);
    text_format(line, "] %s: ", id_of(report, finding));
    add_subject(report, subject, line);
    add_foreign(line, finding->message);
    if (finding->evidence) {
        text_add(line, " (");
        add_foreign(line, finding->evidence);
        text_add(line, ")");
    }
}

/* Of several subjects, each one that is not OK gets one line: its worst finding, and what else. */
static void add_short_line(const struct report *report, const struct subject *subject,
                           struct detail_lines *lines, struct text *line)
{
    const struct finding *worst = subject->findings;
    if (!worst || worst->state == STATE_OK)
        return;
    add_finding(report, subject, worst, line);
    for (const struct finding *f = worst->next; f; f = f->next)
        if (f->state != STATE_OK)
            text_format(line, ", also %s", id_of(report, f));
    add_line(lines, line);
}

static void add_whole_lines(const struct report *report, const struct subject *subject,
                            struct detail_lines *lines, struct text *line)
{
    for (const struct finding *f = subject->findings; f; f = f->next) {
        if (f->state == STATE_OK && report->verbosity < 1)
            continue;
        add_finding(report, subject, f, line);
        add_line(lines, line);
    }
    for (const struct detail *d = subject->details; d; d = d->next) {
        text_reset(line);
        add_subject(report, subject, line);
        add_foreign(line, d->message);
        add_line(lines, line);
    }
}

static void add_subject_lines(const struct report *report, const struct subject *subject,
                              struct detail_lines *lines)
{
    struct text line = TEXT_INIT(NAGIOS_MAX);
    if (report->subject_count > 1 && report->verbosity < 1)
        add_short_line(report, subject, lines, &line);
    else
        add_whole_lines(report, subject, lines, &line);
    lines->text->failed = lines->text->failed || line.failed;
    text_free(&line);
}

static void add_failure_line(const struct report *report, struct detail_lines *lines)
{
    const char *failure = report->failure  ? report->failure
                          : report->failed ? "out of memory"
                                           : NULL;
    if (!failure || report_state(report) == STATE_UNKNOWN)
        return;
    struct text line = TEXT_INIT(NAGIOS_MAX);
    text_add(&line, "[");
    render_state(STATE_UNKNOWN, report->color, &line);
    text_add(&line, "] ");
    add_foreign(&line, failure);
    add_line(lines, &line);
    lines->text->failed = lines->text->failed || line.failed;
    text_free(&line);
}

void render_nagios(const struct report *report, struct text *text)
{
    static const enum state worst_first[] = {STATE_CRITICAL, STATE_WARNING, STATE_UNKNOWN,
                                             STATE_OK};
    add_first_line(report, text);
    struct detail_lines lines = {.text = text};
    add_failure_line(report, &lines);
    for (size_t i = 0; i < sizeof worst_first / sizeof worst_first[0]; i++)
        for (const struct subject *subject = report->subjects; subject; subject = subject->next)
            if (subject->state == worst_first[i])
                add_subject_lines(report, subject, &lines);
    if (lines.left_out > 0)
        text_format(text, "\n\u2026 and %zu more", lines.left_out);
    text_add(text, "\n");
}
