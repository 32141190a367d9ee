#include "log/unwrap.h"

#include "scratch.h"
#include "suite.h"
#include "system/deadline.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define INIT          "{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"0\"}"
#define RESULT        "{\"type\":\"result\",\"is_error\":false,\"session_id\":\"0\"}"
#define IN_TEXT(kind) "{\\\"type\\\":\\\"" kind "\\\",\\\"session_id\\\":\\\"0\\\"}"
#define OUT(kind)     "{\"type\":\"" kind "\",\"session_id\":\"0\"}"
#define DOCKER(text)                                                                               \
    "{\"log\":\"" text "\",\"stream\":\"stdout\",\"time\":\"2026-11-28T09:00:00Z\"}\n"
#define STDERR(text)                                                                               \
    "{\"log\":\"" text "\",\"stream\":\"stderr\",\"time\":\"2026-11-28T09:00:00Z\"}\n"
#define CRI(part) "2026-11-28T09:00:00.123456789Z std" part "\n"
#define STAMP     "2026-11-28T09:00:00.1234567Z "

static int open_bytes(const char *bytes, size_t length)
{
    FILE *file = fopen("log", "w");
    ck_assert(file && (length == 0 || fwrite(bytes, length, 1, file) == 1) && fclose(file) == 0);
    int fd = open("log", O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    return fd;
}

/* What a log is unwrapped to, to be freed; NULL when it is read as it is. */
static char *unwrapped(const char *bytes, size_t length, struct unwrap *unwrap)
{
    int fd = open_bytes(bytes, length);
    ck_assert_int_eq(unwrap_open(fd, length, unwrap), 0);
    if (unwrap->count == 0) {
        ck_assert(unwrap->fd == fd && unwrap->size == length);
        close(fd);
        return NULL;
    }
    char *out = malloc(unwrap->size + 1);
    ck_assert(out && pread(unwrap->fd, out, unwrap->size, 0) == (ssize_t)unwrap->size);
    out[unwrap->size] = '\0';
    return out; /* fd stays open: lines are asked for */
}

static void finish(struct unwrap *unwrap, char *out)
{
    if (unwrap->count > 0)
        close(unwrap->layers[0].fd);
    unwrap_close(unwrap);
    free(out);
}

START_TEST(takes_the_log_out_of_its_format)
{
    static const struct {
        const char *name, *log, *wanted;
    } rows[] = {
        {"docker", DOCKER(IN_TEXT("system") "\\n") DOCKER(IN_TEXT("result") "\\n"),
         OUT("system") "\n" OUT("result") "\n"},
        {"docker, text", DOCKER("I fixed it.\\n") DOCKER("\\n") DOCKER("All pass.\\n"),
         "I fixed it.\n\nAll pass.\n"},
        {"docker, in parts", DOCKER("{\\\"type\\\":") DOCKER("\\\"result\\\"}\\n"),
         "{\"type\":\"result\"}\n"},
        {"docker, parts and another stream",
         DOCKER("{\\\"a\\\":") STDERR("warning\\n") DOCKER("1}\\n"), "{\"a\":1}\nwarning\n"},
        {"no line feeds in the records", "{\"msg\":\"a b\"}\n{\"msg\":\"\"}\n{\"msg\":\"c d\"}\n",
         "a b\n\nc d\n"},
        {"journald, in parts",
         "{\"MESSAGE\":\"{\\\"a\\\":\",\"_LINE_BREAK\":\"line-max\"}\n{\"MESSAGE\":\"1}\"}\n",
         "{\"a\":1}\n"},
        {"one record of many lines",
         "{\"rc\":1,\"stdout\":\"" IN_TEXT("system") "\\n" IN_TEXT("result") "\"}\n",
         OUT("system") "\n" OUT("result") "\n"},
        {"ansible",
         "PLAY [all]\n\nTASK [run]\nchanged: [host] => {\"rc\":0,\"stdout\":\"" IN_TEXT(
             "result") "\"}\n\nPLAY RECAP\nhost : ok=1\n",
         "PLAY [all]\n\nTASK [run]\n" OUT("result") "\n\nPLAY RECAP\nhost : ok=1\n"},
        {"lines that are none", "starting\n" DOCKER("a b\\n") DOCKER("c d\\n"),
         "starting\na b\nc d\n"},
        {"records over lines",
         "[\n  {\n    \"insertId\": \"x y\",\n    \"textPayload\": \"" IN_TEXT(
             "result") "\"\n  },\n  {\n    \"textPayload\": \"a b\",\n    \"n\": 1\n  }\n]\n",
         OUT("result") "\na b\n"},
        {"logfmt",
         "ts=1 level=info msg=\"" IN_TEXT("system") "\"\nts=2 level=info msg=\"" IN_TEXT(
             "result") "\" pid=3\n",
         OUT("system") "\n" OUT("result") "\n"},
        {"cut", DOCKER(IN_TEXT("result") "\\n") "{\"log\":\"{\\\"ty",
         OUT("result") "\n{\"log\":\"{\\\"ty"},
        {"cri", CRI("out F a b") CRI("err F c d") CRI("out F "), "a b\nc d\n\n"},
        {"cri, in parts", CRI("out P {\"a\":") CRI("out P 1") CRI("out F }"), "{\"a\":1}\n"},
        {"cri, streams in turns",
         CRI("out P {\"a\":") CRI("err F oh") CRI("err P x") CRI("out F 1}") CRI("err F y"),
         "{\"a\":1}\noh\nxy\n"},
        {"cri around records", CRI("out F {\"msg\":\"a b\"}") CRI("out F {\"msg\":\"c d\"}"),
         "a b\nc d\n"},
        {"colours in json",
         "\x1B[1;39m{\x1B[0m\x1B[34;1m\"type\"\x1B[0m\x1B[1;39m:\x1B[0m\x1B[0;32m\"result\"\x1B["
         "0m\x1B[1;39m\x1B[1;39m}\x1B[0m\n",
         "{\"type\":\"result\"}\n"},
        {"a value over lines",
         STAMP "{\n" STAMP "  \"type\": \"result\",\n" STAMP "  \"x\": [\n" STAMP "    {\n" STAMP
               "      \"y\": 1\n" STAMP "    }\n" STAMP "  ]\n" STAMP "}\n" STAMP
               "##[error]Process completed\n",
         "{\n  \"type\": \"result\",\n  \"x\": [\n    {\n      \"y\": 1\n    }\n  "
         "]\n}\n##[error]Process completed\n"},
    };
    scratch_enter();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct unwrap unwrap;
        char *got = unwrapped(rows[i].log, strlen(rows[i].log), &unwrap);
        ck_assert_msg(got && strcmp(got, rows[i].wanted) == 0, "%s: [%s]", rows[i].name,
                      got ? got : "as it is");
        ck_assert_msg(!unwrap.holds_foreign, "%s", rows[i].name);
        finish(&unwrap, got);
    }
}
END_TEST

