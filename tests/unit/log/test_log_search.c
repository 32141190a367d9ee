#include "log/log_search.h"

#include "log/marker_table.h"
#include "made_log.h"
#include "suite.h"

#define GOOD "{\"is_error\":false,\"result\":\"done\",\"type\":\"result\"}"
#define FAILED                                                                                     \
    "{\"is_error\":true,\"api_error_status\":529,\"result\":\"busy\",\"type\":\"result\"}"
#define VOICE                                                                                      \
    "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Not logged "  \
    "in\"}]},\"error\":\"authentication_failed\"}"
#define PROSE "{\"type\":\"assistant\",\"message\":{\"content\":\"it says 401\"}}"
#define TOOL  "{\"type\":\"user\",\"message\":{\"content\":\"401 Unauthorized: not logged in\"}}"

static struct marker_set *markers;

static void make_markers(void)
{
    if (!markers)
        ck_assert_int_eq(marker_table_set_new(NULL, 0, &markers), 0);
}

/* The facts of a log, whose bytes_read go to *ret_read when that is not NULL. */
static struct log_facts *facts_of(struct made_log *log, struct log_search search,
                                  uint64_t *ret_read)
{
    static struct log_facts facts;
    make_markers();
    search.markers = markers;
    struct log_file file = made_log_file(log);
    ck_assert_int_eq(log_search(&file, &search, &facts), 0);
    if (ret_read)
        *ret_read = file.bytes_read;
    return &facts;
}

static struct log_facts *facts_of_text(const char *text, struct log_search search)
{
    struct made_log log = made_log_new();
    made_log_add(&log, text);
    struct log_facts *facts = facts_of(&log, search, NULL);
    made_log_close(&log);
    return facts;
}

static const struct log_search plain = {.anchored = false};
static const struct log_search anchored = {.anchored = true};
static const struct log_search mentions = {.mentions = true};

START_TEST(finds_the_last_result)
{
    static const struct {
        const char *text;
        bool has_result, is_error, has_voice;
        uint64_t line;
    } rows[] = {
        {GOOD "\n", true, false, false, 1},
        {GOOD, true, false, false, 1},
        {"plain\n" GOOD "\r\n", true, false, false, 2},
        {"plain\n2026-11-18 11:06:40 " GOOD "\n\nplain\n", true, false, false, 2},
        {FAILED "\n" GOOD "\n", true, false, false, 2},
        {GOOD "\n" FAILED "\n", true, true, false, 2},
        {VOICE "\n" FAILED "\n", true, true, true, 2},
        {VOICE "\nplain\n" GOOD "\n", true, false, true, 3},
        {VOICE "\n" FAILED "\nplain\n", true, true, true, 2},
        {"[" VOICE "," FAILED "]\n", true, true, true, 1},
        {VOICE "\n" GOOD "\n" FAILED "\n", true, true, false, 3}, /* the voice of another run */
        {"{\n  \"is_error\": true,\n  \"type\": \"result\"\n}\n", true, true, false, 1},
        {GOOD " rc=0\n", true, false, false, 1},
        {GOOD "\n" FAILED " rc=1", true, true, false, 2},
        {GOOD "\x1B]9;4;0;\x07\n", true, false, false, 1},
        {VOICE "\n", false, false, true, 0},
        {"\x1B[31m" FAILED "\x1B[0m\n", true, true, false, 1},
        {"{\"type\":\"user\",\"message\":{\"type\":\"result\"}}\n", false, false, false, 0},
        {"{\"type\":\"user\",\"message\":\"{\\\"type\\\":\\\"result\\\"}\"}\n", false, false, false,
         0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct log_facts *facts = facts_of_text(rows[i].text, plain);
        ck_assert_msg(facts->has_result == rows[i].has_result, "%s: result", rows[i].text);
        ck_assert_msg(!facts->has_result || facts->result.is_error == rows[i].is_error,
                      "%s: is_error", rows[i].text);
        ck_assert_msg(facts->has_voice == rows[i].has_voice, "%s: voice", rows[i].text);
        /* that of a good result is not asked for */
        uint64_t line = facts->has_result && !facts->result.is_error ? 0 : rows[i].line;
        ck_assert_msg(facts->result_line == line, "%s: line %llu", rows[i].text,
                      (unsigned long long)facts->result_line);
        ck_assert(!facts->is_blank);
    }
    static const char *const blanks[] = {"", "\n", " \t\r\n\n", "\x1B[0m\n"};
    for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++)
        ck_assert(facts_of_text(blanks[i], plain)->is_blank);
}
END_TEST

