#include "base/file.h"
#include "base/file_replace.h"

#include "scratch.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

static void write_large(const char *path, size_t length)
{
    char *bytes = malloc(length + 1);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 'x', length);
    bytes[length] = '\0';
    scratch_write(path, bytes, 0600);
    free(bytes);
}

START_TEST(reads_up_to_the_maximum)
{
    static const struct {
        size_t length, maximum;
        int want;
    } rows[] = {
        {0, 0, 0},
        {0, 10, 0},
        {1, 0, FILE_TOO_LARGE},
        {10, 10, 0},
        {11, 10, FILE_TOO_LARGE},
        {4095, 4095, 0},
        {4096, 4096, 0},
        {4097, 4096, FILE_TOO_LARGE},
        {100000, 100000, 0},
        {100001, 100000, FILE_TOO_LARGE},
    };
    scratch_enter();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct file_bytes file = {0};
        write_large("file", rows[i].length);
        ck_assert_msg(file_read(AT_FDCWD, "file", 0, rows[i].maximum, &file) == rows[i].want,
                      "row %zu", i);
        ck_assert_uint_eq(file.length, rows[i].want == 0 ? rows[i].length : 0);
        if (rows[i].want == 0) {
            ck_assert_uint_eq(strlen(file.bytes), file.length);
            ck_assert_int_eq(file.status.st_size, (off_t)rows[i].length);
        }
        file_bytes_free(&file);
        file_bytes_free(&file);
    }
    file_bytes_free(NULL);
}
END_TEST

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

START_TEST(reads_regular_files_only)
{
    static const struct {
        const char *path;
        int flags, want;
    } rows[] = {
        {"file", 0, 0},
        {"file", O_NOFOLLOW, 0},
        {"link", 0, 0},
        {"link", O_NOFOLLOW, ELOOP},
        {"dangling", 0, ENOENT},
        {"dangling", O_NOFOLLOW, ELOOP},
        {"loop", 0, ELOOP},
        {"missing", 0, ENOENT},
        {"file/below", 0, ENOTDIR},
        {"missing/below", 0, ENOENT},
        {"", 0, ENOENT},
        {"directory", 0, EISDIR},
        {"fifo", 0, FILE_NOT_REGULAR},
        {"link-to-fifo", 0, FILE_NOT_REGULAR},
        {"socket", 0, FILE_NOT_REGULAR},
        {"/dev/null", 0, FILE_NOT_REGULAR},
        {"/dev/zero", 0, FILE_NOT_REGULAR},
    };
    scratch_enter();
    scratch_write("file", "content", 0600);
    scratch_directory("directory");
    make_socket("socket");
    ck_assert(mkfifo("fifo", 0600) == 0 && symlink("fifo", "link-to-fifo") == 0 &&
              symlink("file", "link") == 0 && symlink("nothing", "dangling") == 0 &&
              symlink("loop", "loop") == 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char untouched[] = "untouched";
        struct file_bytes file = {.bytes = untouched, .length = 1};
        int got = file_read(AT_FDCWD, rows[i].path, rows[i].flags, 100, &file);
        ck_assert_msg(got == rows[i].want, "%s: %d", rows[i].path, got);
        ck_assert_msg(*file_error(got), "%s", rows[i].path);
        if (got == 0) {
            ck_assert_str_eq(file.bytes, "content");
            file_bytes_free(&file);
        } else {
            ck_assert_msg(file.bytes == untouched && file.length == 1, "%s", rows[i].path);
        }
    }
    ck_assert_str_eq(file_error(FILE_NOT_REGULAR), "not a regular file");
}
END_TEST

START_TEST(says_permission_denied)
{
    struct file_bytes file = {0};
    scratch_enter();
    scratch_write("file", "content", 0000);
    int got = file_read(AT_FDCWD, "file", 0, 100, &file);
    ck_assert_int_eq(got, geteuid() == 0 ? 0 : EACCES);
    file_bytes_free(&file);
}
END_TEST

START_TEST(reads_beside_a_directory_descriptor)
{
    struct file_bytes file = {0};
    scratch_enter();
    scratch_write("directory/file", "inside", 0600);
    int directory = open("directory", O_RDONLY | O_DIRECTORY);
    ck_assert_int_eq(file_read(directory, "file", 0, 100, &file), 0);
    ck_assert_str_eq(file.bytes, "inside");
    file_bytes_free(&file);
    close(directory);
}
END_TEST

