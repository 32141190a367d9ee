#include "log/marker_table.h"

#include "verdict/runlog_condition.h"

#define MIDDLE_DOT      "\xc2\xb7"     /* U+00B7 */
#define BULLET_OPERATOR "\xe2\x88\x99" /* U+2219, in limit messages of older releases */

#define SEARCH(text, quirk, start)                                                                 \
    {                                                                                              \
        text, RUNLOG_AUTH_FAILURE, quirk, start, true, "all"                                       \
    }
/* the beginning of a message */
#define MESSAGE(condition, text, releases)                                                         \
    {                                                                                              \
        text, condition, MARKER_LITERAL, true, false, releases                                     \
    }
/* what stands in the midst of one */
#define PHRASE(condition, text, releases)                                                          \
    {                                                                                              \
        text, condition, MARKER_LITERAL, false, false, releases                                    \
    }
#define UNKNOWN "not known"

/*
 * Each text is as long as it takes to mean one thing only: "API Error: 4" alone would make a
 * refused login of a rate limit. Texts end before what varies: times, hosts, request ids.
 */
static const struct marker_row builtin[] = {
    SEARCH("not logged in", MARKER_LITERAL, true),
    SEARCH("please run /login", MARKER_FREE_BLANK, false),
    SEARCH("invalid api key", MARKER_LITERAL, true),
    SEARCH("unauthorized", MARKER_LITERAL, false),
    SEARCH("401", MARKER_WORD, false),

#define LOGIN(text, releases) MESSAGE(RUNLOG_AUTH_FAILURE, text, releases)
    LOGIN("Not logged in " MIDDLE_DOT " Please run /login", "from 2.1"),
    LOGIN("Invalid API key " MIDDLE_DOT " Please run /login", "to 2.0.76"),
    LOGIN("Invalid API key " MIDDLE_DOT " Fix external API key", "all"),
    LOGIN("Login expired " MIDDLE_DOT " Please run /login", UNKNOWN),
    LOGIN("Please run /login " MIDDLE_DOT " API Error: 401", "2.1.183"),
    LOGIN("Please run /login " MIDDLE_DOT " API Error: 403", UNKNOWN),
    LOGIN("Login reached its time limit", UNKNOWN),
    LOGIN("OAuth token revoked", UNKNOWN),
    LOGIN("OAuth token has expired", "all"),
    LOGIN("Failed to authenticate. API Error: 401", "from 2.1"),
    LOGIN("Failed to authenticate. API Error: 403", "from 2.1"),
    LOGIN("Failed to authenticate:", "from 2.1"),
    LOGIN("API Error: 401", "to 2.1.72"),
    LOGIN("API Error: 403 {\"error\":{\"type\":\"forbidden\"", UNKNOWN),
    LOGIN("API Error: 403 {\"type\":\"error\",\"error\":{\"type\":\"permission_error\"", UNKNOWN),
    LOGIN("Invalid auth token", UNKNOWN),
    LOGIN("Your apiKeyHelper script is failing", UNKNOWN),
    LOGIN("Your account does not have access to Claude", UNKNOWN),
    LOGIN("Your account is on hold", UNKNOWN),
    LOGIN("Your organization has disabled Claude subscription access", UNKNOWN),
    LOGIN("OAuth token does not meet scope requirement", UNKNOWN),
    PHRASE(RUNLOG_AUTH_FAILURE, "does not meet scope requirement", UNKNOWN),
    LOGIN("AWS credentials expired or invalid", UNKNOWN),
    LOGIN("Google Cloud authentication failed", UNKNOWN),
    LOGIN("Could not resolve authentication method.", UNKNOWN),

    MESSAGE(RUNLOG_BILLING, "Credit balance is too low", "all"),
    MESSAGE(RUNLOG_BILLING, "This organization has been disabled", UNKNOWN),
    MESSAGE(RUNLOG_BILLING, "Your ANTHROPIC_API_KEY belongs to a disabled organization", UNKNOWN),
    PHRASE(RUNLOG_BILLING, "belongs to a disabled organization", UNKNOWN),
    PHRASE(RUNLOG_BILLING, "usually because a payment is past due", UNKNOWN),

#define LIMIT(text, releases) MESSAGE(RUNLOG_USAGE_LIMIT, text, releases)
    LIMIT("Claude AI usage limit reached", "1.0.60 to 2.0.1"),
    LIMIT("Session limit reached", "1.0.128"),
    LIMIT("5-hour limit reached", "to 2.0.51"),
    LIMIT("Weekly limit reached", UNKNOWN),
    LIMIT("Opus weekly limit reached", UNKNOWN),
    PHRASE(RUNLOG_USAGE_LIMIT, "limit reached " BULLET_OPERATOR " resets", "1.0.128"),
    PHRASE(RUNLOG_USAGE_LIMIT, "limit reached " MIDDLE_DOT " resets", "to 2.0.51"),
    LIMIT("You've hit your limit", UNKNOWN),
    LIMIT("You've hit your session limit", "2.0.76 to 2.1.197"),
    LIMIT("You've hit your 5-hour limit", "2.1.330"),
    LIMIT("You've hit your weekly limit", "from 2.0.76"),
    LIMIT("You've hit your Opus limit", UNKNOWN),
    LIMIT("You've hit your Sonnet limit", UNKNOWN),
    LIMIT("You're out of extra usage", UNKNOWN),
    LIMIT("Your org is out of usage", UNKNOWN),

#define BUSY(text, releases) MESSAGE(RUNLOG_OVERLOADED, text, releases)
    BUSY("API Error: 529", "all"),
    BUSY("API Error: Repeated 529 Overloaded", "to 2.0.76"),
    BUSY("API Error: 500", "all"),
    BUSY("API Error: Server is temporarily limiting requests", UNKNOWN),
    BUSY("API Error: Request rejected (429)", "2.1.330"),
    BUSY("API Error: 429", "to 2.0.76"),

#define NETWORK(text, releases) MESSAGE(RUNLOG_NETWORK, text, releases)
    NETWORK("API Error: Can't reach the API server", UNKNOWN),
    NETWORK("API Error: Connection error", "to 2.0.76"),
    NETWORK("API Error: Connection dropped", "2.1.330"),
    NETWORK("API Error: Connection refused", UNKNOWN),
    NETWORK("API Error: Unable to connect", UNKNOWN),
    NETWORK("API Error: Request timed out", UNKNOWN),
    NETWORK("API Error: SSL certificate verification failed", UNKNOWN),
    NETWORK("Connection refused", UNKNOWN),
    NETWORK("Connection dropped", UNKNOWN),
    NETWORK("Unable to connect to API", UNKNOWN),
    NETWORK("Request timed out", UNKNOWN),
    NETWORK("SSL certificate verification failed", UNKNOWN),

    MESSAGE(RUNLOG_LOGIN_ENDING, "Warning: this sign-in can end at any time", "from 2.1.316"),
};

_Static_assert(RUNLOG_CONDITIONS < MARKER_TAGS, "a condition is a tag, and one is left");
_Static_assert(sizeof builtin / sizeof *builtin + MARKER_OWN_MAX <= MARKER_ROWS_MAX,
               "room for all rows");

const struct marker_row *marker_table(size_t *ret_count)
{
    *ret_count = sizeof builtin / sizeof *builtin;
    return builtin;
}
