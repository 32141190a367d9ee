#include "log/json_place.h"

#include "made_log.h"
#include "suite.h"

#define RESULT "{\"is_error\":false,\"type\":\"result\"}"

static bool is_at(struct log_window *window, const struct log_value *value, const char *wanted)
{
    const size_t wanted_length = strlen(wanted);
    if (value->end - value->start != wanted_length)
        return false;
    for (size_t i = 0; i < wanted_length; i++) {
        size_t length;
        const unsigned char *bytes = log_bytes(window, value->start + i, &length);
        if (!bytes || *bytes != (unsigned char)wanted[i])
            return false;
    }
    return true;
}

/* The value of a line, with whatever a wrapper puts around it; NULL for plain text. */
START_TEST(finds_the_value_of_a_line)
{
    static const struct {
        const char *before, *value, *behind;
    } rows[] = {
        {"", RESULT, ""},
        {"", "[{\"type\":\"system\"}," RESULT "]", ""},
        {"", "{\"type\":\"user\"}", ""},
        {"", RESULT, " \t\r"},
        {"  ", RESULT, "\r"},
        {"2026-11-18T11:06:40.123Z ", RESULT, ""},
        {"[2026-11-18 11:06:40] ", RESULT, ""},
        {"[12345] [info] agent{7}: ", RESULT, ""},
        {"Nov 18 11:06:40 host claude[77]: ", RESULT, ""},
        {"\x1B[32m", RESULT, "\x1B[0m"},
        {"\x1B[1;38;5;208m[agent]\x1B[0m ", RESULT, "\x1B[0m\r"},
        {"\xEF\xBB\xBF", RESULT, ""},
        {"{} [] {\"a\":1} ", RESULT, ""},
        /* what only looks like it */
        {"", NULL, ""},
        {"plain text", NULL, ""},
        {"{\"level\":\"info\",\"message\":\"401\"}", NULL, ""},
        {"{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\"}}", NULL, ""},
        {"API Error: 401 {\"type\":\"error\",\"error\":{}} \xC2\xB7 Please run /login", NULL, ""},
        {"see ", RESULT, " there"}, /* a few words behind it, as loggers put there */
        {RESULT, RESULT, " x"},
        {RESULT ",", NULL, ""},
        {"{\"type\":\"result\"", NULL, ""},
        {"{type:result}", NULL, ""},
        {"[1] [2] [3] [4] [5] [6] [7] [8] " RESULT, NULL, ""}, /* a limit: so many tries */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct made_log log = made_log_new();
        const char *value = rows[i].value ? rows[i].value : "";
        made_log_add(&log, "[line before\n");
        made_log_add(&log, rows[i].before);
        made_log_add(&log, value);
        made_log_add(&log, rows[i].behind);
        made_log_add(&log, "\n" RESULT "\n");
        struct log_file file = made_log_file(&log);
        struct log_window window;
        ck_assert(log_window_open(&window, &file, NULL));
        uint64_t line_end = log_line_end(&window, 13);
        ck_assert_uint_eq(line_end,
                          13 + strlen(rows[i].before) + strlen(value) + strlen(rows[i].behind));
        struct log_value found;
        bool is_there = log_value_in_line(&window, 13, line_end, &found);
        ck_assert_msg(is_there == (rows[i].value != NULL), "%s%s%s", rows[i].before, value,
                      rows[i].behind);
        if (is_there)
            ck_assert_msg(is_at(&window, &found, value), "%s: another place", rows[i].before);
        log_window_close(&window);
        made_log_close(&log);
    }
}
END_TEST

/* A value and its prefix on each side of a window's border. */
START_TEST(finds_a_value_over_a_border)
{
    static const char line[] = "[agent] 11:06 " RESULT " \r\n";
    for (size_t back = 0; back <= sizeof line; back++) {
        struct made_log log = made_log_new();
        made_log_add_lines(&log, LOG_WINDOW - back);
        made_log_add(&log, line);
        struct log_file file = made_log_file(&log);
        struct log_window window;
        ck_assert(log_window_open(&window, &file, NULL));
        size_t length;
        log_bytes(&window, 0, &length);
        const uint64_t at = LOG_WINDOW - back;
        struct log_value found;
        ck_assert_msg(log_value_in_line(&window, at, at + sizeof line - 2, &found) &&
                          is_at(&window, &found, RESULT),
                      "%zu bytes before the border", back);
        log_window_close(&window);
        made_log_close(&log);
    }
}
END_TEST

static const char pretty[] = "{\n  \"type\": \"result\",\n  \"a\": [\n    {},\n    1\n  ]\n}";

