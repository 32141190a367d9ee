#include "log/message.h"

#include "log/cause.h"
#include "suite.h"

#include <stdint.h>
#include <string.h>

#define AUTH    RUNLOG_AUTH_FAILURE
#define LIMIT   RUNLOG_USAGE_LIMIT
#define BUSY    RUNLOG_OVERLOADED
#define NETWORK RUNLOG_NETWORK
#define FAILED  RUNLOG_RUN_FAILED
#define NONE    RUNLOG_UNDECIDED /* no message: a line of an answer */

struct line {
    enum runlog_condition wanted;
    const char *text;
};

/* What the CLI, the shell and other programs say, of releases 1.0.30 to 2.1.332 and of none, and
 * what models write. */
static const struct line lines[] = {
    {AUTH, "Not logged in \xC2\xB7 Please run /login"},
    {AUTH, "Invalid API key \xC2\xB7 Please run /login"},
    {AUTH, "Login expired \xC2\xB7 Please run /login"},
    {AUTH, "Login reached its time limit \xC2\xB7 Please run /login"},
    {AUTH, "OAuth token revoked \xC2\xB7 Please run /login"},
    {AUTH, "OAuth token has expired. Please obtain a new token or refresh your existing token."},
    {AUTH, "Failed to authenticate. API Error: 403 "
           "{\"type\":\"error\",\"error\":{\"type\":\"permission_error\"}}"},
    {AUTH, "Failed to authenticate: this login reached its time limit"},
    {AUTH, "API Error: 401 Unauthorized"},
    {AUTH, "API Error (401 "
           "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid "
           "x-api-key\"}})"},
    {AUTH, "Error: API Error: 401 invalid"},
    {AUTH, "Please run /login \xC2\xB7 API Error: 401 {\"type\":\"error\"}"},
    {AUTH, "Please run /login \xC2\xB7 API Error: 403 x"},
    {AUTH,
     "Could not resolve authentication method. Expected either apiKey or authToken to be set."},
    {AUTH, "Failed to refresh OAuth token: invalid_grant"},
    {AUTH, "This machine's managed settings require a first-party login: run claude auth login"},
    {AUTH, "Unable to verify organization for the current authentication token."},
    {AUTH, "Token exchange failed: 400"},
    {AUTH, "This session has no login that it can use"},
    {AUTH, "Your login has expired \xC2\xB7 Run /login"},
    {AUTH, "Authentication required \xC2\xB7 Run /login to sign in"},
    {AUTH, "Session expired. Please run /login to continue"},
    {AUTH, "API Error: 403 Forbidden"},
    {AUTH, "\xE2\x97\x8F Invalid API key \xC2\xB7 Fix external API key"},
    {AUTH, "  \xE2\x8E\xBF  Login expired \xC2\xB7 Please run /login"},
    {AUTH, "Your account is no longer active \xC2\xB7 Run /login with another account"},
    {AUTH, "OAuth authentication is currently not allowed for this organization."},
    {AUTH, "Your account does not have access to Claude Code. Please run /login."},
    {RUNLOG_BILLING, "API Error: 402 payment required"},
    {RUNLOG_BILLING, "Credit balance is too low"},
    {RUNLOG_BILLING, "Your credit balance is too low to access the Anthropic API"},
    {RUNLOG_BILLING,
     "API Error: 400 "
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit "
     "balance is too low to access the Anthropic API. Please go to Plans & Billing\"}}"},
    {RUNLOG_BILLING,
     "Claude Code can't use your Claude subscription, usually because a payment is past due"},
    {LIMIT, "Claude AI usage limit reached|1795873179"},
    {LIMIT, "5-hour limit reached \xE2\x88\x99 resets 3am"},
    {LIMIT, "Opus weekly limit reached \xE2\x88\x99 resets Oct 6, 1pm"},
    {LIMIT, "Weekly limit reached \xE2\x88\x99 resets 9pm"},
    {LIMIT, "You've hit your weekly limit \xC2\xB7 resets Mon 12:00am"},
    {LIMIT, "You\xE2\x80\x99ve hit your session limit \xC2\xB7 resets 6:07pm (UTC)"},
    {LIMIT, "You've reached your Haiku 6 limit."},
    {LIMIT, "You've used all your credits for this month"},
    {LIMIT, "You're out of extra usage \xC2\xB7 resets 5pm (America/Los_Angeles)"},
    {LIMIT, "Your org is out of usage \xC2\xB7 ask your admin"},
    {LIMIT, "You're out of usage credits"},
    {LIMIT, "Your group's usage limit is set to $0"},
    {LIMIT, "This service is disabled for your org"},
    {LIMIT, "Spending cap reached resets 1:39pm"},
    {LIMIT, "API Error: Usage credits required for 1M context"},
    {LIMIT, "Your team has hit its monthly spend limit"},
    {LIMIT, "Monthly quota exceeded \xC2\xB7 resets Dec 1"},
    {LIMIT, "You are out of credits"},
    {BUSY, "API Error: 529 Overloaded"},
    {BUSY,
     "API Error: 529 "
     "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"},
    {BUSY, "API Error (529 "
           "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
           "\"Overloaded\"}}) \xC2\xB7 Retrying in 5 seconds\xE2\x80\xA6"},
    {BUSY, "API Error: Repeated 529 Overloaded errors \xC2\xB7 check status.anthropic.com"},
    {BUSY, "API Error: 520 <html>"},
    {BUSY, "API Error: 503 no healthy upstream"},
    {BUSY, "API Error: Overloaded"},
    {BUSY, "API Error: Server is temporarily limiting requests (not your usage limit) \xC2\xB7 "
           "Rate limited"},
    {BUSY, "API Error: Request rejected (429) \xC2\xB7 this may be a temporary capacity issue"},
    {BUSY, "API Error: Internal server error"},
    {BUSY, "API Error: The service is at capacity"},
    {NETWORK, "API Error (Request timed out.)"},
    {NETWORK, "API Error: Request timed out."},
    {NETWORK, "API Error (Connection error.)"},
    {NETWORK, "API Error: Connection error."},
    {NETWORK, "API Error: Can't reach the API server (ENOTFOUND)"},
    {NETWORK, "API Error: read ECONNRESET"},
    {NETWORK, "API Error: getaddrinfo EAI_AGAIN api.anthropic.com"},
    {NETWORK, "API Error: Unable to connect to API due to poor internet connection"},
    {NETWORK, "API Error: self signed certificate in certificate chain"},
    {NETWORK, "Unable to connect to Anthropic services"},
    {NETWORK, "API Error: The operation timed out."},
    {NETWORK, "API Error: 407 Proxy Authentication Required"},
    {NETWORK, "API Error: Stream closed before completion"},
    {NETWORK, "API Error: aborted"},
    {NETWORK, "API Error: Premature close"},
    {NETWORK, "Error: connect ECONNREFUSED 127.0.0.1:8787"},
    {NETWORK, "Connection closed mid-response"},
    {FAILED, "API Error: 400 bad"},
    {FAILED,
     "API Error: 404 "
     "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model: x\"}}"},
    {FAILED, "API Error: 413 Request too large"},
    {FAILED, "API Error: 422 x"},
    {FAILED, "API Error: 451 Unavailable"},
    {FAILED, "API Error: Claude's response exceeded the 64 output token maximum."},
    {FAILED, "API Error: Opus's safeguards flagged this message"},
    {FAILED, "Error: Reached max turns (30)"},
    {FAILED, "Error: Exceeded USD budget (0.3)"},
    {FAILED, "Execution error"},
    {FAILED, "Error: Input must be provided either through stdin or as a prompt argument when "
             "using --print"},
    {FAILED, "error: unknown option '--foo'"},
    {FAILED, "error: option '--output-format <format>' argument 'x' is invalid. Allowed choices "
             "are text, json."},
    {FAILED, "--dangerously-skip-permissions cannot be used with root/sudo privileges for security "
             "reasons"},
    {FAILED, "Prompt is too long"},
    {FAILED,
     "Request too large (max 32MB). Double press esc to go back and try with a smaller file."},
    {FAILED, "Image was too large. Double press esc"},
    {FAILED, "There's an issue with the selected model (x). It may not exist"},
    {FAILED, "bash: line 1: claude: command not found"},
    {FAILED, "sh: 1: claude: not found"},
    {FAILED, "/usr/bin/env: 'node': No such file or directory"},
    {FAILED, "env: node: No such file or directory"},
    {FAILED, "timeout: failed to run command 'claude': No such file or directory"},
    {FAILED, "bash: /usr/local/bin/claude: Permission denied"},
    {FAILED, "/opt/run.sh: line 4:  4242 Segmentation fault      (core dumped) claude -p"},
    {FAILED, "Killed"},
    {FAILED, "Terminated"},
    {FAILED, "Failed to load settings: x"},
    {FAILED, "No conversation found with session ID: 123"},
    {FAILED, "Error: Session ID abc is already in use."},
    {FAILED, "Error: Claude Code 2.0.1 is too old, update to 2.1"},
    {FAILED, "It looks like your version of Claude Code (1.0.1) needs an update."},
    {FAILED, "Claude Code process exited with code 1"},
    {FAILED, "Error: ENOSPC: no space left on device, write"},
    {FAILED, "TypeError: Cannot read properties of undefined (reading 'x')"},
    {FAILED, "SessionStart operation blocked by hook: x"},
    {FAILED, "Stop hook error: x"},
    {NONE, "All done. I changed 3 files and the tests pass."},
    {NONE, "Done."},
    {NONE, "OK"},
    {NONE, "42"},
    {NONE, "I fixed the handler so that API Error: 401 is logged once."},
    {NONE, "The log said \"Not logged in \xC2\xB7 Please run /login\" and I fixed it."},
    {NONE, "Users who are not logged in now see the login page."},
    {NONE, "Fixed: the API returns 401 Unauthorized for bad tokens."},
    {NONE, "Not logged in users are now redirected."},
    {NONE, "Invalid API key handling now returns 401."},
    {NONE, "The rate limit reached in tests is now configurable."},
    {NONE, "Your usage report is in usage.csv."},
    {NONE, "Your organization page now shows the limit."},
    {NONE, "Tests: 14 passed \xC2\xB7 0 failed"},
    {NONE, "No errors found."},
    {NONE, "Summary \xC2\xB7 Run the tests with make check"},
    {NONE, "- Login expired handling \xC2\xB7 run `make test`"},
    {NONE, "Connection handling is fixed."},
    {NONE, "I ran out of ideas; all usage is documented."},
    {NONE, "Terminated instances are cleaned up now."},
    {NONE, "Failed tests: none."},
    {NONE, "- API Error: 401 is handled"},
    {NONE, "`API Error: 401` is handled now."},
    {NONE, "1. Not logged in \xC2\xB7 Please run /login is shown"},
};