/* What stands behind a result is another run's, where that shows: of it nothing but the end is
 * told. */
START_TEST(tells_a_run_behind_a_result)
{
#define INIT "{\"type\":\"system\",\"subtype\":\"init\",\"tools\":[\"a\"]}"
    static const struct {
        const char *behind;
        bool good, failed; /* another run's, behind a good result and behind a failed one */
        bool voice;
    } rows[] = {
        {VOICE "\n", true, true, true},
        {INIT "\n", true, true, false},
        {INIT "\n" TOOL "\n" PROSE "\n", true, true, true},
        {INIT "\n" VOICE "\n", true, true, true},
        {"agent-1 | " INIT "\n", true, true, false},
        {"{\"type\": \"system\", \"subtype\": \"init\", \"tools\": []}\n", true, true, false},
        {"{\n  \"type\": \"system\",\n  \"subtype\": \"init\"\n}\n", true, true, false},
        {FAILED " done\n" INIT "\n", true, true, false},
        /* a failed result, in a line that is none */
        {FAILED " and then a good many words that no wrapper puts there\n", true, false, false},
        {FAILED ",\n", true, false, false},
        {"{\"n\":\"\t\",\"is_error\": true,\"type\":\"result\"}\n", true, false, false},
        {"  {\n  \"is_error\": true,\n  \"type\": \"result\"\n  }\n", true, false, false},
        /* lines of a run that died or never began; a failed one's may be said again by a wrapper */
        {"not logged in\nInvalid API key \xC2\xB7 Please run /login\n", true, true, false},
        {"start\n/opt/run.sh: line 4: 42 Killed  claude -p\nend\n", true, false, false},
        {"Killed\n", true, false, false},
        {"job.sh: claude: command not found\n", true, false, false},
        {"Claude run failed: API Error: 529 busy\n", true, true, false},
        {"Claude run failed: busy\n", false, false, false},
        /* the model's words without a result behind them */
        {PROSE "\n" TOOL "\n", true, true, true},
        {"{\"type\":\"system\",\"subtype\":\"init\",\"cw", true, true, false},
        {"{\"is_error\":true,\"resu", true, true, false},
        {"{\"type\":\"assistant\",\"message\":{\"cont", true, true, false},
        /* no run: words, other events, and what says that all was well */
        {"it says not logged in\nError: 401 Unauthorized\n", false, false, false},
        {"{\"type\":\"system\",\"subtype\":\"hook_respo", false, false, false},
        {"{\"type\":\"system\",\"subtype\":\"hook_response\"}\n", false, false, false},
        {"{\"type\":\"user\",\"subtype\":\"init\"}\n", false, false, false},
        {"{\"type\": \"user\", \"subtype\": \"init\"}\n", false, false, false},
        {"{\"type\":\"user\",\"message\":{\"is_error\":true}}\n", false, false, false},
        {"{\"is_error\":false,\"type\":\"result\"} done\n", false, false, false},
        {"{\"is_error\":null} done\n", false, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int failed = 0; failed < 2; failed++) {
            for (int far = 0; far < 2; far++) {
                struct made_log log = made_log_new();
                made_log_add(&log, "401\n");
                made_log_add(&log, failed ? FAILED "\n" : GOOD "\n");
                if (far)
                    made_log_add_lines(&log, (size_t)2 << 20);
                made_log_add(&log, rows[i].behind);
                const struct log_facts *facts = facts_of(&log, plain, NULL);
                bool other = failed ? rows[i].failed : rows[i].good;
                const char *where = failed ? "behind a failed one" : "behind a good one";
                /* far up it is not looked for where a stream begins */
                ck_assert_msg(facts->is_behind_result == other || (far && other), "%s %s",
                              rows[i].behind, where);
                ck_assert_msg(facts->has_result == !other, "%s %s", rows[i].behind, where);
                ck_assert_msg(facts->has_voice == (other && rows[i].voice), "%s %s", rows[i].behind,
                              where);
                ck_assert_msg(!facts->marks[RUNLOG_AUTH_FAILURE].found, "%s %s", rows[i].behind,
                              where);
                made_log_close(&log);
            }
        }
    }
}
END_TEST

