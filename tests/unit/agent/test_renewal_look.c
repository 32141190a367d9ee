#include "agent/renewal_look.h"

#include "scratch.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

enum { NOBODY = 65534, STRANGER = 54321 };

/* Look at dir/file with the status that the file has now. */
static enum renewal look(uid_t user)
{
    struct stat status;
    enum renewal renewal;
    ck_assert_int_eq(stat("dir/file", &status), 0);
    ck_assert_int_eq(renewal_look("dir/file", &status, false, user, &renewal), 0);
    return renewal;
}

/* Judged by the mode bits, whoever asks: root could write everywhere. */
START_TEST(the_owner_of_all_writes_by_the_mode)
{
    static const struct {
        mode_t mode;
        bool writes;
    } rows[] = {{0700, true}, {0755, true},  {0500, false}, {0555, false},
                {0300, true}, {0600, false}, {0077, false}, {0577, false}};
    const uid_t user = geteuid() == 0 ? NOBODY : geteuid();
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    if (geteuid() == 0)
        ck_assert(chown("dir", NOBODY, NOBODY) == 0 && chown("dir/file", NOBODY, NOBODY) == 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stat status;
        enum renewal renewal;
        ck_assert(stat("dir/file", &status) == 0 && chmod("dir", rows[i].mode) == 0);
        renewal_look("dir/file", &status, false, user, &renewal);
        bool unsearchable = geteuid() != 0 && !(rows[i].mode & S_IXUSR);
        ck_assert_msg(renewal == (rows[i].writes ? RENEWAL_POSSIBLE : RENEWAL_DIRECTORY_CLOSED) ||
                          unsearchable,
                      "%o", (unsigned)rows[i].mode);
        ck_assert_int_eq(chmod("dir", 0700), 0);
    }
}
END_TEST

/* As root: directories and files of several users and groups. Who renews is NOBODY. */
START_TEST(who_renews_is_the_user_not_the_owner)
{
    static const struct {
        uid_t user, file, directory;
        gid_t group;
        mode_t mode;
        enum renewal want;
    } rows[] = {
        {0, NOBODY, STRANGER, 0, 0500, RENEWAL_POSSIBLE}, /* root writes everywhere */
        {NOBODY, 0, 0, 0, 0755, RENEWAL_DIRECTORY_FOREIGN},
        {NOBODY, 0, 0, 0, 0777, RENEWAL_DIRECTORY_FOREIGN}, /* a mode that it cannot set */
        {NOBODY, STRANGER, STRANGER, STRANGER, 0700, RENEWAL_DIRECTORY_FOREIGN},
        {NOBODY, 0, NOBODY, NOBODY, 0700, RENEWAL_POSSIBLE}, /* it replaces a foreign file */
        {NOBODY, NOBODY, 0, 0, 0755, RENEWAL_DIRECTORY_CLOSED},
        {NOBODY, NOBODY, 0, 0, 0777, RENEWAL_POSSIBLE},
        {NOBODY, NOBODY, 0, 0, 01777, RENEWAL_POSSIBLE}, /* its own file in a sticky directory */
        {NOBODY, NOBODY, 0, 0, 0776, RENEWAL_DIRECTORY_CLOSED}, /* w without x */
        {NOBODY, NOBODY, 0, 0, 0770, RENEWAL_DIRECTORY_CLOSED},
        {STRANGER, STRANGER, 0, 0, 0757, RENEWAL_POSSIBLE},
        {STRANGER, STRANGER, 0, 0, 0775, RENEWAL_DIRECTORY_CLOSED},
        {STRANGER, STRANGER, STRANGER, STRANGER, 0700, RENEWAL_POSSIBLE},
        {STRANGER, STRANGER, STRANGER, STRANGER, 0500, RENEWAL_DIRECTORY_CLOSED},
    };
    if (geteuid() != 0)
        return;
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert(chown("dir/file", rows[i].file, 0) == 0 &&
                  chown("dir", rows[i].directory, rows[i].group) == 0 &&
                  chmod("dir", rows[i].mode) == 0);
        ck_assert_msg(look(rows[i].user) == rows[i].want, "row %zu: %d", i,
                      (int)look(rows[i].user));
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
        ck_assert_msg((look(user->pw_uid) == RENEWAL_POSSIBLE) == rows[i].writes, "row %zu", i);
    }
}
END_TEST

