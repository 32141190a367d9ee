#include "base/json_scan.h"
#include "log/brackets.h"

#include "made_log.h"
#include "suite.h"

#define SIZE  (3 * LOG_WINDOW + 777)
#define TRIES 4000

static unsigned char text[SIZE];
static uint32_t seed = 42;

static size_t below(size_t limit)
{
    seed = seed * 1664525 + 1013904223;
    return (size_t)(seed >> 8) % limit;
}

/* Now crowded, now with nothing to be found for some hundred bytes or for more than a window. */
static void make_text(void)
{
    static const char *const pieces[] = {"{",   "[",   "}", "]",        "\n",    "\n{",  "\n[",
                                         "\n}", "\n]", "x", "\"type\"", "\"typ", "\n\n", "type"};
    size_t at = 0;
    while (at < SIZE) {
        size_t plain = below(50) == 0 ? 200 + below(2000) : below(3);
        plain = at > SIZE / 2 && at < SIZE / 2 + 1000 ? LOG_WINDOW + 5 : plain;
        for (; plain > 0 && at < SIZE; plain--)
            text[at++] = 'x';
        const char *piece = pieces[below(COUNT(pieces))];
        for (size_t i = 0; piece[i] && at < SIZE; i++)
            text[at++] = (unsigned char)piece[i];
    }
}

static bool is_bracket(uint64_t at, enum log_bracket bracket)
{
    return text[at] == bracket || text[at] == (bracket == LOG_OPENING ? '[' : ']');
}

static bool begins_line(uint64_t at, enum log_bracket bracket)
{
    return is_bracket(at, bracket) && (at == 0 || text[at - 1] == '\n');
}

static uint64_t behind_last(uint64_t end, uint64_t floor)
{
    while (end > floor && !is_bracket(end - 1, LOG_CLOSING))
        end--;
    return end;
}

static uint64_t last_line(enum log_bracket bracket, uint64_t end, uint64_t floor)
{
    for (; end > floor; end--)
        if (begins_line(end - 1, bracket))
            return end - 1;
    return UINT64_MAX;
}

static uint64_t first_line(enum log_bracket bracket, uint64_t start, uint64_t end)
{
    while (start < end && !begins_line(start, bracket))
        start++;
    return start;
}

static bool has_type(uint64_t start, uint64_t end)
{
    for (; start + 6 <= end; start++)
        if (memcmp(text + start, "\"type\"", 6) == 0)
            return true;
    return false;
}

/* A place anywhere, or near a border of windows or blocks. */
static uint64_t some_place(void)
{
    uint64_t at = below(4) == 0 ? below(SIZE + 1) : below(4) * LOG_WINDOW + below(300);
    return at < SIZE ? at : SIZE;
}

START_TEST(finds_what_a_look_at_each_byte_finds)
{
    make_text();
    struct made_log log = made_log_new();
    made_log_add_bytes(&log, text, SIZE);
    struct log_file file = made_log_file(&log);
    struct log_window window;
    ck_assert(log_window_open(&window, &file, NULL));
    for (int i = 0; i < TRIES; i++) {
        uint64_t a = some_place(), b = below(3) > 0 ? a + below(400) : some_place();
        uint64_t floor = a < b ? a : b, end = a < b ? b : a;
        end = end < SIZE ? end : SIZE;
        enum log_bracket bracket = below(2) ? LOG_OPENING : LOG_CLOSING;
        bool right =
            log_behind_last_bracket(&window, end, floor) == behind_last(end, floor) &&
            log_last_line_with(&window, bracket, end, floor) == last_line(bracket, end, floor) &&
            log_first_line_with(&window, bracket, floor, end) == first_line(bracket, floor, end);
        uint64_t from = log_no_type_from(&window, end, floor, LOG_ANY_KIND);
        bool safe = from >= floor && from <= end && (from < end || end == floor) &&
                    !has_type(from + 1, end);
        if (!right || !safe)
            ck_abort_msg("[%llu, %llu)", (unsigned long long)floor, (unsigned long long)end);
    }
    log_window_close(&window);
    made_log_close(&log);
}
END_TEST

