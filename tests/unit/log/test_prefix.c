#include "log/prefix.h"

#include "base/escape.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define MESSAGE "API Error: 401"

/* True when one of the places is where `wanted` stands; *ret_last when it is the last one. */
static bool has_place(const char *line, const char *wanted, bool *ret_last)
{
    size_t places[PREFIX_PLACES], length = strlen(line);
    size_t count = prefix_places((const unsigned char *)line, length, places);
    ck_assert(count <= PREFIX_PLACES);
    for (size_t i = 0; i < count; i++) {
        ck_assert(places[i] < length && (i == 0 || places[i] > places[i - 1]));
        if (strncmp(line + places[i], wanted, strlen(wanted)) == 0) {
            *ret_last = i == count - 1;
            return true;
        }
    }
    return false;
}

/* What stands before a message, in the formats of many loggers. */
START_TEST(finds_the_message_behind_what_loggers_write)
{
    static const char *const prefixes[] = {
        "",
        "  ",
        "\t",
        "\xEF\xBB\xBF",
        "\r",
        "\x1B[31m",
        "\x1B[?25l\x1B[?2004h",
        "\x1B]0;agent@host: ~\x07",
        "\x1B]8;;http://x\x1B\\",
        "\x1B_bk;t=1795860000000\x07",
        "\x1B(B\x1B[m",
        "\x1B[2K\r",
        "Working on it ...\r",
        "section_start:1795860000:step_script\r\x1B[0K\x1B[0K\x1B[36;1m",
        /* times */
        "2026-11-28T09:00:00Z ",
        "2026-11-28T09:00:00.123456789Z ",
        "2026-11-28T09:00:00+0000 ",
        "2026-11-28T09:00:00.123+01:00 ",
        "2026-11-28T09:00:00: ",
        "2026-11-28 09:00:00 ",
        "2026-11-28 09:00:00,123 ",
        "2026-11-28_09:00:00.12345 ",
        "2026/11/28 09:00:00 ",
        "2026/11/28 09:00:00.123456 ",
        "20261128T090000Z ",
        "11/28/2026 9:00:00 AM ",
        "11/28/2026 09:00:00 PM - ",
        "28.11.2026 09:00:00 ",
        "28-Nov-2026 09:00:00.123 ",
        "28/Nov/2026:09:00:00 +0000 ",
        "28 Nov 2026 09:00:00 ",
        "Nov 28 09:00:00 ",
        "Nov  8 09:00:00 ",
        "Nov 28 09:00:00.123456 ",
        "Nov 28, 2026 9:00:00 AM ",
        "Sat Nov 28 09:00:00 UTC 2026 ",
        "Sat Nov 28 09:00:00 CET 2026: ",
        "Sat Nov 28 09:00:00 AM UTC 2026: ",
        "Sat 28 Nov 2026 09:00:00 AM CET ",
        "Sat, 28 Nov 2026 09:00:00 +0100 ",
        "Saturday, November 28, 2026 9:00:00 AM ",
        "09:00:00 ",
        "09:00:00.123 ",
        "9:00:00 AM ",
        "9:00:00PM ",
        "00:00:01 ",
        "1795860000 ",
        "1795860000.123456 ",
        "1795860000123 ",
        "@4000000067483c2a1f2e3d4c ",
        "[2026-11-28T09:00:00.123Z] ",
        "[2026-11-28 09:00:00] [claude] [info] ",
        "[Sat Nov 28 09:00:00.123456 2026] [error] [pid 42:tid 140] ",
        "[   12.345678] ",
        "(09:00:00) ",
        "<14>1 2026-11-28T09:00:00.000Z host claude 4242 - - ",
        "<14>1 2026-11-28T09:00:00.000Z host claude 4242 ID47 [origin@1 ip=\"::1\"] ",
        "<13>Nov 28 09:00:00 agent: ",
        "<3>",
        /* hosts, units, containers */
        "Nov 28 09:00:00 host claude-job[4242]: ",
        "Nov 28 09:00:00 host claude: ",
        "Nov 28 09:00:00 build-7.example.com claude[1]: ",
        "Sat 2026-11-28 09:00:00 UTC host claude-job[4242]: ",
        "2026-11-28T09:00:00+0000 host claude-job[4242]: ",
        "2026-11-28T09:00:00.123456+01:00 host claude-job[4242]: ",
        "1795860000.123456 host claude-job[4242]: ",
        "[ 1234.567890] host claude-job[4242]: ",
        "2026-11-28T09:00:00.123456789Z stdout F ",
        "2026-11-28T09:00:00.123456789Z stderr P ",
        "2026-11-28T09:00:00.123456Z 01O ",
        "2026-11-28T09:00:00.123456Z 00E+",
        "agent-1  | ",
        "\x1B[36magent-1  |\x1B[0m ",
        "agent-1  | 2026-11-28T09:00:00Z ",
        "0|claude-j | 2026-11-28T09:00:00: ",
        "0|claude-j  | ",
        "2026-11-28T09:00:00.000000+00:00 app[web.1]: ",
        "[pod/agent-28/claude] ",
        "[0] ",
        "[stderr] ",
        "stderr: ",
        "job1\t",
        "claude\tRun Claude\t2026-11-28T09:00:00.1234567Z ",
        "[09:00:00]\t[Step 1/1] ",
        "@app/agent:run: ",
        "claude: ",
        "my-app:dev: ",
        "#8 1.234 ",
        "##[error]",
        "2026-11-28T09:00:00.1234567Z ##[error]",
        "::error::",
        "::error file=x.js,line=1::",
        "changed: [host] => ",
        "fatal: [host]: ",
        "fatal: [host]: FAILED! => ",
        /* levels and loggers */
        "ERROR ",
        "ERROR: ",
        "error: ",
        "Error: ",
        "[ERROR] ",
        "WARN  ",
        "npm ERR! ",
        "INFO:root:",
        "ERROR:runner.main:",
        "INFO:     ",
        "2026-11-28 09:00:00,123 - INFO - ",
        "2026-11-28 09:00:00,123 - runner - INFO - ",
        "2026-11-28 09:00:00,123 INFO ",
        "2026-11-28 09:00:00,123 [INFO] runner: ",
        "2026-11-28 09:00:00.123 | INFO     | runner:run:42 - ",
        "2026-11-28 09:00:00.123  INFO 4242 --- [main] c.e.Runner : ",
        "2026-11-28 09:00:00.123  INFO 4242 --- [main] com.example.Runner              : ",
        "09:00:00.123 [main] INFO  com.example.Runner - ",
        "2026-11-28T09:00:00.000Z\tINFO\trunner/main.go:10\t",
        "I1128 09:00:00.123456    4242 runner.go:123] ",
        "I, [2026-11-28T09:00:00.123456 #4242]  INFO -- : ",
        "[2026-11-28T09:00:00.123Z]  INFO: runner/4242 on host: ",
        "[09:00:00.123] INFO (4242): ",
        "11-28 09:00:00.123  4242  4242 E claude: ",
        "time=\"2026-11-28T09:00:00Z\" level=error msg=\"",
        "ts=2026-11-28T09:00:00Z level=error msg=\"",
        "level=info ts=1795860000.1 message=\"",
        "2026-11-28T09:00:00Z [inf]  ",
        "(node:123) ",
        /* the CLI's own signs, and others */
        "\xE2\x97\x8F ",             /* a dot */
        "  \xE2\x8E\xBF  ",          /* an elbow */
        "\xE2\x8F\xBA ",             /* a record sign */
        "\xE2\x9D\x8C ",             /* a cross */
        "\xE2\x9A\xA0\xEF\xB8\x8F ", /* a warning sign */
        "\xE2\x94\x82 ",             /* a bar */
        "\xF0\x9F\x9A\xA8 ",         /* a light */
        "> ",
        "=> ",
        "Claude run failed: ",
        "Claude run failed: subtype=success: ",
        "Agent failed: ",
        "2026-11-28 09:00:00 Job output: ",
        "claude stderr: '",
    };
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        char line[256];
        bool last = false;
        snprintf(line, sizeof line, "%s%s", prefixes[i], MESSAGE);
        ck_assert_msg(has_place(line, MESSAGE, &last), "no message behind [%s]", prefixes[i]);
        /* whatever the message, a prefix ends where it begins */
        snprintf(line, sizeof line, "%sxyz Zyx", prefixes[i]);
        ck_assert_msg(has_place(line, "xyz Zyx", &last) && last, "last place behind [%s]: %s",
                      prefixes[i], line + prefix_length((const unsigned char *)line, strlen(line)));
    }
}
END_TEST

