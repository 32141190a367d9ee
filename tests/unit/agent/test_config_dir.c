#include "agent/config_dir.h"

#include "scratch.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

#define NOW INT64_C(1795000000000)

START_TEST(the_path_is_read_as_the_cli_reads_it)
{
    static const struct {
        const char *asked;
        bool own;
        const char *secure, *config, *want;
    } rows[] = {
        {NULL, true, NULL, NULL, "/h/.claude"},
        {NULL, true, NULL, "/c", "/c"},
        {NULL, true, NULL, "", "."},
        {NULL, true, "/s", NULL, "/s"},
        {NULL, true, "/s", "/c", "/s"},
        {NULL, true, "", NULL, "/h/.claude"},
        {NULL, true, "", "/c", "/h/.claude"},
        {NULL, false, "/s", "/c", "/h/.claude"},
        {"/asked", true, "/s", "/c", "/asked"},
        {"/asked", false, NULL, NULL, "/asked"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = TEXT_INIT(100);
        unsetenv("CLAUDE_SECURESTORAGE_CONFIG_DIR"), unsetenv("CLAUDE_CONFIG_DIR");
        if (rows[i].secure)
            setenv("CLAUDE_SECURESTORAGE_CONFIG_DIR", rows[i].secure, 1);
        if (rows[i].config)
            setenv("CLAUDE_CONFIG_DIR", rows[i].config, 1);
        config_dir_add_path(rows[i].asked, rows[i].own, "/h", &text);
        ck_assert_str_eq(text_get(&text), rows[i].want);
        text_free(&text);
    }
}
END_TEST

/* Look at dir/file with the status that the file has now. */
static struct config_facts look(void)
{
    struct stat status;
    struct config_facts facts = {.owner_can_write = false};
    ck_assert_int_eq(stat("dir/file", &status), 0);
    config_dir_look("dir", "dir/file", &status, NOW, &facts);
    return facts;
}

START_TEST(open_means_readable_by_others)
{
    static const struct {
        mode_t mode;
        bool open;
    } rows[] = {{0600, false}, {0640, true},  {0604, true},  {0644, true}, {0400, false},
                {0000, false}, {0620, false}, {0611, false}, {0666, true}};
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_int_eq(chmod("dir/file", rows[i].mode), 0);
        ck_assert_msg(look().open_to_others == rows[i].open, "%o", (unsigned)rows[i].mode);
    }
}
END_TEST

START_TEST(a_lock_has_an_age)
{
    static const int64_t ages[] = {0, 1, 59999, 60001, 3600000, -5000};
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    ck_assert(!look().has_refresh_lock);
    scratch_directory("dir/.oauth_refresh.lock");
    for (size_t i = 0; i < COUNT(ages); i++) {
        int64_t at = NOW - ages[i];
        const struct timespec when = {.tv_sec = (time_t)(at / 1000),
                                      .tv_nsec = (long)(at % 1000) * 1000000};
        const struct timespec times[2] = {when, when};
        ck_assert_int_eq(utimensat(AT_FDCWD, "dir/.oauth_refresh.lock", times, 0), 0);
        struct config_facts facts = look();
        ck_assert(facts.has_refresh_lock);
        ck_assert_int_eq(facts.lock_age, ages[i]);
    }
}
END_TEST

/* Judged by the mode bits, whoever asks: root could write everywhere. */
START_TEST(the_owner_of_all_writes_by_the_mode)
{
    static const struct {
        mode_t mode;
        bool writes;
    } rows[] = {{0700, true}, {0755, true},  {0500, false}, {0555, false},
                {0300, true}, {0600, false}, {0077, false}, {0577, false}};
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    if (geteuid() == 0)
        ck_assert(chown("dir", 65534, 65534) == 0 && chown("dir/file", 65534, 65534) == 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stat status;
        struct config_facts facts = {.owner_can_write = false};
        ck_assert(stat("dir/file", &status) == 0 && chmod("dir", rows[i].mode) == 0);
        config_dir_look("dir", "dir/file", &status, NOW, &facts);
        ck_assert_msg(facts.owner_can_write == rows[i].writes, "%o", (unsigned)rows[i].mode);
        ck_assert_int_eq(chmod("dir", 0700), 0);
    }
}
END_TEST

