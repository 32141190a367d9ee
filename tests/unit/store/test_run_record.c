#include "store/run_record.h"

#include "base/file.h"
#include "base/file_replace.h"
#include "scratch.h"

#include <errno.h>

#define HOME_A "/home/a"
#define NOW    INT64_C(1795000000000000007)

static struct store store;
static struct run_record record; /* what was read last */

static void begin(void)
{
    scratch_enter();
    store_open("state", true, &store);
    ck_assert_msg(store.directory >= 0, "%s", text_get(&store.trouble));
}

static struct run_record run(bool refused, int64_t time, const char *log, const char *marker)
{
    struct run_record ret = {.refused = refused, .time_ns = time};
    snprintf(ret.log, sizeof ret.log, "%s", log);
    snprintf(ret.marker, sizeof ret.marker, "%s", marker);
    return ret;
}

static void feed(const char *home, bool refused, int64_t time)
{
    const struct run_record fed = run(refused, time, "/logs/1", refused ? "403" : "");
    ck_assert_int_eq(run_record_feed(&store, home, INT64_MAX, &fed), 0);
}

/* 'r' for a refused run, 'g' for a good one, '-' for no record; then *record must be untouched. */
static char known(const char *home)
{
    record = run(true, 77, "untouched", "too");
    if (run_record_read(&store, home, &record) == 0)
        return record.refused ? 'r' : 'g';
    ck_assert(record.time_ns == 77 && strcmp(record.log, "untouched") == 0);
    return '-';
}

/* Where the only record is. */
static const char *path(void)
{
    static char name[PATH_MAX];
    DIR *names = opendir("state");
    for (struct dirent *entry; (entry = readdir(names));)
        if (entry->d_name[0] != '.')
            snprintf(name, sizeof name, "state/%s", entry->d_name);
    closedir(names);
    return name;
}

/* The clock was set back: a refusal counts and stays, a good run is in nobody's way. */
START_TEST(a_clock_set_back_hides_no_refusal)
{
    static const struct {
        bool before, fed;
        int64_t ahead; /* the time of the first, in ns from now */
        char want;
    } rows[] = {
        {true, false, 1000000000, 'r'},  {true, false, INT64_C(86400000000000) * 365, 'r'},
        {true, true, 1000000000, 'r'},   {false, true, 1000000000, 'r'},
        {false, false, 1000000000, 'g'}, {true, false, 0, 'g'},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin();
        feed(HOME_A, rows[i].before, NOW + rows[i].ahead);
        ck_assert_int_eq(known(HOME_A), rows[i].before ? 'r' : 'g');
        const struct run_record fed = run(rows[i].fed, NOW, "/logs/2", "");
        ck_assert_int_eq(run_record_feed(&store, HOME_A, NOW / 1000000, &fed), 0);
        ck_assert_msg(known(HOME_A) == rows[i].want, "row %zu", i);
        store_close(&store);
    }
}
END_TEST

START_TEST(keeps_the_newer)
{
    static const struct {
        bool refused;
        int64_t time;
        char want;
    } rows[] = {{true, NOW, 'r'},      {false, NOW - 1, 'r'},  {false, NOW + 1, 'g'},
                {true, NOW, 'g'},      {true, NOW + 1, 'r'}, /* the same time: the later told */
                {false, NOW - 9, 'r'}, {false, INT64_MAX, 'g'}};
    begin();
    ck_assert_int_eq(known(HOME_A), '-');
    for (size_t i = 0; i < COUNT(rows); i++) {
        feed(HOME_A, rows[i].refused, rows[i].time);
        ck_assert_msg(known(HOME_A) == rows[i].want, "row %zu", i);
        ck_assert_int_eq(scratch_count("state"), 1);
    }
    store_close(&store);
}
END_TEST

START_TEST(each_home_has_its_own)
{
    begin();
    feed(HOME_A, true, NOW), feed("/home/b", false, NOW);
    ck_assert(known(HOME_A) == 'r' && known("/home/b") == 'g' && known("/home/c") == '-');
    int removed;
    ck_assert(store_forget(&store, HOME_A, &removed) == 0 && removed == 1);
    ck_assert(known(HOME_A) == '-' && known("/home/b") == 'g');
    store_close(&store);
}
END_TEST