/* Neither a result nor a reason to believe the one before. */
START_TEST(takes_no_result_that_cannot_be_read)
{
#define UNREADABLE "{\"is_error\":false,\"type\":\"result\",\"x\":\"\\x\"}"
    const struct log_facts *facts = facts_of_text(GOOD "\n" VOICE "\n" UNREADABLE "\n", plain);
    ck_assert(!facts->has_result && facts->has_voice);
    facts = facts_of_text(GOOD "\n" UNREADABLE "\n", plain);
    ck_assert(!facts->has_result && !facts->has_voice);
    facts = facts_of_text(UNREADABLE "\n" GOOD "\n", plain);
    ck_assert(facts->has_result && !facts->is_behind_result);
}
END_TEST

/* The end of the result's line, and its start, at every offset around the borders of windows. */
START_TEST(finds_a_result_over_a_border)
{
    static const char line[] = "11:06:40 \x1B[2m" GOOD "\x1B[0m \r\n";
    static const size_t borders[] = {LOG_WINDOW / 2, LOG_WINDOW};
    for (size_t i = 0; i < sizeof borders / sizeof borders[0]; i++) {
        for (size_t behind = borders[i] - sizeof line - 2; behind < borders[i] + 2; behind++) {
            struct made_log log = made_log_new();
            made_log_add_lines(&log, LOG_WINDOW);
            made_log_add(&log, line);
            made_log_add_lines(&log, behind);
            ck_assert_msg(facts_of(&log, plain, NULL)->has_result, "%zu bytes behind it", behind);
            made_log_close(&log);
        }
    }
}
END_TEST

/* A good log costs the same whatever its size. */
START_TEST(reads_little_of_a_good_log)
{
    for (size_t size = 1024; size <= (size_t)64 << 20; size *= 16) {
        struct made_log log = made_log_new();
        made_log_add(&log, TOOL "\n");
        ck_assert_int_eq(fseek(log.stream, (long)size, SEEK_SET), 0); /* a hole */
        made_log_add(&log, "\n" GOOD "\n");
        uint64_t bytes_read;
        ck_assert(facts_of(&log, plain, &bytes_read)->has_result);
        ck_assert_msg(bytes_read <= 3 * LOG_WINDOW, "%zu: %llu bytes read", size,
                      (unsigned long long)bytes_read);
        made_log_close(&log);
    }
}
END_TEST

/* Text without a result is read once, and its last MiB once more. */
START_TEST(reads_a_long_text_once)
{
    static const char *const starts[] = {"401 Unauthorized\n", "[INFO] 401\n", "x\n"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        struct made_log log = made_log_new();
        made_log_add(&log, starts[i]);
        made_log_add_lines(&log, (size_t)8 << 20);
        uint64_t bytes_read;
        ck_assert(!facts_of(&log, plain, &bytes_read)->has_result);
        ck_assert_msg(bytes_read <= ((uint64_t)9 << 20) + 4 * LOG_WINDOW, "%s: %llu bytes read",
                      starts[i], (unsigned long long)bytes_read);
        made_log_close(&log);
    }
}
END_TEST

