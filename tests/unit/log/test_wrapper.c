#include "log/wrapper.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

#define EVENT "{\\\"type\\\":\\\"result\\\",\\\"is_error\\\":false}"
#define PLAIN "{\"type\":\"result\",\"is_error\":false}"

/* What is taken out of a line; NULL for none, "event" for an event of the CLI. */
static const char *taken(const char *line, struct wrapper *wrapper)
{
    static char text[1024];
    enum wrapper_kind kind = wrapper_read(line, strlen(line), wrapper);
    if (kind == WRAPPER_EVENT)
        return "event";
    if (kind == WRAPPER_NONE)
        return "none";
    ck_assert(strlen(line) + 2 < sizeof text);
    text[wrapper_decode(wrapper, text)] = '\0';
    return text;
}

START_TEST(takes_the_text_of_records)
{
    static const struct {
        const char *line, *wanted;
    } rows[] = {
        /* Docker, journald, fluentd, clouds, pm2, loggers, runners, Ansible */
        {"{\"log\":\"" EVENT "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-28T09:00:00Z\"}",
         PLAIN "\n"},
        {"{\"log\":\"a b\\n\",\"stream\":\"stdout\"}", "a b\n"},
        {"{\"__CURSOR\":\"s=a;i=1\",\"_CMDLINE\":\"claude -p x\",\"MESSAGE\":\"a b\"}", "a b"},
        {"{\"__CURSOR\":\"s=a;i=1\",\"MESSAGE\":[72, 105,10]}", "Hi\n"},
        {"{\"SYSLOG_IDENTIFIER\":\"systemd\",\"MESSAGE\":\"Finished a\"}",
         "systemd[1]: Finished a"},
        {"{\"_CMDLINE\":\"claude -p " EVENT "\",\"MESSAGE\":\"" EVENT "\"}", PLAIN},
        {"{\"insertId\": \"x\", \"textPayload\": \"a b\", \"timestamp\": \"2026\"}", "a b"},
        {"{\"insertId\":\"x\",\"jsonPayload\":" PLAIN ",\"timestamp\":\"2026\"}", PLAIN},
        {"{\"jsonPayload\":{\"message\":\"a b\"},\"timestamp\":\"2026\"}", "a b"},
        {"{\"timestamp\": 1, \"message\": \"a \\u00b7 b\", \"ingestionTime\": 2},", "a \xC2\xB7 b"},
        {"{\"level\":\"info\",\"msg\":\"" EVENT "\"}", PLAIN},
        {"{\"level\":\"info\",\"msg\":\"\"}", ""},
        {"{\"events\":[{\"message\":\"a b\"},{\"message\":\"c\"}],\"next\":\"x y z\"}", "a b\nc"},
        {"{\"level\":\"info\",\"of_its_own\":\"" EVENT "\"}", PLAIN},
        {"{\"level\":\"info\",\"of_its_own\":\"several words\",\"x\":\"y\"}", "several words"},
        {"{\"exit_code\":0,\"stdout\":\"a\\nb\",\"stderr\":\"\"}", "a\nb"},
        {"{\"stdout\":\"out\",\"stderr\":\"err\"}", "err\nout"},
        {"changed: [host] => {\"cmd\":[\"claude\"],\"msg\":\"non-zero return code\",\"stdout\":\"a "
         "b\"}",
         "a b"},
        {"2026-11-28T09:00:00Z {\"level\":\"info\",\"msg\":\"a b\"}", "a b"},
        {"{\"type\":\"log\",\"message\":\"a b\"}", "a b"},
        {"{\"host\":\"h\",\"short_message\":\"ab\",\"level\":6}", "ab"},
        {"[0] kube.x: [1764324000.000000000, {\"log\":\"a b\"}]", "a b"},
        {"time=\"2026-11-28\" level=info msg=\"" EVENT "\" pid=3", PLAIN},
        {"level=info msg=\"a \\\"b\\\" c\"", "a \"b\" c"},
        {"{\"msg\":\"\\ud83d\\ude00 \\ud83d \\\\ \\/ \\q \\u12\"}",
         "\xF0\x9F\x98\x80 \xEF\xBF\xBD \\ / \\q \\u12"},
        {"{\"msg\":\"a b\"}  \x1B[0m\r", "a b"},
        /* an event of the CLI holds nothing, whatever stands in its strings */
        {PLAIN, "event"},
        {"{\"message\":\"" EVENT "\",\"type\":\"user\"}", "event"},
        {"{\"message\":\"" EVENT "\",\"type\":\"brand_new\",\"session_id\":\"0\"}", "event"},
        {"2026-11-28T09:00:00Z " PLAIN, "event"},
        /* nor is anything else a record */
        {"", "none"},
        {"a b", "none"},
        {"{}", "none"},
        {"{\"a\":1}", "none"},
        {"{\"msg\":\"a b\"} and more", "none"},
        {"level=info msg=\"a b", "none"},
        {"level=info msg=a b", "none"},
        {"[1, 2, {\"msg\":\"a b\"", "none"},
        {"{\"msg\":\"a b\"", "none"},
        {"{\"msg\":\"a b", "none"},
        {"{\"msg\":\"a b\"]", "none"},
        {"[{\"msg\":\"a b\"}]", "none"},
        {"\"msg\"", "none"},
        {"{msg: 'a b'}", "none"},
    };
    struct wrapper wrapper;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *got = taken(rows[i].line, &wrapper);
        ck_assert_msg(strcmp(got, rows[i].wanted) == 0, "%s: [%s]", rows[i].line, got);
    }
}
END_TEST

START_TEST(tells_parts_and_streams)
{
    static const struct {
        const char *line;
        bool is_partial, is_stderr, ends_line, holds_events;
    } rows[] = {
        {"{\"log\":\"a b\\n\",\"stream\":\"stdout\"}", false, false, true, false},
        {"{\"log\":\"a b\",\"stream\":\"stderr\"}", false, true, false, false},
        {"{\"log\":\"a b\",\"partial_message\":\"true\"}", true, false, false, false},
        {"{\"MESSAGE\":\"a b\",\"_LINE_BREAK\":\"line-max\"}", true, false, false, false},
        {"{\"MESSAGE\":\"a b\",\"_LINE_BREAK\":\"eof\"}", false, false, false, false},
        {"{\"msg\":\"" EVENT "\"}", false, false, false, true},
    };
    struct wrapper w;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert(wrapper_read(rows[i].line, strlen(rows[i].line), &w) == WRAPPER_HOLDS);
        ck_assert_msg(w.is_partial == rows[i].is_partial && w.is_stderr == rows[i].is_stderr &&
                          w.ends_line == rows[i].ends_line &&
                          w.holds_events == rows[i].holds_events,
                      "%s", rows[i].line);
    }
}
END_TEST

START_TEST(bounds_depth_and_members)
{
    static char line[100000];
    struct wrapper w;
    memset(line, '[', sizeof line - 1);
    memcpy(line, "{\"a\":", 5);
    ck_assert(wrapper_read(line, sizeof line - 1, &w) == WRAPPER_NONE);
    size_t length = 1;
    for (int i = 0; i < 1000; i++)
        length += (size_t)sprintf(line + length, "\"k%d\":\"v\",", i);
    length += (size_t)sprintf(line + length, "\"msg\":\"a b\"}");
    line[0] = '{';
    ck_assert(wrapper_read(line, length, &w) == WRAPPER_NONE); /* its text is out of reach */
}
END_TEST

SUITE_MAIN("wrapper", takes_the_text_of_records, tells_parts_and_streams, bounds_depth_and_members)
