#include "sample_report.h"

#include <string.h>

static void summarise(const struct report *report, const char *want)
{
    struct text text = TEXT_INIT(16384);
    report_add_summary(report, &text);
    ck_assert_str_eq(text_get(&text), want);
    text_free(&text);
}

START_TEST(without_subjects_nothing_is_known)
{
    struct report report;
    report_init(&report, &sample_kind, SAMPLE_NOW);
    ck_assert_int_eq(report_state(&report), STATE_UNKNOWN);
    ck_assert_ptr_null(report_worst(&report));
    report_fail(&report, "no %s", "means");
    report_fail(&report, "the second one");
    ck_assert_int_eq(report_state(&report), STATE_UNKNOWN);
    summarise(&report, "no means");
    report_free(&report);
    report_free(&report);
}
END_TEST

START_TEST(findings_are_sorted)
{
    static const struct {
        size_t condition;
        enum state state;
    } rows[] = {
        {THING_QUIET, STATE_OK},       {THING_LATE, STATE_UNKNOWN},
        {THING_QUIET, STATE_CRITICAL}, {THING_BROKEN, STATE_OK},
        {THING_LATE, STATE_WARNING},   {THING_BROKEN, STATE_CRITICAL},
        {THING_BROKEN, STATE_UNKNOWN}, {THING_QUIET, STATE_CRITICAL},
    };
    static const char want[] = "CRITICAL 0 5, CRITICAL 2 2, CRITICAL 2 7, WARNING 1 4, "
                               "UNKNOWN 0 6, UNKNOWN 1 1, OK 0 3, OK 2 0, ";
    struct report report;
    report_init(&report, &sample_kind, SAMPLE_NOW);
    struct subject *subject = report_add_subject(&report, "a");
    for (size_t i = 0; i < COUNT(rows); i++)
        report_find(&report, subject, rows[i].condition, rows[i].state, "%zu", i);
    struct text text = TEXT_INIT(500);
    for (const struct finding *f = subject->findings; f; f = f->next)
        text_format(&text, "%s %zu %s, ", state_name(f->state), f->condition, f->message);
    ck_assert_str_eq(text_get(&text), want);
    ck_assert_int_eq(report_state(&report), STATE_CRITICAL);
    summarise(&report, "5 (and 5 more)");
    text_free(&text);
    report_free(&report);
}
END_TEST