/* An array of events without a result: back to its start, and once through it. */
START_TEST(reads_a_long_array_twice)
{
    struct made_log log = made_log_new();
    made_log_add(&log, "[\n  {\n    \"type\": \"system\",\n    \"subtype\": \"init\"\n  }");
    for (int i = 0; i < 1000; i++) {
        made_log_add(&log, ",\n  {\n    \"type\": \"user\",\n    \"content\": \"");
        made_log_fill(&log, 'x', 8000);
        made_log_add(&log, "\"\n  }");
    }
    made_log_add(&log, "\n]\n");
    uint64_t bytes_read;
    const struct log_facts *facts = facts_of(&log, plain, &bytes_read);
    ck_assert(!facts->has_result && facts->has_events);
    ck_assert_msg(bytes_read <= ((uint64_t)17 << 20), "%llu bytes read",
                  (unsigned long long)bytes_read);
    made_log_close(&log);
}
END_TEST

START_TEST(finds_a_result_far_up)
{
    static const char *const behind[] = {"", "401 Unauthorized\n", "\"result\"\n", TOOL "\n"};
    for (size_t i = 0; i < sizeof behind / sizeof behind[0]; i++) {
        for (int failed = 0; failed < 2; failed++) {
            struct made_log log = made_log_new();
            made_log_add(&log, "not logged in\n" VOICE "\n");
            made_log_add(&log, failed ? FAILED "\n" : GOOD "\n");
            made_log_add_lines(&log, (size_t)3 << 20);
            made_log_add(&log, behind[i]);
            const struct log_facts *facts = facts_of(&log, plain, NULL);
            ck_assert(facts->has_result);
            ck_assert(facts->result.is_error == (failed == 1));
            ck_assert(facts->has_voice);
            ck_assert(!facts->marks[RUNLOG_AUTH_FAILURE].found);
            ck_assert_uint_eq(facts->result_line, failed ? 3 : 0);
            made_log_close(&log);
        }
    }
}
END_TEST