/* The condition of a line that a run ends with; NONE for no message. */
static enum runlog_condition condition_of(const struct message *message)
{
    return message->condition == RUNLOG_UNDECIDED ? FAILED : message->condition;
}

START_TEST(knows_messages_by_families)
{
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct message message;
        const char *text = lines[i].text;
        bool found = message_in_line((const unsigned char *)text, strlen(text), &message);
        enum runlog_condition got = found ? condition_of(&message) : NONE;
        ck_assert_msg(got == lines[i].wanted, "%s: %d, wanted %d", text, (int)got,
                      (int)lines[i].wanted);
        ck_assert_msg(!found || message.name[0] != '\0', "%s: no name", text);
    }
}
END_TEST

/* Of the lines that are a failed run's: how many, known by these rows, and with the right cause. */
struct tally {
    size_t failed, known, right;
};

static void tally_lines(const struct message_row *rows, size_t count, struct tally *tally)
{
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct message message;
        const char *text = lines[i].text;
        if (lines[i].wanted == NONE)
            continue;
        tally->failed++;
        if (!message_of_rows(rows, count, (const unsigned char *)text, strlen(text), &message))
            continue;
        tally->known++;
        tally->right += condition_of(&message) == lines[i].wanted;
    }
}

/* Without the sentences known by heart the families still know nearly all, and most causes. */
START_TEST(needs_few_sentences)
{
    size_t count;
    struct tally t = {0};
    const struct message_row *families = message_families(&count);
    tally_lines(families, count, &t);
    ck_assert_msg(t.known * 100 >= t.failed * 85, "%zu of %zu known", t.known, t.failed);
    ck_assert_msg(t.right * 100 >= t.failed * 75, "%zu of %zu right", t.right, t.failed);
}
END_TEST

