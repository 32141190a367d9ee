#include "agent/shared_login.h"

#include "suite.h"

#include <string.h>

/* Agents by a letter for the token ('-' for none), and who each of them is told to share with. */
START_TEST(names_another_with_the_same_token)
{
    static const struct {
        const char *tokens, *shared; /* '-' for nobody, else the index of the other */
    } rows[] = {
        {"", ""},           {"a", "-"},
        {"ab", "--"},       {"aa", "10"},
        {"--", "--"},       {"aba", "2-0"},
        {"aaa", "100"},     {"abab", "2301"},
        {"-a-a-", "-3-1-"}, {"aaaaaaaa", "10000000"},
    };
    static const char *const homes[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct agent agents[8];
        const size_t count = strlen(rows[i].tokens);
        memset(agents, 0, sizeof agents);
        for (size_t a = 0; a < count; a++) {
            agents[a].facts.home = homes[a];
            agents[a].inode = a;
            agents[a].refresh_mark = rows[i].tokens[a] == '-' ? 0 : (uint64_t)rows[i].tokens[a];
        }
        ck_assert(shared_login_find(agents, count));
        for (size_t a = 0; a < count; a++) {
            const char *with = agents[a].facts.shared_with;
            ck_assert_msg((with ? *with : '-') == rows[i].shared[a], "%s: %zu with %s",
                          rows[i].tokens, a, with ? with : "nobody");
            ck_assert_uint_eq(agents[a].refresh_mark, 0);
        }
    }
}
END_TEST

/* One file that two agents reach is one login; two names of one file, or a link, are two. */
START_TEST(one_file_is_not_shared)
{
    static const struct {
        bool other_device, hard_linked, link, shared;
    } rows[] = {{false, false, false, false},
                {true, false, false, true},
                {false, true, false, true},
                {false, false, true, true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct agent agents[2];
        memset(agents, 0, sizeof agents);
        for (size_t a = 0; a < 2; a++) {
            agents[a].facts.home = a == 0 ? "0" : "1";
            agents[a].inode = 7;
            agents[a].refresh_mark = 5;
            agents[a].hard_linked = rows[i].hard_linked;
        }
        agents[1].device = rows[i].other_device;
        agents[1].facts.config.is_link = rows[i].link;
        ck_assert(shared_login_find(agents, 2));
        ck_assert_msg((agents[0].facts.shared_with != NULL) == rows[i].shared &&
                          (agents[1].facts.shared_with != NULL) == rows[i].shared,
                      "row %zu", i);
    }
}
END_TEST

SUITE_MAIN("shared_login", names_another_with_the_same_token, one_file_is_not_shared)
