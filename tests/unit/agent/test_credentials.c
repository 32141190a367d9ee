#include "agent/credentials.h"

#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1795000000000)

static uint64_t mark;

static struct credentials parsed(const char *json)
{
    struct credentials credentials;
    memset(&credentials, 0x55, sizeof credentials);
    ck_assert_msg(credentials_parse(json, strlen(json), NOW, &credentials, &mark) == 0, "%s", json);
    return credentials;
}

/* A login with these members and nothing else. */
static struct credentials login(const char *members)
{
    char json[1024];
    int length = snprintf(json, sizeof json, "{\"claudeAiOauth\":{%s}}", members);
    ck_assert_int_lt(length, (int)sizeof json);
    return parsed(json);
}

START_TEST(reads_a_whole_login)
{
    struct credentials c = parsed(
        "{\"claudeAiOauth\":{\"accessToken\":\"fixture-token\",\"refreshToken\":\"fixture-token\","
        "\"expiresAt\":1795000000000,\"refreshTokenExpiresAt\":1797592000000,\"scopes\":"
        "[\"user:profile\",\"user:inference\"],\"subscriptionType\":\"max\",\"rateLimitTier\":"
        "\"default\"},\"mcpOAuth\":{},\"organizationUuid\":\"0\"}\n");
    ck_assert(c.has_login && c.has_access_token && c.has_refresh_token && !c.ended);
    ck_assert(c.access.known && c.login.known);
    ck_assert_int_eq(c.access.ms, INT64_C(1795000000000));
    ck_assert_int_eq(c.login.ms, INT64_C(1797592000000));
    ck_assert_int_eq(c.scopes, SCOPES_SUFFICIENT);
    ck_assert_str_eq(c.subscription_type, "max");
    ck_assert_str_eq(c.ended_why, "");
}
END_TEST

/* As Python's int() reads it, where that gives a verdict. */
START_TEST(reads_a_time)
{
    static const struct {
        const char *value;
        bool known;
        int64_t ms;
    } rows[] = {
        {"1795000000000", true, INT64_C(1795000000000)},
        {"0", true, 0},
        {"-0", true, 0},
        {"-1795000000000", true, INT64_C(-1795000000000)},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", true, INT64_MAX},
        {"18446744073709551616", true, INT64_MAX},
        {"123456789012345678901234567890", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", true, INT64_MIN},
        {"-123456789012345678901234567890", true, INT64_MIN},
        {"1795000000000.9", true, INT64_C(1795000000000)},
        {"-1.9", true, -1},
        {"-0.5", true, 0},
        {"1.795e12", true, INT64_C(1795000000000)},
        {"1e300", true, INT64_MAX},
        {"-1e300", true, INT64_MIN},
        {"9223372036854775808.0", true, INT64_MAX},
        {"1e400", false, 0},
        {"-1e400", false, 0},
        {"1e-400", true, 0},
        {"\"1795000000000\"", true, INT64_C(1795000000000)},
        {"\"+1795000000000\"", true, INT64_C(1795000000000)},
        {"\"-12\"", true, -12},
        {"\" \\t\\n12\\r\\f \"", true, 12},
        {"\"\\u001c12\\u001f\"", true, 12},
        {"\"007\"", true, 7},
        {"\"123456789012345678901234567890\"", true, INT64_MAX},
        {"\"1_000\"", false, 0},
        {"\"12.5\"", false, 0},
        {"\"1e3\"", false, 0},
        {"\"0x10\"", false, 0},
        {"\"\"", false, 0},
        {"\" \"", false, 0},
        {"\"+\"", false, 0},
        {"\"+-1\"", false, 0},
        {"\"- 1\"", false, 0},
        {"\"1 2\"", false, 0},
        {"\"12\\u0000\"", false, 0},
        {"\"soon\"", false, 0},
        {"\"2026-11-18T11:06:40Z\"", false, 0},
        {"\"nan\"", false, 0},
        {"true", false, 0},
        {"false", false, 0},
        {"null", false, 0},
        {"[1795000000000]", false, 0},
        {"{\"ms\":1795000000000}", false, 0},
        {"1,\"expiresAt\":2", true, 2}, /* the last of duplicates wins */
        {"1,\"expiresAt\":null", false, 0},
        {"null,\"expiresAt\":3", true, 3},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char members[256];
        snprintf(members, sizeof members, "\"accessToken\":\"a\",\"expiresAt\":%s", rows[i].value);
        struct credentials c = login(members);
        ck_assert_msg(c.access.known == rows[i].known, "%s", rows[i].value);
        ck_assert_msg(!c.access.known || c.access.ms == rows[i].ms, "%s: %lld", rows[i].value,
                      (long long)c.access.ms);
        ck_assert_msg(!c.login.known, "%s", rows[i].value);
        snprintf(members, sizeof members, "\"expiresAt\":%s", rows[i].value);
        ck_assert_msg(!login(members).access.known, "%s without a token", rows[i].value);
    }
    ck_assert(!login("").access.known);
}
END_TEST

/* As the CLI heeds it: from 2025 to ten years ahead, and of a token. */
START_TEST(knows_the_end_of_a_login)
{
    static const struct {
        const char *members;
        bool known;
    } rows[] = {
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":1797592000000", true},
        {"\"accessToken\":\"a\",\"refreshTokenExpiresAt\":1797592000000", true},
        {"\"refreshTokenExpiresAt\":1797592000000", false},
        {"\"accessToken\":\"\",\"refreshToken\":\"\",\"refreshTokenExpiresAt\":1797592000000",
         false},
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":1735689600000", true},
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":1735689599999", false},
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":2110360000000", true},
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":2110360000001", false},
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":0", false},
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":-1", false},
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":1797592000", false},
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":32503680000000", false},
        {"\"refreshToken\":\"r\",\"refreshTokenExpiresAt\":1e300", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_msg(login(rows[i].members).login.known == rows[i].known, "%s", rows[i].members);
}
END_TEST