/* No word of a tool or of the model gets out of a string of an event. */
START_TEST(leaves_every_other_log_as_it_is)
{
    static const char *const logs[] = {
        "",
        "\n",
        "\xFF\xFE" RESULT "\n", /* no UTF-16 */
        "Not logged in\n",
        INIT "\n" RESULT "\n",
        "{\"result\":\"x\",\"type\":\"result\",\"is_error\":true}\n",
        "[" INIT "," RESULT "]\n",
        "{\n  \"type\": \"result\"\n}\n",
        "{\n  \"message\": \"" IN_TEXT("result") "\",\n  \"type\": \"user\"\n}\n",
        "{\n  \"stdout\": \"" IN_TEXT("result") "\",\n  \"type\": \"result\",\n  \"x\": 1\n}\n",
        "{\n  \"message\": \"" IN_TEXT("result") "\",\n  \"ty\n", /* cut: it may be an event */
        /* a tool prints records that hold events, and the log has events by itself */
        INIT "\n" DOCKER(IN_TEXT("result") "\\n") DOCKER(IN_TEXT("result") "\\n") RESULT "\n",
        DOCKER(IN_TEXT("result") "\\n") DOCKER(IN_TEXT("result") "\\n") RESULT "\n",
        DOCKER(IN_TEXT("result") "\\n") STAMP RESULT "\n",
        DOCKER(IN_TEXT("result") "\\n") "{\"type\":\"assistant\",\"message\":{\"content\":\"cut",
        "{\"type\":\"user\",\"message\":{\"content\":\"" IN_TEXT(
            "result") "\"},\"session_id\":\"0\"}\n",
        "{\"tool_use_result\":{\"stdout\":\"" IN_TEXT(
            "result") "\"},\"type\":\"user\",\"session_id\":\"0\"}\n",
        "{\"stdout\":\"" IN_TEXT("result") "\",\"type\":\"of_tomorrow\",\"session_id\":\"0\"}\n",
        /* an answer that shows what a record looks like */
        "Docker writes it so:\n\n" DOCKER(
            IN_TEXT("result") "\\n") "\nand I fixed the reader.\nAll tests pass.\n",
        "\x1B[1mbold\x1B[0m text\n",
        "2026-11-28T09:00:00Z one\n2026-11-28T09:00:01Z two\n",
    };
    scratch_enter();
    for (size_t i = 0; i < COUNT(logs); i++) {
        struct unwrap unwrap;
        char *got = unwrapped(logs[i], strlen(logs[i]), &unwrap);
        ck_assert_msg(!got, "%s: [%s]", logs[i], got);
        ck_assert_msg(!unwrap.holds_foreign || strncmp(logs[i], "Docker", 6) == 0 ||
                          strstr(logs[i], "\"ty\n"),
                      "%s", logs[i]);
        finish(&unwrap, got);
    }
}
END_TEST

