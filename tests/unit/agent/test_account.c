#include "agent/account.h"

#include "scratch.h"

#define TOKEN "\"claudeAiOauth\":{\"accessToken\":\"fixture-token\"}"

START_TEST(finds_the_member_that_is_meant)
{
    static const struct {
        const char *json, *parent, *want;
    } rows[] = {
        {"{\"a\":\"1\"}", NULL, "1"},
        {" { \"x\" : [ { \"a\" : \"0\" } ] , \"a\" :\n\"1\" } ", NULL, "1"},
        {"{\"a\":\"0\",\"a\":\"1\"}", NULL, "1"},
        {"{\"a\":\"0\",\"a\":1}", NULL, NULL},
        {"{\"b\":\"a\",\"c\":\"1\"}", NULL, NULL},
        {"{\"b\":\"\\\"a\\\":\\\"1\",\"c\":{\"a\":\"1\"}}", NULL, NULL},
        {"{\"a\":\"\\u0031\"}", NULL, NULL},
        {"{\"a\":\"\"}", NULL, ""},
        {"{\"a\":{\"a\":\"1\"}}", NULL, NULL},
        {"{\"p\":{\"a\":\"1\"}}", "p", "1"},
        {"{\"q\":{\"a\":\"0\"},\"p\":{\"b\":{\"a\":\"0\"},\"a\":\"1\"},\"a\":\"0\"}", "p", "1"},
        {"{\"q\":{\"p\":{\"a\":\"0\"}}}", "p", NULL},
        {"{\"p\":[{\"a\":\"0\"}]}", "p", NULL},
        {"{\"p\":\"x\",\"r\":{\"a\":\"0\"}}", "p", NULL},
        {"{\"a\":\"1", NULL, NULL},
        {"{\"a\":\"", NULL, NULL},
        {"{\"a\":", NULL, NULL},
        {"{\"a\"", NULL, NULL},
        {"\"", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t length = 0;
        const char *found =
            account_member(rows[i].json, strlen(rows[i].json), rows[i].parent, "a", &length);
        ck_assert_msg((found != NULL) == (rows[i].want != NULL), "%s", rows[i].json);
        if (found)
            ck_assert_msg(length == strlen(rows[i].want) &&
                              memcmp(found, rows[i].want, length) == 0,
                          "%s", rows[i].json);
    }
}
END_TEST

static uint64_t account(void)
{
    uint64_t found = 77;
    ck_assert_int_eq(account_find("c.json", "config", "home", &found), 0);
    return found;
}

START_TEST(the_organisation_counts_before_the_account)
{
    scratch_enter();
    ck_assert_uint_eq(account(), 0);
    scratch_write("home/.claude.json", "{\"oauthAccount\":{\"accountUuid\":\"1\"}}", 0600);
    const uint64_t by_home = account();
    ck_assert_uint_ne(by_home, 0);
    scratch_write("config/.claude.json", "{\"oauthAccount\":{\"accountUuid\":\"2\"}}", 0600);
    const uint64_t by_config = account();
    ck_assert(by_config != 0 && by_config != by_home);
    scratch_write("c.json", "{" TOKEN "}", 0600);
    ck_assert_uint_eq(account(), by_config);
    scratch_write("c.json", "{" TOKEN ",\"organizationUuid\":\"1\"}", 0600);
    ck_assert_uint_eq(account(), by_home);
    scratch_write("c.json",
                  "{\"organizationUuid\":\"1\",\"claudeAiOauth\":{\"accessToken\":\"other\"}}",
                  0600);
    ck_assert_uint_eq(account(), by_home);
    scratch_write("c.json", "{" TOKEN ",\"organizationUuid\":\"3\"}", 0600);
    ck_assert(account() != by_home && account() != by_config && account() != 0);
    ck_assert_uint_eq(account(), account_of_organization("3"));
}
END_TEST

START_TEST(what_cannot_be_read_names_none_but_our_own_lack_is_told)
{
    uint64_t found = 77;
    scratch_enter();
    scratch_directory("c.json");
    ck_assert_uint_eq(account(), 0);
    if (!scratch_no_descriptors())
        return;
    ck_assert_int_eq(account_find("c.json", "config", "home", &found), EMFILE);
    ck_assert_uint_eq(found, 77);
}
END_TEST

SUITE_MAIN("account", finds_the_member_that_is_meant, the_organisation_counts_before_the_account,
           what_cannot_be_read_names_none_but_our_own_lack_is_told)
