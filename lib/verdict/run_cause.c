#include "verdict/run_cause.h"

#include <string.h>

/* A word of a field and what it means. */
struct word {
    const char *word;
    enum runlog_condition condition;
};

/* Of `error` in messages of the CLI's own (from 2.0), of api_error_type, and of the API's errors.
 */
static const struct word error_words[] = {
    {"authentication_failed", RUNLOG_AUTH_FAILURE},
    {"authentication_error", RUNLOG_AUTH_FAILURE},
    {"oauth_org_not_allowed", RUNLOG_AUTH_FAILURE},
    {"account_on_hold", RUNLOG_AUTH_FAILURE},
    {"verification_required", RUNLOG_AUTH_FAILURE},
    {"cloud_credential_error", RUNLOG_AUTH_FAILURE},
    {"billing_error", RUNLOG_BILLING},
    {"rate_limit", RUNLOG_OVERLOADED},
    {"rate_limit_error", RUNLOG_OVERLOADED},
    {"overloaded", RUNLOG_OVERLOADED},
    {"overloaded_error", RUNLOG_OVERLOADED},
    {"timeout_error", RUNLOG_NETWORK},
    {"model_not_found", RUNLOG_RUN_FAILED},
    {"max_output_tokens", RUNLOG_RUN_FAILED},
};

/* Of api_error (2.1.332). Values are added over time: an unknown one is as if absent. */
static const struct word api_errors[] = {
    {"connection_failed", RUNLOG_NETWORK},
    {"no_response", RUNLOG_NETWORK},
    {"stream_idle_timeout", RUNLOG_NETWORK},
    {"computer_slept", RUNLOG_NETWORK},
    {"tls_untrusted_ca", RUNLOG_NETWORK},
    {"tls_cert_signature_failure", RUNLOG_NETWORK},
    {"gateway_content_type", RUNLOG_NETWORK},
    {"network_edge_blocked", RUNLOG_NETWORK},
    {"stored_login_refused", RUNLOG_AUTH_FAILURE},
    {"oauth_refresh_store_refused", RUNLOG_AUTH_FAILURE},
    {"provider_credentials", RUNLOG_AUTH_FAILURE},
    {"gateway_signin_required", RUNLOG_AUTH_FAILURE},
    {"gateway_session_expired", RUNLOG_AUTH_FAILURE},
    {"api_key_auth_disabled", RUNLOG_AUTH_FAILURE},
    {"invalid_credential_header", RUNLOG_AUTH_FAILURE},
    {"named_profile_unusable", RUNLOG_AUTH_FAILURE},
    {"org_disabled_credential", RUNLOG_BILLING},
    {"usage_limit_reached", RUNLOG_USAGE_LIMIT},
    {"model_requires_usage_credits", RUNLOG_USAGE_LIMIT},
    {"long_context_credits_required", RUNLOG_USAGE_LIMIT},
    {"max_output_tokens", RUNLOG_RUN_FAILED},
    {"dlp_request_denied", RUNLOG_RUN_FAILED},
    {"claude_code_version_too_old", RUNLOG_RUN_FAILED},
    {"safety_monitor_blocked", RUNLOG_RUN_FAILED},
    {"hook_denied", RUNLOG_RUN_FAILED},
    {"effort_requires_thinking", RUNLOG_RUN_FAILED},
    {"advisor_incompatible", RUNLOG_RUN_FAILED},
    {"tool_history_mismatch", RUNLOG_RUN_FAILED},
    {"autocompact_thrashing", RUNLOG_RUN_FAILED},
    {"pdf_too_large", RUNLOG_RUN_FAILED},
    {"pdf_password_protected", RUNLOG_RUN_FAILED},
    {"media_removed", RUNLOG_RUN_FAILED},
    {"consent_unanswered", RUNLOG_RUN_FAILED},
    {"no_allowed_fallback", RUNLOG_RUN_FAILED},
    {"model_substitution_disabled", RUNLOG_RUN_FAILED},
    {"field_not_granted", RUNLOG_RUN_FAILED},
    {"empty_completion", RUNLOG_RUN_FAILED},
    {"malformed_tool_use_exhausted", RUNLOG_RUN_FAILED},
    {"unattended_start_limit", RUNLOG_RUN_FAILED},
    {"unattended_start_unconfirmed", RUNLOG_RUN_FAILED},
    {"message_over_context_limit", RUNLOG_RUN_FAILED},
};

static enum runlog_condition by_word(const struct word *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].condition;
    return RUNLOG_UNDECIDED;
}

#define BY_WORD(words, word) by_word(words, sizeof(words) / sizeof *(words), word)