/* The same where the event stands far from both ends, which are looked at. */
START_TEST(finds_an_event_in_the_middle)
{
    const size_t room = 1 << 20;
    char *log = malloc(room);
    size_t length = 0;
    scratch_enter();
    while (length < room / 2 - 1000)
        length += (size_t)sprintf(log + length, "%s", DOCKER(IN_TEXT("result") "\\n"));
    length += (size_t)sprintf(log + length, "%s", INIT "\n");
    while (length < room - 1000)
        length += (size_t)sprintf(log + length, "%s", DOCKER(IN_TEXT("result") "\\n"));
    struct unwrap unwrap;
    char *got = unwrapped(log, length, &unwrap);
    ck_assert(!got && !unwrap.holds_foreign);
    finish(&unwrap, got);
    free(log);
}
END_TEST

START_TEST(tells_events_that_it_cannot_read)
{
    static const char *const logs[] = {
        "2026-11-28 09:00:00,123 - INFO - {'type': 'result', 'is_error': True}\n",
        "INFO:root:claude stdout: '{\"type\":\"result\",\"is_error\":true}\\n'\n",
        "out:\n  - \"" IN_TEXT("result") "\"\n",
    };
    scratch_enter();
    for (size_t i = 0; i < COUNT(logs); i++) {
        struct unwrap unwrap;
        char *got = unwrapped(logs[i], strlen(logs[i]), &unwrap);
        ck_assert_msg(!got && unwrap.holds_foreign, "%s", logs[i]);
        finish(&unwrap, got);
    }
}
END_TEST

