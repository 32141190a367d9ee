#include "plugin/render.h"

#include "base/json_input.h"
#include "sample_report.h"

#include <locale.h>
#include <string.h>

static struct report report;
static struct text out = TEXT_INIT(RENDER_MAX);

static struct subject *begin(const char *name)
{
    report_init(&report, &sample_kind, SAMPLE_NOW);
    text_reset(&out);
    return report_add_subject(&report, name);
}

/* Render one object on one line, read it again, and give it back. */
/* Nothing that a terminal obeys. */
static void check_no_controls(const char *json)
{
    for (const unsigned char *at = (const unsigned char *)json; *at && *at != '\n'; at++)
        ck_assert_msg(*at >= 0x20 && *at != 0x7F && !(at[0] == 0xC2 && at[1] < 0xA0), "%s", json);
}

static struct json_object *render(void)
{
    struct json_object *object = NULL;
    render_json(&report, &out);
    report_free(&report);
    ck_assert(!out.failed && !out.truncated);
    ck_assert_int_eq(out.bytes[out.length - 1], '\n');
    ck_assert_msg(strchr(out.bytes, '\n') == out.bytes + out.length - 1, "%s", out.bytes);
    check_no_controls(out.bytes);
    ck_assert_msg(json_input_parse(out.bytes, out.length, &object) == 0, "%s", out.bytes);
    ck_assert(json_object_is_type(object, json_type_object));
    return object;
}

START_TEST(everything_byte_for_byte)
{
    setlocale(LC_ALL, "de_DE.UTF-8"); /* where there is such a locale */
    struct subject *s = begin("/home/a");
    report_evidence(&report, report_find(&report, s, THING_BROKEN, STATE_CRITICAL, "broken"),
                    "in %s", "two");
    report_find(&report, s, THING_QUIET, STATE_OK, "quiet");
    report_set_text(&report, s, FIELD_NAME, "n");
    report_set_time(s, FIELD_AT, INT64_C(1797156000999));
    report_set_number(s, FIELD_SIZE, 20500, 3);
    report_set_flag(s, FIELD_GOOD, false);
    struct perfdata *p = report_add_perfdata(&report, "age", -1500, 3, "s");
    p->warning = (struct range){.set = true, .start = 604800000, .open_end = true};
    p->has_minimum = p->has_maximum = true;
    p->maximum = 5000;
    report_add_perfdata(&report, "boxes", 1, 0, "");
    json_object_put(render());
    ck_assert_str_eq(
        text_get(&out),
        "{\"plugin\":\"check_sample\",\"plugin_version\":\"1.2.3\",\"state\":\"CRITICAL\","
        "\"exit_code\":2,\"summary\":\"broken\",\"checked_at\":\"2026-11-18T11:06:40Z\","
        "\"boxes\":[{\"path\":\"/home/a\",\"state\":\"CRITICAL\",\"name\":\"n\","
        "\"made_at\":\"2026-12-13T10:00:00Z\",\"box\":{\"size\":20.5,\"good\":false},"
        "\"note\":null,\"findings\":["
        "{\"condition\":\"thing-broken\",\"state\":\"CRITICAL\",\"message\":\"broken\","
        "\"evidence\":\"in two\"},"
        "{\"condition\":\"thing-quiet\",\"state\":\"OK\",\"message\":\"quiet\"}]}],"
        "\"perfdata\":["
        "{\"label\":\"age\",\"value\":-1.5,\"uom\":\"s\",\"warn\":\"604800:\",\"crit\":null,"
        "\"min\":0,\"max\":5},"
        "{\"label\":\"boxes\",\"value\":1,\"uom\":\"\",\"warn\":null,\"crit\":null,\"min\":null,"
        "\"max\":null}]}\n");
}
END_TEST

START_TEST(what_is_not_known_is_null)
{
    begin("/a");
    json_object_put(render());
    ck_assert_str_eq(text_get(&out),
                     "{\"plugin\":\"check_sample\",\"plugin_version\":\"1.2.3\",\"state\":\"OK\","
                     "\"exit_code\":0,\"summary\":\"all in order\","
                     "\"checked_at\":\"2026-11-18T11:06:40Z\",\"boxes\":[{\"path\":\"/a\","
                     "\"state\":\"OK\",\"name\":null,\"made_at\":null,\"box\":{\"size\":null,"
                     "\"good\":null},\"note\":null,\"findings\":[]}],\"perfdata\":[]}\n");
}
END_TEST

