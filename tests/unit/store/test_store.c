#include "store/store.h"

#include "base/file.h"
#include "base/file_replace.h"
#include "scratch.h"

#include <errno.h>
#include <time.h>

#define NOW INT64_C(1795000000000)
#define TTL INT64_C(60000)

static struct store store;
static struct stat binary;
static const struct version_key key = {"/usr/bin/claude", "/home/a", &binary};

/* A new state directory, and a binary's status to ask about. */
static void begin(void)
{
    scratch_enter();
    store_open("state", true, &store);
    ck_assert_msg(store.directory >= 0, "%s", text_get(&store.trouble));
    ck_assert_int_eq(stat("/", &binary), 0);
}

static void keep(const struct version_key *which, const char *version, int64_t when)
{
    struct version_record record = {.checked_at = when};
    memcpy(record.version, version, strlen(version));
    ck_assert_int_eq(store_write_version(&store, which, &record), 0);
}

/* The version that is stored, "-" for none. */
static const char *stored(const struct version_key *which, int64_t now, int64_t ttl)
{
    static struct version_record record;
    const char *why = "unset";
    const struct version_record before = {.version = "untouched", .checked_at = 7};
    record = before;
    bool found = store_read_version(&store, which, now, ttl, &record, &why);
    ck_assert_msg(found == (why == NULL), "%s", why ? why : "found");
    ck_assert(found || memcmp(&record, &before, sizeof record) == 0);
    return found ? record.version : "-";
}

START_TEST(the_place_follows_the_environment)
{
    char own[64];
    snprintf(own, sizeof own, "/var/tmp/check_claude-%lu", (unsigned long)geteuid());
    const struct {
        const char *asked, *cache, *want;
    } rows[] = {
        {"/x", "/c", "/x"},      {"x", NULL, "x"}, {NULL, "/c", "/c/check_claude"},
        {NULL, "relative", own}, {NULL, "", own},  {NULL, NULL, own},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = TEXT_INIT(200);
        if (rows[i].cache)
            setenv("XDG_CACHE_HOME", rows[i].cache, 1);
        else
            unsetenv("XDG_CACHE_HOME");
        store_add_path(rows[i].asked, &text);
        ck_assert_str_eq(text_get(&text), rows[i].want);
        text_free(&text);
    }
}
END_TEST

START_TEST(makes_its_directory_for_its_user_alone)
{
    static const char *const paths[] = {"a", "b/c/d", "e/", "f//g//", "./h"};
    scratch_enter();
    umask(0);
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct stat status;
        store_open(paths[i], false, &store);
        ck_assert_int_eq(store.directory, -1);
        ck_assert_str_eq(text_get(&store.trouble), "");
        store_close(&store);
        ck_assert_int_eq(stat(paths[i], &status), -1);
        store_open(paths[i], true, &store);
        ck_assert_msg(store.directory >= 0, "%s", text_get(&store.trouble));
        ck_assert_int_eq(fstat(store.directory, &status), 0);
        ck_assert_msg((status.st_mode & 07777) == 0700, "%s", paths[i]);
        store_close(&store);
        ck_assert_int_eq(store.directory, -1);
    }
    ck_assert(stat("b", &binary) == 0 && (binary.st_mode & 07777) == 0700);
}
END_TEST

START_TEST(uses_a_directory_of_its_own_only)
{
    static const struct {
        const char *path;
        bool used;
    } rows[] = {
        {"good", true},        {"readable", true},  {"group", false}, {"others", false},
        {"sticky", false},     {"link", false},     {"link/", false}, {"file", false},
        {"file/below", false}, {"dangling", false}, {"fifo", false},  {"", false},
    };
    scratch_enter();
    scratch_write("file", "", 0600);
    scratch_directory("group"), scratch_directory("others"), scratch_directory("sticky");
    scratch_directory("readable");
    ck_assert(chmod("group", 0770) == 0 && chmod("others", 0702) == 0 &&
              chmod("sticky", 01777) == 0 && mkdir("good", 0700) == 0);
    ck_assert(symlink("good", "link") == 0 && symlink("nothing", "dangling") == 0 &&
              mkfifo("fifo", 0600) == 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        store_open(rows[i].path, true, &store);
        ck_assert_msg((store.directory >= 0) == rows[i].used, "%s", rows[i].path);
        ck_assert_msg((store.trouble.length > 0) == !rows[i].used, "%s", rows[i].path);
        store_close(&store);
    }
    ck_assert_int_eq(access("nothing", F_OK), -1);
}
END_TEST

START_TEST(does_not_use_what_belongs_to_somebody_else)
{
    if (geteuid() != 0)
        return;
    begin();
    keep(&key, "2.1.330", NOW);
    ck_assert_int_eq(fchown(store.directory, 65534, 65534), 0);
    store_close(&store);
    store_open("state", true, &store);
    ck_assert(store.directory == -1 && store.trouble.length > 0);
    store_close(&store);
}
END_TEST

/* How many records of the home were removed; -1 on failure. */
static int forgotten(const char *home)
{
    int removed;
    return store_forget(&store, home, &removed) == 0 ? removed : -1;
}

