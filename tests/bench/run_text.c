#include "run_text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSION "\"session_id\":\"bbfaaac2-7c1c-4524-9347-56f39f60b409\""
#define UUID    "\"uuid\":\"%08x-6f38-4c3e-9227-27a59b4bba13\""
#define STAMP   "\"timestamp\":\"2026-11-28T10:43:%02u.042Z\""
#define ASSISTANT                                                                                  \
    "{\"type\":\"assistant\",\"message\":{\"id\":\"msg_011fe6956edbd4\",\"type\":\"message\","     \
    "\"role\":\"assistant\",\"model\":\"claude-opus-5-5\",\"content\":[{\"type\":"
#define ASSISTANT_END                                                                              \
    "}],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1200,"             \
    "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":30},"       \
    "\"context_management\":null},\"parent_tool_use_id\":null," SESSION "," UUID "," STAMP         \
    ",\"request_id\":\"req_011fixture\"}\n"
#define RESULT                                                                                     \
    "{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":"             \
    "\"toolu_0122022ed45b2d\",\"type\":\"tool_result\",\"content\":"
#define RESULT_END                                                                                 \
    ",\"is_error\":false}]},\"parent_tool_use_id\":null," SESSION "," UUID "," STAMP               \
    ",\"tool_use_result\":{\"stdout\":\"\",\"stderr\":\"\",\"interrupted\":false,\"isImage\":"     \
    "false,\"noOutputExpected\":false}}\n"
#define PART                                                                                       \
    "{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"index\":0,\"delta\"" \
    ":{\"type\":\"text_delta\",\"text\":\""
#define PART_END                                                                                   \
    "\"}}," SESSION ",\"parent_tool_use_id\":null," UUID ",\"api_message_id\":\"msg_0\"}\n"
#define INIT                                                                                       \
    "{\"type\":\"system\",\"subtype\":\"init\",\"cwd\":\"/srv/agent/work\"," SESSION               \
    ",\"tools\":[\"Task\",\"Bash\",\"Edit\",\"Read\",\"WebFetch\",\"Write\"],\"mcp_servers\":[],"  \
    "\"model\":\"claude-opus-5-5\",\"permissionMode\":\"default\",\"apiKeySource\":\"none\"}\n"

/* A text being written; once there is no room, the rest is line feeds. */
struct sheet {
    char *text;
    size_t length, room;
    bool is_full;
};

static void add(struct sheet *sheet, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct sheet *sheet, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    size_t room = sheet->room - sheet->length;
    int count = vsnprintf(sheet->text + sheet->length, room, format, list);
    va_end(list);
    if (count < 0 || (size_t)count >= room)
        sheet->is_full = true;
    else
        sheet->length += (size_t)count;
}

static void add_words(struct sheet *sheet, size_t count, const char *feed)
{
    const size_t end = sheet->length + count;
    while (sheet->length < end && !sheet->is_full)
        add(sheet, "%s%s", log_text_word(), log_text_below(12) == 0 ? feed : " ");
}

static void add_base64(struct sheet *sheet, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    sheet->is_full = sheet->is_full || sheet->room - sheet->length <= count;
    for (size_t i = 0; i < count && !sheet->is_full; i++)
        sheet->text[sheet->length++] = digits[log_text_below(64)];
}

/* How much a tool prints. */
static size_t output_length(void)
{
    unsigned sort = log_text_below(6);
    return 1 + log_text_below(sort < 3 ? 400 : sort < 5 ? 4000 : 32000);
}

/* What a stream is to have besides. */
struct stream {
    bool is_partial, is_large;
    const char *in_results; /* NULL for nothing */
};

static void add_result(struct sheet *sheet, const struct stream *stream)
{
    if (stream->is_large && log_text_below(2) == 0) {
        add(sheet, RESULT "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":"
                          "\"image/png\",\"data\":\"");
        add_base64(sheet, 2000000);
        add(sheet, "\"}}]" RESULT_END, log_text_below(1u << 30), log_text_below(60));
        return;
    }
    add(sheet, RESULT "\"");
    add_words(sheet, output_length(), "\\n");
    if (stream->in_results)
        add(sheet, "%s", stream->in_results);
    add_words(sheet, stream->is_large ? 2000000 : 20, "\\n");
    add(sheet, "\"" RESULT_END, log_text_below(1u << 30), log_text_below(60));
}

