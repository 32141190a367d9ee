#include "store/store.h"
#include "store/store_lock.h"

#include "base/file_replace.h"
#include "scratch.h"
#include "store/record.h"

#include <errno.h>
#include <time.h>

static struct store store;

static void begin(void)
{
    scratch_enter();
    store_open("state", geteuid(), true, &store);
    ck_assert_msg(store.directory >= 0, "%s", text_get(&store.trouble));
}

static int keep(const char *key, const char *what, const char *value)
{
    struct text text = TEXT_INIT(RECORD_MAX);
    record_begin(&text, "test", key);
    record_add(&text, "value", value);
    record_end(&text);
    int error = store_write(&store, key, what, &text, true);
    text_free(&text);
    return error;
}

/* 0 when the record says so. */
static int look(const char *key, const char *what, const char *wanted)
{
    struct file_bytes file = {0};
    char value[64] = "";
    int error = store_read(&store, key, what, "test", &file);
    if (error == 0)
        error = record_get(file.bytes, "value", value, sizeof value);
    file_bytes_free(&file);
    ck_assert(error != 0 || strcmp(value, wanted) == 0);
    return error;
}

START_TEST(makes_its_directory_for_its_user_alone)
{
    static const char *const paths[] = {"a", "b/c/d", "e/", "f//g//", "./h"};
    struct stat above;
    scratch_enter();
    umask(0);
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct stat status;
        store_open(paths[i], geteuid(), false, &store);
        ck_assert_int_eq(store.directory, -1);
        ck_assert_str_eq(text_get(&store.trouble), "");
        store_close(&store);
        ck_assert_int_eq(stat(paths[i], &status), -1);
        store_open(paths[i], geteuid(), true, &store);
        ck_assert_msg(store.directory >= 0, "%s", text_get(&store.trouble));
        ck_assert_int_eq(fstat(store.directory, &status), 0);
        ck_assert_msg((status.st_mode & 07777) == 0700, "%s", paths[i]);
        store_close(&store);
        ck_assert_int_eq(store.directory, -1);
    }
    ck_assert(stat("b", &above) == 0 && (above.st_mode & 07777) == 0700);
}
END_TEST

/* One that is not used is told; one that may hold records does not pass for an empty one. */
START_TEST(uses_a_directory_of_its_own_only)
{
    static const struct {
        const char *path;
        bool used, may_hold;
    } rows[] = {
        {"good", true, false},   {"readable", true, false},  {"group", false, true},
        {"others", false, true}, {"sticky", false, true},    {"link", false, true},
        {"link/", false, true},  {"file", false, false},     {"file/below", false, false},
        {"fifo", false, false},  {"dangling", false, false}, {"", false, false},
        {"loop", false, false},
    };
    scratch_enter();
    scratch_write("file", "", 0600);
    scratch_directory("group"), scratch_directory("others"), scratch_directory("sticky");
    scratch_directory("readable");
    ck_assert(chmod("group", 0770) == 0 && chmod("others", 0702) == 0 &&
              chmod("sticky", 01777) == 0 && mkdir("good", 0700) == 0);
    ck_assert(symlink("good", "link") == 0 && symlink("loop", "loop") == 0 &&
              symlink("nothing", "dangling") == 0 && mkfifo("fifo", 0600) == 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        store_open(rows[i].path, geteuid(), true, &store);
        ck_assert_msg((store.directory >= 0) == rows[i].used, "%s", rows[i].path);
        ck_assert_msg((store.trouble.length > 0) == !rows[i].used, "%s", rows[i].path);
        ck_assert_msg((store.error != 0) == !rows[i].used, "%s", rows[i].path);
        ck_assert_msg(store.may_hold == rows[i].may_hold, "%s", rows[i].path);
        const int error = look("key", "x", "");
        ck_assert_msg(error == (rows[i].may_hold ? store.error : ENOENT), "%s", rows[i].path);
        ck_assert_msg(store_may_have(&store, "x") == rows[i].may_hold, "%s", rows[i].path);
        ck_assert_msg((keep("key", "x", "") == 0) == rows[i].used, "%s", rows[i].path);
        store_close(&store);
    }
    ck_assert_int_eq(access("nothing", F_OK), -1);
}
END_TEST