START_TEST(finds_a_value_over_several_lines)
{
    static const struct {
        const char *before, *value, *behind;
        bool found;
    } rows[] = {
        {"", pretty, "", true},
        {"plain\n", pretty, " \r", true},
        {"{ plain\n[\n}\n", pretty, "", true},
        {"", "[\n  {\n    \"type\": \"user\"\n  },\n  {\n    \"type\": \"result\"\n  }\n]", "",
         true},
        {"", pretty, " x", true},
        {"", "{\n  \"a\": 1\n}", "", false},
        {"", "{\n  \"type\": \"error\"\n}", "", false},
        {"", "{\n  \"type\": \"result\"\n]", "", false},
        {"", "\n}", "", false},
        {"", "{ int main()\n}", "", false},
        {"", "}", "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct made_log log = made_log_new();
        made_log_add(&log, rows[i].before);
        made_log_add(&log, rows[i].value);
        made_log_add(&log, rows[i].behind);
        struct log_file file = made_log_file(&log);
        struct log_window window;
        ck_assert(log_window_open(&window, &file, NULL));
        struct log_value found;
        uint64_t last = log_line_start(&window, file.size, 0);
        struct log_value_back back;
        log_value_back_start(&back, &window);
        ck_assert_msg(log_value_ending_in_line(&back, last, file.size, &found) == rows[i].found,
                      "%s%s%s", rows[i].before, rows[i].value, rows[i].behind);
        if (rows[i].found)
            ck_assert_msg(is_at(&window, &found, rows[i].value), "%s: another place",
                          rows[i].value);
        log_window_close(&window);
        made_log_close(&log);
    }
}
END_TEST

/* A log whose values stand between \1 and \2, which are taken out; inside[i] tells of each byte. */
static size_t take_out_marks(const char *marked, char *text, bool *inside)
{
    size_t length = 0;
    bool in = false;
    for (; *marked; marked++) {
        if (*marked == '\1' || *marked == '\2') {
            in = *marked == '\1';
            continue;
        }
        inside[length] = in;
        text[length++] = *marked;
    }
    text[length] = '\0';
    return length;
}

/* Each byte of a log asked for, in turn and by itself: the value that it is in, or none. */
static void check_around(const char *marked, size_t shift)
{
    char text[200];
    bool inside[200];
    const size_t text_length = take_out_marks(marked, text, inside);
    struct made_log log = made_log_new();
    made_log_add_lines(&log, shift);
    made_log_add(&log, text);
    struct log_file file = made_log_file(&log);
    struct log_window window;
    ck_assert(log_window_open(&window, &file, NULL));
    struct log_value_finder finder;
    static const size_t steps[] = {1, 4, 7, 1000};
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        for (size_t first = 0; first < (steps[s] < text_length ? 1 : text_length); first++) {
            log_value_finder_start(&finder, &window, 0);
            for (size_t i = first; i < text_length; i += steps[s]) {
                const struct log_value *value = log_value_around(&finder, shift + i);
                ck_assert_msg((value != NULL) == inside[i], "step %zu, at %zu: %s", steps[s], i,
                              text + i);
                ck_assert_msg(!value || (value->start <= shift + i && value->end > shift + i),
                              "step %zu, at %zu: beside it", steps[s], i);
            }
        }
    }
    log_window_close(&window);
    made_log_close(&log);
}

START_TEST(finds_the_value_around_an_offset)
{
    static const char *const rows[] = {
        "plain\n\1{\"type\":\"a\"}\2\n12:00 \1{\"type\":\"b\"}\2 \r\n[1] plain {}\n",
        "\1{\n \"type\":\"a\"\n}\2\nplain\n\1{\n \"type\":\"b\"\n}\2\n{ plain }\n",
        "{ no\n  \1{\"type\":\"a\"}\2\n}\n\1[{\"type\":\"a\"},\n {\"type\":\"b\"}]\2\n401",
        "{\"type\":\"error\"}\n{\"type\":\"a\"\n\1{\"type\":\"b\"}\2\n",
        "\1{\"type\":\"a\"}\2\n\1{\"type\":\"b\"}\2\n\n\1[{\"type\":\"c\"}]\2",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_around(rows[i], 0);
        check_around(rows[i], LOG_WINDOW - 20);
    }
}
END_TEST

START_TEST(tells_blank)
{
    static const struct {
        const char *text;
        bool blank;
    } rows[] = {
        {"", true},          {" \t\r\n\v\f", true},   {"\x1B[0m\x1B[1;31m \n", true},
        {".", false},        {"\n\n \x08", false},    {"\x1B[0mx", false},
        {"\xC2\xA0", false}, {"\xEF\xBB\xBF", false}, {" \x1B[0m0", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t shift = 0; shift <= LOG_WINDOW; shift += LOG_WINDOW / 2 - 1) {
            struct made_log log = made_log_new();
            made_log_fill(&log, ' ', shift);
            made_log_add(&log, rows[i].text);
            struct log_file file = made_log_file(&log);
            struct log_window window;
            ck_assert(log_window_open(&window, &file, NULL));
            ck_assert_msg(log_is_blank(&window, 0, file.size) == rows[i].blank, "%s", rows[i].text);
            ck_assert(log_is_blank(&window, 0, shift));
            log_window_close(&window);
            made_log_close(&log);
        }
    }
}
END_TEST

SUITE_MAIN("log_value", finds_the_value_of_a_line, finds_a_value_over_a_border,
           finds_a_value_over_several_lines, finds_the_value_around_an_offset, tells_blank)