/* A text, a call of a tool, and its result. */
static void add_turn(struct sheet *sheet, const struct stream *stream)
{
    for (unsigned parts = stream->is_partial ? 9 : 0; parts > 0; parts--) {
        add(sheet, PART);
        add_words(sheet, 20, "\\n");
        add(sheet, PART_END, log_text_below(1u << 30));
    }
    add(sheet, ASSISTANT "\"text\",\"text\":\"");
    add_words(sheet, log_text_below(400), "\\n");
    add(sheet, "\"" ASSISTANT_END, log_text_below(1u << 30), log_text_below(60));
    add(sheet, ASSISTANT "\"tool_use\",\"id\":\"toolu_0122022ed45b2d\",\"name\":\"Bash\",\"input\":"
                         "{\"command\":\"");
    add_words(sheet, log_text_below(100), " ");
    add(sheet, "\"}" ASSISTANT_END, log_text_below(1u << 30), log_text_below(60));
    add_result(sheet, stream);
}

static void fill(char *ret, size_t length, const struct stream *stream)
{
    struct sheet sheet = {.text = ret, .room = length};
    size_t whole = 0;
    add(&sheet, INIT);
    while (!sheet.is_full) {
        whole = sheet.length;
        add_turn(&sheet, stream);
    }
    memset(ret + whole, '\n', length - whole);
}

void run_text_stream(char *ret, size_t length)
{
    fill(ret, length, &(struct stream){0});
}

void run_text_partial(char *ret, size_t length)
{
    fill(ret, length, &(struct stream){.is_partial = true});
}

void run_text_large(char *ret, size_t length)
{
    fill(ret, length, &(struct stream){.is_large = true});
}

void run_text_near_misses(char *ret, size_t length)
{
    fill(ret, length,
         &(struct stream){.in_results = "not logged out, please run login, unauthorised, 4010 "});
}

void run_text_401(char *ret, size_t length)
{
    fill(ret, length, &(struct stream){.in_results = "HTTP/1.1 401 Unauthorized "});
}

/* --- What others make of a stream ------------------------------------------------------------ */

/* A stream, each line of it written anew. */
static void wrap(char *ret, size_t length, void write_line(struct sheet *, const char *, size_t))
{
    struct sheet sheet = {.text = ret, .room = length};
    char *stream = malloc(length);
    size_t whole = 0;
    if (!stream)
        return;
    run_text_stream(stream, length);
    for (const char *line = stream, *feed;
         (feed = memchr(line, '\n', length - (size_t)(line - stream))); line = feed + 1) {
        if (feed > line)
            write_line(&sheet, line, (size_t)(feed - line));
        if (sheet.is_full)
            break;
        whole = sheet.length;
    }
    memset(ret + whole, '\n', length - whole);
    free(stream);
}

static void docker_line(struct sheet *sheet, const char *line, size_t length)
{
    add(sheet, "{\"log\":\"");
    for (size_t i = 0; i < length && !sheet->is_full; i++)
        add(sheet, line[i] == '"' || line[i] == '\\' ? "\\%c" : "%c", line[i]);
    add(sheet, "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-28T10:43:%02u.042518321Z\"}\n",
        log_text_below(60));
}

static void cri_line(struct sheet *sheet, const char *line, size_t length)
{
    for (size_t part; length > 0; line += part, length -= part) {
        part = length < 16384 ? length : 16384;
        add(sheet, "2026-11-28T10:43:%02u.042518321Z stdout %c %.*s\n", log_text_below(60),
            part < length ? 'P' : 'F', (int)part, line);
    }
}

void run_text_docker(char *ret, size_t length)
{
    wrap(ret, length, docker_line);
}

void run_text_cri(char *ret, size_t length)
{
    wrap(ret, length, cri_line);
}

void run_text_array(char *ret, size_t length)
{
    struct sheet sheet = {.text = ret, .room = length};
    size_t whole = 0;
    add(&sheet, "[\n  {\n    \"type\": \"system\",\n    \"subtype\": \"init\"\n  }");
    while (!sheet.is_full) {
        whole = sheet.length;
        add(&sheet,
            ",\n  {\n    \"type\": \"user\",\n    \"message\": {\n      \"role\": \"user\",\n"
            "      \"content\": [\n        {\n          \"type\": \"tool_result\",\n"
            "          \"content\": \"");
        add_words(&sheet, output_length(), "\\n");
        add(&sheet, "\",\n          \"is_error\": false\n        }\n      ]\n    }\n  }");
        if (length - sheet.length < 3)
            sheet.is_full = true;
    }
    memset(ret + whole, '\n', length - whole);
    memcpy(ret + whole, "\n]", length - whole < 2 ? length - whole : 2);
}

void run_text_stamped(char *ret, size_t length)
{
    struct sheet sheet = {.text = ret, .room = length};
    size_t whole = 0;
    while (!sheet.is_full) {
        whole = sheet.length;
        add(&sheet, "Nov 28 10:%02u:%02u ", log_text_below(60), log_text_below(60));
        add_words(&sheet, 1 + log_text_below(140), " ");
        add(&sheet, "\n");
    }
    memset(ret + whole, '\n', length - whole);
}
