#include "store/run_feed.h"
#include "store/store_lock.h"

#include "sample_run.h"
#include "store/version_record.h"

#include <sys/wait.h>

/* "login limit account", a letter each, after one run behind another. */
START_TEST(a_run_is_recorded_where_it_tells_something)
{
    static const struct {
        const char *runs; /* in the order of their logs' times */
        const char *want;
    } rows[] = {
        {"r", "r--"},  {"l", "-ll"},  {"b", "-bb"},   {"g", "gg-"},   {"rg", "gg-"},
        {"lg", "ggg"}, {"rl", "rll"}, {"lr", "rll"},  {"gl", "gll"},  {"gr", "rg-"},
        {"lb", "-bb"}, {"bl", "-ll"}, {"rlg", "ggg"}, {"lgr", "rgg"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run_record account = {0};
        begin();
        for (size_t at = 0; rows[i].runs[at]; at++) {
            struct run_record run =
                run_of((enum run_recorded)(strchr("grlb", rows[i].runs[at]) - "grlb"),
                       NOW_NS - 1000 + (int64_t)at);
            run.account = 5;
            ck_assert_int_eq(feed(&run), 0);
        }
        const int error = run_record_read_account(&place, 5, &account);
        const char got[] = {known(RUN_RECORD_LOGIN), known(RUN_RECORD_LIMIT),
                            letter(error, &account), '\0'};
        ck_assert_msg(strcmp(got, rows[i].want) == 0, "%s: %s", rows[i].runs, got);
        place_leave(&place);
    }
}
END_TEST

/* The order of the logs counts, not that of the feeding; a record from the future gives way. */
START_TEST(an_older_log_never_overrides_a_newer)
{
    static const int64_t second = 1000000000, day = 86400 * second;
    const struct {
        char before, fed;
        int64_t before_time, fed_time;
        char want;
    } rows[] = {
        {'r', 'g', 0, 1, 'g'},
        {'r', 'g', 0, 0, 'g'}, /* the same log: as it is told now */
        {'r', 'g', 0, -1, 'r'},
        {'g', 'r', 0, -1, 'g'},
        {'r', 'g', 30 * second, 0, 'r'}, /* two clocks */
        {'r', 'g', day, 0, 'g'},
        {'r', 'g', day, -899 * second, 'g'},
        {'r', 'g', day, -901 * second, 'r'}, /* an old log, fed again */
        {'r', 'r', day, -day, 'r'},
        {'g', 'r', 365 * day, 0, 'r'},
        {'g', 'r', 365 * day, -day, 'r'},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct run_record before =
                                    run_of(rows[i].before == 'r' ? RECORDED_REFUSED : RECORDED_GOOD,
                                           NOW_NS + rows[i].before_time),
                                fed = run_of(rows[i].fed == 'r' ? RECORDED_REFUSED : RECORDED_GOOD,
                                             NOW_NS + rows[i].fed_time);
        begin();
        ck_assert(feed(&before) == 0 && feed(&fed) == 0);
        ck_assert_msg(known(RUN_RECORD_LOGIN) == rows[i].want, "row %zu", i);
        place_leave(&place);
    }
}
END_TEST

START_TEST(each_home_has_its_own)
{
    const struct run_record refused = run_of(RECORDED_REFUSED, NOW_NS),
                            good = run_of(RECORDED_GOOD, NOW_NS);
    int removed;
    begin();
    ck_assert_int_eq(feed(&refused), 0);
    at_home("/home/b");
    ck_assert_int_eq(feed(&good), 0);
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), 'g');
    at_home("/home/c");
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), '-');
    at_home(HOME_A);
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), 'r');
    ck_assert(run_forget(&place, 0, &removed) == 0 && removed == 1);
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), '-');
    at_home("/home/b");
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), 'g');
    place_leave(&place);
}
END_TEST

START_TEST(forgetting_frees_the_account)
{
    struct run_record run = run_of(RECORDED_LIMITED, NOW_NS);
    int removed;
    begin();
    run.account = 5;
    ck_assert_int_eq(feed(&run), 0);
    at_home("/home/b");
    ck_assert(run_forget(&place, 6, &removed) == 0 && removed == 0);
    ck_assert(run_forget(&place, 5, &removed) == 0 && removed == 1);
    ck_assert_int_eq(run_record_read_account(&place, 5, &run), ENOENT);
    place_leave(&place);
}
END_TEST

START_TEST(a_refusal_forgets_the_version)
{
    struct stat binary;
    const struct version_key key = {"/usr/bin/claude", HOME_A, &binary};
    const struct version_record version = {.version = "2.1.330", .checked_at = 5};
    const struct run_record good = run_of(RECORDED_GOOD, NOW_NS),
                            old = run_of(RECORDED_REFUSED, NOW_NS - 1),
                            refused = run_of(RECORDED_REFUSED, NOW_NS + 1);
    begin();
    ck_assert_int_eq(stat("/", &binary), 0);
    ck_assert_int_eq(version_record_write(&place.stores[0], &key, &version), 0);
    ck_assert(feed(&good) == 0 && feed(&old) == 0);
    ck_assert_int_eq(scratch_count("state"), 3);
    ck_assert_int_eq(feed(&refused), 0);
    ck_assert_int_eq(scratch_count("state"), 2);
    ck_assert_int_eq(version_record_write(&place.stores[0], &key, &version), 0);
    ck_assert_int_eq(run_forget_versions(&place), 0);
    ck_assert_int_eq(scratch_count("state"), 2);
    place_leave(&place);
}
END_TEST

START_TEST(a_damaged_record_is_replaced)
{
    const struct run_record good = run_of(RECORDED_GOOD, NOW_NS);
    struct text name = TEXT_INIT(200);
    begin();
    text_add(&name, "state/");
    store_add_record_name(&name, HOME_A, "login");
    scratch_write(text_get(&name), "check_claude run 1\n", 0600);
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), '!');
    ck_assert_int_eq(feed(&good), 0);
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), 'g');
    text_free(&name);
    place_leave(&place);
}
END_TEST

START_TEST(says_what_could_not_be_kept)
{
    const struct run_record run = run_of(RECORDED_REFUSED, NOW_NS);
    struct text name = TEXT_INIT(200);
    scratch_enter();
    place_enter("missing", HOME_A, false, &place);
    ck_assert_int_eq(feed(&run), ENOENT);
    begin();
    text_add(&name, "state/");
    store_add_record_name(&name, HOME_A, "login");
    ck_assert_int_eq(mkdir(text_get(&name), 0700), 0);
    ck_assert_int_ne(feed(&run), 0);
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), '!');
    ck_assert_int_eq(scratch_count("state"), 1);
    const struct store *store = &place.stores[0];
    struct store other;
    store_open("state", geteuid(), false, &other);
    ck_assert(store_lock(&other, 0) == 0 && run_feed(&place, NOW_MS, 5, &run) == EBUSY);
    store_close(&other);
    ck_assert_int_eq(store_lock(store, 0), 0);
    if (!scratch_no_descriptors())
        return;
    ck_assert_int_eq(run_feed(&place, NOW_MS, 5, &run), EMFILE);
    scratch_descriptors_again();
    text_free(&name);
    place_leave(&place);
}
END_TEST

SUITE_MAIN("run_feed", a_run_is_recorded_where_it_tells_something,
           an_older_log_never_overrides_a_newer, each_home_has_its_own,
           forgetting_frees_the_account, a_refusal_forgets_the_version,
           a_damaged_record_is_replaced, says_what_could_not_be_kept)
