#include "log/event.h"

#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct event parsed_bytes(const char *bytes, size_t length)
{
    char *copy = malloc(length + 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    struct event event;
    int error = event_parse(copy, length, &event);
    free(copy);
    ck_assert_msg(error == 0, "%.80s: %s", bytes, strerror(error));
    return event;
}

static struct event parsed(const char *text)
{
    return parsed_bytes(text, strlen(text));
}

START_TEST(reads_a_result_of_2_0)
{
    struct event e =
        parsed("{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":true,\"duration_ms\":735,"
               "\"duration_api_ms\":0,\"num_turns\":1,\"result\":\"API Error: 529 {\\\"type\\\":"
               "\\\"error\\\"}\",\"session_id\":\"00000000-0000-4000-8000-000000000001\","
               "\"total_cost_usd\":0,\"usage\":{\"input_tokens\":0},\"permission_denials\":[]}");
    ck_assert(e.is_error);
    ck_assert(e.has_text);
    ck_assert(!e.is_api_error && !e.rejected);
    ck_assert_str_eq(e.subtype, "success");
    ck_assert_str_eq(e.text, "API Error: 529 {\"type\":\"error\"}");
    ck_assert_str_eq(e.error, "");
    ck_assert_str_eq(e.api_error_type, "");
    ck_assert_str_eq(e.terminal_reason, "");
    ck_assert_int_eq(e.api_error_status, 0);
    ck_assert_int_eq(e.duration_ms, 735);
    ck_assert_int_eq(e.num_turns, 1);
    ck_assert_int_eq(e.cost_microdollars, 0);
    ck_assert_int_eq(e.login_ends, 0);
}
END_TEST

START_TEST(reads_a_result_of_2_1_330)
{
    struct event e = parsed(
        "{\"duration_api_ms\":0,\"stop_reason\":\"stop_sequence\",\"total_cost_usd\":"
        "0.00028000000000000003,\"usage\":{\"iterations\":[]},\"terminal_reason\":\"api_error\","
        "\"is_error\":true,\"num_turns\":12,\"subtype\":\"success\",\"api_error_status\":401,"
        "\"api_error_type\":\"authentication_error\",\"api_error\":\"connection_failed\","
        "\"credential_expires_at\":\"2026-11-24T10:00:00.000Z\","
        "\"result\":\"Not logged in \xC2\xB7 Please run /login\",\"type\":\"result\","
        "\"duration_ms\":361,\"result_index\":0}");
    ck_assert(e.is_error);
    ck_assert_str_eq(e.api_error_type, "authentication_error");
    ck_assert_str_eq(e.api_error, "connection_failed");
    ck_assert_str_eq(e.terminal_reason, "api_error");
    ck_assert_str_eq(e.text, "Not logged in \xC2\xB7 Please run /login");
    ck_assert_int_eq(e.api_error_status, 401);
    ck_assert_int_eq(e.num_turns, 12);
    ck_assert_int_eq(e.cost_microdollars, 280);
    ck_assert_int_eq(e.login_ends, INT64_C(1795514400000));
}
END_TEST

START_TEST(reads_a_voice_and_a_transcript)
{
    struct event e = parsed(
        "{\"type\":\"assistant\",\"message\":{\"model\":\"<synthetic>\",\"type\":\"message\","
        "\"content\":[{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"tool_use\"},"
        "{\"type\":\"text\",\"text\":\"two\"}]},\"error\":\"rate_limit\","
        "\"api_error_status\":429}");
    ck_assert_str_eq(e.error, "rate_limit");
    ck_assert_str_eq(e.text, "one\ntwo");
    ck_assert_int_eq(e.api_error_status, 429);
    ck_assert(!e.is_api_error);

    e = parsed("{\"parentUuid\":null,\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":"
               "\"text\",\"text\":\"API Error: 529\"}]},\"error\":\"server_error\","
               "\"isApiErrorMessage\":true,\"apiErrorStatus\":529}");
    ck_assert(e.is_api_error);
    ck_assert_int_eq(e.api_error_status, 529);
    ck_assert_str_eq(e.error, "server_error");

    e = parsed("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"a prompt\"}}");
    ck_assert_str_eq(e.text, "a prompt");
    ck_assert(!e.is_api_error);
}
END_TEST

START_TEST(reads_a_rate_limit_event)
{
    static const struct {
        const char *info;
        bool rejected;
        int64_t resets;
    } rows[] = {
        {"{\"status\":\"rejected\",\"resetsAt\":1795010000}", true, INT64_C(1795010000000)},
        {"{\"status\":\"allowed\",\"resetsAt\":1795010000}", false, INT64_C(1795010000000)},
        {"{\"status\":\"rejected\"}", true, 0},
        {"{\"status\":\"rejected\",\"resetsAt\":null}", true, 0},
        {"{\"status\":\"rejected\",\"resetsAt\":\"soon\"}", true, 0},
        {"{\"status\":\"rejected\",\"resetsAt\":-5}", true, 0},
        {"{\"status\":\"rejected\",\"resetsAt\":1e300}", true, 0},
        {"{}", false, 0},
        {"\"rejected\"", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"type\":\"rate_limit_event\",\"rate_limit_info\":%s}",
                 rows[i].info);
        struct event e = parsed(text);
        ck_assert_msg(e.rejected == rows[i].rejected, "%s", text);
        ck_assert_msg(e.limit_resets == rows[i].resets, "%s: %lld", text,
                      (long long)e.limit_resets);
    }
}
END_TEST

/* Missing, null, of another type, or out of bounds: as if it were not there; without is_error a
 * result is no good one. */
START_TEST(does_without_fields)
{
    static const char *const values[] = {"null", "\"x\"", "[]", "{}", "-1", "1e300", "-1e-9"};
    static const char *const keys[] = {
        "is_error",       "api_error_status",      "duration_ms",      "num_turns",
        "total_cost_usd", "credential_expires_at", "isApiErrorMessage"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        for (size_t j = 0; j < sizeof values / sizeof values[0]; j++) {
            char text[200];
            snprintf(text, sizeof text, "{\"type\":\"result\",\"%s\":%s}", keys[i], values[j]);
            struct event e = parsed(text);
            ck_assert_msg(e.is_error && !e.is_api_error && !e.has_text, "%s", text);
            ck_assert_msg(e.api_error_status == 0 && e.login_ends == 0, "%s", text);
            bool none = e.duration_ms <= 0 && e.num_turns <= 0 && e.cost_microdollars <= 0;
            ck_assert_msg(none, "%s: %lld %lld %lld", text, (long long)e.duration_ms,
                          (long long)e.num_turns, (long long)e.cost_microdollars);
        }
    }
    struct event e = parsed("{}");
    ck_assert_int_eq(e.duration_ms, -1);
    ck_assert_int_eq(e.num_turns, -1);
    ck_assert_int_eq(e.cost_microdollars, -1);
    ck_assert_str_eq(e.text, "");
    e = parsed("{\"is_error\":1,\"subtype\":7,\"error\":{\"a\":1},\"result\":null,\"errors\":\"x\","
               "\"message\":[],\"rate_limit_info\":[]}");
    ck_assert(e.is_error && !e.has_text);
    ck_assert_str_eq(e.subtype, "");
    ck_assert_str_eq(e.error, "");
}
END_TEST

START_TEST(reads_the_text)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"{\"result\":\"r\",\"errors\":[]}", "r"},
        {"{\"errors\":[\"a\",\"b\",null,3]}", "a\nb"},
        {"{\"errors\":[{\"text\":\"a\"}]}", "a"},
        {"{\"result\":\"\"}", ""},
        {"{\"result\":\"\\u00b7\\n\\\"\"}", "\xC2\xB7\n\""},
        {"{\"result\":\"\",\"message\":{\"content\":\"m\"}}", ""},
        {"{\"result\":\"cut \\ud83d\"}", "cut \xEF\xBF\xBD"}, /* half a pair, as it cuts them */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event e = parsed(rows[i].text);
        ck_assert_msg(strcmp(e.text, rows[i].wanted) == 0, "%s: [%s]", rows[i].text, e.text);
        ck_assert_msg(e.has_text == (*rows[i].wanted != '\0'), "%s", rows[i].text);
    }
}
END_TEST

