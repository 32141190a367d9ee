#include "base/text.h"

#include "suite.h"

#include <limits.h>
#include <locale.h>
#include <string.h>

START_TEST(keeps_what_fits_and_says_so)
{
    struct text text = TEXT_INIT(5);
    ck_assert_str_eq(text_get(&text), "");
    text_add(&text, "abc");
    text_add_bytes(&text, "de", 2);
    ck_assert_str_eq(text_get(&text), "abcde");
    ck_assert(!text.truncated);
    text_add(&text, "");
    ck_assert(!text.truncated);
    text_format(&text, "%d", 7);
    ck_assert_str_eq(text_get(&text), "abcde");
    ck_assert(text.truncated && !text.failed);
    text_reset(&text);
    ck_assert(!text.truncated);
    text_add(&text, "abcdefgh");
    ck_assert_str_eq(text_get(&text), "abcde");
    text_free(&text);
    text_free(NULL);
    ck_assert_str_eq(text_get(&text), "");
    text_add(&text, "again");
    ck_assert_str_eq(text_get(&text), "again");
    text_free(&text);
}
END_TEST

/* Around the size of the buffer inside, where a format is tried first. */
START_TEST(formats_any_length)
{
    for (int width = 250; width <= 260; width++) {
        struct text text = TEXT_INIT(10000);
        text_format(&text, "<%*s>", width, "x");
        ck_assert_uint_eq(text.length, (size_t)width + 2);
        ck_assert_int_eq(text_get(&text)[width + 1], '>');
        text_format(&text, "%*s", 5 * width, "y");
        ck_assert_uint_eq(text.length, (size_t)(6 * width) + 2);
        ck_assert_uint_eq(strlen(text_get(&text)), text.length);
        text_free(&text);
    }
}
END_TEST

START_TEST(writes_plain_decimals)
{
    static const struct {
        int64_t units;
        unsigned digits;
        const char *want;
    } rows[] = {
        {0, 0, "0"},
        {0, 3, "0"},
        {20500, 3, "20.5"},
        {20500, 0, "20500"},
        {-20500, 3, "-20.5"},
        {1, 3, "0.001"},
        {-1, 3, "-0.001"},
        {1000, 3, "1"},
        {1001, 3, "1.001"},
        {-999, 3, "-0.999"},
        {10, 6, "0.00001"},
        {INT64_MAX, 3, "9223372036854775.807"},
        {INT64_MIN, 3, "-9223372036854775.808"},
        {INT64_MIN, 0, "-9223372036854775808"},
        {INT64_MAX, 19, "0.9223372036854775807"},
    };
    setlocale(LC_ALL, "de_DE.UTF-8"); /* where there is such a locale */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = TEXT_INIT(64);
        text_add_decimal(&text, rows[i].units, rows[i].digits);
        ck_assert_str_eq(text_get(&text), rows[i].want);
        text_free(&text);
    }
}
END_TEST

START_TEST(knows_utf8)
{
    static const struct {
        const char *bytes;
        size_t length, want;
    } rows[] = {
        {BYTES(""), 0},
        {BYTES("\0"), 1},
        {BYTES("ab"), 1},
        {BYTES("\x7F"), 1},
        {BYTES("\x80"), 0},
        {BYTES("\xBF\x80"), 0},
        {BYTES("\xC0\x80"), 0}, /* overlong */
        {BYTES("\xC1\xBF"), 0},
        {BYTES("\xC2\x80"), 2},
        {BYTES("\xDF\xBF"), 2},
        {BYTES("\xC3"), 0}, /* cut */
        {BYTES("\xC3("), 0},
        {BYTES("\xE0\x9F\xBF"), 0}, /* overlong */
        {BYTES("\xE0\xA0\x80"), 3},
        {BYTES("\xED\x9F\xBF"), 3},
        {BYTES("\xED\xA0\x80"), 0}, /* surrogate */
        {BYTES("\xEE\x80\x80"), 3},
        {BYTES("\xEF\xBF\xBF"), 3},
        {BYTES("\xE2\x82"), 0},
        {BYTES("\xE2\x82("), 0},
        {BYTES("\xF0\x8F\xBF\xBF"), 0}, /* overlong */
        {BYTES("\xF0\x90\x80\x80"), 4},
        {BYTES("\xF4\x8F\xBF\xBF"), 4},
        {BYTES("\xF4\x90\x80\x80"), 0}, /* over U+10FFFF */
        {BYTES("\xF5\x80\x80\x80"), 0},
        {BYTES("\xF0\x9F\x98"), 0},
        {BYTES("\xF0\x9F\x98("), 0},
        {BYTES("\xFE"), 0},
        {BYTES("\xFF\xFF\xFF\xFF"), 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_msg(text_utf8_length((const unsigned char *)rows[i].bytes, rows[i].length) ==
                          rows[i].want,
                      "row %zu", i);
}
END_TEST

START_TEST(cleans_foreign_bytes)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *forbidden, *want;
    } rows[] = {
        {BYTES(""), "|", ""},
        {BYTES("plain"), "|", "plain"},
        {BYTES("a|b|"), "|", "a/b/"},
        {BYTES("a|b;c"), "|;", "a/b/c"},
        {BYTES("a|b"), "", "a|b"},
        {BYTES("a\nb\r\tc"), "|", "a b  c"},
        {BYTES("a\0b"), "|", "a b"},
        {BYTES("\x1B[31mred\x1B[0m"), "|", " [31mred [0m"},
        {BYTES("\x7F\x01\x1F"), "|", "   "},
        {BYTES("\xC2\x85\xC2\x9B\xC2\xA0"), "|", "  \xC2\xA0"}, /* C1, and U+00A0 beside them */
        {BYTES("\xE2\x80\xA8\xE2\x80\xAE\xE2\x81\xA6\xE2\x81\xA9\xE2\x80\x8E\xD8\x9C"), "",
         "      "},
        {BYTES("\xE2\x80\xA6\xE2\x80\xAF\xE2\x81\xA5\xE2\x81\xAA\xE2\x80\x8D\xD8\x9B"), "",
         "\xE2\x80\xA6\xE2\x80\xAF\xE2\x81\xA5\xE2\x81\xAA\xE2\x80\x8D\xD8\x9B"}, /* beside them */
        {BYTES("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"), "|",
         "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"},
        {BYTES("\xFF|\xC3"), "|", "\xEF\xBF\xBD/\xEF\xBF\xBD"},
        {BYTES("\xC0\xAF"), "/", "\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = TEXT_INIT(200);
        text_add_clean(&text, rows[i].bytes, rows[i].length, rows[i].forbidden);
        ck_assert_str_eq(text_get(&text), rows[i].want);
        text_free(&text);
    }
}
END_TEST

static bool is_utf8(const struct text *text)
{
    const unsigned char *at = (const unsigned char *)text_get(text);
    size_t left = text->length;
    for (size_t n; left > 0; at += n, left -= n)
        if ((n = text_utf8_length(at, left)) == 0)
            return false;
    return true;
}

/* Cleaned text is UTF-8 where it is cut as well. */
START_TEST(cleaned_text_is_not_cut_inside_a_character)
{
    static const char *const rows[] = {"\xC3\xA9\xC3\xA9", "\xE2\x82\xAC\xE2\x82\xAC",
                                       "\xF0\x9F\x98\x80\xF0\x9F\x98\x80", "\xFF\xFF",
                                       "a\xE2\x82\xAC"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t maximum = 0; maximum < 8; maximum++) {
            struct text text = TEXT_INIT(maximum);
            text_add_clean(&text, rows[i], strlen(rows[i]), "");
            ck_assert_msg(is_utf8(&text), "row %zu cut at %zu", i, maximum);
            ck_assert(text.length <= maximum);
            text_free(&text);
        }
    }
}
END_TEST

