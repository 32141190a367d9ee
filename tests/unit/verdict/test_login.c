#include "verdict/login.h"

#include "base/file.h"
#include "sample_agent.h"

#include <errno.h>

#define ABSENT INT64_MIN /* no such time in the file */

/* A time that is `left` milliseconds away. */
static struct expiry expiry(int64_t left)
{
    return left == ABSENT ? (struct expiry){false, 0} : (struct expiry){true, NOW + left};
}

START_TEST(judges_the_times)
{
    static const struct {
        int64_t token, login, skew;
        bool refresh;
        uint32_t found;
        enum state state;
    } rows[] = {
        {HOURS(8), DAYS(26), 0, true, 0, STATE_OK},
        {1, DAYS(26), 0, true, 0, STATE_OK},
        {0, DAYS(26), 0, true, BIT(PREFLIGHT_TOKEN_RENEWABLE), STATE_WARNING},
        {-1, DAYS(26), 0, true, BIT(PREFLIGHT_TOKEN_RENEWABLE), STATE_WARNING},
        {-1, DAYS(26), 0, false, BIT(PREFLIGHT_TOKEN_EXPIRED), STATE_CRITICAL},
        {0, ABSENT, 0, false, BIT(PREFLIGHT_TOKEN_EXPIRED), STATE_CRITICAL},
        {1, ABSENT, 0, false, 0, STATE_OK},
        {-DAYS(300), ABSENT, 0, true, BIT(PREFLIGHT_TOKEN_RENEWABLE), STATE_WARNING},
        /* expired this long before its time */
        {SECONDS(60), DAYS(26), SECONDS(60), true, BIT(PREFLIGHT_TOKEN_RENEWABLE), STATE_WARNING},
        {SECONDS(60) + 1, DAYS(26), SECONDS(60), true, 0, STATE_OK},
        {SECONDS(60), DAYS(26), SECONDS(60), false, BIT(PREFLIGHT_TOKEN_EXPIRED), STATE_CRITICAL},
        {SECONDS(60) + 1, DAYS(26), SECONDS(60), false, 0, STATE_OK},
        /* the login's end: expired, within 4 days, within 10, beyond */
        {HOURS(8), 0, 0, true, BIT(PREFLIGHT_LOGIN_EXPIRED), STATE_CRITICAL},
        {HOURS(8), -DAYS(1), 0, true, BIT(PREFLIGHT_LOGIN_EXPIRED), STATE_CRITICAL},
        {HOURS(8), 1, 0, true, BIT(PREFLIGHT_LOGIN_EXPIRING), STATE_CRITICAL},
        {HOURS(8), 1, DAYS(1), true, BIT(PREFLIGHT_LOGIN_EXPIRING) | BIT(PREFLIGHT_TOKEN_RENEWABLE),
         STATE_CRITICAL},
        {HOURS(8), DAYS(4) - 1, 0, true, BIT(PREFLIGHT_LOGIN_EXPIRING), STATE_CRITICAL},
        {HOURS(8), DAYS(4), 0, true, BIT(PREFLIGHT_LOGIN_EXPIRING), STATE_WARNING},
        {HOURS(8), DAYS(10) - 1, 0, true, BIT(PREFLIGHT_LOGIN_EXPIRING), STATE_WARNING},
        {HOURS(8), DAYS(10), 0, true, 0, STATE_OK},
        {HOURS(8), ABSENT, 0, true, 0, STATE_OK},
        /* a dead login renews nothing */
        {-1, 0, 0, true, BIT(PREFLIGHT_LOGIN_EXPIRED) | BIT(PREFLIGHT_TOKEN_EXPIRED),
         STATE_CRITICAL},
        {-1, 1, 0, true, BIT(PREFLIGHT_LOGIN_EXPIRING) | BIT(PREFLIGHT_TOKEN_RENEWABLE),
         STATE_CRITICAL},
        {ABSENT, DAYS(26), 0, true, BIT(PREFLIGHT_EXPIRY_UNKNOWN), STATE_OK},
        {ABSENT, ABSENT, DAYS(1), false, BIT(PREFLIGHT_EXPIRY_UNKNOWN), STATE_OK},
        /* no time is too far away */
        {INT64_MAX - NOW, INT64_MAX - NOW, 0, true, 0, STATE_OK},
        {-INT64_MAX, ABSENT, 0, false, BIT(PREFLIGHT_TOKEN_EXPIRED), STATE_CRITICAL},
        {INT64_MAX - NOW, ABSENT, INT64_C(9007199254740991), false, 0, STATE_OK},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        enum state state;
        policy.skew = rows[i].skew;
        facts.credentials.has_refresh_token = rows[i].refresh;
        facts.credentials.access = expiry(rows[i].token);
        facts.credentials.login = expiry(rows[i].login);
        uint32_t found = sample_found(&policy, &facts, &state);
        ck_assert_msg(found == rows[i].found, "row %zu: %x", i, found);
        ck_assert_msg(state == rows[i].state, "row %zu: %s", i, state_name(state));
        sample_free(&facts);
    }
}
END_TEST

