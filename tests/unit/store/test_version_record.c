#include "store/version_record.h"

#include "base/file_replace.h"
#include "scratch.h"

#include <errno.h>

#define NOW INT64_C(1795000000000)
#define TTL INT64_C(60000)

static struct store store;
static struct stat binary;
static const struct version_key key = {"/usr/bin/claude", "/home/a", &binary};

/* A new state directory, and a binary's status to ask about. */
static void begin(void)
{
    scratch_enter();
    store_open("state", geteuid(), true, &store);
    ck_assert_msg(store.directory >= 0, "%s", text_get(&store.trouble));
    ck_assert_int_eq(stat("/", &binary), 0);
}

static void keep(const struct version_key *which, const char *version, int64_t when)
{
    struct version_record record = {.checked_at = when};
    memcpy(record.version, version, strlen(version));
    ck_assert_int_eq(version_record_write(&store, which, &record), 0);
}

/* The version that is stored, "-" for none. */
static const char *stored(const struct version_key *which, int64_t now, int64_t ttl)
{
    static struct version_record record;
    const char *why = "unset";
    const struct version_record before = {.version = "untouched", .checked_at = 7};
    record = before;
    bool found = version_record_read(&store, which, now, ttl, &record, &why);
    ck_assert_msg(found == (why == NULL), "%s", why ? why : "found");
    ck_assert(found || memcmp(&record, &before, sizeof record) == 0);
    return found ? record.version : "-";
}

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
        {"version 1\n", "version 2\n"},
        {"version 1\n", "run 1\n"},
        {"end\n", "end\nend\n"},
        {"end\n", "enD\n"},
        {"end\n", "version 2.1.330\nend\n"},
        {"end\n", "\nend\n"},
        {"checked 17", "checked x"},
        {"checked 17", "checked 99999999999999999999"},
        {"checked ", "checked -"},
        {"version 2.", "version\n2."},
        {"version 2.", "versions 2."},
        {"state ", "state 1"},
        {"key /", "key //"},
        {"version 2.1",
         "version 2.1.0000000000000000000000000000000000000000000000000000000000000"},
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

SUITE_MAIN("version_record", a_record_lives_as_long_as_its_ttl,
           a_record_is_for_one_state_of_one_binary, a_hash_collision_is_a_miss,
           a_truncated_record_is_none, a_damaged_record_is_none,
           a_record_that_others_could_write_is_none)
