/* The part of runlog.h that classifies: lib/run_failure.c. */
#include "verdict/runlog.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1795000000000) /* 2026-11-18T11:06:40Z */

static struct event event_of(const char *json)
{
    char copy[2000];
    struct event event;
    snprintf(copy, sizeof copy, "%s", json);
    ck_assert_msg(event_parse(copy, strlen(copy), &event) == 0, "%s", json);
    return event;
}

#define AUTH        RUNLOG_AUTH_FAILURE
#define BUSY        RUNLOG_OVERLOADED
#define OTHER       RUNLOG_RUN_FAILED
#define VOICE(word) "{\"type\":\"assistant\",\"error\":\"" word "\"}"
#define TEXT(text)  "{\"is_error\":true,\"subtype\":\"success\",\"result\":\"" text "\"}"
#define STATUS(status, text)                                                                       \
    "{\"is_error\":true,\"subtype\":\"success\",\"api_error_status\":" status                      \
    ",\"result\":\"" text "\"}"

START_TEST(classifies_by_fields_then_text)
{
    static const struct {
        const char *result, *voice, *rate_limit;
        enum runlog_condition wanted;
    } rows[] = {
        {STATUS("401", "x"), NULL, NULL, AUTH},
        {STATUS("403", "x"), NULL, NULL, AUTH},
        {STATUS("403", "x"), VOICE("model_not_found"), NULL, OTHER},
        {STATUS("402", "x"), NULL, NULL, RUNLOG_BILLING},
        {STATUS("400", "Prompt is too long"), VOICE("invalid_request"), NULL, OTHER},
        {STATUS("404", "x"), VOICE("model_not_found"), NULL, OTHER},
        {STATUS("413", "not logged in"), NULL, NULL, OTHER},
        {STATUS("500", "x"), NULL, NULL, BUSY},
        {STATUS("529", "x"), VOICE("server_error"), NULL, BUSY},
        {STATUS("429", "API Error: Request rejected (429)"), VOICE("rate_limit"), NULL, BUSY},
        {STATUS("429", "You've hit your weekly limit"), VOICE("rate_limit"), NULL,
         RUNLOG_USAGE_LIMIT},
        {STATUS("429", "x"), NULL, "{\"rate_limit_info\":{\"status\":\"rejected\"}}", BUSY},
        {TEXT("x"), VOICE("rate_limit"), NULL, BUSY},
        {TEXT("x"), VOICE("rate_limit"), "{\"rate_limit_info\":{\"status\":\"rejected\"}}",
         RUNLOG_USAGE_LIMIT},
        {TEXT("x"), VOICE("rate_limit"), "{\"rate_limit_info\":{\"status\":\"allowed\"}}", BUSY},
        /* the voice's word */
        {TEXT("x"), VOICE("authentication_failed"), NULL, AUTH},
        {TEXT("x"), VOICE("oauth_org_not_allowed"), NULL, AUTH},
        {TEXT("x"), VOICE("account_on_hold"), NULL, AUTH},
        {TEXT("x"), VOICE("verification_required"), NULL, AUTH},
        {TEXT("x"), VOICE("cloud_credential_error"), NULL, AUTH},
        {TEXT("x"), VOICE("billing_error"), NULL, RUNLOG_BILLING},
        {TEXT("x"), VOICE("overloaded"), NULL, BUSY},
        {TEXT("x"), VOICE("server_error"), NULL, BUSY},
        {TEXT("x"), VOICE("unknown"), NULL, OTHER},
        {TEXT("x"), VOICE("max_output_tokens"), NULL, OTHER},
        /* no login mends these, whatever the word */
        {STATUS("403", "This organization has been disabled"), VOICE("oauth_org_not_allowed"), NULL,
         RUNLOG_BILLING},
        {TEXT("Credit balance is too low"), VOICE("authentication_failed"), NULL, RUNLOG_BILLING},
        /* the type */
        {"{\"is_error\":true,\"api_error_type\":\"authentication_error\"}", NULL, NULL, AUTH},
        {"{\"is_error\":true,\"api_error_type\":\"overloaded_error\"}", NULL, NULL, BUSY},
        {"{\"is_error\":true,\"api_error_type\":\"billing_error\"}", NULL, NULL, RUNLOG_BILLING},
        /* the text, of releases without fields */
        {TEXT("Invalid API key \xC2\xB7 Please run /login"), NULL, NULL, AUTH},
        {TEXT("Login expired \xC2\xB7 Please run /login"), NULL, NULL, AUTH},
        {TEXT("Failed to authenticate: OAuth token revoked"), NULL, NULL, AUTH},
        {TEXT("API Error: 401 {\\\"type\\\":\\\"error\\\"}"), NULL, NULL, AUTH},
        {TEXT("API Error: 529 {\\\"type\\\":\\\"overloaded_error\\\"}"), NULL, NULL, BUSY},
        {TEXT("API Error: 500 Internal server error"), NULL, NULL, BUSY},
        {TEXT("Claude AI usage limit reached|1795010000"), NULL, NULL, RUNLOG_USAGE_LIMIT},
        {TEXT("Session limit reached \xE2\x88\x99 resets 6:21pm"), NULL, NULL, RUNLOG_USAGE_LIMIT},
        {TEXT("API Error: Connection error."), VOICE("unknown"), NULL, RUNLOG_NETWORK},
        {TEXT("API Error: Request timed out"), VOICE("server_error"), NULL, RUNLOG_NETWORK},
        {TEXT("something new"), NULL, NULL, OTHER},
        {TEXT(""), NULL, NULL, OTHER},
        {"{\"is_error\":true,\"result\":\"something new\",\"api_error\":\"connection_failed\"}",
         NULL, NULL, RUNLOG_NETWORK},
        /* ends of their own */
        {"{\"is_error\":true,\"subtype\":\"error_max_turns\"}", NULL, NULL, OTHER},
        {"{\"is_error\":true,\"subtype\":\"error_during_execution\",\"errors\":[\"got 401\"]}",
         NULL, NULL, OTHER},
        {"{\"is_error\":true,\"subtype\":\"error_during_execution\",\"errors\":[\"at x\",\"Not "
         "logged in \xC2\xB7 Please run /login\"]}",
         NULL, NULL, AUTH},
        {"{\"is_error\":true,\"subtype\":\"error_during_execution\"}",
         VOICE("authentication_failed"), NULL, AUTH},
        {"{\"is_error\":true,\"subtype\":\"error_max_budget_usd\",\"api_error_status\":529}", NULL,
         NULL, BUSY},
        {"{\"is_error\":true,\"subtype\":\"error_max_turns\"}",
         "{\"message\":{\"content\":\"Not logged in\"}}", NULL, OTHER}, /* the model's own words */
        /* a killed run's voice, no result */
        {NULL, VOICE("authentication_failed"), NULL, AUTH},
        {NULL, "{\"isApiErrorMessage\":true,\"apiErrorStatus\":529}", NULL, BUSY},
        {NULL,
         "{\"isApiErrorMessage\":true,\"message\":{\"content\":\"Invalid API key \xC2\xB7 x\"}}",
         NULL, AUTH},
    };
    struct marker_set *markers = NULL;
    ck_assert_int_eq(log_search_new_markers(NULL, 0, &markers), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event result, voice, rate_limit;
        if (rows[i].result)
            result = event_of(rows[i].result);
        if (rows[i].voice)
            voice = event_of(rows[i].voice);
        if (rows[i].rate_limit)
            rate_limit = event_of(rows[i].rate_limit);
        enum runlog_condition got =
            runlog_classify(markers, rows[i].result ? &result : NULL, rows[i].voice ? &voice : NULL,
                            rows[i].rate_limit ? &rate_limit : NULL);
        ck_assert_msg(got == rows[i].wanted, "%s, %s, %s: %s, wanted %s",
                      rows[i].result ? rows[i].result : "no result",
                      rows[i].voice ? rows[i].voice : "no voice",
                      rows[i].rate_limit ? "limit" : "no limit", runlog_conditions.rows[got].id,
                      runlog_conditions.rows[rows[i].wanted].id);
    }
    marker_set_free(markers);
}
END_TEST