static struct range ranged(const char *string)
{
    struct range range = {.set = false};
    struct text error = TEXT_INIT(200);
    ck_assert_msg(!string || range_parse(string, RANGE_BARE_IS_MINIMUM, &range, &error), "%s",
                  string);
    text_free(&error);
    return range;
}

/* --warning and --critical on the access token, expired or not. */
START_TEST(judges_the_token_by_its_ranges)
{
    static const struct {
        int64_t token;
        const char *warning, *critical;
        bool expiring;
        enum state state;
    } rows[] = {
        {HOURS(1), "1h", NULL, false, STATE_OK},
        {HOURS(1) - 1, "1h", NULL, true, STATE_WARNING},
        {HOURS(1) - 1, NULL, "1h:", true, STATE_CRITICAL},
        {HOURS(1) - 1, "2h:", "1h:", true, STATE_CRITICAL},
        {HOURS(1), "2h:", "1h:", true, STATE_WARNING},
        {HOURS(2), "2h:", "1h:", false, STATE_OK},
        {HOURS(2), "@1h:2h", NULL, true, STATE_WARNING},
        {HOURS(2) + 1, "@1h:2h", NULL, false, STATE_OK},
        {-HOURS(1), "0:", NULL, true, STATE_WARNING},
        {-HOURS(1), NULL, "0:", true, STATE_CRITICAL},
        {-HOURS(1), NULL, "-1h:", false, STATE_WARNING}, /* renewable */
        {-HOURS(1) - 1, NULL, "-1h:", true, STATE_CRITICAL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        enum state state;
        policy.token_warning = ranged(rows[i].warning);
        policy.token_critical = ranged(rows[i].critical);
        facts.credentials.access = expiry(rows[i].token);
        uint32_t want = (rows[i].expiring ? BIT(PREFLIGHT_TOKEN_EXPIRING) : 0) |
                        (rows[i].token <= 0 ? BIT(PREFLIGHT_TOKEN_RENEWABLE) : 0);
        uint32_t found = sample_found(&policy, &facts, &state);
        ck_assert_msg(found == want, "row %zu: %x", i, found);
        ck_assert_msg(state == rows[i].state, "row %zu: %s", i, state_name(state));
        sample_free(&facts);
    }
}
END_TEST

START_TEST(judges_what_reading_the_file_gave)
{
    static const struct {
        int error;
        bool malformed;
        uint32_t found;
    } rows[] = {
        {ENOENT, false, BIT(PREFLIGHT_CREDENTIALS_MISSING)},
        {ENOTDIR, false, BIT(PREFLIGHT_CREDENTIALS_MISSING)},
        {EACCES, false, BIT(PREFLIGHT_CREDENTIALS_UNREADABLE)},
        {EISDIR, false, BIT(PREFLIGHT_CREDENTIALS_UNREADABLE)},
        {ELOOP, false, BIT(PREFLIGHT_CREDENTIALS_UNREADABLE)},
        {EIO, false, BIT(PREFLIGHT_CREDENTIALS_UNREADABLE)},
        {FILE_NOT_REGULAR, false, BIT(PREFLIGHT_CREDENTIALS_UNREADABLE)},
        {FILE_TOO_LARGE, false, BIT(PREFLIGHT_CREDENTIALS_UNREADABLE)},
        {0, true, BIT(PREFLIGHT_CREDENTIALS_MALFORMED)},
        {0, false, BIT(PREFLIGHT_TOKEN_MISSING)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        enum state state;
        facts.credentials = (struct credentials){.has_login = false};
        facts.credentials_error = rows[i].error;
        facts.credentials_malformed = rows[i].malformed;
        uint32_t found = sample_found(&policy, &facts, &state);
        ck_assert_msg(found == rows[i].found && state == STATE_CRITICAL, "row %zu: %x", i, found);
        policy.auth = AUTH_OFF;
        ck_assert_msg(sample_found(&policy, &facts, NULL) == 0, "row %zu", i);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(judges_tokens_and_scopes)
{
    static const struct {
        bool login, access, refresh, ended;
        enum scopes scopes;
        uint32_t found;
        enum state state;
    } rows[] = {
        {true, true, true, false, SCOPES_SUFFICIENT, 0, STATE_OK},
        {true, true, false, false, SCOPES_SUFFICIENT, 0, STATE_OK},
        {false, false, false, false, SCOPES_ABSENT, BIT(PREFLIGHT_TOKEN_MISSING), STATE_CRITICAL},
        {true, false, false, false, SCOPES_SUFFICIENT, BIT(PREFLIGHT_TOKEN_MISSING),
         STATE_CRITICAL},
        {true, false, true, false, SCOPES_SUFFICIENT, BIT(PREFLIGHT_TOKEN_MISSING), STATE_CRITICAL},
        {true, false, false, true, SCOPES_LACKING, BIT(PREFLIGHT_LOGIN_ENDED), STATE_CRITICAL},
        {true, true, true, false, SCOPES_LACKING, BIT(PREFLIGHT_SCOPE_MISSING), STATE_CRITICAL},
        {true, true, true, false, SCOPES_ABSENT, BIT(PREFLIGHT_SCOPES_ABSENT), STATE_CRITICAL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        enum state state;
        facts.credentials.has_login = rows[i].login;
        facts.credentials.has_access_token = rows[i].access;
        facts.credentials.has_refresh_token = rows[i].refresh;
        facts.credentials.ended = rows[i].ended;
        facts.credentials.scopes = rows[i].scopes;
        uint32_t found = sample_found(&policy, &facts, &state);
        ck_assert_msg(found == rows[i].found && state == rows[i].state, "row %zu: %x", i, found);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(a_setup_token_ends_as_a_login_does)
{
    static const struct {
        int64_t written, left, skew; /* of a token without a refresh token */
        uint32_t found;
        enum state state;
    } rows[] = {
        {-DAYS(355), DAYS(11), 0, 0, STATE_OK},
        {-DAYS(355), DAYS(10), 0, 0, STATE_OK},
        {-DAYS(355), DAYS(10) - 1, 0, BIT(PREFLIGHT_LOGIN_EXPIRING), STATE_WARNING},
        {-DAYS(355), DAYS(4) - 1, 0, BIT(PREFLIGHT_LOGIN_EXPIRING), STATE_CRITICAL},
        {-DAYS(355), 1, 0, BIT(PREFLIGHT_LOGIN_EXPIRING), STATE_CRITICAL},
        {-DAYS(355), 0, 0, BIT(PREFLIGHT_TOKEN_EXPIRED), STATE_CRITICAL},
        {-DAYS(355), 60000, 60000, BIT(PREFLIGHT_TOKEN_EXPIRED), STATE_CRITICAL},
        /* handed in by somebody, for some hours */
        {-HOURS(1), HOURS(7), 0, 0, STATE_OK},
        {-HOURS(23), HOURS(1), 0, 0, STATE_OK},
        {-HOURS(23), HOURS(1) + 1, 0, BIT(PREFLIGHT_LOGIN_EXPIRING), STATE_CRITICAL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        enum state state;
        policy.skew = rows[i].skew;
        facts.credentials.has_refresh_token = false;
        facts.credentials.login.known = false;
        facts.credentials.access.ms = NOW + rows[i].left;
        facts.credentials_modified = NOW + rows[i].written;
        uint32_t found = sample_found(&policy, &facts, &state);
        ck_assert_msg(found == rows[i].found && state == rows[i].state, "row %zu: %x", i, found);
        sample_free(&facts);
    }
}
END_TEST

/* What a person reads: the words of the findings that wake somebody up. */
START_TEST(says_what_to_do)
{
    struct preflight_policy policy = sample_policy();
    struct agent_facts facts = sample_facts();
    struct report report;
    facts.credentials.ended = true;
    facts.credentials.has_access_token = false;
    memcpy(facts.credentials.ended_why, "time_limit", sizeof "time_limit");
    sample_report(&policy, &facts, 0, &report);
    sample_words(&report, "the login has ended, run claude auth login as agent (time_limit)");
    report_free(&report);

    facts.credentials.ended = false;
    facts.credentials.has_access_token = true;
    facts.credentials.access.ms = NOW - SECONDS(3660);
    facts.user = NULL;
    facts.credentials.has_refresh_token = false;
    sample_report(&policy, &facts, 0, &report);
    sample_words(&report, "access token expired 1h 1m ago, run claude auth login "
                          "(no run can renew it)");
    report_free(&report);
    sample_free(&facts);
}
END_TEST

/* What is said of this one agent. */
static void expect_words(const struct preflight_policy *policy, const struct agent_facts *facts,
                         const char *want)
{
    struct report report;
    sample_report(policy, facts, 0, &report);
    sample_words(&report, want);
    report_free(&report);
}

START_TEST(tells_times_that_are_none)
{
    static const struct {
        int64_t ms;
        const char *want;
    } rows[] = {
        {0, "access token expired, the next run renews it (expiresAt is 0)"},
        {-5, "access token expired, the next run renews it (expiresAt is -5)"},
        {NOW / 1000, "access token expired, the next run renews it (expiresAt 1795000000 looks "
                     "like seconds, not milliseconds)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        facts.credentials.access.ms = rows[i].ms;
        expect_words(&policy, &facts, rows[i].want);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(names_what_is_there_besides)
{
    struct preflight_policy policy = sample_policy();
    struct agent_facts facts = sample_facts();
    facts.credentials_error = ENOENT;
    facts.login_dir = "/srv/a";
    expect_words(&policy, &facts,
                 "not logged in, run CLAUDE_CONFIG_DIR=/srv/a claude auth login as agent "
                 "(no " SAMPLE_FILE ")");
    facts.auth = (struct auth_facts){.kind = AUTH_API_KEY,
                                     .name = "ANTHROPIC_API_KEY",
                                     .where = "environment",
                                     .overrides = "ANTHROPIC_API_KEY"};
    expect_words(&policy, &facts,
                 "not logged in, but ANTHROPIC_API_KEY is set, write --auth=auto "
                 "(no " SAMPLE_FILE ", and the environment has ANTHROPIC_API_KEY)");
    facts.auth.where = "/etc/a.env";
    facts.link_target = "/run/gone";
    expect_words(&policy, &facts,
                 "not logged in, but ANTHROPIC_API_KEY is set, write --auth=auto "
                 "(" SAMPLE_FILE " is a link to /run/gone, which is not there, and /etc/a.env has "
                 "ANTHROPIC_API_KEY)");
    facts.credentials_error = EACCES;
    facts.credentials_owner = "root";
    expect_words(&policy, &facts,
                 "agent cannot read its login, run chown agent on the file (" SAMPLE_FILE
                 " belongs to root)");
    sample_free(&facts);
}
END_TEST

/* Whatever is made of these parts: a message that names the user is announced. */
START_TEST(names_users_only_where_it_is_asked)
{
    static const int64_t ends[] = {-1, 1, HOURS(8), DAYS(3), DAYS(9), DAYS(20)};
    for (unsigned n = 0; n < 6 * 6 * 4096; n++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        struct report report;
        facts.credentials.access.ms = NOW + ends[n % 6];
        facts.credentials.login.ms = NOW + ends[n / 6 % 6];
        const unsigned bits = n / 36;
        facts.credentials.has_refresh_token = bits & 1;
        facts.credentials.has_access_token = bits & 2;
        facts.credentials.ended = !(bits & 2) && (bits & 4);
        facts.credentials.scopes = bits & 8 ? SCOPES_SUFFICIENT : SCOPES_LACKING;
        facts.config.renewal = bits & 16 ? RENEWAL_DIRECTORY_CLOSED : RENEWAL_POSSIBLE;
        facts.config.lock = bits & 32 ? LOCK_NOT_EMPTY : LOCK_NONE;
        facts.config.closed_to_user = bits & 64;
        facts.credentials_error = bits & 128 ? ENOENT : 0;
        facts.shared_with = bits & 256 ? "/home/b" : NULL;
        facts.auth.kind = bits & 512 ? AUTH_API_KEY : AUTH_CREDENTIALS_FILE;
        facts.forced.method = bits & 1024 ? "console" : NULL;
        facts.forced.where = "/etc/x";
        policy.auth = bits & 2048 ? AUTH_AUTO : AUTH_FILE;
        sample_report(&policy, &facts, 0, &report);
        bool named = false;
        for (const struct finding *f = report.subjects->findings; f; f = f->next)
            named = named || strstr(f->message, " agent") ||
                    (f->evidence && strncmp(f->evidence, "agent ", 6) == 0);
        if (named && !login_needs_person(&policy, &facts, NOW))
            ck_abort_msg("%x: %s", bits, report.subjects->findings->message);
        report_free(&report);
        sample_free(&facts);
    }
    struct preflight_policy policy = sample_policy();
    struct agent_facts facts = sample_facts();
    ck_assert(!login_needs_person(&policy, &facts, NOW));
    facts.credentials.access.ms = NOW - 1; /* renews itself */
    ck_assert(!login_needs_person(&policy, &facts, NOW));
    sample_free(&facts);
}
END_TEST

SUITE_MAIN("login", judges_the_times, judges_the_token_by_its_ranges,
           judges_what_reading_the_file_gave, judges_tokens_and_scopes,
           a_setup_token_ends_as_a_login_does, says_what_to_do, tells_times_that_are_none,
           names_what_is_there_besides, names_users_only_where_it_is_asked)
