#include "agent/env_file.h"

#include "base/file.h"
#include "base/file_replace.h"
#include "scratch.h"

#include <errno.h>

#define NAMES 3

/* What a file with this content says of A, B and C, one letter each: - absent, 0 empty, s set, t.
 */
static const char *said(const char *content, char letters[NAMES + 1])
{
    struct env_variable variables[NAMES + 1] = {{.name = "A"}, {.name = "B"}, {.name = "C"}};
    bool exports;
    scratch_write("env", content, 0600);
    ck_assert_msg(env_file_read("env", variables, COUNT(variables), &exports) == 0, "%s", content);
    ck_assert_msg(exports == (strstr(content, "export ") && strstr(content, "A=1")), "%s", content);
    for (size_t i = 0; i < NAMES; i++)
        letters[i] = "-0st"[variables[i].value];
    letters[NAMES] = '\0';
    ck_assert_int_eq(variables[NAMES].value, ENV_ABSENT);
    return letters;
}

START_TEST(knows_what_a_value_is)
{
    static const struct {
        const char *value;
        size_t length;
        enum env_value want;
    } rows[] = {
        {BYTES(""), ENV_EMPTY},      {BYTES("0"), ENV_SET},     {BYTES(" "), ENV_EMPTY},
        {BYTES("\t \n"), ENV_EMPTY}, {BYTES("1"), ENV_TRUE},    {BYTES("true"), ENV_TRUE},
        {BYTES("TRUE"), ENV_TRUE},   {BYTES("Yes"), ENV_TRUE},  {BYTES("oN"), ENV_TRUE},
        {BYTES(" 1\t"), ENV_TRUE},   {BYTES("false"), ENV_SET}, {BYTES("no"), ENV_SET},
        {BYTES("off"), ENV_SET},     {BYTES("11"), ENV_SET},    {BYTES("tru"), ENV_SET},
        {BYTES("true1"), ENV_SET},   {BYTES("2"), ENV_SET},     {BYTES("yes no"), ENV_SET},
        {BYTES("on\0"), ENV_SET},    {BYTES("t\0ue"), ENV_SET},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_msg(env_value_of(rows[i].value, rows[i].length) == rows[i].want, "'%s'",
                      rows[i].value);
    ck_assert_int_eq(env_value_of("true or not", 4), ENV_TRUE);
}
END_TEST

/* Where only a true value tells how the text was read, the value is 1 or true. */
START_TEST(reads_as_systemd_does)
{
    static const struct {
        const char *content, *want;
    } rows[] = {
        {"", "---"},
        {"\n\n \t\n", "---"},
        {"A=1", "t--"},
        {"A=1\n", "t--"},
        {"A=fixture-token\nB=\nC=yes\n", "s0t"},
        {"A=1\r\nB=on\r\n", "tt-"},
        {"A=1\rB=1", "tt-"},
        {"A =1\n\t B\t=  on \t\n", "tt-"},
        {"#A=1\n;B=1\n  # C=1\n", "---"},
        {"# a comment ends with its line \\\nA=1\n", "t--"},
        {"A=1 # 2\n", "s--"},
        {"A=#1\nB=1", "st-"},
        {"A\nB=1\nC", "-t-"},
        {"A\\\nB=1\n", "-t-"},
        {"=A=1\nB=1\n", "-t-"},
        {"=\nB=1\n", "-t-"},
        {"AA=1\na=1\n", "---"},
        {"X A=1\nA X=1\n", "---"},
        {"A=B=1\n", "s--"},
        /* quotes */
        {"A='1'\nB=\"1\"\nC=''\n", "tt0"},
        {"A=\"\"\nB= '' \nC=\"\"''", "000"},
        {"A= \"1\" \nB=\" 1 \"\n", "tt-"},
        {"A=tr'ue'\nB='tr'ue\nC='tr' \"ue\"\n", "stt"},
        {"A='x\nB=1\n'\nC=1", "s-t"},
        {"A=\"x\nB=1\n\"\nC=1", "s-t"},
        {"A='x\nB=1\n", "s--"},
        {"A=\"", "0--"},
        {"A='", "0--"},
        {"A='#'\nB=1", "st-"},
        /* escapes */
        {"A=\\1\nB=\\t\\r\\u\\e\nC=\\\\1\n", "tts"},
        {"A=tr\\\nue\nB=\\\n1\n", "tt-"},
        {"A=\\\nB=1\n", "s--"},
        {"A=\\\n\nB=1\n", "0t-"},
        {"A=\\ \nB= \\\n \n", "00-"},
        {"A=\\", "0--"},
        {"A=1\\", "t--"},
        {"A=\\\"1\\\"\nB=\\'\n", "ss-"},
        {"A='\\1'\nB='tr\\\nue'\nC='\\'1\n", "sss"},
        {"A=\"\\1\"\nB=\"tr\\\nue\"\nC=\"\\\"\"\n", "sts"},
        {"A=\"\\", "0--"},
        {"A=\"x\\\"\nB=1\n\"\nC=1", "s-t"},
        {"A=\\\n#1\nB=1\n", "st-"},
        /* a shell's */
        {"export A=1\nexport  \tB='1'\n exportC=1\nC=1\n", "--t"},
        {"export=1\nexport\nA=1\n", "t--"},
        {"export export A=1\n", "---"},
        /* the last wins */
        {"A=1\nA=\nB=\nB=1\nC=1\nC=0\n", "0ts"},
        {"A=1\nA\n#A=\n", "t--"},
        /* other bytes */
        {"\xEF\xBB\xBF"
         "A=1\nB=\xC3\xA9\nC=\x01\n",
         "-ss"},
    };
    scratch_enter();
    for (size_t i = 0; i < COUNT(rows); i++) {
        char letters[NAMES + 1];
        ck_assert_msg(strcmp(said(rows[i].content, letters), rows[i].want) == 0, "'%s': %s",
                      rows[i].content, letters);
    }
}
END_TEST

/* As systemd does: such a unit does not start. */
START_TEST(refuses_what_systemd_refuses)
{
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {{BYTES("A=1\0\nB=1\n")},
                {BYTES("A=1\nB=\xFF\xFE\n")},
                {BYTES("A\xC3=1\n")},
                {BYTES("A=\xC0\x80\n")}};
    scratch_enter();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct env_variable a = {.name = "X"};
        bool exports;
        ck_assert_int_eq(file_replace(AT_FDCWD, "env", rows[i].bytes, rows[i].length, 0600, false),
                         0);
        ck_assert_int_eq(env_file_read("env", &a, 1, &exports), EINVAL);
        ck_assert_int_eq(a.value, ENV_ABSENT);
    }
    char letters[NAMES + 1];
    ck_assert_str_eq(said("# \xFF is no trouble in a comment\nA=1\n", letters), "t--");
}
END_TEST

