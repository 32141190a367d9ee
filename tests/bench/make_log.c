/*
 * make_log KIND BYTES [FILE]...: writes a log of that many bytes to each file, or to standard
 * output. KIND is one of the texts below, none of which is a run that came to a result; with a +
 * before it the log ends with the result of a good run. Any other KIND is the text to be repeated,
 * with \n for line feeds.
 */
#include "run_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REGION ((size_t)32 << 20) /* longer texts are this one again and again */

/* As release 2.1.332 orders its keys; about as long. */
static const char result[] =
    "\n{\"duration_api_ms\":2859,\"stop_reason\":\"end_turn\",\"session_id\":\"bbfaaac2-7c1c-"
    "4524-9347-56f39f60b409\",\"total_cost_usd\":0.2138,\"usage\":{\"input_tokens\":2400,\"ca"
    "che_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":60,\"serve"
    "r_tool_use\":{\"web_search_requests\":0,\"web_fetch_requests\":0},\"service_tier\":\"sta"
    "ndard\"},\"modelUsage\":{\"claude-opus-5-5\":{\"inputTokens\":2400,\"outputTokens\":60,"
    "\"cacheReadInputTokens\":0,\"cacheCreationInputTokens\":0,\"webSearchRequests\":0,\"cost"
    "USD\":0.0108,\"contextWindow\":1000000,\"maxOutputTokens\":128000}},\"permission_denials"
    "\":[],\"terminal_reason\":\"completed\",\"fast_mode_state\":\"off\",\"subagent_stats\":{"
    "\"spawned\":0,\"requested\":{\"background\":0,\"foreground\":0,\"unset\":0},\"completed"
    "\":0,\"failed\":0},\"is_error\":false,\"num_turns\":9,\"subtype\":\"success\",\"api_erro"
    "r_status\":null,\"result\":\"Done: a 401 now asks for a login.\",\"type\":\"result\",\"d"
    "uration_ms\":74210,\"uuid\":\"6a7ab49c-761c-4c9f-80db-f0e3abbb4437\",\"queued_turn_count"
    "\":0,\"model_usage_since_last_result\":{\"claude-opus-5-5\":{\"inputTokens\":2400,\"outp"
    "utTokens\":60,\"cacheReadInputTokens\":0,\"cacheCreationInputTokens\":0,\"webSearchReque"
    "sts\":0,\"costUSD\":0.0108,\"contextWindow\":1000000,\"maxOutputTokens\":128000}}}\n";

static const struct {
    const char *name;
    log_text *fill;
} kinds[] = {{"ordinary", log_text_ordinary},
             {"near-misses", log_text_near_misses},
             {"events", log_text_events},
             {"one-line", log_text_one_line},
             {"short-lines", log_text_short_lines},
             {"random", log_text_random},
             {"stream", run_text_stream},
             {"partial", run_text_partial},
             {"large", run_text_large},
             {"stream-near-misses", run_text_near_misses},
             {"stream-401", run_text_401},
             {"array", run_text_array},
             {"docker", run_text_docker},
             {"cri", run_text_cri},
             {"stamped", run_text_stamped}};

static void repeat_escaped(const char *kind, char *region, size_t length)
{
    char *text = strdup(kind), *feed;
    while (text && (feed = strstr(text, "\\n"))) {
        *feed = '\n';
        memmove(feed + 1, feed + 2, strlen(feed + 2) + 1);
    }
    if (text && *text)
        log_text_repeat(text, region, length);
    free(text);
}

static void fill(const char *kind, char *region, size_t length)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].name, kind) == 0) {
            kinds[i].fill(region, length);
            return;
        }
    }
    repeat_escaped(kind, region, length);
}

/* `size` bytes of the region, then the end. */
static int write_log(FILE *file, const char *region, size_t size, const char *end)
{
    for (size_t left = size; left > 0;) {
        size_t length = left < REGION ? left : REGION;
        if (fwrite(region, 1, length, file) != length)
            return EOF;
        left -= length;
    }
    return fputs(end, file) < 0 || fflush(file) != 0 ? EOF : 0;
}

int main(int argc, char *argv[])
{
    if (argc < 3) {
        fprintf(stderr, "usage: make_log KIND BYTES [FILE]...\n");
        return 1;
    }
    const char *kind = argv[1], *end = "";
    size_t size = strtoul(argv[2], NULL, 10);
    if (*kind == '+') {
        kind++;
        end = result;
        size -= size > sizeof result ? sizeof result - 1 : size;
    }
    char *region = calloc(1, REGION);
    if (!region)
        return 1;
    fill(kind, region, size < REGION ? size : REGION);
    int failed = argc == 3 ? write_log(stdout, region, size, end) : 0;
    for (int i = 3; i < argc && failed == 0; i++) {
        FILE *file = fopen(argv[i], "w");
        failed = file ? write_log(file, region, size, end) : EOF;
        if (file)
            fclose(file);
    }
    if (failed != 0)
        perror("make_log");
    free(region);
    return failed != 0;
}