/* Files whose size is not known beforehand, and bytes of every value. */
START_TEST(reads_to_the_end_whatever_the_size_says)
{
    struct file_bytes file = {0};
    int got = file_read(AT_FDCWD, "/proc/self/maps", 0, 1 << 20, &file);
    if (got != ENOENT) {
        ck_assert_int_eq(got, 0);
        ck_assert_int_eq(file.status.st_size, 0);
        ck_assert_uint_gt(file.length, 500);
        file_bytes_free(&file);
        ck_assert_int_eq(file_read(AT_FDCWD, "/proc/self/maps", 0, 100, &file), FILE_TOO_LARGE);
    }
    scratch_enter();
    int fd = open("nul", O_WRONLY | O_CREAT, 0600);
    ck_assert(fd >= 0 && write(fd, "a\0b\xFF", 4) == 4 && close(fd) == 0);
    ck_assert_int_eq(file_read(AT_FDCWD, "nul", 0, 4, &file), 0);
    ck_assert(file.length == 4 && memcmp(file.bytes, "a\0b\xFF", 5) == 0);
    file_bytes_free(&file);
}
END_TEST

static void check_content(const char *path, const char *content, mode_t mode)
{
    struct file_bytes file = {0};
    ck_assert_int_eq(file_read(AT_FDCWD, path, O_NOFOLLOW, 1 << 20, &file), 0);
    ck_assert_str_eq(file.bytes, content);
    ck_assert_uint_eq(file.status.st_mode & 07777, mode);
    file_bytes_free(&file);
}

START_TEST(replaces_with_the_mode_asked_for)
{
    static const mode_t masks[] = {0, 022, 0777};
    for (size_t i = 0; i < COUNT(masks); i++) {
        scratch_enter();
        umask(masks[i]);
        ck_assert_int_eq(file_replace(AT_FDCWD, "new", "one", 3, 0644, true), 0);
        check_content("new", "one", 0644);
        ck_assert_int_eq(file_replace(AT_FDCWD, "new", "two", 3, 0600, false), 0);
        check_content("new", "two", 0600);
        ck_assert_int_eq(file_replace(AT_FDCWD, "new", "", 0, 0600, false), 0);
        check_content("new", "", 0600);
        ck_assert_int_eq(scratch_count("."), 1);
        umask(022);
    }
}
END_TEST

/* The link goes, what it led to stays. */
START_TEST(replaces_a_link_and_not_its_target)
{
    scratch_enter();
    scratch_write("target", "old", 0600);
    ck_assert_int_eq(symlink("target", "link"), 0);
    ck_assert_int_eq(file_replace(AT_FDCWD, "link", "new", 3, 0600, false), 0);
    check_content("link", "new", 0600);
    check_content("target", "old", 0600);
}
END_TEST

START_TEST(a_failure_leaves_everything_as_it_was)
{
    char long_name[300];
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    scratch_enter();
    scratch_directory("directory/below");
    scratch_write("old", "old", 0600);
    const char *const names[] = {"directory", long_name, "missing/new", "old/new"};
    for (size_t i = 0; i < COUNT(names); i++) {
        ck_assert_msg(file_replace(AT_FDCWD, names[i], "new", 3, 0600, false) != 0, "%s", names[i]);
        ck_assert_msg(scratch_count(".") == 2 && scratch_count("directory") == 1, "%s", names[i]);
    }
    check_content("old", "old", 0600);
    ck_assert_int_eq(file_replace(-1, "old", "new", 3, 0600, false), EBADF);
}
END_TEST

