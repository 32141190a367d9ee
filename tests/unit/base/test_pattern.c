#include "base/pattern.h"

#include "base/text.h"
#include "scratch.h"

static struct text seen;

/* "path" for a match, "path(denied)" and the like for an error, a blank between them. */
static void note(void *context, const char *path, int error)
{
    ck_assert_ptr_eq(context, &seen);
    text_format(&seen, "%s%s", seen.length > 0 ? " " : "", path);
    if (error != 0)
        text_format(&seen, "(%s)",
                    error == EACCES         ? "denied"
                    : error == ELOOP        ? "loop"
                    : error == ENAMETOOLONG ? "long"
                                            : strerror(error));
}

static void check_pattern(const char *pattern, const char *wanted)
{
    seen = (struct text)TEXT_INIT(100000);
    ck_assert_int_eq(pattern_expand(pattern, note, &seen), 0);
    ck_assert_msg(strcmp(text_get(&seen), wanted) == 0, "%s: [%s], wanted [%s]", pattern,
                  text_get(&seen), wanted);
    text_free(&seen);
}

static void make_some(void)
{
    static const char *const names[] = {"a/one",  "a/two",  "b/one",
                                        "b/.dot", "b-/one", "a/deep/one"};
    scratch_enter();
    for (size_t i = 0; i < COUNT(names); i++)
        scratch_write(names[i], "", 0600);
    scratch_write("file", "", 0600);
    scratch_write("*", "", 0600);
    scratch_write(".hidden", "", 0600);
    ck_assert_int_eq(symlink("a", "link"), 0);
    ck_assert_int_eq(symlink("nowhere", "dangling"), 0);
}

START_TEST(matches_as_the_shell_does)
{
    static const struct {
        const char *pattern, *wanted;
    } rows[] = {
        {"a/*", "a/deep a/one a/two"},
        {"a/t*", "a/two"},
        {"?/one", "a/one b/one"},
        {"*/one", "a/one b/one b-/one link/one"},
        {"*/one/", ""},
        {"*/deep/", "a/deep/ link/deep/"},
        {"[!a]/*", "b/one"},
        {"b/.*", "b/. b/.. b/.dot"},
        {".h*", ".hidden"},
        {"*/*/one", "a/deep/one link/deep/one"},
        {"./a/[ot]*", "./a/one ./a/two"},
        {"a//*e", "a//one"},
        {"d*", "dangling"},
        {"none*", ""},
        {"none/*", ""},
        {"file/*", ""},
        {"*/none", ""},
        {"\\*", "*"},
        {"[*]", "*"},
        {"a/\\o*", "a/one"},
        {"\\a/*e", "a/one"},
        {"a[", ""},
        {"file", "file"},
        {"", ""},
    };
    make_some();
    for (size_t i = 0; i < COUNT(rows); i++)
        check_pattern(rows[i].pattern, rows[i].wanted);
    ck_assert(pattern_is_one("a*") && pattern_is_one("?") && pattern_is_one("x[") &&
              !pattern_is_one("a b]{}~"));
}
END_TEST

START_TEST(starts_at_the_root)
{
    char pattern[PATH_MAX + 8], wanted[PATH_MAX + 8];
    make_some();
    snprintf(pattern, sizeof pattern, "%s/a/o*", scratch_path);
    snprintf(wanted, sizeof wanted, "%s/a/one", scratch_path);
    check_pattern(pattern, wanted);
    check_pattern("/de[v]", "/dev");
    check_pattern("/", "/");
}
END_TEST

/* Beside what matches, each path that could not be looked at, and no other. */
START_TEST(tells_what_it_could_not_look_at)
{
    make_some();
    ck_assert_int_eq(symlink("loop", "loop"), 0);
    check_pattern("*/one", "a/one b/one b-/one link/one loop/one(loop)");
    check_pattern("*/o*", "a/one b/one b-/one link/one loop(loop)");
    if (geteuid() == 0)
        return; /* who may look at everything */
    ck_assert(unlink("loop") == 0 && chmod("b", 0) == 0);
    scratch_write("c/logs/one", "", 0600);
    ck_assert_int_eq(chmod("c/logs", 0), 0);
    check_pattern("?", "* a b c"); /* it is not looked into */
    check_pattern("*/one", "a/one b/one(denied) b-/one link/one");
    check_pattern("?/o*", "a/one b(denied)");
    check_pattern("?/logs/*", "b/logs(denied) c/logs(denied)");
    check_pattern("b/*", "b(denied)");
    check_pattern("b/*/*", "b(denied)");
    ck_assert_int_eq(chmod("b", 0400), 0); /* names, but nothing about them */
    check_pattern("b/*", "b/one");
    check_pattern("?/on[e]/x", "b/one/x(denied)");
    ck_assert_int_eq(chmod("b", 0100), 0); /* the other way round */
    check_pattern("[b]/one", "b/one");
    ck_assert(chmod("b", 0700) == 0 && chmod("c/logs", 0700) == 0);
}
END_TEST

/* mkfs makes it, for root alone: to find it closed says nothing of logs or agents. */
START_TEST(does_not_search_what_is_lost)
{
    make_some();
    scratch_write("lost+found/one", "", 0600);
    check_pattern("[al]*/one", "a/one link/one");
    check_pattern("lost+found/o*", "lost+found/one");
    check_pattern("lo*", "lost+found");
}
END_TEST

START_TEST(takes_patterns_of_any_length)
{
    static char pattern[200001];
    make_some();
    for (size_t i = 0; i < sizeof pattern - 1; i++)
        pattern[i] = i % 2 ? '/' : '*';
    check_pattern(pattern, "");
    memset(pattern, '*', sizeof pattern - 1);
    check_pattern(pattern, "* a b b- dangling file link");
    for (size_t i = 0; i < sizeof pattern - 1; i++)
        pattern[i] = i % 2 ? '/' : '.';
    seen = (struct text)TEXT_INIT(100000);
    ck_assert_int_eq(pattern_expand(pattern, note, &seen), 0);
    ck_assert_ptr_nonnull(strstr(text_get(&seen), "(long)"));
    text_free(&seen);
}
END_TEST

SUITE_MAIN("pattern", matches_as_the_shell_does, starts_at_the_root,
           tells_what_it_could_not_look_at, does_not_search_what_is_lost,
           takes_patterns_of_any_length)
