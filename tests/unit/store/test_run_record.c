#include "store/run_record.h"

#include "base/file_replace.h"
#include "sample_run.h"

static const struct run_record full = {.outcome = RECORDED_LIMITED,
                                       .time_ns = NOW_NS + 7,
                                       .log = "/logs/1",
                                       .words = "usage_limit_reached",
                                       .login = {UINT64_MAX, 1},
                                       .account = UINT64_C(0x8000000000000001),
                                       .resets_at = NOW_MS + 9,
                                       .tried_at = NOW_MS + 11};

static void is_full(const struct run_record *run)
{
    ck_assert(run->outcome == full.outcome && run->time_ns == full.time_ns);
    ck_assert_str_eq(run->log, full.log);
    ck_assert_str_eq(run->words, full.words);
    ck_assert(run->login.path == full.login.path && run->login.state == full.login.state);
    ck_assert(run->account == full.account && run->resets_at == full.resets_at &&
              run->tried_at == full.tried_at);
}

START_TEST(what_is_written_is_read)
{
    struct run_record run;
    begin();
    ck_assert_int_eq(known(RUN_RECORD_LIMIT), '-');
    ck_assert_int_eq(run_record_write(&place, RUN_RECORD_LIMIT, &full), 0);
    ck_assert_int_eq(run_record_read(&place, RUN_RECORD_LIMIT, &run), 0);
    is_full(&run);
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), '-');
    ck_assert(!run_record_may_have_account(&place));
    ck_assert_int_eq(run_record_write_account(&place, full.account, &full), 0);
    ck_assert(run_record_may_have_account(&place));
    at_home("/home/b");
    ck_assert_int_eq(known(RUN_RECORD_LIMIT), '-');
    ck_assert_int_eq(run_record_read_account(&place, full.account, &run), 0);
    is_full(&run);
    ck_assert_int_eq(run_record_read_account(&place, full.account + 1, &run), ENOENT);
    place_leave(&place);
}
END_TEST

/* The agent is the directory, however it is called. */
START_TEST(each_spelling_is_the_same_home)
{
    static const char *const spellings[] = {"homes/a", "homes//a", "./homes/a/", "homes/link",
                                            "link/a"};
    begin();
    scratch_directory("homes/a"), scratch_directory("homes/b");
    ck_assert(symlink("a", "homes/link") == 0 && symlink("homes", "link") == 0);
    for (size_t i = 0; i < COUNT(spellings); i++) {
        const struct run_record run = run_of(i % 2 ? RECORDED_GOOD : RECORDED_REFUSED, NOW_NS);
        at_home(spellings[i]);
        ck_assert_int_eq(run_record_write(&place, RUN_RECORD_LOGIN, &run), 0);
        for (size_t j = 0; j < COUNT(spellings); j++) {
            at_home(spellings[j]);
            ck_assert_msg(known(RUN_RECORD_LOGIN) == (i % 2 ? 'g' : 'r'), "%s", spellings[j]);
        }
        at_home("homes/b");
        ck_assert_int_eq(known(RUN_RECORD_LOGIN), '-');
    }
    place_leave(&place);
}
END_TEST

/* Long and dirty words come back cut and clean, in one line each. */
START_TEST(words_come_back_clean)
{
    static const struct {
        const char *log;
        size_t most;
    } rows[] = {{"/logs/1", 7},           {"", 0},          {"/logs/a\nend\n", 20},
                {"/logs/\033[31m|x", 20}, {"\xff\xfe", 10}, {"/l\xc3\xa4/\xe2\x82\xac", 20}};
    char home[4000] = "/";
    struct run_record run = run_of(RECORDED_REFUSED, NOW_NS), kept;
    begin();
    for (size_t i = 0; i < COUNT(rows); i++) {
        snprintf(run.log, sizeof run.log, "%s", rows[i].log);
        snprintf(run.words, sizeof run.words, "%s", rows[i].log);
        ck_assert_int_eq(run_record_write(&place, RUN_RECORD_LOGIN, &run), 0);
        ck_assert_int_eq(run_record_read(&place, RUN_RECORD_LOGIN, &kept), 0);
        ck_assert_msg(strlen(kept.log) <= rows[i].most, "row %zu: %s", i, kept.log);
        ck_assert_msg(strpbrk(kept.log, "\n\033\xff") == NULL, "row %zu", i);
        ck_assert_str_eq(kept.log, kept.words);
    }
    memset(home + 1, 'h', sizeof home - 2);
    memset(run.log, 'l', sizeof run.log - 1);
    memset(run.words, 'w', sizeof run.words - 1);
    at_home(home);
    ck_assert_int_eq(run_record_write(&place, RUN_RECORD_LOGIN, &run), 0);
    ck_assert_int_eq(run_record_read(&place, RUN_RECORD_LOGIN, &kept), 0);
    ck_assert_uint_eq(strlen(kept.log), sizeof kept.log - 1);
    ck_assert_uint_eq(strlen(kept.words), sizeof kept.words - 1);
    place_leave(&place);
}
END_TEST