/* The disk is full in the middle: so says a limit on the size of files. */
START_TEST(a_full_disk_leaves_everything_as_it_was)
{
    static char large[20000];
    const struct rlimit limit = {8192, 8192};
    memset(large, 'x', sizeof large);
    scratch_enter();
    scratch_write("old", "old", 0600);
    signal(SIGXFSZ, SIG_IGN);
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(file_replace(AT_FDCWD, "old", large, sizeof large, 0600, true) == EFBIG ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    check_content("old", "old", 0600);
    ck_assert_int_eq(scratch_count("."), 1);
}
END_TEST

START_TEST(a_directory_that_cannot_be_written)
{
    scratch_enter();
    scratch_write("directory/old", "old", 0600);
    ck_assert_int_eq(chmod("directory", 0555), 0);
    int directory = open("directory", O_RDONLY | O_DIRECTORY);
    int got = file_replace(directory, "old", "new", 3, 0600, false);
    close(directory);
    ck_assert_int_eq(got, geteuid() == 0 ? 0 : EACCES);
    check_content("directory/old", got == 0 ? "new" : "old", 0600);
    ck_assert_int_eq(chmod("directory", 0755), 0);
}
END_TEST

/* A reader sees one of the two, whole, and two writers do not get in each other's way. */
START_TEST(a_reader_sees_old_or_new)
{
    static char contents[2][30000];
    scratch_enter();
    for (int i = 0; i < 2; i++)
        memset(contents[i], 'a' + i, sizeof contents[i]);
    ck_assert_int_eq(file_replace(AT_FDCWD, "file", contents[0], 30000, 0600, false), 0);
    pid_t writers[2];
    for (int w = 0; w < 2; w++) {
        writers[w] = fork();
        if (writers[w] != 0)
            continue;
        int failures = 0;
        for (int i = 0; i < 100; i++)
            failures += file_replace(AT_FDCWD, "file", contents[w], 30000, 0600, false) != 0;
        _exit(failures != 0);
    }
    for (int i = 0; i < 200; i++) {
        struct file_bytes file = {0};
        ck_assert_int_eq(file_read(AT_FDCWD, "file", 0, 1 << 20, &file), 0);
        ck_assert_uint_eq(file.length, 30000);
        ck_assert(memcmp(file.bytes, contents[file.bytes[0] - 'a'], 30000) == 0);
        file_bytes_free(&file);
    }
    for (int w = 0; w < 2; w++) {
        int status;
        ck_assert_int_eq(waitpid(writers[w], &status, 0), writers[w]);
        ck_assert_int_eq(status, 0);
    }
    ck_assert_int_eq(scratch_count("."), 1);
}
END_TEST

START_TEST(a_path_below_has_one_slash)
{
    struct text text = TEXT_INIT(100);
    file_add_below(&text, "/", "x");
    file_add_below(&text, "/a", "y");
    ck_assert_str_eq(text_get(&text), "/x/a/y");
    text_free(&text);
}
END_TEST

/* Of 10,000 agents a descriptor each would be more than a process may have. */
START_TEST(keeps_no_descriptor)
{
    static const char *const paths[] = {"file", "large", "directory", "fifo", "missing"};
    scratch_enter();
    scratch_write("file", "content", 0600);
    write_large("large", 101);
    scratch_directory("directory");
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct file_bytes file = {0};
        const int next = open("/", O_RDONLY);
        close(next);
        file_read(AT_FDCWD, paths[i], 0, 100, &file);
        const int free_one = open("/", O_RDONLY);
        close(free_one);
        file_bytes_free(&file);
        ck_assert_msg(next >= 0 && free_one == next, "%s", paths[i]);
    }
}
END_TEST

START_TEST(knows_which_errors_tell_of_the_file)
{
    static const int nothing[] = {ENOMEM, EMFILE, ENFILE, EIO,      EUCLEAN,   EOVERFLOW,
                                  EINTR,  EAGAIN, ESTALE, ENOTCONN, ETIMEDOUT, EHOSTDOWN};
    static const int something[] = {0,     ENOENT, ENOTDIR, EACCES,           EPERM,
                                    ELOOP, EROFS,  ENOSPC,  FILE_NOT_REGULAR, FILE_TOO_LARGE};
    for (size_t i = 0; i < COUNT(nothing); i++)
        ck_assert_msg(file_error_tells_nothing(nothing[i]), "%s", file_error(nothing[i]));
    for (size_t i = 0; i < COUNT(something); i++)
        ck_assert_msg(!file_error_tells_nothing(something[i]), "%s", file_error(something[i]));
}
END_TEST

