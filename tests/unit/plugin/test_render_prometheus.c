#include "plugin/render.h"

#include "sample_report.h"

#include <locale.h>
#include <string.h>

static struct report report;
static struct text out = TEXT_INIT(RENDER_MAX);

#define STATE_HEAD                                                                                 \
    "# HELP claude_sample_state State of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n"     \
    "# TYPE claude_sample_state gauge\n"
#define CONDITION_HEAD                                                                             \
    "# HELP claude_sample_condition 1 for each condition that was found.\n"                        \
    "# TYPE claude_sample_condition gauge\n"
#define TIME_HEAD                                                                                  \
    "# HELP claude_sample_check_timestamp_seconds When the check was made.\n"                      \
    "# TYPE claude_sample_check_timestamp_seconds gauge\n"

static struct subject *begin(const char *name)
{
    report_init(&report, &sample_kind, SAMPLE_NOW);
    text_reset(&out);
    return report_add_subject(&report, name);
}

/* No two lines are the same up to their value: Prometheus refuses the whole text otherwise. */
static void check_unique(const char *text)
{
    for (const char *a = text; *a; a = strchr(a, '\n') + 1) {
        size_t length = strcspn(a, "\n");
        while (a[0] != '#' && length > 0 && a[length] != ' ')
            length--;
        for (const char *b = strchr(a, '\n') + 1; *b; b = strchr(b, '\n') + 1)
            ck_assert_msg(strncmp(a, b, length + 1) != 0, "twice: %.*s", (int)length, a);
    }
}

static void render(void)
{
    render_prometheus(&report, &out);
    report_free(&report);
    ck_assert(!out.failed && !out.truncated);
    ck_assert_int_eq(out.bytes[out.length - 1], '\n');
    check_unique(out.bytes);
}

START_TEST(everything_byte_for_byte)
{
    setlocale(LC_ALL, "de_DE.UTF-8"); /* where there is such a locale */
    struct subject *s = begin("/a");
    report_find(&report, s, THING_LATE, STATE_WARNING, "late");
    report_find(&report, s, THING_QUIET, STATE_OK, "quiet");
    report_set_text(&report, s, FIELD_NAME, "n");
    report_set_time(s, FIELD_AT, INT64_C(1797156000500));
    report_set_number(s, FIELD_SIZE, 20500, 6);
    report_set_flag(s, FIELD_GOOD, true);
    s = report_add_subject(&report, "/b");
    report_set_time(s, FIELD_AT, -1);
    render();
    ck_assert_str_eq(text_get(&out),
                     STATE_HEAD "claude_sample_state{box=\"/a\"} 1\n"
                                "claude_sample_state{box=\"/b\"} 0\n" CONDITION_HEAD
                                "claude_sample_condition{box=\"/a\",condition=\"thing-late\","
                                "state=\"WARNING\"} 1\n"
                                "claude_sample_condition{box=\"/a\",condition=\"thing-quiet\","
                                "state=\"OK\"} 1\n" TIME_HEAD
                                "claude_sample_check_timestamp_seconds{box=\"/a\"} 1795000000.25\n"
                                "claude_sample_check_timestamp_seconds{box=\"/b\"} 1795000000.25\n"
                                "# HELP claude_made_timestamp_seconds When made.\n"
                                "# TYPE claude_made_timestamp_seconds gauge\n"
                                "claude_made_timestamp_seconds{box=\"/a\"} 1797156000.5\n"
                                "claude_made_timestamp_seconds{box=\"/b\"} -0.001\n"
                                "# HELP claude_size How large.\n"
                                "# TYPE claude_size gauge\n"
                                "claude_size{box=\"/a\"} 0.0205\n"
                                "# HELP claude_good 1 if good.\n"
                                "# TYPE claude_good gauge\n"
                                "claude_good{box=\"/a\"} 1\n"
                                "# HELP claude_info What it is.\n"
                                "# TYPE claude_info gauge\n"
                                "claude_info{box=\"/a\",name=\"n\",note=\"\"} 1\n");
}
END_TEST

/* A failure of the plugin's own, or a lack of memory, worsens what is OK, and nothing else. */
START_TEST(a_failure_is_a_state)
{
    for (int lacks_memory = 0; lacks_memory < 2; lacks_memory++) {
        begin("/a");
        report_find(&report, report_add_subject(&report, "/b"), THING_BROKEN, STATE_CRITICAL, "x");
        if (lacks_memory)
            report.failed = true;
        else
            report_fail(&report, "no time left");
        render();
        ck_assert_ptr_nonnull(strstr(text_get(&out), "claude_sample_state{box=\"/a\"} 3\n"));
        ck_assert_ptr_nonnull(strstr(text_get(&out), "claude_sample_state{box=\"/b\"} 2\n"));
    }
}
END_TEST