START_TEST(cuts_what_is_long)
{
    static char text[3 * EVENT_TEXT];
    const size_t long_text = 2 * EVENT_TEXT;
    int head = snprintf(text, sizeof text, "{\"error\":\"%060d\",\"result\":\"", 0);
    memset(text + head, 'x', long_text);
    strcpy(text + head + long_text, "\"}");
    struct event e = parsed(text);
    ck_assert_uint_eq(strlen(e.error), EVENT_WORD - 1);
    ck_assert_uint_eq(strlen(e.text), EVENT_TEXT - 1);
    ck_assert(e.has_text);
}
END_TEST

START_TEST(reads_when_the_login_ends)
{
    static const struct {
        const char *time;
        int64_t wanted;
    } rows[] = {
        {"2026-11-24T10:00:00.000Z", INT64_C(1795514400000)},
        {"2026-11-24T10:00:00Z", INT64_C(1795514400000)},
        {"1970-01-02T00:00:00Z", 86400000},
        {"2026-11-24", 0},
        {"soon", 0},
        {"", 0},
        {"2026-13-24T10:00:00Z", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "{\"credential_expires_at\":\"%s\"}", rows[i].time);
        struct event e = parsed(text);
        ck_assert_msg(e.login_ends == rows[i].wanted, "%s: %lld", rows[i].time,
                      (long long)e.login_ends);
    }
}
END_TEST

