#include "verdict/run_cause.h"

#include "log/event.h"
#include "verdict/runlog.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

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
        /* a limit that was met beats the status, but no field that names another cause */
        {STATUS("429", "x"), NULL, "{\"rate_limit_info\":{\"status\":\"rejected\"}}",
         RUNLOG_USAGE_LIMIT},
        {STATUS("429", "x"), NULL, "{\"rate_limit_info\":{\"status\":\"allowed\"}}", BUSY},
        {"{\"is_error\":false,\"subtype\":\"error_max_turns\"}", NULL,
         "{\"rate_limit_info\":{\"status\":\"rejected\"}}", OTHER},
        {STATUS("403", "API Error: 403 <html>x</html>"), NULL, NULL, RUNLOG_NETWORK},
        {STATUS("403", "x"), VOICE("invalid_request"), NULL, OTHER},
        {STATUS("407", "x"), NULL, NULL, RUNLOG_NETWORK},
        {STATUS("408", "x"), NULL, NULL, RUNLOG_NETWORK},
        {STATUS("400", "API Error: 400 You have reached your specified API usage limits."),
         VOICE("invalid_request"), NULL, RUNLOG_USAGE_LIMIT},
        {STATUS("400", "API Error: 400 messages.401.content: bad"), NULL, NULL, OTHER},
        {TEXT("Failed to refresh OAuth token: another Claude Code process is refreshing it"),
         VOICE("server_error"), NULL, OTHER},
        {TEXT("API Error: something new"), VOICE("server_error"), NULL, BUSY},
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
        {"{\"is_error\":true,\"api_error_type\":\"timeout_error\"}", NULL, NULL, RUNLOG_NETWORK},
        {"{\"is_error\":true,\"api_error_type\":\"of_next_year\"}", NULL, NULL, OTHER},
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
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct log_facts facts = {.has_result = rows[i].result != NULL,
                                  .has_voice = rows[i].voice != NULL,
                                  .has_rate_limit = rows[i].rate_limit != NULL};
        if (rows[i].result)
            facts.result = event_of(rows[i].result);
        if (rows[i].voice)
            facts.voice = event_of(rows[i].voice);
        if (rows[i].rate_limit)
            facts.rate_limit = event_of(rows[i].rate_limit);
        enum runlog_condition got = run_cause(&facts);
        ck_assert_msg(got == rows[i].wanted, "%s, %s, %s: %s, wanted %s",
                      rows[i].result ? rows[i].result : "no result",
                      rows[i].voice ? rows[i].voice : "no voice",
                      rows[i].rate_limit ? "limit" : "no limit", runlog_conditions.rows[got].id,
                      runlog_conditions.rows[rows[i].wanted].id);
    }
}
END_TEST

/* One of each kind, and one of next year. */
START_TEST(knows_each_kind_of_api_error)
{
    static const struct {
        const char *api_error;
        enum runlog_condition wanted; /* with status 429 beside it */
    } rows[] = {
        {"connection_failed", RUNLOG_NETWORK},
        {"network_edge_blocked", RUNLOG_NETWORK},
        {"stored_login_refused", AUTH},
        {"api_key_auth_disabled", AUTH},
        {"named_profile_unusable", AUTH},
        {"org_disabled_credential", RUNLOG_BILLING},
        {"usage_limit_reached", RUNLOG_USAGE_LIMIT},
        {"long_context_credits_required", RUNLOG_USAGE_LIMIT},
        {"max_output_tokens", OTHER},
        {"message_over_context_limit", OTHER},
        {"of_next_year", BUSY},
        {"", BUSY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct log_facts facts = {.has_result = true};
        char json[300];
        snprintf(json, sizeof json,
                 "{\"is_error\":true,\"api_error_status\":429,\"api_error\":\"%s\"}",
                 rows[i].api_error);
        facts.result = event_of(json);
        enum runlog_condition got = run_cause(&facts);
        ck_assert_msg(got == rows[i].wanted, "%s: %s", json, runlog_conditions.rows[got].id);
    }
}
END_TEST

/* What a result that is no failure says of its end, in its fields or in the model's last message.
 */
START_TEST(tells_what_was_not_finished)
{
    static const struct {
        const char *fields, *voice, *wanted;
    } rows[] = {
        {"", NULL, NULL},
        {"\"terminal_reason\":\"completed\"", NULL, NULL},
        {"\"terminal_reason\":\"of next year\"", NULL, NULL},
        {"\"terminal_reason\":\"aborted_tools\"", NULL, "aborted_tools"},
        {"\"terminal_reason\":\"aborted_streaming\"", NULL, "aborted_streaming"},
        {"\"terminal_reason\":\"hook_stopped\"", NULL, "hook_stopped"},
        {"\"terminal_reason\":\"tool_deferred\"", NULL, "tool_deferred"},
        {"\"stop_reason\":\"end_turn\"", NULL, NULL},
        {"\"stop_reason\":\"stop_sequence\"", NULL, NULL},
        {"\"stop_reason\":\"refusal\"", NULL, "refusal"},
        {"\"stop_reason\":\"max_tokens\"", NULL, "max_tokens"},
        {"\"stop_reason\":\"tool_use\"", NULL, "tool_use"},
        {"\"stop_reason\":null", "{\"message\":{\"stop_reason\":\"refusal\"}}", "refusal"},
        {"\"stop_reason\":null", "{\"message\":{\"stop_reason\":\"tool_use\"}}", NULL},
        {"\"stop_reason\":\"end_turn\"", "{\"message\":{\"stop_reason\":\"refusal\"}}", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct log_facts facts = {.has_result = true, .has_voice = rows[i].voice != NULL};
        char json[300];
        snprintf(json, sizeof json, "{\"is_error\":false%s%s}", rows[i].fields[0] ? "," : "",
                 rows[i].fields);
        facts.result = event_of(json);
        if (rows[i].voice)
            facts.voice = event_of(rows[i].voice);
        const char *got = run_unfinished_by(&facts);
        ck_assert_msg((!got && !rows[i].wanted) ||
                          (got && rows[i].wanted && strcmp(got, rows[i].wanted) == 0),
                      "%s: %s", json, got ? got : "nothing");
    }
}
END_TEST

SUITE_MAIN("run_cause", classifies_by_fields_then_text, knows_each_kind_of_api_error,
           tells_what_was_not_finished)
