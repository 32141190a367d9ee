/* The logs of the scene. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASSISTANT(text)                                                                            \
    "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"" text        \
    "\"}]}}\n"
#define RESULT(is_error, text)                                                                     \
    "{\"type\":\"result\",\"subtype\":\"success\",\"duration_ms\":598,\"num_turns\":2,"            \
    "\"total_cost_usd\":0.00028,\"usage\":{\"input_tokens\":12},\"result\":\"" text                \
    "\",\"is_error\":" is_error "}\n"
#define REFUSED                                                                                    \
    RESULT("true", "Failed to authenticate. API Error: 401 and some more words that make it long")
#define GOOD RESULT("false", "All of the work that was asked for is done, and it was tested too.")

/* How lines of a log stand in another one. */
enum wrapping { JSON_FILE, CRI, JOURNAL, UTF16 };

/* As text between quotes of JSON. */
static void quote(FILE *to, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        fprintf(to, strchr("\"\\", bytes[i]) ? "\\%c" : "%c", bytes[i]);
}

static void wrap_line(FILE *to, enum wrapping wrapping, const char *line, size_t length)
{
    static const char cri[] = "2026-11-28T09:00:00.123456789Z stdout";
    switch (wrapping) {
    case JSON_FILE:
        fputs("{\"log\":\"", to);
        quote(to, line, length);
        fputs("\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-28T09:00:00.123456789Z\"}\n", to);
        break;
    case CRI: /* in two parts */
        fprintf(to, "%s P %.*s\n%s F %.*s\n", cri, 20, line, cri, (int)length - 20, line + 20);
        break;
    case JOURNAL:
        fputs("{\"PRIORITY\":\"6\",\"MESSAGE\":\"", to);
        quote(to, line, length);
        fputs("\",\"__REALTIME_TIMESTAMP\":\"1795000000000000\"}\n", to);
        break;
    case UTF16:
        for (size_t i = 0; i <= length; i++) {
            fputc(line[i], to);
            fputc('\0', to);
        }
        break;
    }
}

static void make_wrapped(const char *root, const char *path, enum wrapping wrapping,
                         const char *log)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&bytes, &size);
    scene_must(to != NULL, "memory");
    if (wrapping == UTF16)
        fputs("\xFF\xFE", to);
    for (const char *end; (end = strchr(log, '\n')); log = end + 1)
        wrap_line(to, wrapping, log, (size_t)(end - log));
    fclose(to);
    scene_make_bytes(root, path, bytes, size, 600);
    free(bytes);
}

/* Six hours behind UTC all year. */
static void make_zone(const char *root)
{
    char zone[54] = "TZif";
    zone[39] = 1; /* one type */
    zone[43] = 4; /* bytes of names */
    memcpy(zone + 44, "\xFF\xFF\xAB\xA0\0\0CST", 9);
    scene_make_directory(root, "zones");
    scene_make_directory(root, "zones/Test");
    scene_make_bytes(root, "zones/Test/Zone", zone, sizeof zone, 600);
}

static void make_wrapped_logs(const char *root)
{
    static const char refused[] = ASSISTANT("I begin.") REFUSED;
    make_wrapped(root, "logs/docker-good.log", JSON_FILE, ASSISTANT("I begin.") GOOD);
    make_wrapped(root, "logs/docker.log", JSON_FILE, refused);
    make_wrapped(root, "logs/cri.log", CRI, refused);
    make_wrapped(root, "logs/journal.log", JOURNAL, refused);
    make_wrapped(root, "logs/utf16.log", UTF16, refused);
}

/* Directories where the newest file is not the log that tells. */
static void make_directories(const char *root)
{
    scene_make_directory(root, "rotated");
    scene_make_file(root, "rotated/run.log", "", 60);
    scene_make_file(root, "rotated/run.log.1", REFUSED, 600);
    scene_make_directory(root, "packed");
    scene_make_file(root, "packed/run.log", REFUSED, 600);
    scene_make_file(root, "packed/run-1", "\x1F\x8B\x08 and so on", 300);
    scene_make_directory(root, "running");
    scene_make_file(root, "running/a.log", REFUSED, 600);
    scene_make_file(root, "running/b.log", ASSISTANT("I begin."), 10);
    scene_make_directory(root, "ahead");
    scene_make_file(root, "ahead/a.log", REFUSED, 600);
    scene_make_file(root, "ahead/b.log", GOOD, -36000);
    scene_make_directory(root, "many");
    scene_make_file(root, "many/a.log", GOOD, 900);
    scene_make_file(root, "many/b.log", GOOD, 600);
    scene_make_file(root, "many/c.log", GOOD, 300);
    scene_make_directory(root, "some");
    scene_make_file(root, "some/a.log", REFUSED, 900);
    scene_make_file(root, "some/b.log", GOOD, 600);
}

void scene_make_logs(const char *root)
{
    scene_make_directory(root, "logs");
    scene_make_file(root, "logs/good.log", ASSISTANT("I begin.") GOOD, 300);
    scene_make_file(root, "logs/refused.log", ASSISTANT("I begin.") REFUSED, 600);
    scene_make_file(root, "logs/both.log", ASSISTANT("One.") GOOD ASSISTANT("Two.") REFUSED, 600);
    scene_make_file(root, "logs/killed.log", ASSISTANT("I begin."), 600);
    scene_make_file(root, "logs/talk.log", ASSISTANT("The page says 401 unauthorized.") GOOD, 600);
    scene_make_file(root, "logs/text.log", "starting\nInvalid API key \u00b7 Please run /login\n",
                    600);
    scene_make_file(root, "logs/own.log", "starting\nthe quota of the house is used up\n", 600);
    scene_make_file(root, "logs/limit.log", "starting\nClaude AI usage limit reached|1795000000\n",
                    600);
    scene_make_file(root, "logs/hit.log", RESULT("true", "You've hit your session limit"), 600);
    scene_make_file(
        root, "logs/zone.log",
        RESULT("true", "You've hit your session limit \u00b7 resets 10:20pm (Test/Zone)"), 600);
    scene_make_file(root, "logs/plain.log", "All of the work is done.\n", 600);
    scene_make_file(root, "logs/error.log", "I begin.\nAPI Error: 529 Overloaded\n", 600);
    scene_make_file(root, "logs/appended.log", GOOD "Killed\n", 600);
    make_wrapped_logs(root);
    make_directories(root);
    make_zone(root);

    enum { LARGE = 3 << 19 }; /* more than is looked through for a result from the end */
    char *large = malloc(LARGE + 64);
    scene_must(large != NULL, "memory");
    for (size_t i = 0; i < LARGE; i++)
        large[i] = i % 80 == 79 ? '\n' : (char)('a' + i % 23);
    memcpy(large + 160, "API Error: 401\n", 15);
    large[LARGE] = '\0';
    scene_make_file(root, "logs/large.log", large, 600);
    free(large);
}