START_TEST(mends_what_is_not_utf8)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"{\"result\":\"a\xFFz\"}", "a?z"},
        {"{\"result\":\"a\xC2\"}", "a?"},
        {"{\"result\":\"\xE2\x88\"}", "??"},
        {"{\"result\":\"\xED\xA0\x80\"}", "???"}, /* a surrogate */
        {"{\"result\":\"\xC0\x80\"}", "??"},
        {"{\"result\":\"\xF4\x90\x80\x80\"}", "????"},
        {"{\"result\":\"\xF0\x9F\x98\x80\"}", "\xF0\x9F\x98\x80"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event e = parsed(rows[i].text);
        ck_assert_msg(strcmp(e.text, rows[i].wanted) == 0, "%zu: [%s]", i, e.text);
    }
}
END_TEST

START_TEST(takes_a_nul_in_the_text)
{
    struct event e = parsed("{\"result\":\"a\\u0000b\",\"error\":\"x\\u0000y\"}");
    ck_assert(e.has_text);
    ck_assert_str_eq(e.text, "a\xEF\xBF\xBD"
                             "b");
    ck_assert_str_eq(e.error, "x\xEF\xBF\xBDy");
}
END_TEST

START_TEST(nests_as_deep_as_the_scan_lets_pass)
{
    static char text[4000];
    strcpy(text, "{\"is_error\":true,\"a\":");
    for (int i = 0; i < 510; i++)
        strcat(text, "[");
    for (int i = 0; i < 510; i++)
        strcat(text, "]");
    strcat(text, "}");
    ck_assert(parsed(text).is_error);
}
END_TEST

START_TEST(refuses_what_is_no_object)
{
    static const char *const rows[] = {
        "",     "[]",         "[{}]",       "\"x\"",       "1",
        "null", "{",          "{}x",        "{} {}",       "{'a':1}",
        "{a}",  "{\"a\":1,}", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":\"\t\"}",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char copy[50];
        strcpy(copy, rows[i]);
        struct event event;
        memset(&event, 0x55, sizeof event);
        struct event before = event;
        ck_assert_msg(event_parse(copy, strlen(copy), &event) == EINVAL, "%s", rows[i]);
        ck_assert_msg(memcmp(&event, &before, sizeof event) == 0, "%s: touched", rows[i]);
    }
    char nul[] = "{\"a\":1\0}";
    struct event event;
    ck_assert_int_eq(event_parse(nul, sizeof nul - 1, &event), EINVAL);
}
END_TEST

SUITE_MAIN("event", reads_a_result_of_2_0, reads_a_result_of_2_1_330,
           reads_a_voice_and_a_transcript, reads_a_rate_limit_event, does_without_fields,
           reads_the_text, cuts_what_is_long, reads_when_the_login_ends, mends_what_is_not_utf8,
           takes_a_nul_in_the_text, nests_as_deep_as_the_scan_lets_pass, refuses_what_is_no_object)
