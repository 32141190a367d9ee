#include "log/log_list.h"

#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char root[PATH_MAX / 2];
static char made[64][PATH_MAX]; /* to be removed, last first */
static size_t made_count;

static const struct log_choice newest_one = {.newest = 1, .since = INT64_MIN};
static const struct log_choice all = {.newest = 0, .since = INT64_MIN};

static const char *path_of(const char *name)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static void remember(const char *path)
{
    ck_assert_uint_lt(made_count, sizeof made / sizeof made[0]);
    strcpy(made[made_count++], path);
}

/* A file that was modified so long after the epoch. */
static void make_file_at(const char *name, time_t second, long nanosecond)
{
    const char *path = path_of(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_msg(fd >= 0, "%s", path);
    const struct timespec times[2] = {{second, 0}, {second, nanosecond}};
    ck_assert_int_eq(futimens(fd, times), 0);
    close(fd);
    remember(path);
}

static void make_file(const char *name, time_t second)
{
    make_file_at(name, second, 250000000);
}

static void make_directory(const char *name)
{
    ck_assert_int_eq(mkdir(path_of(name), 0700), 0);
    remember(path_of(name));
}

static void set_up(void)
{
    const char *temporary = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/check_claude-test.XXXXXX", temporary ? temporary : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(root));
    made_count = 0;
    make_directory("logs");
    make_file("logs/a.log", 100);
    make_file("logs/b.log", 300);
    make_file("logs/c.txt", 200);
    make_file("logs/.hidden.log", 900);
    make_directory("logs/sub");
    make_file("logs/sub/d.log", 400);
    make_directory("empty");
    make_file("run[1].log", 500);
    make_file("a*b", 600);
}

static void tear_down(void)
{
    while (made_count > 0)
        if (remove(made[--made_count]) != 0)
            ck_abort_msg("%s stays", made[made_count]);
    ck_assert_int_eq(rmdir(root), 0);
}

/* The list as one line: names without the root, the error in brackets, a '!' for missing. */
static const char *shown(const struct log_list *list)
{
    static char line[2000];
    size_t at = 0;
    line[0] = '\0';
    for (size_t i = 0; i < list->count; i++) {
        const struct log_entry *entry = &list->entries[i];
        const char *name = entry->path;
        if (strncmp(name, root, strlen(root)) == 0)
            name += strlen(root) + 1;
        at += (size_t)snprintf(line + at, sizeof line - at, "%s%s", i > 0 ? " " : "", name);
        if (entry->error != 0)
            at += (size_t)snprintf(line + at, sizeof line - at, "(%s)%s",
                                   entry->error == ENOENT           ? "none"
                                   : entry->error == EACCES         ? "denied"
                                   : entry->error == LOG_COMPRESSED ? "compressed"
                                   : entry->error == ELOOP          ? "loop"
                                                                    : strerror(entry->error),
                                   entry->missing ? "!" : "");
        else if (entry->missing)
            at += (size_t)snprintf(line + at, sizeof line - at, "!");
    }
    return line;
}

static void check_list(const char *name, const struct log_choice *choice, const char *wanted)
{
    struct log_list list = {0};
    log_list_add(&list, *name == '/' || strcmp(name, "-") == 0 ? name : path_of(name), choice);
    ck_assert_msg(strcmp(shown(&list), wanted) == 0, "%s: [%s], wanted [%s]", name, shown(&list),
                  wanted);
    ck_assert(!list.failed);
    log_list_free(&list);
    ck_assert_uint_eq(list.count, 0);
}

START_TEST(lists_what_is_asked)
{
    static const struct {
        const char *asked, *newest, *all;
    } rows[] = {
        {"-", "-", "-"},
        {"logs/a.log", "logs/a.log", "logs/a.log"},
        {"logs/.hidden.log", "logs/.hidden.log", "logs/.hidden.log"},
        {"logs", "logs/b.log", "logs/b.log logs/c.txt logs/a.log"},
        {"logs/", "logs/b.log", "logs/b.log logs/c.txt logs/a.log"},
        {"logs/*.log", "logs/b.log", "logs/b.log logs/a.log"},
        {"logs/?.*", "logs/b.log", "logs/b.log logs/c.txt logs/a.log"},
        {"logs/[ac].*", "logs/c.txt", "logs/c.txt logs/a.log"},
        {"logs/.*.log", "logs/.hidden.log", "logs/.hidden.log"},
        {"logs/s*", "logs/sub/d.log", "logs/sub/d.log"},
        {"lo*", "logs/b.log", "logs/b.log logs/c.txt logs/a.log"},
        {"*/a.log", "logs/a.log", "logs/a.log"},
        /* an existing file goes by its name, whatever is in it */
        {"run[1].log", "run[1].log", "run[1].log"},
        {"a*b", "a*b", "a*b"},
        {"none.log", "none.log(none)!", "none.log(none)!"},
        {"logs/a.log/x", "logs/a.log/x(none)!", "logs/a.log/x(none)!"},
        {"none/*.log", "none/*.log(none)!", "none/*.log(none)!"},
        {"run[2].log", "run[2].log(none)!", "run[2].log(none)!"},
        {"empty", "empty(none)!", "empty(none)!"},
        {"empt*", "empt*(none)!", "empt*(none)!"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_list(rows[i].asked, &newest_one, rows[i].newest);
        check_list(rows[i].asked, &all, rows[i].all);
    }
    check_list("logs", &(struct log_choice){.newest = 2, .since = INT64_MIN, .ahead = 0},
               "logs/b.log logs/c.txt");
    check_list("logs", &(struct log_choice){.newest = 9, .since = INT64_MIN, .ahead = 0},
               "logs/b.log logs/c.txt logs/a.log");
}
END_TEST

START_TEST(leaves_out_the_old_ones)
{
    static const struct {
        int64_t since;
        const char *wanted;
    } rows[] = {
        {0, "logs/b.log logs/c.txt logs/a.log"},
        {100250, "logs/b.log logs/c.txt logs/a.log"},
        {100251, "logs/b.log logs/c.txt"},
        {300250, "logs/b.log"},
        {300251, "logs(none)!"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_list("logs", &(struct log_choice){.newest = 0, .since = rows[i].since, .ahead = 0},
                   rows[i].wanted);
    check_list("logs/a.log", &(struct log_choice){.newest = 1, .since = 100250, .ahead = 0},
               "logs/a.log");
    check_list("logs/a.log", &(struct log_choice){.newest = 1, .since = 100251, .ahead = 0},
               "logs/a.log(none)!");
    check_list("logs/*", &(struct log_choice){.newest = 1, .since = 400251, .ahead = 0},
               "logs/*(none)!");
}
END_TEST

/* Of the same moment the later name, as most names count or date the runs. */
START_TEST(takes_the_later_name_where_times_are_the_same)
{
    static const char *const names[] = {"same/run10", "same/run9", "same/a", "same/run09"};
    make_directory("same");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        make_file(names[i], 50);
    check_list("same", &all, "same/run10 same/run9 same/run09 same/a");
    check_list("same", &newest_one, "same/run10");
    check_list("same/*", &newest_one, "same/run10");
}
END_TEST

START_TEST(tells_times_apart_to_the_nanosecond)
{
    struct log_list list = {0};
    struct stat status;
    make_directory("close");
    make_file_at("close/b", 50, 1000);
    make_file_at("close/a", 50, 1001);
    ck_assert_int_eq(stat(path_of("close/a"), &status), 0);
    if (status.st_mtim.tv_nsec != 1001)
        return; /* not on this file system */
    check_list("close", &all, "close/a close/b");
    log_list_add(&list, path_of("close/b"), &all);
    log_list_add(&list, path_of("close/a"), &all);
    log_list_add(&list, path_of("none"), &all);
    ck_assert_uint_eq(log_list_newest(&list), 1);
    log_list_add(&list, "-", &all);
    ck_assert_uint_eq(log_list_newest(&list), 3);
    log_list_free(&list);
    ck_assert_uint_eq(log_list_newest(&list), 0);
}
END_TEST

/* Deep enough a directory that there is no path to a log in it. */
START_TEST(says_what_has_too_long_a_path)
{
    char name[201], asked[PATH_MAX];
    struct log_list list = {0};
    memset(name, 'n', 200);
    name[200] = '\0';
    size_t length = (size_t)snprintf(asked, sizeof asked, "%s", root);
    for (; length + 201 < PATH_MAX; length += 201) {
        snprintf(asked + length, sizeof asked - length, "/%s", name);
        ck_assert_int_eq(mkdir(asked, 0700), 0);
        remember(asked);
    }
    int deep = open(asked, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = openat(deep, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    log_list_add(&list, asked, &all);
    ck_assert_uint_eq(list.count, 1);
    ck_assert_int_eq(list.entries[0].error, ENAMETOOLONG);
    ck_assert_uint_eq(strlen(list.entries[0].path), length + 201);
    log_list_free(&list);
    snprintf(asked + length, sizeof asked - length, "/*");
    log_list_add(&list, asked, &all);
    ck_assert_uint_eq(list.count, 1);
    ck_assert_int_eq(list.entries[0].error, ENAMETOOLONG);
    log_list_free(&list);
    ck_assert_int_eq(unlinkat(deep, name, 0), 0);
    close(fd);
    close(deep);
}
END_TEST

START_TEST(follows_links)
{
    static const char *const links[][2] = {{"links/good", "../logs/a.log"},
                                           {"links/dangling", "nowhere"},
                                           {"links/deep", "../logs/sub"}};
    make_directory("links");
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        ck_assert_int_eq(symlink(links[i][1], path_of(links[i][0])), 0);
        remember(path_of(links[i][0]));
    }
    check_list("links", &all, "links/good");
    check_list("links/*", &all, "links/deep/d.log links/good");
    check_list("links/dangling", &all, "links/dangling(none)!");

    make_directory("loops");
    ck_assert_int_eq(symlink("loop", path_of("loops/loop")), 0);
    remember(path_of("loops/loop"));
    check_list("loops/loop", &all, "loops/loop(loop)");
    check_list("loops/loop/x", &all, "loops/loop/x(loop)");
    check_list("loops/*", &all, "loops/loop(loop)");
    check_list("loops", &all, "loops/loop(loop)");
}
END_TEST

START_TEST(leaves_out_what_is_no_file)
{
    make_directory("mixed");
    ck_assert_int_eq(mkfifo(path_of("mixed/fifo"), 0600), 0);
    remember(path_of("mixed/fifo"));
    make_file("mixed/file", 10);
    check_list("mixed", &all, "mixed/file");
    check_list("mixed/*", &all, "mixed/file");
}
END_TEST

/* Bytes in a file, which keeps a time long past: rotation renames what was written before. */
static void make_bytes(const char *name, time_t second, const char *bytes)
{
    make_file(name, second);
    int fd = open(path_of(name), O_WRONLY | O_CLOEXEC);
    ck_assert(fd >= 0 && write(fd, bytes, strlen(bytes)) == (ssize_t)strlen(bytes));
    const struct timespec times[2] = {{second, 0}, {second, 250000000}};
    ck_assert_int_eq(futimens(fd, times), 0);
    close(fd);
}

START_TEST(passes_over_what_is_no_log)
{
    make_directory("var");
    make_bytes("var/a.log", 100, "x");
    make_bytes("var/a.log.2.gz", 200, "x");
    make_bytes("var/a.log.3.xz", 201, "x");
    make_bytes("var/a.log.4.zst", 202, "x");
    make_bytes("var/a.log.5.bz2", 203, "x");
    make_bytes("var/a.pid", 300, "42");
    make_bytes("var/old", 400, "\x1F\x8B\b\1");
    make_bytes("var/older", 401, "\x28\xB5\x2F\xFD");
    make_bytes("var/oldest", 402, "BZh91AY");
    make_bytes("var/prose", 50, "BZh is a name");
    check_list("var", &newest_one, "var/a.log");
    check_list("var", &all, "var/a.log var/prose");
    check_list("var/*", &all, "var/a.log var/prose");
    check_list("var/*.gz", &all, "var/*.gz(none)!");
    check_list("var/old", &all, "var/old(compressed)");
    check_list("var/a.log.2.gz", &all, "var/a.log.2.gz"); /* whose bytes say something else */
    check_list("var/a.pid", &all, "var/a.pid");
}
END_TEST

START_TEST(follows_a_rotated_log)
{
    make_directory("rot");
    make_bytes("rot/a.log", 100, "");
    check_list("rot/a.log", &all, "rot/a.log");
    make_bytes("rot/a.log.2", 50, "x");
    make_bytes("rot/a.log.1", 90, "x");
    check_list("rot/a.log", &all, "rot/a.log.1");
    check_list("rot", &newest_one, "rot/a.log.1");
    check_list("rot", &all, "rot/a.log.1 rot/a.log.2");
    check_list("rot/*.log", &newest_one, "rot/a.log.1");
    check_list("rot/a.log", &(struct log_choice){.newest = 1, .since = 95000, .ahead = 0},
               "rot/a.log(none)!");
    check_list("rot", &(struct log_choice){.newest = 1, .since = 95000, .ahead = 0}, "rot(none)!");
    make_file("rot/a.log", time(NULL) + 3600); /* a run opened it since, and died */
    check_list("rot/a.log", &all, "rot/a.log");
    check_list("rot", &newest_one, "rot/a.log");
    made_count--; /* it is there twice */

    make_directory("date");
    make_bytes("date/a.log", 100, "");
    make_bytes("date/a.log-20261127", 90, "x");
    make_bytes("date/a.log-20261126.gz", 80, "x");
    make_bytes("date/a.log.old", 95, "x");
    make_bytes("date/ab.log-20261128", 95, "x");
    check_list("date/a.log", &all, "date/a.log-20261127");
    make_bytes("date/b.log", 100, "");
    make_bytes("date/b-20261127.log", 90, "x");
    check_list("date/b.log", &all, "date/b-20261127.log");

    make_directory("gz");
    make_bytes("gz/a.log", 100, "");
    make_bytes("gz/a.log.1.gz", 90, "\x1F\x8B\b\1");
    check_list("gz/a.log", &all, "gz/a.log.1.gz(compressed)");
    check_list("gz", &newest_one, "gz/a.log.1.gz(compressed)");
    make_bytes("gz/b.log", 10, "x");
    check_list("gz", &newest_one, "gz/b.log");
}
END_TEST

START_TEST(takes_no_log_dated_ahead_for_the_newest)
{
    struct log_list list = {0};
    make_directory("times");
    make_bytes("times/a", 100, "x");
    make_bytes("times/b", 200, "x");
    make_bytes("times/ahead", 900, "x");
    make_bytes("times/further", 990, "x");
    check_list("times", &(struct log_choice){.newest = 1, .since = INT64_MIN, .ahead = 500000},
               "times/b times/further");
    check_list("times", &(struct log_choice){.newest = 2, .since = INT64_MIN, .ahead = 500000},
               "times/b times/a times/further");
    check_list("times", &(struct log_choice){.newest = 0, .since = INT64_MIN, .ahead = 500000},
               "times/b times/a times/further times/ahead");
    check_list("times/*a*", &(struct log_choice){.newest = 1, .since = 150000, .ahead = 500000},
               "times/ahead");
    check_list("times", &(struct log_choice){.newest = 1, .since = INT64_MIN, .ahead = 0},
               "times/further");
    log_list_add(&list, path_of("times"),
                 &(struct log_choice){.newest = 1, .since = INT64_MIN, .ahead = 500000});
    ck_assert_uint_eq(log_list_newest(&list), 0);
    ck_assert(!list.entries[0].ahead && list.entries[1].ahead);
    ck_assert(!list.entries[0].told && list.entries[1].told);
    log_list_free(&list);
}
END_TEST

START_TEST(says_what_it_may_not_look_at)
{
    if (geteuid() == 0)
        return; /* who may look at everything */
    make_directory("closed");
    make_file("closed/a.log", 10);
    make_directory("named");
    make_file("named/a.log", 10);
    ck_assert_int_eq(chmod(path_of("closed"), 0), 0);
    ck_assert_int_eq(chmod(path_of("named"), 0400), 0); /* names, but nothing about them */
    check_list("closed", &all, "closed(denied)");
    check_list("closed/a.log", &all, "closed/a.log(denied)");
    check_list("closed/*.log", &all, "closed(denied)");
    check_list("*/a.log", &all, "logs/a.log named/a.log(denied) closed/a.log(denied)");
    check_list("*/b.log", &newest_one, "logs/b.log named/b.log(denied) closed/b.log(denied)");
    check_list("[cln]*s*/*.log", &all, "logs/b.log logs/a.log closed(denied)");
    check_list("clos*", &all, "closed(denied)");
    check_list("named", &all, "named/a.log(denied)");
    check_list("named", &newest_one, "named/a.log(denied)");
    check_list("named/*", &all, "named/a.log(denied)");
    chmod(path_of("closed"), 0700);
    chmod(path_of("named"), 0700);
}
END_TEST

START_TEST(names_each_log_once)
{
    struct log_list list = {0};
    log_list_add(&list, path_of("logs/a.log"), &all);
    log_list_add(&list, path_of("logs"), &all);
    log_list_add(&list, "-", &all);
    log_list_add(&list, path_of("none"), &all);
    log_list_add(&list, path_of("logs/c.txt"), &all);
    log_list_add(&list, path_of("none"), &all);
    log_list_add(&list, "-", &all);
    log_list_unique(&list);
    ck_assert_str_eq(shown(&list), "logs/a.log logs/b.log logs/c.txt - none(none)!");
    log_list_free(&list);
    log_list_unique(&list); /* of nothing */
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

/* As SUITE_MAIN, with the directory made before each test and removed behind it. */
int main(void)
{
    const TTest *const tests[] = {lists_what_is_asked,
                                  leaves_out_the_old_ones,
                                  takes_the_later_name_where_times_are_the_same,
                                  tells_times_apart_to_the_nanosecond,
                                  says_what_has_too_long_a_path,
                                  follows_links,
                                  leaves_out_what_is_no_file,
                                  passes_over_what_is_no_log,
                                  follows_a_rotated_log,
                                  takes_no_log_dated_ahead_for_the_newest,
                                  says_what_it_may_not_look_at,
                                  names_each_log_once};
    Suite *suite = suite_create("log_list");
    TCase *cases = tcase_create("log_list");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(cases, tests[i]);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