START_TEST(finds_the_last_type)
{
    struct made_log log = made_log_new();
    made_log_add(&log, "{\"type\":1,\"type\":2}\n");
    made_log_fill(&log, 'x', 500);
    struct log_file file = made_log_file(&log);
    struct log_window window;
    ck_assert(log_window_open(&window, &file, NULL));
    ck_assert_uint_eq(log_no_type_from(&window, file.size, 0, LOG_ANY_KIND), 10);
    ck_assert_uint_eq(log_no_type_from(&window, 16, 0, LOG_ANY_KIND), 10);
    ck_assert_uint_eq(log_no_type_from(&window, 15, 0, LOG_ANY_KIND), 1);
    ck_assert_uint_eq(log_no_type_from(&window, 6, 0, LOG_ANY_KIND), 0);
    ck_assert_uint_eq(log_no_type_from(&window, file.size, 100, LOG_ANY_KIND), 100);
    log_window_close(&window);
    made_log_close(&log);
}
END_TEST

/* Of one kind: whatever cannot be told counts, as does what the bytes' end cuts. */
START_TEST(knows_the_kind)
{
    static const struct {
        const char *text;
        bool is_result, is_voice;
    } rows[] = {{"{\"type\":\"result\"}", true, false},
                {"{\"type\" :\n\t\"result\"}", true, false},
                {"{\"type\":\"result\",\"type\":\"user\"}", true, false},
                {"{\"type\":\"user\",\"type\":\"assistant\"}", false, true},
                {"{\"type\":\"user\",\"text\":\"\\\"type\\\":\\\"result\\\"\"}", false, false},
                {"{\"type\":{\"a\":\"result\"}}", false, false},
                {"{\"type\":\"res", true, false},
                {"{\"type\": ", true, true},
                {"{\"type\"", true, true},
                {"{\"typ", false, false},
                {"\"type\",\"result\"", false, false},
                {"", false, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct made_log log = made_log_new();
        made_log_add(&log, rows[i].text);
        struct log_file file = made_log_file(&log);
        struct log_window window;
        ck_assert(log_window_open(&window, &file, NULL));
        const unsigned result = LOG_KIND(JSON_EVENT_RESULT),
                       voice = LOG_KIND(JSON_EVENT_ASSISTANT) | LOG_KIND(JSON_EVENT_INIT);
        ck_assert_msg(log_may_have_type(&window, 0, file.size, result) == rows[i].is_result &&
                          log_may_have_type(&window, 0, file.size, voice) == rows[i].is_voice,
                      "%s", rows[i].text);
        ck_assert_msg((log_no_type_from(&window, file.size, 0, result) > 0) ==
                          (rows[i].is_result && rows[i].text[0] == '{'),
                      "%s", rows[i].text);
        log_window_close(&window);
        made_log_close(&log);
    }
}
END_TEST

/* A "type" that lies over the border of two windows. */
START_TEST(knows_the_kind_over_a_border)
{
    for (size_t back = 0; back < 20; back++) {
        struct made_log log = made_log_new();
        made_log_fill(&log, 'x', LOG_WINDOW - back);
        made_log_add(&log, "\"type\":\"result\"");
        made_log_fill(&log, 'x', 100);
        struct log_file file = made_log_file(&log);
        struct log_window window;
        ck_assert(log_window_open(&window, &file, NULL));
        ck_assert_msg(log_may_have_type(&window, 0, file.size, LOG_KIND(JSON_EVENT_RESULT)), "%zu",
                      back);
        log_window_close(&window);
        made_log_close(&log);
    }
}
END_TEST

/* A line that starts where a window does. */
START_TEST(sees_over_a_border)
{
    for (size_t feed = 0; feed < 2; feed++) {
        struct made_log log = made_log_new();
        made_log_fill(&log, 'x', LOG_WINDOW - 1);
        made_log_add(&log, feed ? "\n{" : "x{");
        made_log_fill(&log, 'x', LOG_WINDOW);
        struct log_file file = made_log_file(&log);
        struct log_window window;
        ck_assert(log_window_open(&window, &file, NULL));
        ck_assert_uint_eq(log_first_line_with(&window, LOG_OPENING, 0, file.size),
                          feed ? LOG_WINDOW : file.size);
        ck_assert_uint_eq(log_last_line_with(&window, LOG_OPENING, file.size, 0),
                          feed ? LOG_WINDOW : UINT64_MAX);
        log_window_close(&window);
        made_log_close(&log);
    }
}
END_TEST

SUITE_MAIN("log_seek", finds_what_a_look_at_each_byte_finds, finds_the_last_type, knows_the_kind,
           knows_the_kind_over_a_border, sees_over_a_border)