/* Equal for equal refresh tokens of any length, and for no others. */
START_TEST(marks_a_refresh_token)
{
    static const char *const members[] = {
        "\"refreshToken\":\"fixture-token\"",
        "\"refreshToken\":\"fixture-token-\"",
        "\"refreshToken\":\"fixture-token-of-more-than-32-bytes-a\"",
        "\"refreshToken\":\"fixture-token-of-more-than-32-bytes-b\"",
        "\"refreshToken\":\"fixture-token-of-more-than-32-bytes-ab\"",
    };
    uint64_t marks[COUNT(members)];
    for (size_t i = 0; i < COUNT(members); i++) {
        char more[256];
        login(members[i]);
        marks[i] = mark;
        snprintf(more, sizeof more, "\"accessToken\":\"%zu\",%s", i, members[i]);
        login(more);
        ck_assert_msg(mark == marks[i] && mark != 0, "%s", members[i]);
        for (size_t other = 0; other < i; other++)
            ck_assert_msg(marks[other] != mark, "%s", members[i]);
    }
    login("\"refreshToken\":\"\"");
    ck_assert_uint_eq(mark, 0);
    parsed("{\"refreshToken\":\"fixture-token\"}");
    ck_assert_uint_eq(mark, 0);
}
END_TEST

START_TEST(marks_an_organization)
{
    static const char *const json[] = {
        "{\"organizationUuid\":\"11111111-2222-3333-4444-555555555555\"}",
        "{\"claudeAiOauth\":{},\"organizationUuid\":\"11111111-2222-3333-4444-555555555555\"}",
        "{\"organizationUuid\":\"11111111-2222-3333-4444-555555555556\"}"};
    struct credentials a = parsed(json[0]), b = parsed(json[1]), c = parsed(json[2]);
    ck_assert(a.organization[0] && strcmp(a.organization, b.organization) == 0);
    ck_assert_str_ne(a.organization, c.organization);
    ck_assert_str_eq(parsed("{\"organizationUuid\":7}").organization, "");
}
END_TEST