START_TEST(tells_whether_there_is_any)
{
    begin();
    const struct store none = {.directory = -1}, unread = {.directory = -1, .error = EIO};
    ck_assert(!run_record_may_exist(&store) && !run_record_may_exist(&none));
    ck_assert(run_record_may_exist(&unread));
    scratch_write("state/0123456789abcdef-0123456789abcdef.version", "", 0600);
    scratch_write("state/last-run", "", 0600);
    ck_assert(!run_record_may_exist(&store));
    feed(HOME_A, false, NOW);
    ck_assert(run_record_may_exist(&store));
    if (!scratch_no_descriptors())
        return;
    ck_assert(run_record_may_exist(&store));
}
END_TEST

/* The agent is the directory, however it is called. */
START_TEST(each_spelling_is_the_same_home)
{
    static const char *const spellings[] = {"homes/a", "homes//a", "./homes/a/", "homes/link",
                                            "link/a"};
    struct stat binary;
    const struct version_record version = {.version = "2.1.330", .checked_at = 5};
    struct version_record kept;
    const char *why;
    begin();
    scratch_directory("homes/a"), scratch_directory("homes/b");
    ck_assert(symlink("a", "homes/link") == 0 && symlink("homes", "link") == 0);
    ck_assert_int_eq(stat("/", &binary), 0);
    for (size_t i = 0; i < COUNT(spellings); i++) {
        const struct version_key key = {"/usr/bin/claude", spellings[i], &binary};
        ck_assert_int_eq(store_write_version(&store, &key, &version), 0);
        for (size_t j = 0; j < COUNT(spellings); j++) {
            const struct version_key other = {"/usr/bin/claude", spellings[j], &binary};
            ck_assert_msg(store_read_version(&store, &other, 6, 10, &kept, &why), "%s", why);
        }
        feed(spellings[i], i % 2 == 0, NOW + (int64_t)i);
        for (size_t j = 0; j < COUNT(spellings); j++)
            ck_assert_msg(known(spellings[j]) == (i % 2 == 0 ? 'r' : 'g'), "%s", spellings[j]);
        ck_assert_int_eq(known("homes/b"), '-');
    }
    int removed;
    ck_assert(store_forget(&store, "link/link", &removed) == 0 && removed == 1);
    store_close(&store);
}
END_TEST

START_TEST(a_refusal_forgets_the_version)
{
    struct stat binary;
    const struct version_key key = {"/usr/bin/claude", HOME_A, &binary};
    const struct version_record version = {.version = "2.1.330", .checked_at = 5};
    begin();
    ck_assert_int_eq(stat("/", &binary), 0);
    ck_assert_int_eq(store_write_version(&store, &key, &version), 0);
    feed(HOME_A, false, NOW), feed("/home/b", true, NOW), feed(HOME_A, true, NOW - 1);
    ck_assert_int_eq(scratch_count("state"), 3);
    feed(HOME_A, true, NOW + 1);
    ck_assert_int_eq(scratch_count("state"), 2);
    store_close(&store);
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
    char home[4000] = "/", log[1200] = "/";
    memset(home + 1, 'h', sizeof home - 2);
    memset(log + 1, 'l', sizeof log - 2);
    begin();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct run_record fed = run(true, NOW, rows[i].log, rows[i].log);
        ck_assert_int_eq(run_record_feed(&store, HOME_A, INT64_MAX, &fed), 0);
        ck_assert_msg(known(HOME_A) == 'r', "row %zu", i);
        ck_assert_msg(strlen(record.log) <= rows[i].most, "row %zu: %s", i, record.log);
        ck_assert_msg(strpbrk(record.log, "\n\033\xff") == NULL, "row %zu", i);
        ck_assert_str_eq(record.log, record.marker);
    }
    log[1199] = '\0';
    struct run_record fed = run(true, NOW, "", "");
    memcpy(fed.log, log, sizeof fed.log - 1);
    memcpy(fed.marker, log, sizeof fed.marker - 1);
    ck_assert_int_eq(run_record_feed(&store, home, INT64_MAX, &fed), 0);
    ck_assert_int_eq(known(home), 'r');
    ck_assert_uint_eq(strlen(record.log), sizeof record.log - 1);
    ck_assert_uint_eq(strlen(record.marker), sizeof record.marker - 1);
    store_close(&store);
}
END_TEST