/* Where a record may stand that cannot be read, that is told from none. */
START_TEST(a_damaged_record_is_not_none)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"run 1\n", "run 2\n"},
        {"run 1\n", "version 1\n"},
        {"time 1", "time x"},
        {"time 1", "time 99999999999999999999"},
        {"outcome ", "outcome x"},
        {"outcome limited", "outcome Limited"},
        {"log ", "logs "},
        {"end\n", ""},
        {"resets ", "resets\n"},
        {"tried ", "tried x"},
        {"account ", "account\naccount"},
        {"login_path ", "login_paths "},
    };
    struct file_bytes file = {0};
    struct text name = TEXT_INIT(200);
    begin();
    ck_assert_int_eq(run_record_write(&place, RUN_RECORD_LIMIT, &full), 0);
    text_add(&name, "state/");
    store_add_record_name(&name, HOME_A, "limit");
    const char *path = text_get(&name);
    ck_assert_int_eq(file_read(AT_FDCWD, path, 0, 100000, &file), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = strstr(file.bytes, rows[i].from);
        ck_assert_msg(at, "%s", rows[i].from);
        struct text text = TEXT_INIT(100000);
        text_add_bytes(&text, file.bytes, (size_t)(at - file.bytes));
        text_format(&text, "%s%s", rows[i].to, at + strlen(rows[i].from));
        scratch_write(path, text_get(&text), 0600);
        ck_assert_msg(known(RUN_RECORD_LIMIT) == '!', "%s", rows[i].to);
        text_free(&text);
    }
    for (size_t length = 0; length < file.length; length += 7) {
        ck_assert_int_eq(file_replace(AT_FDCWD, path, file.bytes, length, 0600, false), 0);
        ck_assert_msg(known(RUN_RECORD_LIMIT) == '!', "%zu bytes", length);
    }
    ck_assert(unlink(path) == 0 && mkdir(path, 0700) == 0);
    ck_assert_int_eq(known(RUN_RECORD_LIMIT), '!');
    text_free(&name);
    file_bytes_free(&file);
    place_leave(&place);
}
END_TEST

START_TEST(none_is_told_from_unread)
{
    struct run_record run;
    begin();
    ck_assert_int_eq(run_record_write(&place, RUN_RECORD_LOGIN, &full), 0);
    if (!scratch_no_descriptors())
        return;
    ck_assert_int_eq(run_record_read(&place, RUN_RECORD_LOGIN, &run), EMFILE);
    struct place closed;
    place_enter("state", HOME_A, false, &closed);
    ck_assert_int_eq(run_record_read(&closed, RUN_RECORD_LOGIN, &run), EMFILE);
    place_leave(&closed);
    scratch_descriptors_again();
    ck_assert_int_eq(known(RUN_RECORD_LOGIN), 'l');
    place_leave(&place);
}
END_TEST

/* Which limit counts: the agent's own ('o') or its account's ('a'), by the time of the runs. */
START_TEST(the_later_limit_counts_unless_it_is_of_another_account)
{
    static const struct {
        int64_t own, account; /* when; 0: not recorded */
        uint64_t own_account, asked;
        char want;
    } rows[] = {
        {0, 0, 0, 5, '-'}, {9, 0, 0, 5, 'o'}, {9, 0, 5, 5, 'o'}, {9, 0, 6, 5, '-'},
        {9, 0, 6, 0, 'o'}, {0, 9, 0, 5, 'a'}, {0, 9, 0, 0, '-'}, {8, 9, 5, 5, 'a'},
        {9, 8, 5, 5, 'o'}, {9, 8, 6, 5, 'a'}, {9, 8, 0, 5, 'o'},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run_record own = run_of(RECORDED_LIMITED, rows[i].own), account = own, got;
        own.account = rows[i].own_account;
        account.time_ns = rows[i].account;
        account.outcome = RECORDED_BILLING;
        begin();
        if (rows[i].own)
            ck_assert_int_eq(run_record_write(&place, RUN_RECORD_LIMIT, &own), 0);
        if (rows[i].account)
            ck_assert_int_eq(run_record_write_account(&place, 5, &account), 0);
        int error = run_record_read_limit(&place, rows[i].asked, &got);
        ck_assert_msg((error != 0                        ? '-'
                       : got.outcome == RECORDED_LIMITED ? 'o'
                                                         : 'a') == rows[i].want,
                      "row %zu", i);
        place_leave(&place);
    }
}
END_TEST

START_TEST(a_login_changes_the_state_of_its_file)
{
    struct stat file = {.st_ino = 1, .st_size = 2, .st_mtim = {3, 4}}, other;
    scratch_enter();
    scratch_write("a/file", "", 0600);
    ck_assert_int_eq(symlink("a", "b"), 0);
    const struct run_login login = run_login_of("a/file", &file);
    ck_assert(run_login_of("b/file", &file).path == login.path);
    ck_assert(run_login_of("a/none", &file).path != login.path);
    for (int i = 0; i < 5; i++) {
        other = file;
        other.st_ino += i == 0;
        other.st_size += i == 1;
        other.st_mtim.tv_sec -= i == 2;
        other.st_mtim.tv_nsec += i == 3;
        ck_assert_int_eq(run_login_of("a/file", &other).state == login.state, i == 4);
    }
}
END_TEST

SUITE_MAIN("run_record", what_is_written_is_read, each_spelling_is_the_same_home,
           words_come_back_clean, a_damaged_record_is_not_none, none_is_told_from_unread,
           the_later_limit_counts_unless_it_is_of_another_account,
           a_login_changes_the_state_of_its_file)
