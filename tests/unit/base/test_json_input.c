#include "base/json_input.h"

#include "base/text.h"
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* json_input_parse() on a copy of its own, so that a read past the NUL shows under ASan. */
static int parse(const char *bytes, size_t length, struct json_object **ret)
{
    char *copy = malloc(length + 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    int error = json_input_parse(copy, length, ret);
    free(copy);
    return error;
}

START_TEST(takes_one_value)
{
    static const char *const rows[] = {
        "{}",       "[]",        "null",       "true",         "false",        "0",
        "-0",       "12",        "-1.5e+3",    "\"\"",         "\"a\\u00e9\"", "\"\xC3\xA9\"",
        " {} ",     "\t[1]\r\n", "\n\n1 \n",   "[1,2,[3]]",    "0.5",          "1E5",
        "\"\\\\\"", "\"\\\"\"",  "\"a\x7Fz\"", "{\"a\":null}", "[0e1]",        "1e400"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json_object *value = NULL;
        ck_assert_msg(parse(rows[i], strlen(rows[i]), &value) == 0, "%s", rows[i]);
        ck_assert_msg((value == NULL) == (strcmp(rows[i], "null") == 0), "%s", rows[i]);
        json_object_put(value);
    }
}
END_TEST

START_TEST(refuses_what_is_not_one_value)
{
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {BYTES("")},
        {BYTES(" ")},
        {BYTES("{")},
        {BYTES("[1")},
        {BYTES("\"a")},
        {BYTES("{} x")},
        {BYTES("{}{}")},
        {BYTES("{},")},
        {BYTES("1 2")},
        {BYTES("1true")},
        {BYTES("12-3")},
        {BYTES("null null")},
        {BYTES("{}\0")}, /* the NUL belongs to the bytes */
        {BYTES("\0{}")},
        {BYTES("[1\0]")},
        {BYTES("\"a\0b\"")},
        {BYTES("\"\\\0\"")},
        {BYTES("[],\"\\u0000\"")}, /* whole before the escape: that value leaked */
        {BYTES("\xEF\xBB\xBF{}")}, /* byte order mark */
        {BYTES("\xFF\xFE{\0}\0")},
        {BYTES("NaN")},
        {BYTES("nan")},
        {BYTES("[NaN]")},
        {BYTES("Infinity")},
        {BYTES("-Infinity")},
        {BYTES("[inf]")},
        {BYTES("{'a':1}")},
        {BYTES("{a:1}")},
        {BYTES("True")},
        {BYTES("NULL")},
        {BYTES("tru")},
        {BYTES("truefalse")},
        {BYTES("\"a\tb\"")},
        {BYTES("\"a\nb\"")},
        {BYTES("\"\x1F\"")},
        {BYTES("\"\xC0\x80\"")}, /* overlong */
        {BYTES("\"\xE0\x80\xAF\"")},
        {BYTES("\"\xED\xA0\x80\"")}, /* surrogate */
        {BYTES("\"\xF4\x90\x80\x80\"")},
        {BYTES("\"\xC3\"")},
        {BYTES("\"\xFF\"")},
        {BYTES("\"\\\xC3\xA9\"")},
        {BYTES("\"\\x41\"")},
        {BYTES("\"\\u12\"")},
        {BYTES("\"\\\"")},
        {BYTES("01")},
        {BYTES("-01")},
        {BYTES("+1")},
        {BYTES("1.")},
        {BYTES(".5")},
        {BYTES("-")},
        {BYTES("1e")},
        {BYTES("1e+")},
        {BYTES("0x10")},
        {BYTES("1_000")},
        {BYTES("[1,]")},
        {BYTES("[,1]")},
        {BYTES("[1, \n]")},
        {BYTES("[1,,2]")},
        {BYTES("[tRue]")},
        {BYTES("[nan]")},
        {BYTES("{\"a\":1,}")},
        {BYTES("{\"a\":1 ,\t}")},
        {BYTES("{,}")},
        {BYTES("{\"a\"}")},
        {BYTES("{1:2}")},
        {BYTES("[1 2]")},
        {BYTES("[1}")},
        {BYTES("/* a */ {}")},
        {BYTES("{} // a")},
        {BYTES("{}\v")},
        {BYTES("{}\xC2\xA0")},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json_object *untouched = json_object_new_boolean(1), *value = untouched;
        ck_assert_msg(parse(rows[i].bytes, rows[i].length, &value) == EINVAL, "%s", rows[i].bytes);
        ck_assert_msg(value == untouched, "%s", rows[i].bytes);
        json_object_put(untouched);
    }
}
END_TEST