/* Of what is no secret the value is kept, of headers one that lets in counts. */
START_TEST(keeps_what_is_plain)
{
    static const struct {
        const char *content, *plain;
        enum env_value headers;
    } rows[] = {
        {"P=/srv/a b\n", "/srv/a b", ENV_ABSENT},
        {"P=' x '\nP=\"y\"\n", "y", ENV_ABSENT},
        {"P=\n", NULL, ENV_ABSENT},
        {"P=' '\n", NULL, ENV_ABSENT},
        {"H=X-Api-Key: fixture\n", NULL, ENV_SET},
        {"H='Accept: a\n authorization:b'\n", NULL, ENV_SET},
        {"H='x-api-key:'\n", NULL, ENV_EMPTY},
        {"H='x-api-key: '\n", NULL, ENV_EMPTY},
        {"H=x-api-key\n", NULL, ENV_EMPTY},
        {"H='Accept: x-api-key:'\n", NULL, ENV_EMPTY},
    };
    scratch_enter();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct env_variable v[] = {{.name = "P", .reading = ENV_PLAIN},
                                   {.name = "H", .reading = ENV_HEADERS}};
        bool exports;
        scratch_write("env", rows[i].content, 0600);
        ck_assert_int_eq(env_file_read("env", v, 2, &exports), 0);
        ck_assert_msg(rows[i].plain ? v[0].plain && strcmp(v[0].plain, rows[i].plain) == 0
                                    : !v[0].plain,
                      "%s", rows[i].content);
        ck_assert_msg(v[1].value == rows[i].headers && !v[1].plain, "%s", rows[i].content);
        free(v[0].plain);
    }
}
END_TEST

static void write_blanks(size_t length)
{
    char *content = malloc(length);
    ck_assert_ptr_nonnull(content);
    memset(content, ' ', length);
    memcpy(content, "A=1\n", 4);
    ck_assert_int_eq(file_replace(AT_FDCWD, "large", content, length, 0600, false), 0);
    free(content);
}

START_TEST(reads_regular_files_of_bounded_size)
{
    scratch_enter();
    scratch_write("real", "A=1\n", 0600);
    scratch_write("closed", "A=1\n", 0);
    ck_assert_int_eq(symlink("real", "link"), 0);
    ck_assert_int_eq(symlink("nowhere", "dangling"), 0);
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    static const struct {
        const char *path;
        int want;
    } rows[] = {
        {"real", 0},
        {"link", 0},
        {"missing", ENOENT},
        {"dangling", ENOENT},
        {".", EISDIR},
        {"closed", EACCES},
        {"fifo", FILE_NOT_REGULAR},
        {"real/x", ENOTDIR},
        {"/dev/null", FILE_NOT_REGULAR},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct env_variable a = {.name = "A", .value = ENV_EMPTY};
        bool exports;
        int want = rows[i].want == EACCES && geteuid() == 0 ? 0 : rows[i].want;
        int got = env_file_read(rows[i].path, &a, 1, &exports);
        ck_assert_msg(got == want, "%s: %d", rows[i].path, got);
        ck_assert_msg(a.value == (want == 0 ? ENV_TRUE : ENV_EMPTY), "%s", rows[i].path);
    }
    struct env_variable a = {.name = "A", .value = ENV_EMPTY};
    bool exports;
    write_blanks(ENV_FILE_MAX + 1);
    ck_assert_int_eq(env_file_read("large", &a, 1, &exports), FILE_TOO_LARGE);
    ck_assert_int_eq(a.value, ENV_EMPTY);
    write_blanks(ENV_FILE_MAX);
    ck_assert_int_eq(env_file_read("large", &a, 1, &exports), 0);
    ck_assert_int_eq(a.value, ENV_TRUE);
}
END_TEST

SUITE_MAIN("env_file", knows_what_a_value_is, reads_as_systemd_does, refuses_what_systemd_refuses,
           keeps_what_is_plain, reads_regular_files_of_bounded_size)