/* A third of all rows dropped, each third in turn: what is still known of the CLI's messages. */
START_TEST(generalises)
{
    enum { ROWS_MAX = 160 };
    static struct message_row kept[ROWS_MAX];
    size_t family_count, sentence_count;
    const struct message_row *families = message_families(&family_count);
    const struct message_row *sentences = message_sentences(&sentence_count);
    ck_assert_uint_lt(family_count + sentence_count, ROWS_MAX);
    for (size_t third = 0; third < 3; third++) {
        size_t count = 0;
        struct tally t = {0};
        for (size_t i = 0; i < family_count; i++)
            kept[count++] = families[i];
        for (size_t i = 0; i < sentence_count; i++)
            if (i % 3 != third)
                kept[count++] = sentences[i];
        tally_lines(kept, count, &t);
        ck_assert_msg(t.right * 100 >= t.failed * 90, "third %zu: %zu of %zu", third, t.right,
                      t.failed);
    }
}
END_TEST

/* A third of all rows dropped at random, families too: what is still a failed run, and why. */
START_TEST(generalises_without_families)
{
    enum { ROWS_MAX = 200, TRIES = 30 };
    static struct message_row kept[ROWS_MAX];
    size_t counts[2];
    struct tally t = {0};
    const struct message_row *rows[] = {message_families(&counts[0]),
                                        message_sentences(&counts[1])};
    uint32_t seed = 7;
    ck_assert_uint_lt(counts[0] + counts[1], ROWS_MAX);
    for (int n = 0; n < TRIES; n++) {
        size_t count = 0;
        for (size_t list = 0; list < 2; list++)
            for (size_t i = 0; i < counts[list]; i++) {
                seed = seed * 1664525 + 1013904223;
                if ((seed >> 8) % 3 > 0)
                    kept[count++] = rows[list][i];
            }
        tally_lines(kept, count, &t);
    }
    ck_assert_msg(t.known * 100 >= t.failed * 75, "%zu of %zu known", t.known, t.failed);
    ck_assert_msg(t.right * 100 >= t.known * 90, "%zu of %zu right", t.right, t.known);
}
END_TEST