START_TEST(label_values_are_escaped)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"plain", "plain"},
        {"", ""},
        {"a\"b", "a\\\"b"},
        {"a\\b", "a\\\\b"},
        {"a\nb", "a\\nb"},
        {"\\n", "\\\\n"},
        {"a|b{c}=,# d", "a|b{c}=,# d"},
        {"caf\xC3\xA9", "caf\xC3\xA9"},
        {"\xFF\xC3", "\\\\xff\\\\xc3"},
        {"\x1B]0;t\a\x7F\r", "\\\\x1b]0;t\\\\x07\\\\x7f\\\\x0d"},
        {"\xC2\x9B\xC2\xA0", "\\\\xc2\\\\x9b\xC2\xA0"},
        {"\xEF\xBF\xBD", "\xEF\xBF\xBD"},
        {"\\xff \\xFF \\xf \\x", "\\\\x5cxff \\\\xFF \\\\xf \\\\x"},
        {"\\\\xff", "\\\\\\\\x5cxff"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct subject *s = begin(rows[i].in);
        report_set_text(&report, s, FIELD_NAME, rows[i].in);
        render();
        struct text want = TEXT_INIT(500);
        text_format(&want, "claude_info{box=\"%s\",name=\"%s\",note=\"\"} 1\n", rows[i].want,
                    rows[i].want);
        ck_assert_msg(strstr(text_get(&out), text_get(&want)), "%s", text_get(&out));
        text_free(&want);
    }
}
END_TEST

/* Prometheus refuses a text in which two lines have the same labels. */
START_TEST(names_that_look_alike_differ)
{
    static const char *const names[] = {"a\xFF",         "a\xFE", "a\\xff", "a\\x5cxff",
                                        "a\x1B",         "a\x1C", "a\n",    "a\\n",
                                        "a\xEF\xBF\xBD", "a\r",   "a\xC2"};
    begin("a");
    for (size_t i = 0; i < COUNT(names); i++)
        report_add_subject(&report, names[i]);
    render();
}
END_TEST

/* The same condition twice is one sample, in its worst state. */
START_TEST(a_condition_found_twice_is_one_sample)
{
    struct subject *s = begin("/a");
    report_find(&report, s, THING_LATE, STATE_WARNING, "one");
    report_find(&report, s, THING_LATE, STATE_CRITICAL, "two");
    report_find(&report, s, THING_LATE, STATE_WARNING, "three");
    render();
    const char *found = strstr(text_get(&out), "thing-late");
    ck_assert_ptr_nonnull(found);
    ck_assert_int_eq(strncmp(found, "thing-late\",state=\"CRITICAL\"} 1\n", 32), 0);
    ck_assert_ptr_null(strstr(found + 1, "thing-late"));
}
END_TEST

/* As the text format asks: every line a comment or a sample with a finite plain number. */
START_TEST(every_line_is_a_sample_or_a_comment)
{
    static const int64_t numbers[] = {0, 1, -1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct subject *s = begin("/a b} 7");
        report_set_time(s, FIELD_AT, numbers[i]);
        report_set_number(s, FIELD_SIZE, numbers[i], 6);
        render();
        for (const char *at = text_get(&out); *at; at = strchr(at, '\n') + 1) {
            const char *end = strchr(at, '\n');
            ck_assert_ptr_nonnull(end);
            if (*at == '#') {
                ck_assert(strncmp(at, "# HELP claude_", 14) == 0 ||
                          strncmp(at, "# TYPE claude_", 14) == 0);
                continue;
            }
            const char *value = end;
            while (value[-1] != ' ')
                value--;
            ck_assert_msg(strspn(value, "-.0123456789") == (size_t)(end - value), "%s", at);
            ck_assert_msg(value[-2] == '}' && strncmp(at, "claude_", 7) == 0, "%s", at);
        }
    }
}
END_TEST

SUITE_MAIN("render_prometheus", everything_byte_for_byte, a_failure_is_a_state,
           label_values_are_escaped, names_that_look_alike_differ,
           a_condition_found_twice_is_one_sample, every_line_is_a_sample_or_a_comment)
