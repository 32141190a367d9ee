#include "agent/refresh_lock.h"

#include "scratch.h"

#define NOW INT64_C(1795000000000)

static struct text path = TEXT_INIT(PATH_MAX);

static struct config_facts look(void)
{
    struct config_facts facts = {.lock = LOCK_NONE};
    ck_assert_int_eq(refresh_lock_look("dir", NOW, &path, &facts), 0);
    ck_assert((facts.lock == LOCK_NONE) == !facts.lock_path);
    return facts;
}

static void date(const char *name, int64_t age)
{
    int64_t at = NOW - age;
    const struct timespec when = {.tv_sec = (time_t)(at / 1000),
                                  .tv_nsec = (long)(at % 1000) * 1000000};
    const struct timespec times[2] = {when, when};
    ck_assert_int_eq(utimensat(AT_FDCWD, name, times, 0), 0);
}

START_TEST(an_empty_directory_gets_old)
{
    static const struct {
        int64_t age;
        enum refresh_lock want;
    } rows[] = {{0, LOCK_NONE},       {60000, LOCK_NONE},    {60001, LOCK_OLD},
                {3600000, LOCK_OLD},  {-5000, LOCK_NONE},    {-60000, LOCK_NONE},
                {-60001, LOCK_AHEAD}, {-3600000, LOCK_AHEAD}};
    static const char *const names[] = {"dir/.oauth_refresh.lock", "dir.lock"};
    scratch_enter();
    scratch_directory("dir");
    ck_assert_int_eq(look().lock, LOCK_NONE);
    for (size_t n = 0; n < COUNT(names); n++) {
        scratch_directory(names[n]);
        for (size_t i = 0; i < COUNT(rows); i++) {
            date(names[n], rows[i].age);
            struct config_facts facts = look();
            ck_assert_msg(facts.lock == rows[i].want, "%s, row %zu: %d", names[n], i, facts.lock);
            ck_assert(facts.lock == LOCK_NONE ||
                      (facts.lock_age == rows[i].age && strcmp(facts.lock_path, names[n]) == 0));
        }
        ck_assert_int_eq(rmdir(names[n]), 0);
    }
}
END_TEST

/* At any age. */
START_TEST(some_never_get_old)
{
    static const int64_t ages[] = {0, 3600000, -3600000};
    scratch_enter();
    for (size_t i = 0; i < COUNT(ages); i++) {
        scratch_write("dir/.oauth_refresh.lock", "", 0600);
        date("dir/.oauth_refresh.lock", ages[i]);
        ck_assert_int_eq(look().lock, LOCK_NO_DIRECTORY);
        ck_assert_int_eq(unlink("dir/.oauth_refresh.lock"), 0);
        ck_assert_int_eq(symlink(".", "dir/.oauth_refresh.lock"), 0);
        ck_assert_int_eq(look().lock, LOCK_NO_DIRECTORY);
        ck_assert_int_eq(unlink("dir/.oauth_refresh.lock"), 0);
        scratch_write("dir/.oauth_refresh.lock/x", "", 0600);
        date("dir/.oauth_refresh.lock", ages[i]);
        ck_assert_int_eq(look().lock, LOCK_NOT_EMPTY);
        ck_assert_int_eq(unlink("dir/.oauth_refresh.lock/x"), 0);
        ck_assert_int_eq(rmdir("dir/.oauth_refresh.lock"), 0);
    }
}
END_TEST

START_TEST(the_worse_of_two_counts)
{
    scratch_enter();
    scratch_directory("dir/.oauth_refresh.lock");
    date("dir/.oauth_refresh.lock", 3600000);
    scratch_write("dir.lock", "", 0600);
    struct config_facts facts = look();
    ck_assert_int_eq(facts.lock, LOCK_NO_DIRECTORY);
    ck_assert_str_eq(facts.lock_path, "dir.lock");
    ck_assert_int_eq(unlink("dir.lock"), 0);
    scratch_directory("dir.lock");
    date("dir.lock", 0);
    ck_assert_str_eq(look().lock_path, "dir/.oauth_refresh.lock");
}
END_TEST

START_TEST(a_failure_is_no_order)
{
    struct config_facts facts = {.lock = LOCK_NONE};
    scratch_enter();
    ck_assert_int_eq(symlink("loop", "loop"), 0);
    ck_assert_int_eq(refresh_lock_look("loop", NOW, &path, &facts), ELOOP);
    ck_assert_int_eq(refresh_lock_look("missing", NOW, &path, &facts), 0);
    ck_assert_int_eq(facts.lock, LOCK_NONE);
}
END_TEST

SUITE_MAIN("refresh_lock", an_empty_directory_gets_old, some_never_get_old, the_worse_of_two_counts,
           a_failure_is_no_order)