/* Of ourselves the kernel knows better than names: groups of this process alone, as fsGroup gives.
 */
START_TEST(we_write_by_a_group_that_nobody_else_has)
{
    if (geteuid() != 0)
        return;
    const gid_t group = 54322;
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    ck_assert(chmod(".", 0755) == 0 && chown("dir/file", STRANGER, STRANGER) == 0 &&
              chown("dir", 0, group) == 0 && chmod("dir", 02770) == 0);
    ck_assert_int_eq(look(STRANGER), RENEWAL_DIRECTORY_CLOSED);
    ck_assert(setgroups(1, &group) == 0 && seteuid(STRANGER) == 0);
    ck_assert_int_eq(look(STRANGER), RENEWAL_POSSIBLE);
    ck_assert(seteuid(0) == 0 && setgroups(0, NULL) == 0 && seteuid(STRANGER) == 0);
    struct stat status = {.st_uid = STRANGER, .st_nlink = 1};
    enum renewal renewal;
    ck_assert_int_eq(renewal_look("dir/file", &status, false, STRANGER, &renewal), 0);
    ck_assert_int_eq(renewal, RENEWAL_DIRECTORY_CLOSED);
    ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(a_file_that_was_replaced_outside)
{
    struct stat status;
    enum renewal renewal;
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    ck_assert_int_eq(stat("dir/file", &status), 0);
    status.st_nlink = 0;
    ck_assert_int_eq(renewal_look("dir/file", &status, false, geteuid(), &renewal), 0);
    ck_assert_int_eq(renewal, RENEWAL_FILE_REPLACED);
}
END_TEST

START_TEST(who_cannot_read)
{
    static const struct {
        uid_t file, user;
        mode_t mode;
        bool closed;
    } rows[] = {
        {5, 5, 0600, false}, {5, 5, 0400, false}, {5, 5, 0000, true},
        {5, 5, 0040, true},  {0, 5, 0600, true},  {0, 5, 0640, false},
        {0, 5, 0604, false}, {0, 5, 0620, true},  {5, 0, 0000, false},
    };
    ck_assert_uint_ne(geteuid(), 5);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct stat status = {.st_uid = rows[i].file, .st_mode = S_IFREG | rows[i].mode};
        ck_assert_msg(renewal_user_cannot_read(&status, rows[i].user) == rows[i].closed, "row %zu",
                      i);
    }
}
END_TEST

/* A path without a directory, one whose directory is gone. */
START_TEST(paths_of_every_form)
{
    static const char *const paths[] = {"file", "./file", "missing/file", ""};
    scratch_enter();
    scratch_write("file", "{}", 0600);
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct stat status;
        enum renewal renewal;
        ck_assert_int_eq(stat("file", &status), 0);
        ck_assert_int_eq(renewal_look(paths[i], &status, false, geteuid(), &renewal), 0);
        ck_assert_msg(renewal == RENEWAL_POSSIBLE, "%s", paths[i]);
    }
}
END_TEST

/* What we may not look at is in order; what we could have looked at is not said to be. */
START_TEST(a_failure_is_no_order)
{
    struct stat status;
    enum renewal renewal;
    scratch_enter();
    scratch_write("dir/file", "{}", 0600);
    ck_assert_int_eq(stat("dir/file", &status), 0);
    ck_assert_int_eq(symlink("loop", "loop"), 0);
    ck_assert_int_eq(renewal_look("loop/file", &status, false, geteuid(), &renewal), ELOOP);
}
END_TEST

SUITE_MAIN("renewal_look", the_owner_of_all_writes_by_the_mode,
           who_renews_is_the_user_not_the_owner, members_write_by_the_group,
           we_write_by_a_group_that_nobody_else_has, a_file_that_was_replaced_outside,
           who_cannot_read, paths_of_every_form, a_failure_is_no_order)