/* By the HTTP status, where the words left it open. `word` is the CLI's. */
static enum runlog_condition by_status(int status, const char *word, enum runlog_condition says)
{
    const bool of_request = strcmp(word, "invalid_request") == 0;
    if (status == 401 || (status == 403 && !of_request && says != RUNLOG_NETWORK))
        return RUNLOG_AUTH_FAILURE;
    if (status == 402)
        return RUNLOG_BILLING;
    if (status == 407 || status == 408 || (status == 403 && says == RUNLOG_NETWORK))
        return RUNLOG_NETWORK;
    if (status == 429 || status >= 500)
        return RUNLOG_OVERLOADED;
    return status >= 400 ? RUNLOG_RUN_FAILED : RUNLOG_UNDECIDED;
}

/* The fields that tell, of a result and of the CLI's own voice before it. */
struct fields {
    int status;
    const char *word, *type, *api_error;
    enum runlog_condition says;
};

static void read_fields(const struct log_facts *facts, struct fields *ret)
{
    const struct event *voice =
        facts->has_voice && event_is_own_voice(&facts->voice) ? &facts->voice : NULL;
    const struct event *main = facts->has_result ? &facts->result : &facts->voice;
    const struct event *other = voice ? voice : main;
    ret->status = main->api_error_status > 0 ? main->api_error_status : other->api_error_status;
    ret->type = main->api_error_type[0] ? main->api_error_type : other->api_error_type;
    ret->api_error = main->api_error[0] ? main->api_error : other->api_error;
    ret->word = voice ? voice->error : "";
    ret->says = main->has_text ? main->says : other->says;
}

/* Turns, budget and interruption have a subtype of their own. */
static bool has_own_subtype(const struct log_facts *facts)
{
    return facts->has_result && strncmp(facts->result.subtype, "error_", strlen("error_")) == 0;
}

/* What the words and the status say where neither the limit nor the bill is the cause. */
static enum runlog_condition by_words_and_status(const struct fields *f)
{
    enum runlog_condition found = BY_WORD(error_words, f->word);
    if (found == RUNLOG_UNDECIDED)
        found = BY_WORD(error_words, f->type);
    if (found == RUNLOG_UNDECIDED)
        found = by_status(f->status, f->word, f->says);
    if (found == RUNLOG_UNDECIDED)
        found = f->says;
    if (found == RUNLOG_UNDECIDED && strcmp(f->word, "server_error") == 0)
        found = RUNLOG_OVERLOADED; /* a 529 stands there so */
    return found == RUNLOG_UNDECIDED ? RUNLOG_RUN_FAILED : found;
}

enum runlog_condition run_cause(const struct log_facts *facts)
{
    struct fields f;
    read_fields(facts, &f);
    enum runlog_condition found = BY_WORD(api_errors, f.api_error);
    if (found != RUNLOG_UNDECIDED)
        return found;
    /* its errors[] may say anything, and a limit that was met on the way did not end it */
    if (has_own_subtype(facts) && f.status == 0 && BY_WORD(error_words, f.word) == RUNLOG_UNDECIDED)
        return f.says == RUNLOG_UNDECIDED ? RUNLOG_RUN_FAILED : f.says;
    /* "organization has been disabled" comes with authentication words, but no login mends it */
    if (f.says == RUNLOG_BILLING)
        return RUNLOG_BILLING;
    if (f.says == RUNLOG_USAGE_LIMIT || (facts->has_rate_limit && facts->rate_limit.rejected))
        return RUNLOG_USAGE_LIMIT;
    return by_words_and_status(&f);
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

const char *run_unfinished_by(const struct log_facts *facts)
{
    static const char *const reasons[] = {"aborted_streaming", "aborted_tools",
                                          "hook_stopped",      "refusal",
                                          "max_turns",         "prompt_too_long",
                                          "budget_exhausted",  "image_error",
                                          "tool_deferred",     "structured_output_retry_exhausted",
                                          "api_error",         NULL};
    static const char *const stops[] = {"refusal", "max_tokens", "tool_use", NULL};
    static const char *const last_stops[] = {"refusal", "max_tokens", NULL};
    const struct event *result = &facts->result;
    if (is_one_of(result->terminal_reason, reasons))
        return result->terminal_reason;
    if (is_one_of(result->stop_reason, stops))
        return result->stop_reason;
    /* releases to 2.1 say it in the model's last message only */
    if (!result->stop_reason[0] && facts->has_voice &&
        is_one_of(facts->voice.stop_reason, last_stops))
        return facts->voice.stop_reason;
    return NULL;
}