/* Without a directory nothing is found, nothing kept, and nothing breaks. */
START_TEST(works_without_a_directory)
{
    const struct version_record record = {.version = "1.0.0", .checked_at = NOW};
    scratch_enter();
    store_open("missing", false, &store);
    ck_assert_str_eq(stored(&key, NOW, TTL), "-");
    ck_assert_int_ne(store_write_version(&store, &key, &record), 0);
    ck_assert_int_eq(forgotten("/home/a"), 0);
    store_sweep(&store);
    store_close(&store);
}
END_TEST

START_TEST(a_record_lives_as_long_as_its_ttl)
{
    static const struct {
        int64_t written, ttl;
        bool found;
    } rows[] = {
        {NOW, TTL, true},
        {NOW - TTL + 1, TTL, true},
        {NOW - TTL, TTL, false},
        {NOW - TTL - 1, TTL, false},
        {NOW + 1, TTL, false}, /* from the future */
        {NOW + INT64_C(86400000), TTL, false},
        {NOW - 5, 0, false},
        {0, INT64_MAX, true},
        {INT64_MIN, TTL, false},
        {INT64_MIN, INT64_MAX, false},
        {INT64_MAX, TTL, false},
        {-1, TTL, false},
    };
    begin();
    for (size_t i = 0; i < COUNT(rows); i++) {
        keep(&key, "2.1.330", rows[i].written);
        ck_assert_msg(strcmp(stored(&key, NOW, rows[i].ttl), rows[i].found ? "2.1.330" : "-") == 0,
                      "row %zu", i);
    }
    keep(&key, "", NOW);
    ck_assert_str_eq(stored(&key, NOW, TTL), "");
    ck_assert_int_eq(scratch_count("state"), 1);
    store_close(&store);
}
END_TEST

/* Anything that an update of the binary changes makes its record void. */
START_TEST(a_record_is_for_one_state_of_one_binary)
{
    begin();
    struct stat changed[7];
    for (size_t i = 0; i < COUNT(changed); i++)
        changed[i] = binary;
    changed[0].st_ino++;
    changed[1].st_dev++;
    changed[2].st_size++;
    changed[3].st_mtim.tv_sec++;
    changed[4].st_mtim.tv_nsec = (binary.st_mtim.tv_nsec + 1) % 1000000000;
    changed[5].st_ctim.tv_sec--;
    changed[6].st_size = 10 * binary.st_size; /* more digits of the same */
    keep(&key, "2.1.330", NOW);
    for (size_t i = 0; i < COUNT(changed); i++) {
        const struct version_key other = {key.binary, key.home, &changed[i]};
        ck_assert_msg(strcmp(stored(&other, NOW, TTL), "-") == 0, "row %zu", i);
    }
    const struct version_key home = {key.binary, "/home/b", &binary},
                             path = {"/usr/bin/claud", key.home, &binary};
    ck_assert_str_eq(stored(&home, NOW, TTL), "-");
    ck_assert_str_eq(stored(&path, NOW, TTL), "-");
    ck_assert_str_eq(stored(&key, NOW, TTL), "2.1.330");
    store_close(&store);
}
END_TEST

/* The name of the only file in the directory, or of the only other one than `not`. */
static const char *only_name(const char * not )
{
    static char path[2][PATH_MAX];
    char *found = path[not != NULL];
    DIR *names = opendir("state");
    for (struct dirent *entry; (entry = readdir(names));)
        if (entry->d_name[0] != '.' && (!not || !strstr(not, entry->d_name)))
            snprintf(found, PATH_MAX, "state/%s", entry->d_name);
    closedir(names);
    return found;
}

/* Two keys of one hash: the record of the one under the name of the other is a miss. */
START_TEST(a_hash_collision_is_a_miss)
{
    struct file_bytes file = {0};
    const struct version_key others[] = {{"/usr/bin/other", "/home/a", &binary},
                                         {"/usr/bin/claude", "/home/b", &binary},
                                         {"/usr/bin/claude\nhome 7 /home/a", "/home/a", &binary}};
    for (size_t i = 0; i < COUNT(others); i++) {
        begin();
        keep(&key, "2.1.330", NOW);
        const char *first = only_name(NULL);
        keep(&others[i], "1.0.0", NOW);
        const char *second = only_name(first);
        ck_assert_int_eq(file_read(AT_FDCWD, first, 0, 100000, &file), 0);
        ck_assert_int_eq(file_replace(AT_FDCWD, second, file.bytes, file.length, 0600, false), 0);
        file_bytes_free(&file);
        ck_assert_str_eq(stored(&others[i], NOW, TTL), "-");
        ck_assert_str_eq(stored(&key, NOW, TTL), "2.1.330");
        store_close(&store);
    }
}
END_TEST