START_TEST(times_end_where_their_bits_do)
{
    const int64_t second = 1000000000, last = INT64_C(9223372035);
    static const struct timespec far[] = {{.tv_sec = INT64_C(15032385535)}, /* of ext4 */
                                          {.tv_sec = INT64_MAX, .tv_nsec = 999999999},
                                          {.tv_sec = INT64_C(9223372036), .tv_nsec = 999999999}};
    const struct timespec now = {.tv_sec = 1795000000, .tv_nsec = 123456789};
    const struct timespec before = {.tv_sec = -1, .tv_nsec = 999000000};
    const struct timespec first = {.tv_sec = INT64_MIN};
    ck_assert_int_eq(file_time_ns(&now), INT64_C(1795000000123456789));
    ck_assert_int_eq(file_time_ms(&now), INT64_C(1795000000123));
    ck_assert_int_eq(file_time_ns(&before), -1000000);
    ck_assert_int_eq(file_time_ms(&before), -1);
    ck_assert_int_eq(file_time_ns(&first), -last * second);
    for (size_t i = 0; i < COUNT(far); i++) {
        ck_assert_int_ge(file_time_ns(&far[i]), last * second);
        ck_assert_int_ge(file_time_ms(&far[i]), last * 1000);
    }
    ck_assert_int_eq(file_ms_to_ns(1795000000123), INT64_C(1795000000123000000));
    ck_assert_int_ge(file_ms_to_ns(INT64_MAX), last * second);
    ck_assert_int_eq(file_ms_to_ns(-1), -1000000);
}
END_TEST

static void note_signal(int signal)
{
    (void)signal; /* without SA_RESTART its arrival ends a call */
}

/* A timer rings all the while that a writer lets us wait. */
START_TEST(a_signal_ends_no_read)
{
    const struct sigaction action = {.sa_handler = note_signal};
    const struct itimerval ring = {{.tv_usec = 2000}, {.tv_usec = 2000}}, still = {{0, 0}, {0, 0}};
    int ends[2];
    char bytes[8];
    size_t length = 0;
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    pid_t writer = fork();
    if (writer == 0) {
        nanosleep(&(struct timespec){.tv_nsec = 40000000}, NULL);
        _exit(write(ends[1], "late", 4) != 4);
    }
    ck_assert_int_eq(setitimer(ITIMER_REAL, &ring, NULL), 0);
    int error = file_read_some(ends[0], bytes, sizeof bytes, &length);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &still, NULL), 0);
    ck_assert_int_eq(error, 0);
    ck_assert_uint_eq(length, 4);
    ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
}
END_TEST

START_TEST(reads_at_an_offset_up_to_the_end)
{
    int fd;
    char bytes[8];
    size_t length;
    scratch_enter();
    scratch_write("f", "0123456789", 0600);
    ck_assert_int_eq(file_open(AT_FDCWD, "none", O_RDONLY, 0, &fd), ENOENT);
    ck_assert_int_eq(file_open(AT_FDCWD, "f", O_RDONLY, 0, &fd), 0);
    ck_assert_int_eq(file_read_at(fd, 2, bytes, 4, &length), 0);
    ck_assert(length == 4 && memcmp(bytes, "2345", 4) == 0);
    ck_assert_int_eq(file_read_at(fd, 7, bytes, sizeof bytes, &length), 0);
    ck_assert(length == 3 && memcmp(bytes, "789", 3) == 0);
    ck_assert_int_eq(file_read_at(fd, 10, bytes, sizeof bytes, &length), 0);
    ck_assert_uint_eq(length, 0);
    ck_assert_int_eq(file_read_some(fd, bytes, 1, &length), 0);
    ck_assert(length == 1 && bytes[0] == '0');
    close(fd);
    ck_assert_int_eq(file_read_at(fd, 0, bytes, 1, &length), EBADF);
}
END_TEST

SUITE_MAIN("file", a_signal_ends_no_read, reads_at_an_offset_up_to_the_end,
           a_path_below_has_one_slash, keeps_no_descriptor, knows_which_errors_tell_of_the_file,
           times_end_where_their_bits_do, reads_up_to_the_maximum, reads_regular_files_only,
           says_permission_denied, reads_beside_a_directory_descriptor,
           reads_to_the_end_whatever_the_size_says, replaces_with_the_mode_asked_for,
           replaces_a_link_and_not_its_target, a_failure_leaves_everything_as_it_was,
           a_full_disk_leaves_everything_as_it_was, a_directory_that_cannot_be_written,
           a_reader_sees_old_or_new)
