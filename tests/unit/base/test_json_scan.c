#include "base/json_scan.h"

#include "suite.h"

#include <string.h>

/* Feed text[0..length) in pieces that end at `first` and then every `step` bytes. */
static enum json_scan_result feed(struct json_scan *scan, const char *text, size_t length,
                                  size_t first, size_t step)
{
    enum json_scan_result result = JSON_SCAN_MORE;
    json_scan_start(scan);
    for (size_t at = 0, n = first; result == JSON_SCAN_MORE && at < length; at += n, n = step) {
        if (n > length - at)
            n = length - at;
        result = json_scan_feed(scan, (const unsigned char *)text + at, n);
    }
    return result;
}

/* Whole, in two pieces cut at every byte, and byte by byte: the same answer. */
static void check_all_cuts(const char *text, size_t length, enum json_scan_result wanted,
                           struct json_scan *ret_whole)
{
    ck_assert_msg(feed(ret_whole, text, length, length, length) == wanted, "%.60s: whole", text);
    for (size_t cut = 0; cut <= length; cut++) {
        struct json_scan scan;
        size_t step = cut == 0 ? 1 : length;
        enum json_scan_result result = feed(&scan, text, length, cut == 0 ? 1 : cut, step);
        ck_assert_msg(result == wanted, "%.60s: cut at %zu: %d", text, cut, result);
        ck_assert_msg(scan.length == ret_whole->length, "%.60s: cut at %zu", text, cut);
        ck_assert_msg(wanted == JSON_SCAN_BAD ||
                          (scan.events == ret_whole->events &&
                           memcmp(scan.last, ret_whole->last, sizeof scan.last) == 0),
                      "%.60s: cut at %zu", text, cut);
    }
}

static void check_place(const char *text, const struct json_event_place *place, const char *wanted)
{
    if (!wanted) {
        ck_assert_msg(place->end == 0, "%s: an event at %llu", text,
                      (unsigned long long)place->start);
        return;
    }
    size_t length = (size_t)(place->end - place->start);
    ck_assert_msg(place->end > 0 && length == strlen(wanted) &&
                      memcmp(text + place->start, wanted, length) == 0,
                  "%s: %.*s", text, (int)length, text + place->start);
}

