#include "agent/home_list.h"

#include "scratch.h"

#include <stdbool.h>
#include <string.h>

static struct home_list list;

/* The list as one string, with the scratch directory written as "T". */
static const char *homes(void)
{
    static char all[8 * PATH_MAX];
    size_t length = strlen(scratch_path);
    all[0] = '\0';
    for (size_t i = 0; i < list.count; i++) {
        bool here = length > 0 && strncmp(list.homes[i], scratch_path, length) == 0;
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s%s", i > 0 ? " " : "",
                 here ? "T" : "", list.homes[i] + (here ? length : 0));
    }
    return all;
}

START_TEST(lists_what_is_meant)
{
    static const struct {
        const char *asked, *want;
    } rows[] = {
        {"/", "/"},
        {"//", "/"},
        {"/nobody", "/nobody"},
        {"/nobody///", "/nobody"},
        {"a", "T/a"},
        {"a/", "T/a"},
        {".", "T"},
        {"nobody", "T/nobody"},
        {"?", "T/a T/b"},
        {"[ab]/", "T/a T/b"},
        {"*", "T/[x] T/a T/b T/link"},
        {"[x]", "T/[x]"}, /* a directory of this name wins over the pattern */
        {"nobody*", ""},
        {"nobody/*", ""},
        {"fil?", ""}, /* patterns are for directories */
        {"file", "T/file"},
        {"lin?", "T/link"},
        {"a\\?", ""},
        {".h*", "T/.hidden"},
    };
    scratch_enter();
    scratch_directory("b"), scratch_directory("a"), scratch_directory("[x]");
    scratch_directory(".hidden");
    scratch_write("file", "", 0600);
    ck_assert_int_eq(symlink("a", "link"), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t added = home_list_add(&list, rows[i].asked);
        ck_assert_msg(strcmp(homes(), rows[i].want) == 0, "%s: %s", rows[i].asked, homes());
        ck_assert_msg(added == list.count && list.error == 0, "%s: %zu", rows[i].asked, added);
        home_list_free(&list);
        ck_assert(!list.homes && list.count == 0);
    }
}
END_TEST

START_TEST(keeps_the_first_of_the_same)
{
    static const struct {
        const char *asked[5], *want;
    } rows[] = {
        {{NULL}, ""},
        {{"/a"}, "/a"},
        {{"/a", "/a"}, "/a"},
        {{"/b", "/a", "/b/", "/a//"}, "/b /a"},
        {{"/c", "/b", "/a"}, "/c /b /a"},
        {{"here", "/a", "?ere"}, "T/here /a"},
        {{"/a", "/A", "/aa", "/a/b"}, "/a /A /aa /a/b"},
    };
    scratch_enter();
    scratch_directory("here");
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t j = 0; rows[i].asked[j]; j++)
            ck_assert_int_eq((int)home_list_add(&list, rows[i].asked[j]), 1);
        home_list_unique(&list);
        ck_assert_msg(strcmp(homes(), rows[i].want) == 0, "row %zu: %s", i, homes());
        home_list_free(&list);
    }
}
END_TEST

START_TEST(takes_many)
{
    char name[32];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 1500; i++) {
            snprintf(name, sizeof name, "/agent-%d", i);
            ck_assert_int_eq((int)home_list_add(&list, name), 1);
        }
    ck_assert_int_eq((int)list.count, 3000);
    home_list_unique(&list);
    ck_assert_int_eq((int)list.count, 1500);
    ck_assert_str_eq(list.homes[0], "/agent-0");
    ck_assert_str_eq(list.homes[1499], "/agent-1499");
    home_list_free(&list);
}
END_TEST

START_TEST(knows_the_own_home)
{
    ck_assert_int_eq(setenv("HOME", "/srv/own/", 1), 0);
    home_list_add_own(&list);
    ck_assert_str_eq(homes(), "/srv/own");
    home_list_free(&list);
    ck_assert_int_eq(setenv("HOME", "", 1), 0);
    home_list_add_own(&list);
    ck_assert(list.count == 1 && list.homes[0][0] == '/');
    home_list_free(&list);
    ck_assert_int_eq(setenv("HOME", "/srv/*", 1), 0); /* no pattern */
    home_list_add_own(&list);
    ck_assert_str_eq(homes(), "/srv/*");
    home_list_free(&list);
}
END_TEST

SUITE_MAIN("home_list", lists_what_is_meant, keeps_the_first_of_the_same, takes_many,
           knows_the_own_home)