/* Subjects in these states, and what the report says of them. */
START_TEST(the_worst_subject_speaks)
{
    enum { NONE = -1 };
    static const struct {
        size_t count;
        int states[3];
        bool fails;
        enum state state;
        const char *worst, *summary;
    } rows[] = {
        {1, {NONE}, false, STATE_OK, "a", "all in order"},
        {1, {STATE_OK}, false, STATE_OK, "a", "all in order"},
        {1, {STATE_WARNING}, false, STATE_WARNING, "a", "found 0"},
        {1, {STATE_WARNING}, true, STATE_WARNING, "a", "found 0"},
        {1, {STATE_OK}, true, STATE_UNKNOWN, "a", "failure"},
        {1, {STATE_UNKNOWN}, true, STATE_UNKNOWN, "a", "failure"},
        {1, {STATE_UNKNOWN}, false, STATE_UNKNOWN, "a", "found 0"},
        {2, {STATE_OK, STATE_OK}, false, STATE_OK, "a", "2 boxes in order"},
        {2, {STATE_OK, STATE_CRITICAL}, false, STATE_CRITICAL, "b", "b: found 1"},
        {2, {STATE_OK, STATE_UNKNOWN}, false, STATE_UNKNOWN, "b", "b: found 1"},
        {2, {STATE_UNKNOWN, STATE_WARNING}, false, STATE_WARNING, "b", "b: found 1 (and 1 more)"},
        {3,
         {STATE_WARNING, STATE_WARNING, STATE_OK},
         false,
         STATE_WARNING,
         "a",
         "a: found 0 (and 1 more)"},
        {3,
         {STATE_WARNING, STATE_UNKNOWN, STATE_CRITICAL},
         true,
         STATE_CRITICAL,
         "c",
         "c: found 2 (and 2 more)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        static const char *const names[] = {"a", "b", "c"};
        struct report report;
        report_init(&report, &sample_kind, SAMPLE_NOW);
        for (size_t s = 0; s < rows[i].count; s++) {
            struct subject *subject = report_add_subject(&report, names[s]);
            if (rows[i].states[s] != NONE)
                report_find(&report, subject, THING_BROKEN, (enum state)rows[i].states[s],
                            "found %zu", s);
        }
        if (rows[i].fails)
            report_fail(&report, "failure");
        ck_assert_msg(report_state(&report) == rows[i].state, "row %zu", i);
        ck_assert_str_eq(report_worst(&report)->name, rows[i].worst);
        summarise(&report, rows[i].summary);
        report_free(&report);
    }
}
END_TEST

/* A gate opens for a WARNING: what could not be told must not stand behind one. */
START_TEST(a_gate_takes_unknown_for_worse_than_warning)
{
    for (int is_gate = 0; is_gate < 2; is_gate++) {
        struct report report;
        report_init(&report, &sample_kind, SAMPLE_NOW);
        report.is_gate = is_gate;
        struct subject *one = report_add_subject(&report, "a");
        report_find(&report, one, THING_BROKEN, STATE_WARNING, "warned");
        report_find(&report, one, THING_BROKEN, STATE_UNKNOWN, "untold");
        ck_assert_int_eq(one->state, is_gate ? STATE_UNKNOWN : STATE_WARNING);
        ck_assert_str_eq(one->findings->message, is_gate ? "untold" : "warned");
        report_find(&report, one, THING_BROKEN, STATE_CRITICAL, "broken");
        ck_assert_int_eq(one->state, STATE_CRITICAL);
        report_free(&report);
    }
    struct report report;
    report_init(&report, &sample_kind, SAMPLE_NOW);
    report.is_gate = true;
    struct subject *one = report_add_subject(&report, "a");
    report_find(&report, one, THING_BROKEN, STATE_WARNING, "warned");
    ck_assert_int_eq(report_state(&report), STATE_WARNING);
    report_untold(&report, one);
    ck_assert_int_eq(report_state(&report), STATE_UNKNOWN);
    report_free(&report);
}
END_TEST

/* What was lost on its way into the report is not passed over. */
START_TEST(a_text_without_memory_fails_the_report)
{
    struct report report;
    struct text text = TEXT_INIT(10);
    report_init(&report, &sample_kind, SAMPLE_NOW);
    report_find(&report, report_add_subject(&report, "a"), THING_BROKEN, STATE_OK, "told");
    report_free_text(&report, &text);
    ck_assert_int_eq(report_state(&report), STATE_OK);
    text.failed = true;
    report_free_text(&report, &text);
    ck_assert_int_eq(report_state(&report), STATE_UNKNOWN);
    report_free(&report);
}
END_TEST

START_TEST(everything_is_copied)
{
    char name[] = "name", headline[] = "headline", value[] = "value", message[] = "message";
    struct report report;
    report_init(&report, &sample_kind, SAMPLE_NOW);
    report.verbosity = 1;
    struct subject *subject = report_add_subject(&report, name);
    report_headline(&report, subject, headline);
    report_set_text(&report, subject, FIELD_NAME, value);
    report_find(&report, subject, THING_QUIET, STATE_OK, "%s", message);
    report_detail(&report, subject, 1, "%s", message);
    report_detail(&report, subject, 2, "not wanted");
    memset(name, 'x', 4), memset(headline, 'x', 8), memset(value, 'x', 5), memset(message, 'x', 7);
    ck_assert_str_eq(subject->name, "name");
    ck_assert_str_eq(subject->headline, "headline");
    ck_assert_str_eq(subject->values[FIELD_NAME].text, "value");
    ck_assert_str_eq(subject->findings->message, "message");
    ck_assert_str_eq(subject->details->message, "message");
    ck_assert_ptr_null(subject->details->next);
    summarise(&report, "headline");
    report_free(&report);
}
END_TEST

START_TEST(values_have_their_kind)
{
    struct report report;
    report_init(&report, &sample_kind, SAMPLE_NOW);
    struct subject *subject = report_add_subject(&report, "a");
    for (size_t i = 0; i < SAMPLE_FIELDS; i++)
        ck_assert_int_eq(subject->values[i].kind, VALUE_NONE);
    report_set_time(subject, FIELD_AT, -5);
    report_set_number(subject, FIELD_SIZE, 125, 2);
    report_set_flag(subject, FIELD_GOOD, true);
    report_set_text(&report, subject, FIELD_NAME, NULL);
    const struct value *v = subject->values;
    ck_assert(v[FIELD_AT].kind == VALUE_TIME && v[FIELD_AT].number == -5);
    ck_assert(v[FIELD_SIZE].kind == VALUE_NUMBER && v[FIELD_SIZE].digits == 2);
    ck_assert(v[FIELD_GOOD].kind == VALUE_FLAG && v[FIELD_GOOD].number == 1);
    ck_assert_int_eq(v[FIELD_NAME].kind, VALUE_NONE);
    report_free(&report);
}
END_TEST

/* No subject is what a lack of memory leaves: everything lets it pass. */
START_TEST(no_subject_is_let_pass)
{
    struct report report;
    report_init(&report, &sample_kind, SAMPLE_NOW);
    report_find(&report, NULL, THING_BROKEN, STATE_CRITICAL, "x");
    report_detail(&report, NULL, 0, "x");
    report_headline(&report, NULL, "x");
    report_set_text(&report, NULL, FIELD_NAME, "x");
    report_set_flag(NULL, FIELD_GOOD, true);
    report_set_number(NULL, FIELD_SIZE, 1, 0);
    report_set_time(NULL, FIELD_AT, 1);
    report.failed = true;
    ck_assert_int_eq(report_state(&report), STATE_UNKNOWN);
    summarise(&report, "out of memory");
    report_free(&report);
}
END_TEST

/* Much of everything, with strings longer than a block of the memory inside. */
START_TEST(holds_a_lot)
{
    static char large[10000];
    memset(large, 'y', sizeof large - 1);
    struct report report;
    report_init(&report, &sample_kind, SAMPLE_NOW);
    for (int s = 0; s < 200; s++) {
        struct subject *subject = report_add_subject(&report, s % 10 ? "small" : large);
        for (int f = 0; f < 10; f++)
            report_find(&report, subject, THING_LATE, STATE_WARNING, "%s", f ? "late" : large);
        struct perfdata *p = report_add_perfdata(&report, "label", s, 0, "B");
        p->has_minimum = true;
    }
    int64_t next = 0;
    for (const struct perfdata *p = report.perfdata; p; p = p->next)
        ck_assert_int_eq(p->number, next++);
    ck_assert_int_eq(next, 200);
    ck_assert_uint_eq(report.subject_count, 200);
    ck_assert_str_eq(report.subjects->name, large);
    ck_assert_uint_eq(strlen(report.subjects->findings->message), sizeof large - 1);
    ck_assert(!report.failed);
    report_free(&report);
}
END_TEST

SUITE_MAIN("report", without_subjects_nothing_is_known, findings_are_sorted,
           the_worst_subject_speaks, a_gate_takes_unknown_for_worse_than_warning,
           a_text_without_memory_fails_the_report, everything_is_copied, values_have_their_kind,
           no_subject_is_let_pass, holds_a_lot)
