/* Why a run failed: the part of runlog.h that classifies. */
#include "base/duration.h"
#include "verdict/runlog.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

/* What the message itself says; RUNLOG_RUN_FAILED for nothing that is known. */
static enum runlog_condition by_text(const struct marker_set *markers, const char *text)
{
    struct marker_hit hit;
    size_t length = strlen(text);
    const uint32_t all = ~MARKER_TAG(RUNLOG_CONDITIONS);
    if (!marker_at_start(markers, all, text, length, &hit) &&
        !marker_first(markers, all, text, length, &hit))
        return RUNLOG_RUN_FAILED;
    return marker_set_row(markers, hit.row)->tag;
}

/* A message that one of the lines begins with. */
static enum runlog_condition by_line_starts(const struct marker_set *markers, const char *text)
{
    struct marker_hit hit;
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        if (marker_at_start(markers, ~MARKER_TAG(RUNLOG_CONDITIONS), line, length, &hit))
            return marker_set_row(markers, hit.row)->tag;
        line += length + (line[length] == '\n');
    }
    return RUNLOG_RUN_FAILED;
}

static bool says(const struct marker_set *markers, const char *text, enum runlog_condition wanted)
{
    struct marker_hit hit;
    return marker_first(markers, MARKER_TAG(wanted), text, strlen(text), &hit);
}

/* The word of the CLI's own voice; RUNLOG_CONDITIONS when it leaves the question open. */
static enum runlog_condition by_word(const char *error)
{
    static const char *const auth[] = {"authentication_failed",
                                       "authentication_error",
                                       "oauth_org_not_allowed",
                                       "account_on_hold",
                                       "verification_required",
                                       "cloud_credential_error",
                                       NULL};
    if (is_one_of(error, auth))
        return RUNLOG_AUTH_FAILURE;
    if (strcmp(error, "billing_error") == 0)
        return RUNLOG_BILLING;
    if (strcmp(error, "overloaded") == 0 || strcmp(error, "overloaded_error") == 0)
        return RUNLOG_OVERLOADED;
    return RUNLOG_CONDITIONS;
}

/* By the HTTP status, where the words left it open. */
static enum runlog_condition by_status(int status, const char *word)
{
    static const char *const other[] = {"invalid_request", "model_not_found", "max_output_tokens",
                                        NULL};
    if (status == 401 || (status == 403 && !is_one_of(word, other)))
        return RUNLOG_AUTH_FAILURE;
    if (status == 402)
        return RUNLOG_BILLING;
    if (status == 429 || status >= 500)
        return RUNLOG_OVERLOADED;
    return status >= 400 ? RUNLOG_RUN_FAILED : RUNLOG_CONDITIONS;
}

static bool is_api_failure(const struct event *e)
{
    return e->subtype[0] == '\0' || strcmp(e->subtype, "success") == 0;
}

enum runlog_condition runlog_classify(const struct marker_set *markers, const struct event *result,
                                      const struct event *voice, const struct event *rate_limit)
{
    const struct event *main = result ? result : voice;
    if (!main)
        return RUNLOG_RUN_FAILED;
    if (voice && !voice->error[0] && !voice->is_api_error)
        voice = NULL; /* the model's words, not the CLI's */
    const char *text = main->has_text || !voice ? main->text : voice->text;
    const char *word = voice ? voice->error : "";
    int status = main->api_error_status;
    if (status == 0 && voice)
        status = voice->api_error_status;

    /* turns, budget and interruption have a subtype of their own, and their errors[] may say
     * anything */
    if (result && !is_api_failure(result) && status == 0 && by_word(word) == RUNLOG_CONDITIONS)
        return by_line_starts(markers, text);
    /* "organization has been disabled" comes with authentication words, but no login mends it */
    if (says(markers, text, RUNLOG_BILLING))
        return RUNLOG_BILLING;
    if (status == 429 || strcmp(word, "rate_limit") == 0) {
        bool used_up = says(markers, text, RUNLOG_USAGE_LIMIT) ||
                       (status == 0 && rate_limit && rate_limit->rejected);
        return used_up ? RUNLOG_USAGE_LIMIT : RUNLOG_OVERLOADED;
    }
    enum runlog_condition found = by_word(word);
    if (found == RUNLOG_CONDITIONS)
        found = by_word(main->api_error_type);
    if (found == RUNLOG_CONDITIONS)
        found = by_status(status, word);
    if (found != RUNLOG_CONDITIONS)
        return found;
    found = by_text(markers, text);
    if (found == RUNLOG_RUN_FAILED && main->api_error[0])
        return RUNLOG_NETWORK; /* "connection_failed": the API was not reached (2.1.330) */
    if (found == RUNLOG_RUN_FAILED && strcmp(word, "server_error") == 0)
        return RUNLOG_OVERLOADED;
    return found == RUNLOG_LOGIN_ENDING ? RUNLOG_RUN_FAILED : found;
}

/* "6:07pm (UTC)" or "Nov 26, 4:06pm (UTC)" at `at`, the next one after `written`; 0 for neither. */
static int64_t reset_of_clock(const char *at, int64_t written)
{
    time_t now = (time_t)(written / 1000);
    struct tm utc, parsed;
    if (!gmtime_r(&now, &utc))
        return 0;
    parsed = utc;
    const char *behind = strptime(at, "%b %d, ", &parsed);
    bool has_date = behind != NULL;
    at = has_date ? behind : at;
    char *end;
    long hour = strtol(at, &end, 10), minute = 0;
    if (end == at || hour < 1 || hour > 12)
        return 0;
    if (*end == ':')
        minute = strtol(end + 1, &end, 10);
    bool afternoon = strncmp(end, "pm", 2) == 0;
    if ((!afternoon && strncmp(end, "am", 2) != 0) || strncmp(end + 2, " (UTC)", 6) != 0 ||
        minute < 0 || minute > 59)
        return 0;
    parsed.tm_hour = (int)(hour % 12) + (afternoon ? 12 : 0);
    parsed.tm_min = (int)minute;
    parsed.tm_sec = 0;
    int64_t reset = (int64_t)timegm(&parsed) * 1000;
    if (reset <= written && !has_date)
        reset += INT64_C(86400000);
    if (reset <= written && has_date) {
        parsed.tm_year++; /* "Jan 2", said in December */
        reset = (int64_t)timegm(&parsed) * 1000;
    }
    return reset;
}

int64_t runlog_limit_reset(const struct event *rate_limit, const char *message, int64_t written)
{
    if (rate_limit && rate_limit->rejected && rate_limit->limit_resets > 0)
        return rate_limit->limit_resets;
    const char *bar = strstr(message, "limit reached|");
    if (bar) {
        long long seconds = strtoll(bar + strlen("limit reached|"), NULL, 10);
        return seconds > 0 && seconds < INT64_C(100000000000) ? seconds * 1000 : 0;
    }
    const char *resets = strstr(message, "resets ");
    if (!resets)
        return 0;
    resets += strlen("resets ");
    if (strncmp(resets, "at ", 3) == 0)
        resets += 3;
    return reset_of_clock(resets, written);
}