START_TEST(tells_the_events_of_a_value)
{
    static const struct {
        const char *text;
        unsigned events;
        const char *result, *assistant, *rate_limit;
    } rows[] = {
        {"{}", 0, NULL, NULL, NULL},
        {"[]", 0, NULL, NULL, NULL},
        {"[1,\"x\",null,true,-0.5e+3,[],{}]", 0, NULL, NULL, NULL},
        {"{\"type\":\"result\"}", 1, "{\"type\":\"result\"}", NULL, NULL},
        {"{\"type\":\"assistant\",\"n\":1}", 1, NULL, "{\"type\":\"assistant\",\"n\":1}", NULL},
        {"{\"type\":\"rate_limit_event\"}", 1, NULL, NULL, "{\"type\":\"rate_limit_event\"}"},
        {"{\"type\":\"system\"}", 1, NULL, NULL, NULL},
        /* other keys before it, as from release 2.1.213 on */
        {"{\"a\":[1,{\"b\":2}],\"type\":\"result\",\"c\":0}", 1,
         "{\"a\":[1,{\"b\":2}],\"type\":\"result\",\"c\":0}", NULL, NULL},
        {"[{\"type\":\"system\"},{\"type\":\"assistant\"},{\"n\":1,\"type\":\"result\"}]", 3,
         "{\"n\":1,\"type\":\"result\"}", "{\"type\":\"assistant\"}", NULL},
        {"[{\"type\":\"result\",\"n\":1},{\"type\":\"result\",\"n\":2}]", 2,
         "{\"type\":\"result\",\"n\":2}", NULL, NULL},
        {"[1,{\"type\":\"result\"},[],null,\"type\"]", 1, "{\"type\":\"result\"}", NULL, NULL},
        /* spread over lines */
        {"{\n  \"type\" : \"result\" ,\r\n\t\"n\": 1\n}", 1,
         "{\n  \"type\" : \"result\" ,\r\n\t\"n\": 1\n}", NULL, NULL},
        {"[\n  {\n    \"type\": \"assistant\"\n  },\n  {\n    \"type\": \"result\"\n  }\n]", 2,
         "{\n    \"type\": \"result\"\n  }", "{\n    \"type\": \"assistant\"\n  }", NULL},
        /* a type further in is another thing's */
        {"{\"message\":{\"type\":\"result\"}}", 0, NULL, NULL, NULL},
        {"{\"message\":{\"type\":\"result\"},\"type\":\"user\"}", 1, NULL, NULL, NULL},
        {"{\"type\":\"user\",\"content\":[{\"type\":\"result\"}]}", 1, NULL, NULL, NULL},
        {"[[{\"type\":\"result\"}]]", 0, NULL, NULL, NULL},
        {"[{\"type\":\"user\"},[{\"type\":\"result\"}],{\"a\":{\"type\":\"result\"}}]", 1, NULL,
         NULL, NULL},
        {"{\"type\":{\"type\":\"result\"}}", 0, NULL, NULL, NULL},
        {"{\"type\":[\"result\"]}", 0, NULL, NULL, NULL},
        /* what is no event: an API error's body, no string, the word elsewhere */
        {"{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\"}}", 0, NULL, NULL, NULL},
        {"[{\"type\":\"error\"},{\"type\":\"errors\"}]", 1, NULL, NULL, NULL},
        {"{\"type\":1,\"a\":\"result\"}", 0, NULL, NULL, NULL},
        {"{\"type\":null}", 0, NULL, NULL, NULL},
        {"{\"type\":\"\"}", 0, NULL, NULL, NULL},
        {"{\"a\":\"type\",\"b\":\"result\"}", 0, NULL, NULL, NULL},
        {"{\"types\":\"result\",\"typ\":\"result\",\"Type\":\"result\"}", 0, NULL, NULL, NULL},
        {"{\"type\":\"Result\"}", 1, NULL, NULL, NULL},
        {"{\"type\":\"results\"}", 1, NULL, NULL, NULL},
        {"{\"type\":\"result_that_is_longer_than_all_the_cli_has\"}", 1, NULL, NULL, NULL},
        {"{\"a_key_that_is_longer_than_all_the_cli_has\":1,\"type\":\"user\"}", 1, NULL, NULL,
         NULL},
        {"{\"type\":\"user\",\"type\":\"result\"}", 1, "{\"type\":\"user\",\"type\":\"result\"}",
         NULL, NULL},
        {"{\"type\":\"result\",\"type\":\"user\"}", 1, NULL, NULL, NULL},
        /* strings */
        {"{\"type\":\"result\",\"a\":\"\\\"}]{[\\\\\"}", 1,
         "{\"type\":\"result\",\"a\":\"\\\"}]{[\\\\\"}", NULL, NULL},
        {"{\"\\\"type\":\"result\",\"x\":\"\\u0022,\\\"type\\\":\\\"result\\\"\"}", 0, NULL, NULL,
         NULL},
        {"{\"type\":\"result\",\"a\":\"\xC2\xB7 \xE2\x88\x99 \xFF\x80\x7F\"}", 1,
         "{\"type\":\"result\",\"a\":\"\xC2\xB7 \xE2\x88\x99 \xFF\x80\x7F\"}", NULL, NULL},
        {"[\"\",\"\\\\\",{\"\":\"\",\"type\":\"result\"}]", 1, "{\"\":\"\",\"type\":\"result\"}",
         NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_scan scan;
        const size_t length = strlen(rows[i].text);
        check_all_cuts(rows[i].text, length, JSON_SCAN_DONE, &scan);
        ck_assert_msg(scan.length == length, "%s: length %llu", rows[i].text,
                      (unsigned long long)scan.length);
        ck_assert_msg(scan.events == rows[i].events, "%s: %llu events", rows[i].text,
                      (unsigned long long)scan.events);
        check_place(rows[i].text, &scan.last[JSON_EVENT_RESULT], rows[i].result);
        check_place(rows[i].text, &scan.last[JSON_EVENT_ASSISTANT], rows[i].assistant);
        check_place(rows[i].text, &scan.last[JSON_EVENT_RATE_LIMIT], rows[i].rate_limit);
        for (size_t part = 0; part < length; part++)
            ck_assert_msg(feed(&scan, rows[i].text, part, part + 1, part + 1) == JSON_SCAN_MORE,
                          "%s: its first %zu bytes", rows[i].text, part);
    }
}
END_TEST

START_TEST(finds_the_first_event_of_a_stream)
{
    static const struct {
        const char *text, *init;
    } rows[] = {
        {"{\"type\":\"system\",\"subtype\":\"init\"}",
         "{\"type\":\"system\",\"subtype\":\"init\"}"},
        {"{\"subtype\":\"init\",\"n\":1,\"type\":\"system\"}",
         "{\"subtype\":\"init\",\"n\":1,\"type\":\"system\"}"},
        {"[{\"type\":\"system\",\"subtype\":\"init\"},{\"type\":\"result\",\"subtype\":\"ok\"}]",
         "{\"type\":\"system\",\"subtype\":\"init\"}"},
        {"[{\"type\":\"user\",\"subtype\":\"init\"},{\"type\":\"system\"}]", NULL},
        {"{\"type\":\"system\",\"subtype\":\"initial\"}", NULL},
        {"{\"type\":\"system\",\"x\":{\"subtype\":\"init\"}}", NULL},
        {"{\"type\":\"system\",\"subtype\":[\"init\"]}", NULL},
        {"{\"type\":\"init\",\"subtype\":\"system\"}", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_scan scan;
        check_all_cuts(rows[i].text, strlen(rows[i].text), JSON_SCAN_DONE, &scan);
        check_place(rows[i].text, &scan.last[JSON_EVENT_INIT], rows[i].init);
    }
}
END_TEST

START_TEST(stops_behind_the_value)
{
    static const char *const rows[] = {"{}", "[1]", "{\"type\":\"result\",\"a\":\"}\"}"};
    static const char *const behind[] = {"\n", "{}", " x", "}", "]", "\"", "\x01"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t j = 0; j < sizeof behind / sizeof behind[0]; j++) {
            char text[100];
            strcpy(text, rows[i]);
            strcat(text, behind[j]);
            struct json_scan scan;
            check_all_cuts(text, strlen(text), JSON_SCAN_DONE, &scan);
            ck_assert_msg(scan.length == strlen(rows[i]), "%s: length %llu", text,
                          (unsigned long long)scan.length);
        }
    }
}
END_TEST

START_TEST(refuses_what_is_no_json)
{
    static const char *const rows[] = {
        "x",           "\"s\"",
        "1",           "null",
        "}",           "]",
        ",",           ":",
        "{]",          "[}",
        "{\"a\"}",     "{\"a\":}",
        "{\"a\":]}",   "{a:1}",
        "{1:2}",       "{,}",
        "[,]",         "[,1]",
        "{\"a\":1,}",  "[1,]",
        "[1,,2]",      "{\"a\" 1}",
        "[1 2]",       "[\"a\" \"b\"]",
        "{\"a\"::1}",  "[1{]",
        "[1\"a\"]",    "{\"a\":1 \"b\":2}",
        "{\"a\":1:2}", "[1}",
        "{\"a\":1]",   "{\"a\":[}",
        "[x]",         "['a']",
        "[+1]",        "[.5]",
        "[True]",      "[//]",
        "{/* */}",     "[{}{}]",
        "[1;2]",       "[2026-11-18T11:06:40Z]",
        "[INFO] x",    "[info] x",
        "{\"a\":\x1B",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_scan scan;
        check_all_cuts(rows[i], strlen(rows[i]), JSON_SCAN_BAD, &scan);
    }
}
END_TEST

/* Where one may stand in a value: in a key, in strings long and short, behind a backslash, between
 * tokens. White space between tokens is no such byte. */
START_TEST(refuses_raw_control_bytes)
{
    static const char *const rows[] = {
        "{\"a?\":1}",
        "{\"type\":\"?result\"}",
        "{\"a\":\"long enough ? and on\"}",
        "[\"\\?\"]",
        "[\"?\"]",
        "[\"a?",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (char c = 0; c < 0x20; c++) {
            char text[60];
            strcpy(text, rows[i]);
            const size_t length = strlen(text);
            *strchr(text, '?') = c;
            struct json_scan scan;
            check_all_cuts(text, length, JSON_SCAN_BAD, &scan);
        }
    }
    for (char c = 0; c < 0x20; c++) {
        char text[] = "{?\"a\":1}";
        *strchr(text, '?') = c;
        bool space = c == '\t' || c == '\n' || c == '\r';
        struct json_scan scan;
        check_all_cuts(text, sizeof text - 1, space ? JSON_SCAN_DONE : JSON_SCAN_BAD, &scan);
    }
}
END_TEST

static void nest(char *text, size_t depth, bool objects)
{
    *text = '\0';
    for (size_t i = 0; i < depth; i++)
        strcat(text, !objects ? "[" : i + 1 < depth ? "{\"a\":" : "{");
    for (size_t i = 0; i < depth; i++)
        strcat(text, objects ? "}" : "]");
}

START_TEST(nests_so_deep_and_no_deeper)
{
    static char text[JSON_SCAN_DEPTH * 8];
    for (int objects = 0; objects < 2; objects++) {
        for (size_t depth = 1; depth < JSON_SCAN_DEPTH + 3; depth += depth < 500 ? 83 : 1) {
            nest(text, depth, objects);
            enum json_scan_result wanted = depth < JSON_SCAN_DEPTH ? JSON_SCAN_DONE : JSON_SCAN_BAD;
            struct json_scan scan;
            size_t length = strlen(text);
            ck_assert_msg(feed(&scan, text, length, length, length) == wanted, "depth %zu", depth);
            ck_assert_msg(feed(&scan, text, length, 1, 1) == wanted, "depth %zu", depth);
        }
    }
}
END_TEST

/* Any bytes at all: some answer, the same however they are cut. */
START_TEST(takes_any_bytes)
{
    static const char alphabet[] = "{}[],:\"\\ \n1atype\x01\xFF";
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        char text[24];
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1664525 + 1013904223;
            text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        text[0] = round % 2 ? '{' : '[';
        struct json_scan scan;
        enum json_scan_result result = feed(&scan, text, sizeof text, sizeof text, sizeof text);
        check_all_cuts(text, sizeof text, result, &scan);
    }
}
END_TEST

SUITE_MAIN("json_scan", tells_the_events_of_a_value, finds_the_first_event_of_a_stream,
           stops_behind_the_value, refuses_what_is_no_json, refuses_raw_control_bytes,
           nests_so_deep_and_no_deeper, takes_any_bytes)
