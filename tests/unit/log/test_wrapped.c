/* Runs as loggers keep them: each is judged as it would be by itself, whatever stands around its
 * lines. */
#include "judged.h"
#include "log/unwrap.h"
#include "made_log.h"

#define WORKS "All done. I changed 3 files and the tests pass."
#define INIT  "{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"0\"}\n"
#define SAID(words)                                                                                \
    "{\"type\":\"assistant\",\"message\":{\"model\":\"claude\",\"content\":[{\"type\":\"text\","   \
    "\"text\":\"" words "\"}]},\"session_id\":\"0\"}\n"
#define RESULT(members) "{\"type\":\"result\"," members ",\"session_id\":\"0\"}\n"

static const struct {
    const char *name, *log;
    int condition; /* -1: nothing wrong */
} runs[] = {
    {"a good answer", "I looked.\n\n" WORKS "\n", -1},
    {"a refused login", "Not logged in \xC2\xB7 Please run /login\n", RUNLOG_AUTH_FAILURE},
    {"a refused key, then an answer", "Invalid API key \xC2\xB7 Fix external API key\n" WORKS "\n",
     -1},
    {"a limit, then an answer",
     "You've hit your session limit \xC2\xB7 resets 6:07pm (UTC)\n" WORKS "\n", -1},
    {"a message of many lines",
     "API Error: Opus 5.5's safeguards flagged this message. Claude Code can't respond to it.\n\n"
     "Try rephrasing the request in a new session or change your model.\n\n"
     "Learn more: https://support.claude.com/en/articles/8106465\n\n"
     "Request ID: req_011fixture\n\nMessage ID: msg_017fixture\n",
     RUNLOG_RUN_FAILED},
    {"a page", "API Error: 502 <html>\n<body>\n<h1>502 Bad Gateway</h1>\n</body>\n</html>\n",
     RUNLOG_OVERLOADED},
    {"another failure", "Error: Reached max turns (3)\n", RUNLOG_RUN_FAILED},
    {"an answer that speaks of one", "The log said 'API Error: 401' before.\n\n" WORKS "\n", -1},
    {"events, good", INIT SAID("401 Unauthorized") RESULT("\"is_error\":false,\"result\":\"x\""),
     -1},
    {"events, refused", INIT RESULT("\"is_error\":true,\"api_error_status\":401,\"result\":\"x\""),
     RUNLOG_AUTH_FAILURE},
    {"events, killed", INIT SAID("Not logged in"), RUNLOG_RESULT_MISSING},
};

/* What stands before and after each line, which is as it is or a string of JSON. */
static const struct {
    const char *before, *after;
    bool is_string;
} formats[] = {
    {"", "", false},
    {"2026-11-28T10:00:00Z ", "", false},
    {"2026-11-28T10:00:00.123456789Z app[148ed] ord [info] ", "", false},
    {"[2026-11-28T10:00:00.123Z] ", "", false},
    {"[run-claude : step-main] ", "", false},
    {"[12:00:00] :\t [Step 1/1] ", "", false},
    {"[worker-3] [2026-11-28 10:00:00] [stdout] ", "", false},
    {"[    1.500000] host claude[123]: ", "", false},
    {"<14>1 2026-11-28T10:00:00.123Z host claude 123 - - ", "", false},
    {"I, [2026-11-28T10:00:00.123456 #1234]  INFO -- : ", "", false},
    {"claude-1  | ", "", false},
    {"claude-job-7f9c agent ", "", false},
    {"claude-job-7f9c agent 2026-11-28T10:00:00.123456789Z ", "", false},
    {"2026-11-28T10:00:00.123456789Z {app=\"claude\"} ", "", false},
    {"2026-11-28T10:00:00.123456789Z my/stream/abc ", "", false},
    {"\x1b[36m10:00:00 claude.1 | \x1b[0m", "", false},
    {"", "\r", false},
    {"{\"log\":\"", "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-28T10:00:00Z\"}", true},
    {"{\"PRIORITY\":\"6\",\"MESSAGE\":\"", "\"}", true},
    {"{\"version\":\"1.1\",\"host\":\"h\",\"short_message\":\"", "\",\"level\":6}", true},
    {"2026-11-28 10:00:00 +0000 docker.ab: {\"log\":\"", "\",\"source\":\"stdout\"}", true},
    {"[0] kube.x: [1764324000.000000000, {\"log\":\"", "\"}]", true},
    {"time=\"2026-11-28T10:00:00Z\" level=info msg=\"", "\"", true},
    {"level=info ts=1.5 caller=x.go:1 msg=\"", "\" pid=3", true},
    {"2026-11-28T10:00:00.123456789Z stdout F ", "", false},
    {"2026-11-28T10:00:00.1Z stdout F {\"level\":\"info\",\"msg\":\"", "\"}", true},
};

static void add_line(struct made_log *made, size_t format, const char *line, size_t length)
{
    made_log_add(made, formats[format].before);
    for (size_t i = 0; i < length; i++) {
        if (formats[format].is_string && strchr("\"\\", line[i]))
            made_log_add(made, "\\");
        made_log_add_bytes(made, line + i, 1);
    }
    made_log_add(made, formats[format].after);
    made_log_add(made, "\n");
}

START_TEST(judges_a_run_whatever_is_around_its_lines)
{
    for (size_t i = 0; i < COUNT(runs) * COUNT(formats); i++) {
        const size_t run = i % COUNT(runs), format = i / COUNT(runs);
        struct made_log made = made_log_new();
        for (const char *line = runs[run].log; *line;) {
            const size_t length = strcspn(line, "\n");
            add_line(&made, format, line, length);
            line += length + 1;
        }
        struct log_file file = made_log_file(&made);
        struct unwrap unwrap;
        ck_assert_int_eq(unwrap_open(file.fd, file.size, &unwrap), 0);
        struct judged_log got =
            judge_file(unwrap.fd, unwrap.size, strncmp(runs[run].name, "events", 6) != 0);
        unwrap_close(&unwrap);
        made_log_close(&made);
        const int wanted = runs[run].condition;
        ck_assert_msg(wanted < 0 ? got.conditions == 0 : got.conditions == UINT32_C(1) << wanted,
                      "%s behind \"%s\": %x", runs[run].name, formats[format].before,
                      (unsigned)got.conditions);
    }
}
END_TEST

/* An answer whose lines all begin alike has no prefix. */
START_TEST(takes_no_list_for_a_prefix)
{
    static const char *const answers[] = {
        "- API Error: 401 is shown now\n- Not logged in is shown now\n",
        "1. API Error: 401 is retried\n2. API Error: 429 is retried\n",
        "We saw API Error: 401 yesterday\nWe saw API Error: 402 today\n",
        "The log of last night shows:\n\n> API Error: 401\n> API Error: 429\n",
        "The log of last night shows:\n\n    API Error: 401 Invalid key\n",
    };
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct made_log made = made_log_new();
        made_log_add(&made, answers[i]);
        struct log_file file = made_log_file(&made);
        struct judged_log got = judge_file(file.fd, file.size, true);
        made_log_close(&made);
        ck_assert_msg(got.conditions == 0, "%s: %x", answers[i], (unsigned)got.conditions);
    }
}
END_TEST

SUITE_MAIN("wrapped", judges_a_run_whatever_is_around_its_lines, takes_no_list_for_a_prefix)