/* What is shown of foreign bytes is cut as a whole character, and says so. */
START_TEST(shows_the_start_of_foreign_bytes)
{
    static const struct {
        const char *bytes;
        size_t maximum;
        const char *shown;
    } rows[] = {
        {"abc", 4, "abc"},
        {"abcd", 4, "abcd"},
        {"abcde", 4, "abcd..."},
        {"a\xE2\x82\xAC", 4, "a\xE2\x82\xAC"},
        {"ab\xE2\x82\xAC", 4, "ab..."},
        {"\xFF\xFF\xFF", 4, "\xEF\xBF\xBD..."},
        {"\xC2\x9B\xC2\x9B\xC2\x9B\xC2\x9B", 4, "    "},
        {"a|b\n", 9, "a/b "},
        {"", 0, ""},
        {"a", 0, "..."},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = TEXT_INIT(40);
        text_add(&text, "--x=");
        text_add_shown(&text, rows[i].bytes, strlen(rows[i].bytes), rows[i].maximum, "|");
        ck_assert_str_eq(text_get(&text) + 4, rows[i].shown);
        ck_assert_msg(!text.truncated && text.maximum == 40, "row %zu", i);
        text_free(&text);
    }
    struct text narrow = TEXT_INIT(3);
    text_add_shown(&narrow, "abcdef", 6, 5, "");
    ck_assert_str_eq(text_get(&narrow), "abc");
    ck_assert(narrow.truncated);
    text_free(&narrow);
}
END_TEST

/* Bytes of every value, in every order that comes: valid UTF-8 on one line, nothing forbidden. */
START_TEST(cleans_random_bytes)
{
    uint32_t seed = 12345;
    for (int round = 0; round < 2000; round++) {
        char bytes[24];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (char)(seed >> 24);
        }
        struct text text = TEXT_INIT(200);
        text_add_clean(&text, bytes, sizeof bytes, "|;");
        ck_assert(is_utf8(&text) && !text.truncated);
        bool clean = true;
        for (size_t i = 0; i < text.length; i++)
            clean =
                clean && (unsigned char)text.bytes[i] >= 0x20 && !strchr("|;\x7F", text.bytes[i]);
        ck_assert_msg(clean, "%s", text_get(&text));
        text_free(&text);
    }
}
END_TEST

START_TEST(cuts_between_characters)
{
    static const struct {
        const char *string;
        size_t length;
        const char *want;
    } rows[] = {
        {"abc", 5, "abc"},
        {"abc", 3, "abc"},
        {"abc", 2, "ab"},
        {"abc", 0, ""},
        {"a\xC3\xA9z", 2, "a"},
        {"a\xC3\xA9z", 3, "a\xC3\xA9"},
        {"\xF0\x9F\x98\x80", 3, ""},
        {"\xF0\x9F\x98\x80", 1, ""},
        {"\xE2\x82\xAC\xE2\x82\xAC", 5, "\xE2\x82\xAC"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = TEXT_INIT(64);
        text_add(&text, rows[i].string);
        text_cut(&text, rows[i].length);
        ck_assert_str_eq(text_get(&text), rows[i].want);
        ck_assert_uint_eq(text.length, strlen(rows[i].want));
        text_free(&text);
    }
    struct text empty = TEXT_INIT(4);
    text_cut(&empty, 0);
    ck_assert_str_eq(text_get(&empty), "");
}
END_TEST

SUITE_MAIN("text", keeps_what_fits_and_says_so, formats_any_length, writes_plain_decimals,
           knows_utf8, cleans_foreign_bytes, cleaned_text_is_not_cut_inside_a_character,
           shows_the_start_of_foreign_bytes, cleans_random_bytes, cuts_between_characters)