START_TEST(finds_no_message_in_prose)
{
    static const char *const lines[] = {
        "We saw API Error: 401 yesterday",
        "I fixed the API Error: 401 that you saw",
        "The log says API Error: 401",
        "It printed: API Error: 401",
        "The cause was: API Error: 401",
        "Fixed: API Error: 401 is handled now",
        "Summary: API Error: 401 is handled now",
        "- API Error: 401 is handled now",
        "* API Error: 401 is handled now",
        "\xE2\x80\xA2 API Error: 401 is handled now", /* a bullet */
        "\xE2\x9C\x93 API Error: 401 is handled now", /* a tick */
        "\xE2\x9C\x85 API Error: 401 is handled now", /* a tick in a box */
        "\xE2\x86\x92 API Error: 401 is handled now", /* an arrow */
        "1. API Error: 401 is handled now",
        "2) API Error: 401 is handled now",
        "12 API Error: 401 messages are gone",
        "| API Error: 401 | handled |",
        "Case | API Error: 401 | handled |",
        "`API Error: 401` is handled now",
        "\"API Error: 401\" is handled now",
        "**API Error: 401** is handled now",
        "2026-11-28T09:00:00Z We saw API Error: 401 yesterday",
        "2026-11-28T09:00:00Z stdout F We saw API Error: 401 yesterday",
        "Nov 28 09:00:00 host claude[1]: We saw API Error: 401 yesterday",
        "Nov 28 09:00:00 host claude[1]: The answer is this: API Error: 401",
        "Nov 28 09:00:00 host claude[1]: Fixed: API Error: 401 is handled now",
        "[claude] I fixed the API Error: 401",
        "INFO The model saw API Error: 401",
        "May API Error: 401 come back?",
        "On Monday API Error: 401 came back.",
        "See https://example.com/a?b=c for API Error: 401",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        bool last;
        ck_assert_msg(!has_place(lines[i], MESSAGE, &last), "%s", lines[i]);
    }
}
END_TEST

