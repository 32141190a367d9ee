#include "log_text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint64_t seed = 42;

unsigned log_text_below(size_t limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((seed >> 33) % limit);
}

/* Common words, and words of markers, which stand in ordinary text too, but more rarely. */
static const char *const common[] = {
    "the",    "of",       "and",    "to",      "a",      "in",      "that",   "is",     "was",
    "it",     "for",      "on",     "with",    "as",     "be",      "at",     "by",     "this",
    "had",    "not",      "are",    "but",     "from",   "or",      "have",   "an",     "they",
    "which",  "one",      "you",    "were",    "all",    "there",   "would",  "their",  "we",
    "when",   "who",      "will",   "more",    "no",     "if",      "out",    "so",     "said",
    "what",   "up",       "its",    "about",   "than",   "into",    "them",   "can",    "only",
    "other",  "time",     "new",    "some",    "could",  "these",   "two",    "may",    "first",
    "then",   "do",       "any",    "like",    "my",     "now",     "over",   "such",   "file",
    "test",   "tests",    "warn",   "info",    "debug",  "build",   "return", "value",  "server",
    "client", "started",  "module", "package", "update", "read",    "write",  "config", "user",
    "index",  "database", "commit", "branch",  "change", "because", "through"};
static const char *const rare[] = {"your",       "our",     "error",   "failed", "connection",
                                   "login",      "logged",  "token",   "limit",  "reached",
                                   "request",    "usage",   "account", "key",    "please",
                                   "authorized", "expired", "run",     "balance"};

const char *log_text_word(void)
{
    if (log_text_below(200) == 0)
        return rare[log_text_below(sizeof rare / sizeof *rare)];
    return common[log_text_below(log_text_below(2) == 0 ? 30 : sizeof common / sizeof *common)];
}

static size_t add_words(char *ret, size_t room, const char *end)
{
    size_t length = 0;
    for (unsigned left = 5 + log_text_below(10); left > 0; left--)
        length += (size_t)snprintf(ret + length, room - length, "%s%s", log_text_word(),
                                   left == 1 ? end : " ");
    return length;
}

static size_t ordinary_line(char *ret, size_t room)
{
    int count = 0;
    unsigned minute = log_text_below(60), second = log_text_below(60),
             number = log_text_below(90000);
    switch (log_text_below(6)) {
    case 0:
        count = snprintf(ret, room, "2026-08-%02u %02u:%02u:%02u INFO  [%u] ",
                         log_text_below(30) + 1, log_text_below(24), minute, second, number);
        break;
    case 1:
        count = snprintf(ret, room, "10.0.%u.%u - - \"GET /api/v2/%s/%u HTTP/1.1\" 200 %u ", minute,
                         second, log_text_word(), log_text_below(100000), number);
        break;
    case 2:
        count = snprintf(ret, room, "{\"type\":\"%s\",\"path\":\"src/%s/%s.c\",", log_text_word(),
                         log_text_word(), log_text_word());
        break;
    default: break;
    }
    return (size_t)count + add_words(ret + count, room - (size_t)count, ".\n");
}

static size_t event_line(char *ret, size_t room)
{
    unsigned tool = log_text_below(1000000);
    int count = snprintf(ret, room,
                         "{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{"
                         "\"tool_use_id\":\"toolu_%06u\",\"type\":\"tool_result\",\"content\":"
                         "\"HTTP/1.1 401 ",
                         tool);
    size_t length = (size_t)count + add_words(ret + count, room - (size_t)count, "\\n");
    length += add_words(ret + length, room - length, ".");
    count = snprintf(ret + length, room - length,
                     "\"}]},\"parent_tool_use_id\":null,\"session_id\":\"00000000-%06u\"}\n", tool);
    return length + (size_t)count;
}

static size_t part_of_line(char *ret, size_t room)
{
    return add_words(ret, room, " ");
}

static size_t short_line(char *ret, size_t room)
{
    static const char *const lines[] = {"", "4", "401", "}", "{}", "ok", "]", "[", "{", "a b c"};
    return (size_t)snprintf(ret, room, "%s\n", lines[log_text_below(sizeof lines / sizeof *lines)]);
}

/* Lines, the last one cut. */
static void fill(size_t add(char *, size_t), char *ret, size_t length)
{
    for (size_t at = 0; at < length;) {
        char line[1024];
        size_t count = add(line, sizeof line);
        count = count < length - at ? count : length - at;
        memcpy(ret + at, line, count);
        at += count;
    }
}

void log_text_ordinary(char *ret, size_t length)
{
    fill(ordinary_line, ret, length);
}

void log_text_events(char *ret, size_t length)
{
    fill(event_line, ret, length);
}

void log_text_one_line(char *ret, size_t length)
{
    fill(part_of_line, ret, length);
}

void log_text_short_lines(char *ret, size_t length)
{
    fill(short_line, ret, length);
}

void log_text_near_misses(char *ret, size_t length)
{
    log_text_repeat("not logged out, please run login, invalid api kez, unauthorised, 4010 1401 "
                    "x401y, please run  /logout\n",
                    ret, length);
}

void log_text_random(char *ret, size_t length)
{
    for (size_t i = 0; i < length; i++)
        ret[i] = (char)log_text_below(256);
}

void log_text_repeat(const char *text, char *ret, size_t length)
{
    size_t count = strlen(text);
    for (size_t i = 0; i < length; i++)
        ret[i] = text[i % count];
}