/* Half of a file that is being written is never taken for the whole. */
START_TEST(refuses_every_beginning_of_a_value)
{
    static const char whole[] = "{\"claudeAiOauth\":{\"expiresAt\":1795000000000,\"scopes\":["
                                "\"user:inference\"],\"n\":null,\"t\":true,\"e\":-1.5e-7}}";
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        struct json_object *value = NULL;
        ck_assert_msg(parse(whole, length, &value) == EINVAL, "%.*s", (int)length, whole);
    }
}
END_TEST

START_TEST(nesting_has_a_limit)
{
    static const struct {
        size_t depth;
        int want;
    } rows[] = {
        {1, 0}, {JSON_INPUT_DEPTH - 2, 0}, {JSON_INPUT_DEPTH + 1, EINVAL}, {100000, EINVAL}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t depth = rows[i].depth;
        char *nested = malloc(2 * depth);
        ck_assert_ptr_nonnull(nested);
        memset(nested, '[', depth);
        memset(nested + depth, ']', depth);
        struct json_object *value = NULL;
        ck_assert_msg(parse(nested, 2 * depth, &value) == rows[i].want, "%zu", depth);
        json_object_put(value);
        free(nested);
    }
}
END_TEST

START_TEST(members_have_a_type)
{
    struct json_object *object = NULL;
    ck_assert_int_eq(parse(BYTES("{\"a\":1,\"b\":null,\"a\":\"last\"}"), &object), 0);
    ck_assert_ptr_nonnull(json_input_member(object, "a", json_type_string));
    ck_assert_ptr_null(json_input_member(object, "a", json_type_int));
    ck_assert_ptr_null(json_input_member(object, "b", json_type_string));
    ck_assert_ptr_null(json_input_member(object, "c", json_type_string));
    ck_assert_ptr_null(json_input_member(NULL, "a", json_type_string));
    struct json_object *string = json_input_member(object, "a", json_type_string);
    ck_assert_ptr_null(json_input_member(string, "a", json_type_string));
    json_object_put(object);
}
END_TEST

static void check_file(const char *directory, const char *name)
{
    static char bytes[1 << 20];
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file, "%s", path);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    struct json_object *value = NULL;
    int error = parse(bytes, length, &value);
    json_object_put(value);
    ck_assert_msg(name[0] != 'y' || error == 0, "%s was refused", name);
    ck_assert_msg(name[0] != 'n' || error == EINVAL, "%s was taken", name);
}

/* nst/JSONTestSuite, where it is: y_ must be taken, n_ refused, i_ may be either. */
START_TEST(agrees_with_the_json_test_suite)
{
    const char *shared = getenv("SHARED");
    char directory[PATH_MAX / 2];
    snprintf(directory, sizeof directory, "%s/jsontestsuite", shared ? shared : "../shared");
    DIR *names = opendir(directory);
    if (!names)
        return;
    for (struct dirent *entry; (entry = readdir(names));) {
        size_t length = strlen(entry->d_name);
        if (length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0)
            check_file(directory, entry->d_name);
    }
    closedir(names);
}
END_TEST