/* Each place at which a known message may begin is told, the earliest first. */
START_TEST(eats_no_message)
{
    static const char *const messages[] = {
        "API Error: 401 {\"type\":\"error\"} \xC2\xB7 Please run /login",
        "Error: Reached max turns (3)",
        "error: unknown option '--x'",
        "You've hit your limit \xC2\xB7 resets 1pm (Europe/Lisbon)",
        "Not logged in \xC2\xB7 Please run /login",
        "Failed to authenticate. API Error: 401",
        "Claude AI usage limit reached|1795860000",
        "Warning: this sign-in can end at any time from now until 2026-11-24.",
        "Killed",
        "bash: line 1: claude: command not found",
        "--dangerously-skip-permissions cannot be used with root/sudo privileges",
        "{\"type\":\"result\"}",
        "[{\"type\":\"system\"}]",
        "401 Unauthorized",
    };
    static const char *const prefixes[] = {
        "",      "2026-11-28T09:00:00Z ", "Nov 28 09:00:00 host c[1]: ", "agent-1  | ", "[x] ",
        "INFO ", "\xE2\x97\x8F "};
    for (size_t i = 0; i < COUNT(messages); i++)
        for (size_t k = 0; k < COUNT(prefixes); k++) {
            char line[256];
            bool last;
            snprintf(line, sizeof line, "%s%s", prefixes[k], messages[i]);
            ck_assert_msg(has_place(line, messages[i], &last), "%s", line);
        }
}
END_TEST

START_TEST(says_when_nothing_is_visible)
{
    static const char *const lines[] = {
        "", " ", "\r", "\x1B[?25h", "\x1B]9;4;0;\x07 \t", "\xEF\xBB\xBF"};
    size_t places[PREFIX_PLACES];
    for (size_t i = 0; i < COUNT(lines); i++) {
        const unsigned char *line = (const unsigned char *)lines[i];
        size_t count = prefix_places(line, strlen(lines[i]), places);
        ck_assert_msg(count == 0, "%zu: %zu", i, count);
        ck_assert(prefix_length(line, strlen(lines[i])) == strlen(lines[i]));
    }
}
END_TEST

START_TEST(tells_a_line_that_is_all_prefix)
{
    static const char *const lines[] = {
        "2026-11-28T09:00:00Z stdout F ",   "agent-1  | ",      "[x]",
        "2026-11-28T09:00:00.123456Z 01O ", "@app/agent:run: ", "Nov 28 09:00:00 host claude[1]: "};
    for (size_t i = 0; i < COUNT(lines); i++) {
        size_t got = prefix_length((const unsigned char *)lines[i], strlen(lines[i]));
        ck_assert_msg(got == strlen(lines[i]), "%s: %zu", lines[i], got);
    }
}
END_TEST

/* No line is too long, and no bytes are too odd. */
START_TEST(takes_any_bytes)
{
    static char line[100000];
    static const char *const fills[] = {"[",        "1:",  "a: ",        "- ", "\x1B",
                                        "\x1B]",    "\r",  "a=b ",       "\t", "\xFF",
                                        "\xE2\x97", "x\t", "2026-11-28 "};
    for (size_t i = 0; i < COUNT(fills); i++) {
        size_t places[PREFIX_PLACES], length = strlen(fills[i]);
        for (size_t at = 0; at + length <= sizeof line; at += length)
            memcpy(line + at, fills[i], length);
        size_t count = prefix_places((const unsigned char *)line, sizeof line, places);
        ck_assert_msg(count <= PREFIX_PLACES, "%s", fills[i]);
    }
}
END_TEST

SUITE_MAIN("prefix", finds_the_message_behind_what_loggers_write, finds_no_message_in_prose,
           eats_no_message, says_when_nothing_is_visible, tells_a_line_that_is_all_prefix,
           takes_any_bytes)
