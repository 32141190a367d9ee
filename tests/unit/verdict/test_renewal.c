#include "verdict/renewal.h"

#include "sample_agent.h"

#define ABSENT INT64_MIN

START_TEST(judges_what_stands_around_the_file)
{
    static const struct {
        struct config_facts config;
        bool refresh, expired, shared;
        uint32_t found;
        enum state state;
    } rows[] = {
        {{0}, true, false, false, 0, STATE_OK},
        {{.renewal = RENEWAL_DIRECTORY_CLOSED},
         true,
         false,
         false,
         BIT(PREFLIGHT_RENEWAL_BLOCKED),
         STATE_WARNING},
        {{.renewal = RENEWAL_DIRECTORY_FOREIGN},
         true,
         false,
         false,
         BIT(PREFLIGHT_RENEWAL_BLOCKED),
         STATE_WARNING},
        {{.renewal = RENEWAL_READ_ONLY},
         true,
         false,
         false,
         BIT(PREFLIGHT_RENEWAL_BLOCKED),
         STATE_WARNING},
        {{.renewal = RENEWAL_FILE_READ_ONLY},
         true,
         false,
         false,
         BIT(PREFLIGHT_RENEWAL_BLOCKED),
         STATE_WARNING},
        {{.renewal = RENEWAL_FILE_REPLACED},
         true,
         false,
         false,
         BIT(PREFLIGHT_RENEWAL_BLOCKED),
         STATE_WARNING},
        {{.renewal = RENEWAL_DIRECTORY_CLOSED}, false, false, false, 0, STATE_OK},
        {{.renewal = RENEWAL_FILE_READ_ONLY},
         true,
         true,
         false,
         BIT(PREFLIGHT_RENEWAL_BLOCKED) | BIT(PREFLIGHT_TOKEN_EXPIRED),
         STATE_CRITICAL},
        {{.lock = LOCK_OLD}, true, false, false, 0, STATE_OK},
        {{.lock = LOCK_OLD}, true, true, false, BIT(PREFLIGHT_TOKEN_RENEWABLE), STATE_WARNING},
        {{.lock = LOCK_AHEAD, .lock_age = -60001},
         true,
         false,
         false,
         BIT(PREFLIGHT_REFRESH_LOCK_STALE),
         STATE_WARNING},
        {{.lock = LOCK_NO_DIRECTORY},
         true,
         false,
         false,
         BIT(PREFLIGHT_REFRESH_LOCK_STALE),
         STATE_WARNING},
        {{.lock = LOCK_NOT_EMPTY},
         true,
         false,
         false,
         BIT(PREFLIGHT_REFRESH_LOCK_STALE),
         STATE_WARNING},
        {{.lock = LOCK_NOT_EMPTY},
         true,
         true,
         false,
         BIT(PREFLIGHT_REFRESH_LOCK_STALE) | BIT(PREFLIGHT_TOKEN_EXPIRED),
         STATE_CRITICAL},
        {{.is_link = true}, true, false, false, BIT(PREFLIGHT_CREDENTIALS_LINKED), STATE_WARNING},
        {{.is_link = true}, false, false, false, 0, STATE_OK},
        {{.is_link = true, .renewal = RENEWAL_READ_ONLY},
         true,
         false,
         false,
         BIT(PREFLIGHT_RENEWAL_BLOCKED),
         STATE_WARNING},
        {{0}, true, false, true, BIT(PREFLIGHT_LOGIN_SHARED), STATE_WARNING},
        {{.open_to_others = true}, true, false, false, BIT(PREFLIGHT_PERMISSIONS_OPEN), STATE_OK},
        {{.closed_to_user = true},
         true,
         false,
         false,
         BIT(PREFLIGHT_CREDENTIALS_UNREADABLE),
         STATE_CRITICAL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        enum state state;
        facts.credentials.has_refresh_token = rows[i].refresh;
        facts.credentials.access.ms = NOW + (rows[i].expired ? -1 : HOURS(8));
        facts.config = rows[i].config;
        facts.config.lock_path = "/home/agent/.claude.lock";
        facts.shared_with = rows[i].shared ? "/home/other" : NULL;
        uint32_t found = sample_found(&policy, &facts, &state);
        ck_assert_msg(found == rows[i].found && state == rows[i].state, "row %zu: %x", i, found);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(possible_means_that_a_run_would_renew)
{
    static const struct {
        bool refresh, ended;
        int64_t login;
        bool want;
    } rows[] = {{true, false, ABSENT, true}, {true, false, 1, true},       {true, false, 0, false},
                {true, false, -1, false},    {false, false, 1, false},     {true, true, 1, false},
                {true, true, ABSENT, false}, {false, false, ABSENT, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct agent_facts facts = sample_facts();
        facts.credentials.has_refresh_token = rows[i].refresh;
        facts.credentials.ended = rows[i].ended;
        facts.credentials.login = (struct expiry){rows[i].login != ABSENT, NOW + rows[i].login};
        ck_assert_msg(renewal_is_tried(&facts, NOW) == rows[i].want, "row %zu", i);
        ck_assert_msg(renewal_is_possible(&facts, NOW) == rows[i].want, "row %zu", i);
        facts.config.renewal = RENEWAL_READ_ONLY;
        ck_assert_msg(!renewal_is_possible(&facts, NOW), "row %zu", i);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(says_why_and_what_to_do)
{
    static const struct {
        struct config_facts config;
        const char *want;
    } rows[] = {
        {{.renewal = RENEWAL_DIRECTORY_CLOSED},
         "run chown agent on " SAMPLE_DIR " (no run can renew it: agent cannot write there)"},
        {{.renewal = RENEWAL_DIRECTORY_FOREIGN},
         "run chown -R agent on " SAMPLE_DIR
         " (no run can renew it: it and the file in it belong to others)"},
        {{.renewal = RENEWAL_READ_ONLY},
         "mount its file system read-write (no run can renew it: the file system of " SAMPLE_DIR
         " is read-only)"},
        {{.renewal = RENEWAL_FILE_READ_ONLY},
         "mount its directory read-write (no run can renew it: " SAMPLE_FILE
         " alone is mounted read-only, a run would spend the login)"},
        {{.renewal = RENEWAL_FILE_REPLACED},
         "restart the container, or mount its directory (no run can renew it: " SAMPLE_FILE
         " was replaced outside)"},
        {{.lock = LOCK_AHEAD, .lock_age = -7200000},
         "remove " SAMPLE_DIR ".lock (no run can renew it: it is dated 2h ahead, so the CLI waits "
         "for it for ever)"},
        {{.lock = LOCK_NO_DIRECTORY},
         "remove " SAMPLE_DIR
         ".lock (no run can renew it: a lock is a directory, and this is none)"},
        {{.lock = LOCK_NOT_EMPTY},
         "remove " SAMPLE_DIR ".lock (no run can renew it: it is not empty, so the CLI waits for "
         "it for ever)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        struct report report;
        struct text want = TEXT_INIT(1000);
        facts.config = rows[i].config;
        facts.config.lock_path = SAMPLE_DIR ".lock";
        facts.credentials.access.ms = NOW - 1000;
        sample_report(&policy, &facts, 0, &report);
        text_format(&want, "access token expired 1s ago, %s", rows[i].want);
        sample_words(&report, text_get(&want));
        report_free(&report);
        text_free(&want);
        sample_free(&facts);
    }
}
END_TEST

SUITE_MAIN("renewal", judges_what_stands_around_the_file, possible_means_that_a_run_would_renew,
           says_why_and_what_to_do)
