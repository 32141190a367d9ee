#include "store/place.h"

#include "scratch.h"

#include <grp.h>
#include <sys/wait.h>

#define HOME_USER 65533 /* not the tests' own */

static struct place place;

/* The directory that is written to, "home" or "tmp"; "asked" where one was asked for. */
static const char *own(void)
{
    char tmp[64];
    const char *path = text_get(&place.paths[place.own]);
    snprintf(tmp, sizeof tmp, "/var/tmp/check_claude-%lu",
             (unsigned long)(place.acts ? HOME_USER : geteuid()));
    return strcmp(path, "asked") == 0                      ? "asked"
           : strcmp(path, tmp) == 0                        ? "tmp"
           : strcmp(path, "home/.cache/check_claude") == 0 ? "home"
                                                           : path;
}

START_TEST(the_home_decides_and_no_variable)
{
    scratch_enter();
    scratch_directory("home");
    setenv("XDG_CACHE_HOME", "/nothing", 1);
    place_enter("asked", "home", false, &place);
    ck_assert_str_eq(own(), "asked");
    ck_assert(place.count == 1 && place.common == place.own);
    place_leave(&place);
    place_enter(NULL, "home", false, &place);
    ck_assert_str_eq(own(), "home");
    ck_assert(!place.moved && access("home/.cache", F_OK) != 0);
    place_leave(&place);
    place_enter(NULL, "home", true, &place);
    ck_assert_str_eq(own(), "home");
    struct stat status;
    ck_assert(stat("home/.cache/check_claude", &status) == 0 && (status.st_mode & 0777) == 0700);
    ck_assert(stat("home/.cache", &status) == 0 && (status.st_mode & 0777) == 0700);
    place_leave(&place);
    place_enter(NULL, "nowhere", false, &place);
    ck_assert_str_eq(own(), "tmp");
    ck_assert(!place.moved && access("nowhere", F_OK) != 0);
    place_leave(&place);
}
END_TEST

/* What the home has no room for is kept elsewhere, and whoever feeds is told. */
START_TEST(another_place_is_told)
{
    static const char *const ways[] = {"file", "others", "directory file", "closed"};
    for (size_t i = 0; i < COUNT(ways); i++) {
        scratch_enter();
        scratch_directory("home/.cache");
        if (i == 0)
            scratch_write("home/.cache/check_claude", "", 0600);
        if (i == 1) {
            scratch_directory("home/.cache/check_claude");
            ck_assert_int_eq(chmod("home/.cache/check_claude", 0777), 0);
        }
        if (i == 2)
            ck_assert(rmdir("home/.cache") == 0 && symlink("nothing", "home/.cache") == 0);
        if (i == 3) {
            if (geteuid() == 0)
                continue;
            ck_assert_int_eq(mkdir("home/.cache/check_claude", 0500), 0);
        }
        place_enter(NULL, "home", false, &place);
        if (i != 2) { /* which only a try to make it could tell */
            ck_assert_msg(place.moved && strcmp(own(), "tmp") == 0, "%s", ways[i]);
            ck_assert_msg(place.stores[0].may_hold == (i == 1), "%s", ways[i]);
        }
        place_leave(&place);
    }
}
END_TEST

START_TEST(root_works_with_the_rights_of_the_owner)
{
    if (geteuid() != 0)
        return;
    struct stat status;
    scratch_enter();
    scratch_directory("home"), scratch_directory("mine");
    ck_assert_int_eq(chown("home", HOME_USER, HOME_USER), 0);
    const gid_t before = getegid();
    place_enter(NULL, "home", true, &place);
    ck_assert(place.acts && geteuid() == HOME_USER && getegid() == HOME_USER);
    ck_assert_int_eq(getgroups(0, NULL), 0);
    ck_assert_str_eq(own(), "home");
    place_leave(&place);
    ck_assert(geteuid() == 0 && getegid() == before);
    ck_assert_int_eq(stat("home/.cache/check_claude", &status), 0);
    ck_assert(status.st_uid == HOME_USER && status.st_gid == HOME_USER);
    /* a link leads no further than the owner could go */
    ck_assert(rmdir("home/.cache/check_claude") == 0 && rmdir("home/.cache") == 0 &&
              symlink("../mine", "home/.cache") == 0);
    struct store store;
    ck_assert_int_eq(seteuid(HOME_USER), 0);
    store_open("home/.cache/check_claude", HOME_USER, true, &store);
    ck_assert(store.directory < 0 && store.error == EACCES);
    store_close(&store);
    ck_assert_int_eq(seteuid(0), 0);
    ck_assert_int_eq(scratch_count("mine"), 0);
}
END_TEST

/* Somebody else reads at home, and writes there only where a group's directory is. */
START_TEST(somebody_else_reads_at_home)
{
    if (geteuid() != 0)
        return;
    struct stat status;
    scratch_enter();
    scratch_directory("home/.cache/check_claude");
    ck_assert(stat("home", &status) == 0 && status.st_uid == 0);
    pid_t child = fork();
    if (child == 0) {
        bool good = setgid(HOME_USER) == 0 && setgroups(0, NULL) == 0 && setuid(HOME_USER) == 0;
        place_enter(NULL, "home", true, &place);
        good = good && place.own == 1 && !place.moved && place.stores[0].directory >= 0;
        place_leave(&place);
        _exit(good ? 0 : 1);
    }
    int end;
    ck_assert(waitpid(child, &end, 0) == child && end == 0);
    ck_assert(chown("home/.cache/check_claude", 0, HOME_USER) == 0 &&
              chmod("home/.cache/check_claude", 02770) == 0);
    child = fork();
    if (child == 0) {
        bool good = setgid(HOME_USER) == 0 && setgroups(0, NULL) == 0 && setuid(HOME_USER) == 0;
        place_enter(NULL, "home", true, &place);
        good = good && place.own == 0 && place.stores[0].shared;
        place_leave(&place);
        _exit(good ? 0 : 1);
    }
    ck_assert(waitpid(child, &end, 0) == child && end == 0);
    char tmp[64];
    snprintf(tmp, sizeof tmp, "/var/tmp/check_claude-%d", HOME_USER);
    rmdir(tmp);
}
END_TEST

SUITE_MAIN("place", the_home_decides_and_no_variable, another_place_is_told,
           root_works_with_the_rights_of_the_owner, somebody_else_reads_at_home)