/* Without a message of the CLI's the words of the plain search count, in text without events. */
START_TEST(finds_words_in_plain_text)
{
    static const struct {
        const char *text;
        uint64_t line; /* 0 for none */
    } rows[] = {
        {"plain\n\nusers that are not logged in\r\n", 3},
        {"it says 401 there\n", 1},
        {"error 4010, 1401, 401x, _401\n", 0},
        {"PLEASE\nRUN\n/LOGIN", 0},
        {"please run/login", 1},
        {"Please run \t\n /login", 1},
        {"All done.\n", 0},
        {TOOL "\n", 0},
        {TOOL "\nMCP server: 401 Unauthorized\n", 0},
        {"{\"level\":\"error\",\"message\":\"401\"}\n", 1},
        {"\0 401", 0},
        {"401\nAPI Error: 529 Overloaded\n", 0},  /* which says why */
        {"Error: HTTP 401 Unauthorized, x\n", 0}, /* run-failed: some program's */
        {"API Error: 400 messages.401.content\n", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct log_facts *facts = facts_of_text(rows[i].text, plain);
        ck_assert_msg(facts->marks[RUNLOG_AUTH_FAILURE].line == rows[i].line, "%s: line %llu",
                      rows[i].text, (unsigned long long)facts->marks[RUNLOG_AUTH_FAILURE].line);
        ck_assert(facts->marks[RUNLOG_AUTH_FAILURE].found == (rows[i].line > 0));
        ck_assert(!facts_of_text(rows[i].text, anchored)->marks[RUNLOG_AUTH_FAILURE].found);
    }
}
END_TEST

/* A word at every offset around the border of the first window, and a message of the last line. */
START_TEST(finds_markers_over_a_border)
{
    static const char message[] = "Not logged in \xC2\xB7 Please run /login";
    for (size_t back = 0; back <= sizeof message + 4; back++) {
        struct made_log log = made_log_new();
        made_log_add_lines(&log, LOG_WINDOW - back + 2);
        made_log_add(&log, message);
        made_log_add(&log, "\n");
        const struct log_facts *facts = facts_of(&log, anchored, NULL);
        ck_assert_msg(facts->message.found, "anchored, %zu", back);
        ck_assert_msg(strcmp(facts->message.text, message) == 0, "anchored, %zu: [%s]", back,
                      facts->message.text);
        made_log_add_lines(&log, LOG_WINDOW / 2);
        facts = facts_of(&log, plain, NULL);
        ck_assert_msg(facts->marks[RUNLOG_AUTH_FAILURE].found, "%zu", back);
        ck_assert_msg(facts->marks[RUNLOG_AUTH_FAILURE].offset == LOG_WINDOW - back + 2,
                      "%zu: place", back);
        made_log_close(&log);
    }
}
END_TEST

START_TEST(counts_mentions)
{
    static const struct {
        const char *text;
        uint64_t mentions, line;
    } rows[] = {
        {GOOD "\n", 0, 0},
        {"401\n" GOOD "\n", 1, 1},
        {TOOL "\n\n" TOOL "\n" GOOD "\n", 6, 1},
        {GOOD "\n401\nunauthorized\n", 2, 2},
        {"{\"is_error\":false,\"result\":\"401\",\"type\":\"result\"}\n", 1, 1},
        /* its own voice is none */
        {VOICE "\n" FAILED "\n", 0, 0},
        {"[" VOICE "," FAILED "]\n", 0, 0},
        {TOOL "\n" VOICE "\n" FAILED "\n", 3, 1},
        {VOICE "\n", 0, 0},
        {TOOL "\n" VOICE "\n", 3, 1},
        /* the CLI's own before a good result is one */
        {"plain\n" VOICE "\n" GOOD "\n", 1, 2},
        /* a marker in plain text without a result is a failure, no mention */
        {"401\n", 0, 0},
        {"401\n" TOOL "\n", 4, 1}, /* in a log with events it is one */
        /* the model's last words are not the CLI's voice */
        {PROSE "\n", 1, 1},
        {PROSE "\n" FAILED "\n", 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct log_facts *facts = facts_of_text(rows[i].text, mentions);
        ck_assert(facts->mentions_counted);
        ck_assert_msg(facts->mentions == rows[i].mentions, "%s: %llu", rows[i].text,
                      (unsigned long long)facts->mentions);
        ck_assert_msg(facts->mention.found == (rows[i].mentions > 0), "%s", rows[i].text);
        ck_assert_msg(facts->mention.line == rows[i].line, "%s: line %llu", rows[i].text,
                      (unsigned long long)facts->mention.line);
        ck_assert(!facts_of_text(rows[i].text, plain)->mentions_counted);
    }
    const struct log_search both = {.anchored = true, .mentions = true};
    ck_assert_uint_eq(facts_of_text("401 and\nunauthorized\n", both)->mentions, 2);
}
END_TEST

static uint32_t conditions_of(const struct log_facts *facts)
{
    uint32_t conditions = 0;
    for (size_t c = 0; c < RUNLOG_CONDITIONS; c++)
        conditions |= (uint32_t)facts->marks[c].found << c;
    return conditions;
}

/* Half a last line, at every length: never a result, and never a crash. */
START_TEST(takes_a_half_last_line)
{
    static const char whole[] = FAILED;
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        struct made_log log = made_log_new();
        made_log_add(&log, VOICE "\n");
        made_log_add_bytes(&log, whole, length);
        const struct log_facts *facts = facts_of(&log, plain, NULL);
        ck_assert_msg(!facts->has_result && facts->has_voice, "%zu bytes", length);
        made_log_close(&log);
    }
}
END_TEST

/* Half an event is no evidence, whatever its type. */
START_TEST(does_not_believe_half_an_event)
{
    static const struct {
        const char *half;
        bool refused;
    } rows[] = {
        {"{\"type\":\"user\",\"message\":{\"content\":\"401 Unauth", false},
        {"11:06:40 {\"type\":\"user\",\"message\":{\"content\":\"401 Unauth", false},
        {"{\"type\":\"assistant\",\"message\":{\"content\":\"it says 401 ", false},
        {"{\"is_error\":false,\"result\":\"it says 401 ", false},
        {"[{\"type\":\"system\"},{\"type\":\"user\",\"message\":{\"content\":\"401 Unauth", false},
        {"{\"type\":\"assistant\",\"message\":{\"model\":\"<synthetic>\",\"content\":\"401 ",
         false},
        {"{\"is_error\":true,\"result\":\"it says 401 ", false},
        {"{\"type\":\"stream_event\",\"event\":{\"delta\":{\"text\":\"401 ", false},
        {"{\"type\":\"system\",\"subtype\":\"hook_response\",\"stdout\":\"not logged in", false},
        {"{\"type\":\"result\",\"permission_denials\":[{\"command\":\"grep 401 ", false},
        {"{\"uuid\":\"00000000-0000-4000-8000-401", false},
        {"{\n  \"type\": \"user\",\n  \"message\": \"401 Unauth", false},
        {"401 {\"type\":\"error\",\"error\":{", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int before = 0; before < 2; before++) {
            struct made_log log = made_log_new();
            made_log_add(&log, before ? "start\n" : "");
            made_log_add(&log, rows[i].half);
            const struct log_facts *facts = facts_of(&log, mentions, NULL);
            const bool has_word = !strstr(rows[i].half, "-401");
            ck_assert_msg(facts->marks[RUNLOG_AUTH_FAILURE].found == rows[i].refused, "%s",
                          rows[i].half);
            ck_assert_msg(facts->mention.found == (has_word && !rows[i].refused) || !has_word, "%s",
                          rows[i].half);
            facts = facts_of(&log, plain, NULL);
            ck_assert_msg(facts->marks[RUNLOG_AUTH_FAILURE].found == rows[i].refused, "%s",
                          rows[i].half);
            made_log_close(&log);
        }
    }
}
END_TEST

/* Text that makes a careless search look again and again at the same bytes. */
START_TEST(takes_no_longer_for_hostile_text)
{
    static const char *const lines[] = {
        "}\n",           "]\n",           "{\n",
        "[\n",           "[[[[[[[[1,}\n", "{\"type\":\"a\"\n",
        ",[1]\n",        "401 [\n",       "\"result\"",
        "\"result\"}\n", "{\"a\":[1]\n,", "[401,\n",
        "[[],401\n]\n",  "m\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct made_log log = made_log_new();
        for (size_t size = 0; size < (size_t)1 << 18; size += strlen(lines[i]))
            made_log_add(&log, lines[i]);
        for (int with_mentions = 0; with_mentions < 2; with_mentions++) {
            uint64_t bytes_read;
            facts_of(&log, with_mentions ? mentions : plain, &bytes_read);
            ck_assert_msg(bytes_read < (uint64_t)16 << 20, "%s: %llu bytes read", lines[i],
                          (unsigned long long)bytes_read);
        }
        made_log_close(&log);
    }
}
END_TEST

START_TEST(only_result_leaves_it_at_that)
{
    const struct log_search only = {.only_result = true};
    const struct log_facts *facts = facts_of_text("not logged in\n", only);
    ck_assert(!facts->has_result && conditions_of(facts) == 0);
    const struct log_search both = {.only_result = true, .mentions = true};
    ck_assert(!facts_of_text(TOOL "\n", both)->mentions_counted);
    facts = facts_of_text(TOOL "\n" GOOD "\n", both);
    ck_assert(facts->mentions_counted && facts->mentions == 3);
    struct made_log log = made_log_new();
    made_log_add(&log, GOOD "\n");
    made_log_add_lines(&log, (size_t)3 << 20);
    ck_assert(facts_of(&log, only, NULL)->has_result);
    made_log_close(&log);
}
END_TEST

SUITE_MAIN("log_search", finds_the_last_result, tells_a_run_behind_a_result,
           takes_no_result_that_cannot_be_read, finds_a_result_over_a_border,
           reads_little_of_a_good_log, reads_a_long_text_once, reads_a_long_array_twice,
           finds_a_result_far_up, finds_words_in_plain_text, finds_markers_over_a_border,
           counts_mentions, takes_a_half_last_line, does_not_believe_half_an_event,
           takes_no_longer_for_hostile_text, only_result_leaves_it_at_that)