START_TEST(knows_which_tokens_there_are)
{
    static const struct {
        const char *json;
        bool login, access, refresh, ended;
    } rows[] = {
        {"{}", false, false, false, false},
        {"null", false, false, false, false},
        {"[]", false, false, false, false},
        {"\"claudeAiOauth\"", false, false, false, false},
        {"{\"claudeAiOauth\":null}", false, false, false, false},
        {"{\"claudeAiOauth\":[]}", false, false, false, false},
        {"{\"claudeAiOauth\":\"fixture-token\"}", false, false, false, false},
        {"{\"mcpOAuth\":{\"accessToken\":\"fixture-token\"}}", false, false, false, false},
        {"{\"accessToken\":\"fixture-token\"}", false, false, false, false},
        {"{\"claudeAiOauth\":{}}", true, false, false, false},
        {"{\"claudeAiOauth\":{\"accessToken\":\"a\"}}", true, true, false, false},
        {"{\"claudeAiOauth\":{\"accessToken\":\"\"}}", true, false, false, false},
        {"{\"claudeAiOauth\":{\"accessToken\":null}}", true, false, false, false},
        {"{\"claudeAiOauth\":{\"accessToken\":7}}", true, false, false, false},
        {"{\"claudeAiOauth\":{\"accessToken\":[\"a\"]}}", true, false, false, false},
        {"{\"claudeAiOauth\":{\"refreshToken\":\"r\"}}", true, false, true, false},
        {"{\"claudeAiOauth\":{\"accessToken\":\"\",\"refreshToken\":\"r\"}}", true, false, true,
         false},
        {"{\"claudeAiOauth\":{\"accessToken\":\"a\",\"refreshToken\":\"\"}}", true, true, false,
         false},
        {"{\"claudeAiOauth\":{\"accessToken\":\"\",\"refreshToken\":\"\"}}", true, false, false,
         true},
        {"{\"claudeAiOauth\":{\"accessToken\":\"\",\"refreshToken\":null}}", true, false, false,
         false},
        {"{\"claudeAiOauth\":{\"accessToken\":\"a\",\"accessToken\":\"\"}}", true, false, false,
         false},
        {"{\"claudeAiOauth\":{\"accessToken\":\"\",\"accessToken\":\"a\"}}", true, true, false,
         false},
        {"{\"claudeAiOauth\":{},\"claudeAiOauth\":{\"accessToken\":\"a\"}}", true, true, false,
         false},
        {"{\"claudeAiOauth\":{\"accessToken\":\"a\"},\"claudeAiOauth\":{}}", true, false, false,
         false},
        {"{\"claudeAiOauth\":{\"accessToken\":\"a\"},\"claudeAiOauth\":null}", false, false, false,
         false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct credentials c = parsed(rows[i].json);
        ck_assert_msg(c.has_login == rows[i].login && c.has_access_token == rows[i].access &&
                          c.has_refresh_token == rows[i].refresh && c.ended == rows[i].ended,
                      "%s", rows[i].json);
    }
}
END_TEST

START_TEST(knows_the_mark_of_a_dead_login)
{
    static const struct {
        const char *value;
        bool ended;
        const char *why;
    } rows[] = {
        {"\"time_limit\"", true, "time_limit"},
        {"\"two words\"", true, ""}, /* nothing foreign goes into the text */
        {"\"a|b\"", true, ""},
        {"\"0123456789012345678901234567890\"", true, "0123456789012345678901234567890"},
        {"\"01234567890123456789012345678901\"", true, ""},
        {"true", true, ""},
        {"1795000000000", true, ""},
        {"{\"at\":1}", true, ""},
        {"\"\"", false, ""},
        {"null", false, ""},
        {"false", false, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char members[256];
        snprintf(members, sizeof members, "\"refreshToken\":\"r\",\"loginEnded\":%s",
                 rows[i].value);
        struct credentials c = login(members);
        ck_assert_msg(c.ended == rows[i].ended, "%s", rows[i].value);
        ck_assert_msg(strcmp(c.ended_why, rows[i].why) == 0, "%s: %s", rows[i].value, c.ended_why);
        /* beside a live token the token decides */
        snprintf(members, sizeof members, "\"accessToken\":\"a\",\"loginEnded\":%s", rows[i].value);
        c = login(members);
        ck_assert_msg(!c.ended && !c.ended_why[0], "%s", rows[i].value);
    }
}
END_TEST

START_TEST(looks_for_one_scope)
{
    static const struct {
        const char *members;
        enum scopes want;
    } rows[] = {
        {"", SCOPES_ABSENT},
        {"\"scopes\":null", SCOPES_ABSENT},
        {"\"scopes\":[]", SCOPES_LACKING},
        {"\"scopes\":[\"user:profile\"]", SCOPES_LACKING},
        {"\"scopes\":[\"user:inference\"]", SCOPES_SUFFICIENT},
        {"\"scopes\":[\"org:x\",null,7,\"user:inference\"]", SCOPES_SUFFICIENT},
        {"\"scopes\":[\"user:inference2\"]", SCOPES_LACKING},
        {"\"scopes\":[\"user:inferenc\"]", SCOPES_LACKING},
        {"\"scopes\":[\"USER:INFERENCE\"]", SCOPES_LACKING},
        {"\"scopes\":[\"user:profile user:inference\"]", SCOPES_LACKING},
        {"\"scopes\":[\"user:inference\\u0000x\"]", SCOPES_LACKING},
        {"\"scopes\":[[\"user:inference\"]]", SCOPES_LACKING},
        {"\"scopes\":7", SCOPES_LACKING},
        {"\"scopes\":{}", SCOPES_LACKING},
        {"\"scopes\":[\"user:inference\"],\"scopes\":[]", SCOPES_LACKING},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_msg(login(rows[i].members).scopes == rows[i].want, "%s", rows[i].members);
}
END_TEST

START_TEST(names_a_subscription_that_is_a_word)
{
    static const struct {
        const char *members, *want;
    } rows[] = {
        {"", ""},
        {"\"subscriptionType\":\"pro\"", "pro"},
        {"\"subscriptionType\":\"Max_20\"", "Max_20"},
        {"\"subscriptionType\":null", ""},
        {"\"subscriptionType\":3", ""},
        {"\"subscriptionType\":\"a\\nb\"", ""},
        {"\"subscriptionType\":\"\\u001b[31m\"", ""},
        {"\"subscriptionType\":\"01234567890123456789012345678901\"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_str_eq(login(rows[i].members).subscription_type, rows[i].want);
}
END_TEST

START_TEST(refuses_what_is_not_json_and_leaves_the_result_alone)
{
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {BYTES("")},
        {BYTES(" \n")},
        {BYTES("garbage")},
        {BYTES("{\"claudeAiOauth\":{\"accessToken\":\"fixture-to")},
        {BYTES("{\"claudeAiOauth\":{}}}")},
        {BYTES("{\"claudeAiOauth\":{}} trailing")},
        {BYTES("{'claudeAiOauth':{}}")},
        {BYTES("{\"claudeAiOauth\":{\"expiresAt\":NaN}}")},
        {BYTES("{\"claudeAiOauth\":{\"expiresAt\":Infinity}}")},
        {BYTES("{\"claudeAiOauth\":{\"expiresAt\":-Infinity}}")},
        {BYTES("{\"claudeAiOauth\":{\"expiresAt\":1_000}}")},
        {BYTES("{\"claudeAiOauth\":{\"accessToken\":\"a\tb\"}}")},
        {BYTES("{\"claudeAiOauth\":{\"accessToken\":\"\xC0\xAF\"}}")},
        {BYTES("\xEF\xBB\xBF{\"claudeAiOauth\":{}}")},
        {BYTES("{\"claudeAiOauth\":{}}\0")},
        {BYTES("\0\0\0\0")},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct credentials c, before;
        memset(&before, 0x55, sizeof before);
        c = before;
        ck_assert_msg(credentials_parse(rows[i].bytes, rows[i].length, NOW, &c, &mark) == EINVAL,
                      "%s", rows[i].bytes);
        ck_assert_msg(memcmp(&c, &before, sizeof c) == 0, "%s", rows[i].bytes);
    }
}
END_TEST

/* The struct is all that leaves the room: no byte of a token is in it. */
START_TEST(copies_no_token)
{
    struct credentials c = login("\"accessToken\":\"fixture-token\",\"refreshToken\":"
                                 "\"fixture-token\",\"subscriptionType\":\"max\"");
    ck_assert_ptr_null(memmem(&c, sizeof c, "fixture", 7));
}
END_TEST

SUITE_MAIN("credentials", reads_a_whole_login, reads_a_time, knows_the_end_of_a_login,
           marks_a_refresh_token, marks_an_organization, knows_which_tokens_there_are,
           knows_the_mark_of_a_dead_login, looks_for_one_scope, names_a_subscription_that_is_a_word,
           refuses_what_is_not_json_and_leaves_the_result_alone, copies_no_token)