START_TEST(reads_when_a_limit_ends)
{
    static const struct {
        const char *event, *message;
        int64_t wanted; /* seconds; 0 for none */
    } rows[] = {
        {NULL, "Claude AI usage limit reached|1795010000", 1795010000},
        {NULL, "Claude AI usage limit reached|", 0},
        {NULL, "Claude AI usage limit reached|-5", 0},
        {NULL, "Claude AI usage limit reached|99999999999999999999", 0},
        {NULL, "You've hit your session limit \xC2\xB7 resets 6:07pm (UTC)", 1795025220},
        {NULL, "You've hit your session limit \xC2\xB7 resets 6pm (UTC)", 1795024800},
        {NULL, "resets at 6pm (UTC)", 1795024800},
        {NULL, "resets 11:06am (UTC)", 1795086360}, /* tomorrow: that was 40 seconds ago */
        {NULL, "resets 11:07am (UTC)", 1795000020},
        {NULL, "resets 12am (UTC)", 1795046400},
        {NULL, "resets 12:30pm (UTC)", 1795005000},
        {NULL, "resets Nov 26, 4:06pm (UTC)", 1795709160},
        {NULL, "resets Jan 2, 4pm (UTC)", 1798905600},                 /* next year's */
        {NULL, "Session limit reached \xE2\x88\x99 resets 6:21pm", 0}, /* in no known zone */
        {NULL, "resets 6:07pm (America/New_York)", 0},
        {NULL, "resets 13pm (UTC)", 0},
        {NULL, "resets 0am (UTC)", 0},
        {NULL, "resets 6:60pm (UTC)", 0},
        {NULL, "resets soon", 0},
        {NULL, "resets ", 0},
        {NULL, "", 0},
        {"{\"rate_limit_info\":{\"status\":\"rejected\",\"resetsAt\":1795010000}}",
         "resets 6pm (UTC)", 1795010000},
        {"{\"rate_limit_info\":{\"status\":\"allowed\",\"resetsAt\":1795010000}}",
         "resets 6pm (UTC)", 1795024800},
        {"{\"rate_limit_info\":{\"status\":\"rejected\"}}", "", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event event;
        if (rows[i].event)
            event = event_of(rows[i].event);
        int64_t got = runlog_limit_reset(rows[i].event ? &event : NULL, rows[i].message, NOW);
        ck_assert_msg(got == rows[i].wanted * 1000, "%s: %lld", rows[i].message, (long long)got);
    }
}
END_TEST

SUITE_MAIN("run_failure", classifies_by_fields_then_text, reads_when_a_limit_ends)
