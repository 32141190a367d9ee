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
    struct env_variable variables[NAMES + 1] = {{"A", 0}, {"B", 0}, {"C", 0}, {NULL, 0}};
    scratch_write("env", content, 0600);
    for (size_t i = 0; i < COUNT(variables); i++)
        variables[i].value = ENV_TRUE;
    ck_assert_msg(env_file_read("env", variables, COUNT(variables)) == 0, "%s", content);
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
        {BYTES(""), ENV_EMPTY},    {BYTES("0"), ENV_SET},      {BYTES(" "), ENV_SET},
        {BYTES("1"), ENV_TRUE},    {BYTES("true"), ENV_TRUE},  {BYTES("TRUE"), ENV_TRUE},
        {BYTES("Yes"), ENV_TRUE},  {BYTES("oN"), ENV_TRUE},    {BYTES(" 1\t"), ENV_TRUE},
        {BYTES("false"), ENV_SET}, {BYTES("no"), ENV_SET},     {BYTES("off"), ENV_SET},
        {BYTES("11"), ENV_SET},    {BYTES("tru"), ENV_SET},    {BYTES("true1"), ENV_SET},
        {BYTES("2"), ENV_SET},     {BYTES("yes no"), ENV_SET}, {BYTES("on\0"), ENV_SET},
        {BYTES("t\0ue"), ENV_SET},
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
        {"A=\\ \nB= \\\n \n", "s0-"},
        {"A=\\", "0--"},
        {"A=1\\", "t--"},
        {"A=\\\"1\\\"\nB=\\'\n", "ss-"},
        {"A='\\1'\nB='tr\\\nue'\nC='\\'1\n", "sss"},
        {"A=\"\\1\"\nB=\"tr\\\nue\"\nC=\"\\\"\"\n", "sts"},
        {"A=\"\\", "0--"},
        {"A=\"x\\\"\nB=1\n\"\nC=1", "s-t"},
        {"A=\\\n#1\nB=1\n", "st-"},
        /* a shell's */
        {"export A=1\nexport  \tB='1'\n exportC=1\n", "tt-"},
        {"export=1\nexport =1\nexport\nA=1\n", "t--"},
        {"export export A=1\n", "---"},
        /* the last wins */
        {"A=1\nA=\nB=\nB=1\nC=1\nC=0\n", "0ts"},
        {"A=1\nA\n#A=\n", "t--"},
        /* other bytes */
        {"\xEF\xBB\xBF"
         "A=1\nB=\xFF\xFE\nC=\xC3\xA9\n",
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

START_TEST(ends_at_a_nul)
{
    static const char content[] = "A=1\0\nB=1\n";
    struct env_variable variables[] = {{"A", 0}, {"B", 0}};
    scratch_enter();
    ck_assert_int_eq(file_replace(AT_FDCWD, "env", content, sizeof content - 1, 0600, false), 0);
    ck_assert_int_eq(env_file_read("env", variables, 2), 0);
    ck_assert_int_eq(variables[0].value, ENV_TRUE);
    ck_assert_int_eq(variables[1].value, ENV_ABSENT);
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
        struct env_variable a = {"A", ENV_EMPTY};
        int want = rows[i].want == EACCES && geteuid() == 0 ? 0 : rows[i].want;
        int got = env_file_read(rows[i].path, &a, 1);
        ck_assert_msg(got == want, "%s: %d", rows[i].path, got);
        ck_assert_msg(a.value == (want == 0 ? ENV_TRUE : ENV_EMPTY), "%s", rows[i].path);
    }
    struct env_variable a = {"A", ENV_EMPTY};
    write_blanks(ENV_FILE_MAX + 1);
    ck_assert_int_eq(env_file_read("large", &a, 1), FILE_TOO_LARGE);
    ck_assert_int_eq(a.value, ENV_EMPTY);
    write_blanks(ENV_FILE_MAX);
    ck_assert_int_eq(env_file_read("large", &a, 1), 0);
    ck_assert_int_eq(a.value, ENV_TRUE);
}
END_TEST

SUITE_MAIN("env_file", knows_what_a_value_is, reads_as_systemd_does, ends_at_a_nul,
           reads_regular_files_of_bounded_size)