/* "[x,x,x]" with `count` of them. Returns what parsing it returns. */
static int parse_many(const char *value, size_t count)
{
    struct text text = TEXT_INIT((size_t)16 << 20);
    struct json_object *parsed = NULL;
    for (size_t i = 0; i < count; i++) {
        text_add(&text, i == 0 ? "[" : ",");
        text_add(&text, value);
    }
    text_add(&text, "]");
    ck_assert(!text.failed && !text.truncated);
    int error = parse(text_get(&text), text.length, &parsed);
    ck_assert_msg(error == 0 || parsed == NULL, "%s", value);
    json_object_put(parsed);
    text_free(&text);
    return error;
}

START_TEST(what_it_costs_has_a_limit)
{
    ck_assert_int_eq(parse_many("{}", JSON_INPUT_CONTAINERS - 1), 0);
    ck_assert_int_eq(parse_many("{}", JSON_INPUT_CONTAINERS), EINVAL);
    ck_assert_int_eq(parse_many("[]", JSON_INPUT_CONTAINERS), EINVAL);
    ck_assert_int_eq(parse_many("\"{,\"", JSON_INPUT_VALUES), 0);
    ck_assert_int_eq(parse_many("\"{,\"", JSON_INPUT_VALUES + 1), EINVAL);
    ck_assert_int_eq(parse_many("1", JSON_INPUT_VALUES + 1), EINVAL);
}
END_TEST

/* FNV-1a of fixture-token-of-32-bytes-12345x, the last digit first, twice */
#define FINGERPRINT "64195535b8b21a4864195535b8b21a48"

START_TEST(long_words_of_secrets_are_blanked)
{
    static const char *const kept[] = {"path", NULL};
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"123456789012345678901234", "123456789012345678901234"},
        {"12345678901234567890123456789012", "12345678901234567890123456789012"},
        {"  -12345678901234567890123456789012 ", "  -12345678901234567890123456789012 "},
        {"fixture-token-of-31-bytes-1234x", "fixture-token-of-31-bytes-1234x"},
        {"fixture-token-of-32-bytes-12345x", FINGERPRINT},
        {"say fixture-token-of-32-bytes-12345x now", "say " FINGERPRINT " now"},
        {"fixture\\\"token\\\\of\\u00e924-and\xC3\xA9", "fixture\"token\\of\xC3\xA9"
                                                        "24-and\xC3\xA9"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json_object *root = NULL;
        struct text json = TEXT_INIT(500);
        text_format(&json,
                    "{\"a name of more than that many bytes, one-that-is-kept-as-it-is\" \n"
                    ": [\"%s\"] , \"path\" : \"%s\", \"z\":\"%s\"}",
                    rows[i].in, strchr(rows[i].in, '\\') ? "" : rows[i].in, rows[i].in);
        ck_assert_int_eq(json_input_parse_secret(text_get(&json), json.length, kept, &root), 0);
        struct json_object *array = json_input_member(
            root, "a name of more than that many bytes, one-that-is-kept-as-it-is",
            json_type_array);
        ck_assert_str_eq(json_object_get_string(json_object_array_get_idx(array, 0)), rows[i].want);
        ck_assert_str_eq(json_object_get_string(json_input_member(root, "z", json_type_string)),
                         rows[i].want);
        struct json_object *path = json_input_member(root, "path", json_type_string);
        ck_assert_str_eq(json_object_get_string(path), strchr(rows[i].in, '\\') ? "" : rows[i].in);
        json_object_put(root);
        text_free(&json);
    }
    struct json_object *untouched = NULL;
    ck_assert_int_eq(json_input_parse_secret(BYTES("\"fixture-token-of-\\q-more-than-32-bytes\""),
                                             NULL, &untouched),
                     EINVAL);
    ck_assert_int_eq(
        json_input_parse_secret("\"fixture-token-of-32-bytes-12345x", 33, NULL, &untouched),
        EINVAL);
    ck_assert_ptr_null(untouched);
}
END_TEST

SUITE_MAIN("json_input", takes_one_value, refuses_what_is_not_one_value,
           refuses_every_beginning_of_a_value, nesting_has_a_limit, what_it_costs_has_a_limit,
           long_words_of_secrets_are_blanked, members_have_a_type, agrees_with_the_json_test_suite)