/* A result's text: the CLI's message in any of its lines, and never a word of others. */
START_TEST(reads_the_cause_of_a_text)
{
    static const struct line rows[] = {
        {AUTH, "Failed to authenticate. API Error: 401 x"},
        {AUTH, "Part one\nNot logged in \xC2\xB7 Please run /login"},
        {BUSY, "API Error: 529 Overloaded\nNot logged in users"},
        {NETWORK, "\n Unable to connect to Anthropic services\n\n Please check your connection"},
        {NONE, "I fixed the login page: it said 401 Unauthorized"},
        {NONE, ""},
        {NONE, "\n\n"},
        {NONE, "API Error: something new"},
        {FAILED, "API Error: 400 messages.401.content"},
        {AUTH, "API Error: 400 {\"message\":\"OAuth token revoked\"}"},
        {RUNLOG_BILLING, "API Error: 400 {\"message\":\"This organization has been disabled.\"}"},
        {NONE, "Error: HTTP 401 Unauthorized"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum runlog_condition got = message_cause(rows[i].text, strlen(rows[i].text));
        ck_assert_msg(got == rows[i].wanted, "%s: %d", rows[i].text, (int)got);
    }
}
END_TEST

START_TEST(reads_the_cause_of_words)
{
    static const struct line rows[] = {
        {AUTH, "api error: 401"},
        {RUNLOG_BILLING, "api error: 402"},
        {AUTH, "api error: 403 {}"},
        {NETWORK, "api error: 403 <html>"},
        {NETWORK, "api error: 403 <!doctype html>"},
        {NETWORK, "api error: 407"},
        {NETWORK, "api error: 408"},
        {BUSY, "api error: 429"},
        {FAILED, "api error: 400 connection"},
        {FAILED, "api error: 499"},
        {BUSY, "api error: 500 connection"},
        {BUSY, "api error: 599"},
        {BUSY, "request failed with status code 502"},
        {BUSY, "api error: request rejected (429)"},
        {NONE, "api error: 600"},
        {NONE, "api error: 4010"},
        {NONE, "api error: it took quite as many as 401"},
        {NETWORK, "api error: no response: not logged in"},
        {NONE, "blocked: not logged in"},
        {AUTH, "error: not logged in"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum runlog_condition got = cause_of_words(rows[i].text);
        ck_assert_msg(got == rows[i].wanted, "%s: %d", rows[i].text, (int)got);
    }
    ck_assert_int_eq(cause_of_others("error: not logged in"), NONE);
    ck_assert_int_eq(cause_of_others("error: connect econnrefused"), NETWORK);
    ck_assert(cause_has_one_of("abc", "x|bc") && !cause_has_one_of("abc", "x|y"));
}
END_TEST

SUITE_MAIN("message", knows_messages_by_families, needs_few_sentences, generalises,
           generalises_without_families, reads_the_cause_of_a_text, reads_the_cause_of_words)