START_TEST(a_truncated_record_is_none)
{
    struct file_bytes file = {0};
    begin();
    feed(HOME_A, true, NOW);
    ck_assert_int_eq(file_read(AT_FDCWD, path(), 0, 100000, &file), 0);
    for (size_t length = 0; length < file.length; length++) {
        ck_assert_int_eq(truncate(path(), (off_t)length), 0);
        ck_assert_msg(known(HOME_A) == '-', "%zu bytes", length);
        ck_assert_int_eq(file_replace(AT_FDCWD, path(), file.bytes, file.length, 0600, false), 0);
    }
    ck_assert_int_eq(known(HOME_A), 'r');
    file_bytes_free(&file);
    store_close(&store);
}
END_TEST

START_TEST(a_damaged_or_foreign_record_is_none)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"record 1", "record 2"},    {"run record", "version record"},
        {"/home/a", "/home/b"},      {"home 7", "home 8"},
        {"time 1", "time x"},        {"time 1", "time 99999999999999999999"},
        {"time 1", "time\n1"},       {"outcome refused", "outcome Refused"},
        {"refused\n", "refused \n"}, {"outcome refused", "outcome "},
        {"log ", "logs "},           {"marker 403", "marker 403\nmarker 403"},
        {"end\n", "end\nend\n"},     {"end\n", "enD\n"},
        {"time ", "times "},         {"007\n", "007 \n"},
    };
    struct file_bytes file = {0};
    begin();
    feed(HOME_A, true, NOW);
    ck_assert_int_eq(file_read(AT_FDCWD, path(), 0, 100000, &file), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = strstr(file.bytes, rows[i].from);
        ck_assert_msg(at, "%s", rows[i].from);
        struct text text = TEXT_INIT(100000);
        text_add_bytes(&text, file.bytes, (size_t)(at - file.bytes));
        text_format(&text, "%s%s", rows[i].to, at + strlen(rows[i].from));
        scratch_write(path(), text_get(&text), 0600);
        ck_assert_msg(known(HOME_A) == '-', "%s", rows[i].to);
        text_free(&text);
    }
    feed(HOME_A, false, NOW - 1); /* and does not stand in the way of a good one */
    ck_assert_int_eq(known(HOME_A), 'g');
    ck_assert_int_eq(chmod(path(), 0602), 0);
    ck_assert_int_eq(known(HOME_A), '-');
    file_bytes_free(&file);
    store_close(&store);
}
END_TEST

START_TEST(says_what_could_not_be_kept)
{
    const struct run_record fed = run(true, NOW, "/logs/1", "403");
    scratch_enter();
    store_open("missing", false, &store);
    ck_assert_int_eq(run_record_feed(&store, HOME_A, INT64_MAX, &fed), ENOENT);
    ck_assert_int_eq(known(HOME_A), '-');
    store_close(&store);
    begin();
    feed(HOME_A, true, NOW);
    char before[PATH_MAX];
    snprintf(before, sizeof before, "%s", path());
    ck_assert(unlink(before) == 0 && mkdir(before, 0700) == 0);
    ck_assert_int_ne(run_record_feed(&store, HOME_A, INT64_MAX, &fed), 0);
    ck_assert_int_eq(known(HOME_A), '-');
    ck_assert_int_eq(scratch_count("state"), 1);
    store_close(&store);
}
END_TEST

/* A record that is there and cannot be read is no missing one, and nothing older takes its place.
 */
START_TEST(none_is_told_from_unread)
{
    begin();
    feed(HOME_A, true, NOW);
    const struct run_record older = run(false, NOW - 1, "/logs/2", "");
    if (!scratch_no_descriptors())
        return;
    ck_assert_int_eq(run_record_read(&store, HOME_A, &record), EMFILE);
    ck_assert_int_eq(run_record_feed(&store, HOME_A, INT64_MAX, &older), EMFILE);
    struct store closed;
    store_open("state", true, &closed);
    ck_assert_int_eq(closed.error, EMFILE);
    ck_assert_int_eq(run_record_read(&closed, HOME_A, &record), EMFILE);
    store_close(&closed);
    scratch_descriptors_again();
    ck_assert_int_eq(known(HOME_A), 'r');
    store_close(&store);
}
END_TEST

SUITE_MAIN("run_record", a_clock_set_back_hides_no_refusal, keeps_the_newer, each_home_has_its_own,
           tells_whether_there_is_any, each_spelling_is_the_same_home,
           a_refusal_forgets_the_version, words_come_back_clean, a_truncated_record_is_none,
           a_damaged_or_foreign_record_is_none, says_what_could_not_be_kept,
           none_is_told_from_unread)