/* As root: directories and files of several users and groups. */
START_TEST(other_owners_write_by_group_or_mode)
{
    enum { NOBODY = 65534, STRANGER = 54321 };
    static const struct {
        uid_t file, directory;
        gid_t group;
        mode_t mode;
        bool writes;
    } rows[] = {
        {0, NOBODY, NOBODY, 0500, true}, /* root writes everywhere */
        {NOBODY, 0, 0, 0755, false},
        {NOBODY, 0, 0, 0777, true},
        {NOBODY, 0, 0, 01777, true}, /* its own file in a sticky directory */
        {NOBODY, 0, 0, 0776, false}, /* w without x */
        {NOBODY, 0, 0, 0770, false},
        {NOBODY, STRANGER, 0, 0700, false},
        {STRANGER, 0, 0, 0757, true},
        {STRANGER, 0, 0, 0775, false},
        {STRANGER, STRANGER, STRANGER, 0700, true},
        {STRANGER, NOBODY, NOBODY, 0777, true},
    };
    if (geteuid() != 0)
        return;
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert(chown("dir/file", rows[i].file, 0) == 0 &&
                  chown("dir", rows[i].directory, rows[i].group) == 0 &&
                  chmod("dir", rows[i].mode) == 0);
        ck_assert_msg(look().owner_can_write == rows[i].writes, "row %zu", i);
    }
}
END_TEST

/* The groups of a user of this machine: the bits of the group count for its members alone. */
START_TEST(members_write_by_the_group)
{
    const struct passwd *user = geteuid() == 0 ? getpwnam("nobody") : NULL;
    if (!user)
        return;
    static const struct {
        bool member;
        mode_t mode;
        bool writes;
    } rows[] = {{true, 0770, true},  {true, 0750, false},  {true, 0707, false},
                {true, 0760, false}, {false, 0770, false}, {false, 0707, true}};
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    ck_assert_int_eq(chown("dir/file", user->pw_uid, user->pw_gid), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert(chown("dir", 0, rows[i].member ? user->pw_gid : 0) == 0 &&
                  chmod("dir", rows[i].mode) == 0);
        ck_assert_msg(look().owner_can_write == rows[i].writes, "row %zu", i);
    }
}
END_TEST

/* A path without a directory, one at the root, one whose directory is gone. */
START_TEST(paths_of_every_form)
{
    static const char *const paths[] = {"file", "./file", "/file", "missing/file", ""};
    scratch_enter();
    scratch_write("file", "{}", 0600);
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct stat status;
        struct config_facts facts = {.owner_can_write = false};
        ck_assert_int_eq(stat("file", &status), 0);
        ck_assert_int_eq(config_dir_look("missing", paths[i], &status, NOW, &facts), 0);
        ck_assert_msg(!facts.has_refresh_lock, "%s", paths[i]);
        ck_assert_msg(facts.owner_can_write || strcmp(paths[i], "/file") == 0, "%s", paths[i]);
    }
}
END_TEST

/* What we may not look at is in order; what we could have looked at is not said to be. */
START_TEST(a_failure_is_no_order)
{
    struct stat status;
    struct config_facts facts;
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    ck_assert_int_eq(stat("dir/file", &status), 0);
    ck_assert_int_eq(symlink("loop", "loop"), 0);
    ck_assert_int_eq(config_dir_look("dir", "loop/file", &status, NOW, &facts), ELOOP);
    ck_assert_int_eq(config_dir_look("loop", "dir/file", &status, NOW, &facts), ELOOP);
}
END_TEST

SUITE_MAIN("config_dir", the_path_is_read_as_the_cli_reads_it, open_means_readable_by_others,
           a_lock_has_an_age, the_owner_of_all_writes_by_the_mode,
           other_owners_write_by_group_or_mode, members_write_by_the_group, paths_of_every_form,
           a_failure_is_no_order)