START_TEST(reads_utf_16_in_both_orders)
{
    static const char text[] = "{\"type\":\"result\"}\r\nh\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\n";
    static const unsigned units[] = {'h', 0xE9, ' ', 0x20AC, ' ', 0xD83D, 0xDE00, '\n'};
    scratch_enter();
    for (int order = 0; order < 2; order++) {
        char log[256] = {order ? '\xFE' : '\xFF', order ? '\xFF' : '\xFE'};
        size_t length = 2, first = strcspn(text, "h");
        for (size_t i = 0; i < first; i++, length += 2)
            log[length + (order ? 1 : 0)] = text[i];
        for (size_t i = 0; i < COUNT(units); i++, length += 2) {
            log[length + (order ? 0 : 1)] = (char)(units[i] >> 8);
            log[length + (order ? 1 : 0)] = (char)units[i];
        }
        struct unwrap unwrap;
        char *got = unwrapped(log, length, &unwrap);
        ck_assert_msg(got && strcmp(got, text) == 0, "order %d: [%s]", order,
                      got ? got : "as it is");
        ck_assert_uint_eq(unwrap_line(&unwrap, 2), 2);
        finish(&unwrap, got);
        got = unwrapped(log, length - 3, &unwrap); /* cut in a unit */
        ck_assert(got && strncmp(got, text, sizeof text - 7) == 0);
        finish(&unwrap, got);
    }
}
END_TEST

START_TEST(names_the_lines_of_the_log)
{
    static const struct {
        const char *log;
        uint64_t lines[5]; /* from which the first, second ... come */
    } rows[] = {
        {DOCKER("a\\n") DOCKER("b\\n") DOCKER("c\\n"), {1, 2, 3}},
        {DOCKER("a") DOCKER("b\\n") DOCKER("c\\n"), {1, 3}},
        {"x\n" DOCKER("a\\nb\\nc\\n") DOCKER("d\\n"), {1, 2, 2, 2, 3}},
        {CRI("out P a") CRI("out F b") CRI("out F c"), {1, 3}},
        {CRI("out P {\"msg\":") CRI("out F \"a b\"}") CRI("out F {\"msg\":\"c d\"}"), {1, 3}},
        {STAMP "{\n" STAMP "  \"type\": 1\n" STAMP "}\n", {1, 2, 3}},
    };
    scratch_enter();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct unwrap unwrap;
        char *got = unwrapped(rows[i].log, strlen(rows[i].log), &unwrap);
        ck_assert_msg(got, "row %zu", i);
        for (uint64_t line = 1; line <= 5 && rows[i].lines[line - 1] > 0; line++)
            ck_assert_msg(unwrap_line(&unwrap, line) == rows[i].lines[line - 1],
                          "row %zu, line %d: %d", i, (int)line, (int)unwrap_line(&unwrap, line));
        ck_assert_uint_eq(unwrap_line(&unwrap, 0), 0);
        finish(&unwrap, got);
    }
}
END_TEST

START_TEST(fails_as_a_whole)
{
    static const char log[] = DOCKER("a b\\n");
    struct unwrap unwrap;
    scratch_enter();
    int fd = open_bytes(log, sizeof log - 1);
    setenv("TMPDIR", "/nonexistent", 1);
    ck_assert_int_eq(unwrap_open(fd, sizeof log - 1, &unwrap), ENOENT);
    setenv("TMPDIR", scratch_path, 1);
    ck_assert_int_eq(unwrap_open(fd, sizeof log - 1 + 100, &unwrap), 0); /* cut since */
    ck_assert_int_eq(scratch_count("."), 1);
    unwrap_close(&unwrap);
    unwrap_close(&unwrap);
    if (scratch_no_descriptors())
        ck_assert_int_eq(unwrap_open(fd, sizeof log - 1, &unwrap), EMFILE);
    scratch_descriptors_again();
    deadline_start(1);
    while (deadline_left_ms() > 0)
        continue;
    ck_assert_int_eq(unwrap_open(fd, sizeof log - 1, &unwrap), ETIMEDOUT);
    close(fd);
}
END_TEST

SUITE_MAIN("unwrap", takes_the_log_out_of_its_format, leaves_every_other_log_as_it_is,
           finds_an_event_in_the_middle, tells_events_that_it_cannot_read,
           reads_utf_16_in_both_orders, names_the_lines_of_the_log, fails_as_a_whole)
