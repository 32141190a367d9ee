/*
 * What a replaced file survives: the calls that nobody sees the effect of are taken down. What it
 * does to files is in test_file.c.
 */
#include "base/file_replace.h"

#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <sys/syscall.h>

static int synced, sync_error, mode_error;

/* In the place of the C library's. */
int fsync(int fd)
{
    (void)fd;
    synced++;
    errno = sync_error;
    return sync_error == 0 ? 0 : -1;
}

int fchmod(int fd, mode_t mode)
{
    errno = mode_error;
    return mode_error == 0 ? (int)syscall(SYS_fchmod, fd, mode) : -1;
}

static void expect_content(const char *want)
{
    char got[16] = "";
    FILE *file = fopen("target", "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(got, sizeof got, file));
    fclose(file);
    ck_assert_str_eq(got, want);
}

static size_t count_names(void)
{
    size_t count = 0;
    DIR *directory = opendir(".");
    ck_assert_ptr_nonnull(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

/* A machine that loses its power just then has the old content or the new, and not an empty file.
 */
START_TEST(what_has_to_last_is_on_the_disk_first)
{
    scratch_enter();
    ck_assert_int_eq(file_replace(AT_FDCWD, "target", "one", 3, 0600, true), 0);
    ck_assert_int_eq(synced, 1);
    expect_content("one");
}
END_TEST

/* A disk takes milliseconds, and what is stored for a minute may be lost. */
START_TEST(what_need_not_last_does_not_wait_for_the_disk)
{
    scratch_enter();
    ck_assert_int_eq(file_replace(AT_FDCWD, "target", "one", 3, 0600, false), 0);
    ck_assert_int_eq(synced, 0);
    expect_content("one");
}
END_TEST

START_TEST(a_step_that_fails_leaves_the_old_file_alone)
{
    static const struct {
        int sync, mode;
    } rows[] = {{EIO, 0}, {ENOSPC, 0}, {0, EIO}, {0, EPERM}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        scratch_enter();
        scratch_write("target", "old", 0600);
        const size_t names = count_names();
        const int next = dup(STDIN_FILENO);
        close(next);
        sync_error = rows[i].sync, mode_error = rows[i].mode;
        ck_assert_int_eq(file_replace(AT_FDCWD, "target", "new", 3, 0644, true),
                         rows[i].sync + rows[i].mode);
        sync_error = mode_error = 0;
        expect_content("old");
        ck_assert_msg(count_names() == names, "row %zu: something is left", i);
        const int free_one = dup(STDIN_FILENO);
        close(free_one);
        ck_assert_msg(next >= 0 && free_one == next, "row %zu: a descriptor is left", i);
    }
}
END_TEST

SUITE_MAIN("file_replace", what_has_to_last_is_on_the_disk_first,
           what_need_not_last_does_not_wait_for_the_disk,
           a_step_that_fails_leaves_the_old_file_alone)