/* Half a record, after a crash, is none: every length but the whole one. */
START_TEST(a_truncated_record_is_none)
{
    struct file_bytes file = {0};
    begin();
    keep(&key, "2.1.330", NOW);
    const char *path = only_name(NULL);
    ck_assert_int_eq(file_read(AT_FDCWD, path, 0, 100000, &file), 0);
    for (size_t length = 0; length < file.length; length++) {
        ck_assert_int_eq(truncate(path, (off_t)length), 0);
        ck_assert_msg(strcmp(stored(&key, NOW, TTL), "-") == 0, "%zu bytes", length);
        ck_assert_int_eq(file_replace(AT_FDCWD, path, file.bytes, file.length, 0600, false), 0);
    }
    ck_assert_str_eq(stored(&key, NOW, TTL), "2.1.330");
    file_bytes_free(&file);
    store_close(&store);
}
END_TEST

START_TEST(a_damaged_record_is_none)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"record 1", "record 2"},
        {"end\n", "end\nend\n"},
        {"end\n", "enD\n"},
        {"checked 17", "checked x"},
        {"checked 17", "checked 99999999999999999999"},
        {"checked ", "checked -"},
        {"version 2", "version\n2"},
        {"version ", "versions "},
        {"inode ", "inode 1"},
        {"home 7", "home 8"},
        {"version 2", "version 2.1.0000000000000000000000000000000000000000000000000000000000000"},
    };
    struct file_bytes file = {0};
    begin();
    keep(&key, "2.1.330", NOW);
    const char *path = only_name(NULL);
    ck_assert_int_eq(file_read(AT_FDCWD, path, 0, 100000, &file), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = strstr(file.bytes, rows[i].from);
        ck_assert_msg(at, "%s", rows[i].from);
        struct text text = TEXT_INIT(100000);
        text_add_bytes(&text, file.bytes, (size_t)(at - file.bytes));
        text_format(&text, "%s%s", rows[i].to, at + strlen(rows[i].from));
        scratch_write(path, text_get(&text), 0600);
        ck_assert_msg(strcmp(stored(&key, NOW, TTL), "-") == 0, "%s", rows[i].to);
        text_free(&text);
    }
    file_bytes_free(&file);
    store_close(&store);
}
END_TEST

START_TEST(a_record_that_others_could_write_is_none)
{
    begin();
    keep(&key, "2.1.330", NOW);
    const char *path = only_name(NULL);
    ck_assert_int_eq(chmod(path, 0620), 0);
    ck_assert_str_eq(stored(&key, NOW, TTL), "-");
    ck_assert_int_eq(chmod(path, 0602), 0);
    ck_assert_str_eq(stored(&key, NOW, TTL), "-");
    ck_assert_int_eq(chmod(path, 0600), 0);
    ck_assert_str_eq(stored(&key, NOW, TTL), "2.1.330");
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(path, 65534, 65534), 0);
        ck_assert_str_eq(stored(&key, NOW, TTL), "-");
    }
    ck_assert(rename(path, "moved") == 0 && symlink("../moved", path) == 0);
    ck_assert_str_eq(stored(&key, NOW, TTL), "-");
    ck_assert(unlink(path) == 0 && mkdir(path, 0700) == 0);
    ck_assert_str_eq(stored(&key, NOW, TTL), "-");
    ck_assert(rmdir(path) == 0 && mkfifo(path, 0600) == 0);
    ck_assert_str_eq(stored(&key, NOW, TTL), "-");
    store_close(&store);
}
END_TEST

START_TEST(forgets_all_records_of_one_home)
{
    const struct version_key second = {"/opt/claude", "/home/a", &binary},
                             other = {"/usr/bin/claude", "/home/b", &binary};
    begin();
    keep(&key, "1.0.0", NOW), keep(&second, "2.0.0", NOW), keep(&other, "3.0.0", NOW);
    ck_assert_int_eq(forgotten("/home/none"), 0);
    ck_assert_int_eq(forgotten("/home/a"), 2);
    ck_assert_str_eq(stored(&key, NOW, TTL), "-");
    ck_assert_str_eq(stored(&second, NOW, TTL), "-");
    ck_assert_str_eq(stored(&other, NOW, TTL), "3.0.0");
    ck_assert_int_eq(forgotten("/home/a"), 0);
    keep(&key, "1.0.0", NOW);
    const char *path = only_name(only_name(NULL));
    ck_assert(unlink(path) == 0 && mkdir(path, 0700) == 0);
    int first = forgotten("/home/a"), last = forgotten("/home/b");
    ck_assert_msg(first == -1 || last == -1, "a directory cannot be unlinked");
    if (!scratch_no_descriptors())
        return;
    ck_assert_int_eq(forgotten("/home/none"), -1);
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

SUITE_MAIN("store", the_place_follows_the_environment, makes_its_directory_for_its_user_alone,
           uses_a_directory_of_its_own_only, does_not_use_what_belongs_to_somebody_else,
           works_without_a_directory, a_record_lives_as_long_as_its_ttl,
           a_record_is_for_one_state_of_one_binary, a_hash_collision_is_a_miss,
           a_truncated_record_is_none, a_damaged_record_is_none,
           a_record_that_others_could_write_is_none, forgets_all_records_of_one_home,
           sweeps_what_killed_writers_left)
