#include "verdict/login_source.h"

#include "sample_agent.h"

static void use(struct agent_facts *facts, enum auth_kind kind, const char *name, const char *where)
{
    facts->auth =
        (struct auth_facts){.kind = kind, .name = name, .where = where, .overrides = name};
}

START_TEST(what_managed_settings_force)
{
    const uint32_t forced = BIT(PREFLIGHT_LOGIN_METHOD_FORCED);
    static const struct {
        const char *method, *forced_organization, *organization;
        enum auth_kind kind;
        bool found;
    } rows[] = {
        {NULL, NULL, "", AUTH_API_KEY, false},
        {"claudeai", NULL, "", AUTH_CREDENTIALS_FILE, false},
        {"claudeai", NULL, "", AUTH_TOKEN, true},
        {"claudeai", NULL, "", AUTH_API_KEY, true},
        {"claudeai", NULL, "", AUTH_HEADERS, true},
        {"claudeai", NULL, "", AUTH_HELPER, true},
        {"claudeai", NULL, "", AUTH_OAUTH_TOKEN, true},
        {"claudeai", NULL, "", AUTH_PRIMARY_KEY, true},
        {"claudeai", NULL, "", AUTH_PROVIDER, false},
        {"console", NULL, "", AUTH_PRIMARY_KEY, false},
        {"console", NULL, "", AUTH_CREDENTIALS_FILE, true},
        {"console", NULL, "", AUTH_API_KEY, true},
        {NULL, "o", "o", AUTH_CREDENTIALS_FILE, false},
        {NULL, "o", "p", AUTH_CREDENTIALS_FILE, true},
        {NULL, "o", "", AUTH_CREDENTIALS_FILE, false}, /* not known */
        {NULL, "o", "", AUTH_API_KEY, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        enum state state;
        facts.forced = (struct forced_login){rows[i].method, rows[i].forced_organization, "/etc/m"};
        strcpy(facts.credentials.organization, rows[i].organization);
        use(&facts, rows[i].kind, "X", "environment");
        uint32_t found = sample_found(&policy, &facts, &state);
        ck_assert_msg(found == (rows[i].found ? forced : 0), "row %zu: %x", i, found);
        ck_assert_int_eq(state, rows[i].found ? STATE_CRITICAL : STATE_OK);
        policy.auth = AUTH_AUTO;
        found = sample_found(&policy, &facts, NULL) & forced;
        ck_assert_msg(found == (rows[i].found ? forced : 0), "row %zu, auto: %x", i, found);
        sample_free(&facts);
    }
}
END_TEST

START_TEST(the_source_in_force)
{
    const struct {
        enum auth_kind kind;
        enum profile_look profile;
        uint32_t found;
        const char *words;
    } rows[] = {
        {AUTH_API_KEY, PROFILE_USABLE, BIT(PREFLIGHT_AUTH_EXTERNAL),
         "the login is X, only a run can test it (from /w)"},
        {AUTH_PROFILE, PROFILE_USABLE, BIT(PREFLIGHT_AUTH_EXTERNAL),
         "the login is X, only a run can test it (from /w)"},
        {AUTH_PROFILE, PROFILE_MISSING, BIT(PREFLIGHT_AUTH_NONE),
         "X names a profile that is not there, make or unset it (no /w)"},
        {AUTH_PROFILE, PROFILE_OPEN_TO_OTHERS, BIT(PREFLIGHT_AUTH_NONE),
         "the CLI refuses X, run chmod 600 on its file (others may read /w)"},
        {AUTH_NONE, PROFILE_USABLE, BIT(PREFLIGHT_AUTH_NONE),
         "no source of a login, run claude auth login as agent (" SAMPLE_HOME ")"},
        {AUTH_CREDENTIALS_FILE, PROFILE_USABLE, 0, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preflight_policy policy = sample_policy();
        struct agent_facts facts = sample_facts();
        struct report report;
        policy.auth = AUTH_AUTO;
        use(&facts, rows[i].kind, "X", "/w");
        facts.auth.profile = rows[i].profile;
        ck_assert_msg(sample_found(&policy, &facts, NULL) == rows[i].found, "row %zu", i);
        sample_report(&policy, &facts, 0, &report);
        if (rows[i].words)
            sample_words(&report, rows[i].words);
        report_free(&report);
        sample_free(&facts);
    }
}
END_TEST

/* With --auth=file the file is judged, and what a run would use instead is told. */
START_TEST(overrides_are_told)
{
    struct preflight_policy policy = sample_policy();
    struct agent_facts facts = sample_facts();
    struct report report;
    use(&facts, AUTH_API_KEY, "ANTHROPIC_API_KEY", "environment");
    facts.auth.overrides = "ANTHROPIC_API_KEY apiKeyHelper";
    sample_report(&policy, &facts, 1, &report);
    ck_assert_int_eq(report_state(&report), STATE_OK);
    const struct value *value = &report.subjects->values[PREFLIGHT_FIELD_AUTH_OVERRIDES];
    ck_assert_int_eq(value->kind, VALUE_LIST);
    ck_assert_str_eq(value->text, "ANTHROPIC_API_KEY apiKeyHelper");
    bool told = false;
    for (const struct detail *d = report.subjects->details; d; d = d->next)
        told = told || strcmp(d->message, "login: runs use ANTHROPIC_API_KEY from environment "
                                          "instead, --auth=auto counts it") == 0;
    ck_assert(told);
    report_free(&report);
    sample_free(&facts);
}
END_TEST

SUITE_MAIN("login_source", what_managed_settings_force, the_source_in_force, overrides_are_told)