START_TEST(a_report_without_subjects)
{
    report_init(&report, &sample_kind, SAMPLE_NOW);
    text_reset(&out);
    report_fail(&report, "no means");
    struct json_object *object = render();
    ck_assert_int_eq(json_object_get_int(json_input_member(object, "exit_code", json_type_int)), 3);
    ck_assert_str_eq(json_object_get_string(json_input_member(object, "summary", json_type_string)),
                     "no means");
    ck_assert_uint_eq(json_object_array_length(json_input_member(object, "boxes", json_type_array)),
                      0);
    json_object_put(object);
}
END_TEST

/* Strings come out as they went in; each byte that is not UTF-8 as U+FFFD. */
START_TEST(strings_survive)
{
    static const struct {
        const char *in, *want; /* NULL: as it went in */
    } rows[] = {
        {"plain", NULL},
        {"", NULL},
        {"quote \" backslash \\ slash / pipe |", NULL},
        {"line\nfeed\ttab\rreturn\b\f", NULL},
        {"\x01\x1B[31m\x1F\x7F", NULL},
        {"\x7F", NULL},
        {"\xC2\x9B\xC2\x80\xC2\x9F\xC2\xA0\xC3\x9B", NULL},
        {"caf\xC3\xA9 \xE2\x80\xA8 \xF0\x9F\x98\x80", NULL},
        {"</script>", NULL},
        {"\xFFx", "\xEF\xBF\xBDx"},
        {"\xC3", "\xEF\xBF\xBD"},
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *want = rows[i].want ? rows[i].want : rows[i].in;
        struct subject *s = begin(rows[i].in);
        report_find(&report, s, THING_LATE, STATE_WARNING, "%s", rows[i].in);
        report_set_text(&report, s, FIELD_NAME, rows[i].in);
        struct json_object *object = render();
        struct json_object *boxes = json_input_member(object, "boxes", json_type_array);
        struct json_object *box = json_object_array_get_idx(boxes, 0);
        struct json_object *findings = json_input_member(box, "findings", json_type_array);
        struct json_object *strings[] = {
            json_input_member(box, "path", json_type_string),
            json_input_member(box, "name", json_type_string),
            json_input_member(object, "summary", json_type_string),
            json_input_member(json_object_array_get_idx(findings, 0), "message", json_type_string)};
        for (size_t n = 0; n < COUNT(strings); n++)
            ck_assert_str_eq(json_object_get_string(strings[n]), want);
        json_object_put(object);
    }
}
END_TEST

START_TEST(numbers_of_any_size)
{
    static const struct {
        int64_t number;
        unsigned digits;
        const char *want;
    } rows[] = {{0, 0, ":0,"},
                {INT64_MAX, 0, ":9223372036854775807,"},
                {INT64_MIN, 0, ":-9223372036854775808,"},
                {INT64_MAX, 3, ":9223372036854775.807,"},
                {INT64_MIN, 6, ":-9223372036854.775808,"},
                {1, 6, ":0.000001,"},
                {-1, 3, ":-0.001,"},
                {5000000, 6, ":5,"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin("/a");
        report_add_perfdata(&report, "n", rows[i].number, rows[i].digits, "");
        json_object_put(render());
        ck_assert_msg(strstr(text_get(&out), rows[i].want), "%s: %s", rows[i].want, text_get(&out));
    }
}
END_TEST

/* A year that ISO 8601 has no room for is not known. */
START_TEST(times_out_of_range_are_null)
{
    static const int64_t rows[] = {INT64_MAX, INT64_MIN, INT64_C(253402300800000)};
    for (size_t i = 0; i < COUNT(rows); i++) {
        report_set_time(begin("/a"), FIELD_AT, rows[i]);
        report.checked_at = rows[i];
        json_object_put(render());
        ck_assert_ptr_nonnull(strstr(text_get(&out), "\"made_at\":null"));
        ck_assert_ptr_nonnull(strstr(text_get(&out), "\"checked_at\":null"));
    }
}
END_TEST

SUITE_MAIN("render_json", everything_byte_for_byte, what_is_not_known_is_null,
           a_report_without_subjects, strings_survive, numbers_of_any_size,
           times_out_of_range_are_null)