/* Modes that keep us out, for all but root, whom nothing keeps out. */
START_TEST(a_closed_directory_may_hold_records)
{
    static const mode_t modes[] = {0000, 0300, 0100};
    if (geteuid() == 0)
        return;
    for (size_t i = 0; i < COUNT(modes); i++) {
        begin();
        store_close(&store);
        ck_assert_int_eq(chmod("state", modes[i]), 0);
        store_open("state", geteuid(), true, &store);
        ck_assert_msg(store.directory == -1 && store.may_hold, "%o", (unsigned)modes[i]);
        ck_assert_int_eq(look("key", "x", ""), EACCES);
        ck_assert_int_eq(chmod("state", 0700), 0);
        store_close(&store);
    }
}
END_TEST

START_TEST(does_not_use_what_belongs_to_somebody_else)
{
    if (geteuid() != 0)
        return;
    begin();
    ck_assert_int_eq(keep("key", "x", "1"), 0);
    ck_assert_int_eq(fchown(store.directory, 65534, 65534), 0);
    store_close(&store);
    store_open("state", geteuid(), true, &store);
    ck_assert(store.directory == -1 && store.trouble.length > 0 && store.is_foreign);
    ck_assert_int_eq(look("key", "x", "1"), EPERM);
    store_close(&store);
    store_open("state", 65534, false, &store); /* of the user who was asked for, and of root */
    ck_assert_int_eq(look("key", "x", "1"), 0);
    store_close(&store);
    ck_assert_int_eq(chown("state", 0, 0), 0);
    store_open("state", 65534, false, &store);
    ck_assert_int_eq(look("key", "x", "1"), 0);
    store_close(&store);
}
END_TEST

/* Without a directory nothing is found, nothing kept, and nothing breaks. */
START_TEST(works_without_a_directory)
{
    int removed;
    scratch_enter();
    store_open("missing", geteuid(), false, &store);
    ck_assert_str_eq(text_get(&store.trouble), "");
    ck_assert_int_eq(look("key", "x", ""), ENOENT);
    ck_assert_int_eq(keep("key", "x", ""), ENOENT);
    ck_assert_int_eq(store_lock(&store, 1), ENOENT);
    ck_assert(!store_may_have(&store, "x"));
    ck_assert(store_forget(&store, "key", "", &removed) == 0 && removed == 0);
    store_sweep(&store);
    store_close(&store);
}
END_TEST

/* Another key of the same hash is a miss; all that is no record of ours is damage. */
START_TEST(a_record_is_believed_only_as_it_was_written)
{
    static const char *const kinds[] = {"fifo", "directory", "link", "large"};
    struct text path = TEXT_INIT(200);
    begin();
    text_add(&path, "state/");
    store_add_record_name(&path, "key", "x");
    const char *name = text_get(&path);
    ck_assert_int_eq(keep("key", "x", "1"), 0);
    ck_assert_int_eq(look("key", "x", "1"), 0);
    ck_assert_int_eq(look("key", "y", "1"), ENOENT);
    struct file_bytes file = {0};
    ck_assert_int_eq(store_read(&store, "key", "x", "other", &file), EBADMSG);
    ck_assert_int_eq(chmod(name, 0602), 0);
    ck_assert_int_eq(look("key", "x", "1"), EPERM);
    ck_assert_int_eq(chmod(name, 0620), 0);
    ck_assert_int_eq(look("key", "x", "1"), EPERM);
    if (geteuid() == 0) {
        ck_assert(chmod(name, 0600) == 0 && chown(name, 65534, 65534) == 0);
        ck_assert_int_eq(look("key", "x", "1"), EPERM);
    }
    for (size_t i = 0; i < COUNT(kinds); i++) {
        ck_assert_int_eq(remove(name), 0);
        if (i == 3)
            scratch_write(name, "", 0600);
        ck_assert_msg((i == 0   ? mkfifo(name, 0600)
                       : i == 1 ? mkdir(name, 0700)
                       : i == 2 ? symlink("../state", name)
                                : truncate(name, RECORD_MAX + 1)) == 0,
                      "%s", kinds[i]);
        ck_assert_msg(look("key", "x", "1") == EBADMSG, "%s", kinds[i]);
    }
    text_free(&path);
    store_close(&store);
}
END_TEST

START_TEST(one_at_a_time_holds_the_lock)
{
    struct store other;
    begin();
    store_open("state", geteuid(), false, &other);
    ck_assert_int_eq(store_lock(&store, 0), 0);
    ck_assert_int_eq(store_lock(&other, 5), EBUSY);
    store_unlock(&store);
    ck_assert_int_eq(store_lock(&other, 0), 0);
    ck_assert_int_eq(store_lock(&store, 0), EBUSY);
    store_close(&other); /* as the end of the process does */
    ck_assert_int_eq(store_lock(&store, 0), 0);
    store_close(&store);
}
END_TEST

START_TEST(forgets_the_records_of_one_key)
{
    int removed;
    begin();
    ck_assert(keep("a", "x", "1") == 0 && keep("a", "y", "2") == 0 && keep("b", "x", "3") == 0);
    ck_assert(store_may_have(&store, "-x") && !store_may_have(&store, "-z"));
    ck_assert(store_forget(&store, "none", "", &removed) == 0 && removed == 0);
    ck_assert(store_forget(&store, "a", "-y", &removed) == 0 && removed == 1);
    ck_assert(look("a", "x", "1") == 0 && look("a", "y", "2") == ENOENT);
    ck_assert(store_forget(&store, "a", "", &removed) == 0 && removed == 1);
    ck_assert(look("a", "x", "1") == ENOENT && look("b", "x", "3") == 0);
    struct text path = TEXT_INIT(200);
    text_add(&path, "state/");
    store_add_record_name(&path, "a", "directory");
    ck_assert_int_eq(mkdir(text_get(&path), 0700), 0);
    ck_assert_int_ne(store_forget(&store, "a", "", &removed), 0);
    text_free(&path);
    if (!scratch_no_descriptors())
        return;
    ck_assert_int_eq(store_forget(&store, "none", "", &removed), EMFILE);
    ck_assert(store_may_have(&store, "-z"));
    store_close(&store);
}
END_TEST

START_TEST(sweeps_what_killed_writers_left)
{
    static const struct {
        const char *path;
        time_t age;
        bool stays;
    } rows[] = {
        {"state/" FILE_TEMPORARY_PREFIX "old", 120, false},
        {"state/" FILE_TEMPORARY_PREFIX "new", 10, true},
        {"state/" FILE_TEMPORARY_PREFIX "future", -120, true},
        {"state/other", 120, true},
        {"state/.check_claud", 120, true},
    };
    begin();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct timespec times[2] = {{.tv_sec = time(NULL) - rows[i].age},
                                          {.tv_sec = time(NULL) - rows[i].age}};
        scratch_write(rows[i].path, "", 0600);
        ck_assert_int_eq(utimensat(AT_FDCWD, rows[i].path, times, 0), 0);
    }
    store_sweep(&store);
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_msg((access(rows[i].path, F_OK) == 0) == rows[i].stays, "%s", rows[i].path);
    store_close(&store);
}
END_TEST

SUITE_MAIN("store", makes_its_directory_for_its_user_alone, uses_a_directory_of_its_own_only,
           a_closed_directory_may_hold_records, does_not_use_what_belongs_to_somebody_else,
           works_without_a_directory, a_record_is_believed_only_as_it_was_written,
           one_at_a_time_holds_the_lock, forgets_the_records_of_one_key,
           sweeps_what_killed_writers_left)
