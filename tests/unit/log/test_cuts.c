/* What must hold of any log, cut anywhere, and of any two of them in one file. */
#include "judged.h"
#include "made_log.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define CUTS                        64 /* of a log */
#define PAIRS                       4000
#define LARGEST                     (64 << 10) /* bytes of a log that is taken */
#define LOGS_MAX                    800
#define IS_FOUND(judged, condition) (((judged).conditions & UINT32_C(1) << (condition)) != 0)

struct log_bytes {
    char *name, *bytes;
    size_t size;
    bool is_text;
    struct judged_log judged;
};

static struct log_bytes logs[LOGS_MAX];
static size_t log_count;
static uint32_t seed = 13;

static uint32_t random_below(uint32_t end)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % end;
}

static bool contains(const char *bytes, size_t size, const char *words)
{
    return memmem(bytes, size, words, strlen(words)) != NULL;
}

static struct judged_log judge_bytes(const char *bytes, size_t size, bool plain)
{
    struct made_log made = made_log_new();
    made_log_add_bytes(&made, bytes, size);
    struct log_file file = made_log_file(&made);
    struct judged_log judged = judge_file(file.fd, file.size, plain);
    made_log_close(&made);
    return judged;
}

static void add_log(const char *path)
{
    struct log_bytes *log = &logs[log_count];
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    log->bytes = malloc(LARGEST);
    ck_assert_ptr_nonnull(log->bytes);
    log->size = fread(log->bytes, 1, LARGEST, file);
    fclose(file);
    log->name = strdup(path);
    log->is_text =
        !contains(log->bytes, log->size, "is_error") && !contains(log->bytes, log->size, "session");
    log->judged = judge_bytes(log->bytes, log->size, log->is_text);
    /* in the shape that the CLI prints: what is inside another format needs an unwrapping */
    if (log->size < LARGEST && (log->bytes[0] == '{' || log->bytes[0] == '[' || log->is_text))
        log_count++;
    else
        free(log->bytes);
}

static void add_logs(const char *pattern)
{
    glob_t found;
    if (glob(pattern, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc && log_count < LOGS_MAX; i++)
        add_log(found.gl_pathv[i]);
    globfree(&found);
}

static void load(void)
{
    const char *shared = getenv("SHARED");
    char pattern[400];
    add_logs("tests/fixtures/runlog/*.log");
    ck_assert_uint_gt(log_count, 50);
    for (int i = 0; i < 2; i++) {
        snprintf(pattern, sizeof pattern, "%s/%s*.log", shared ? shared : "../shared",
                 i == 0 ? "cases/[abmnx][0-9_]" : "runs/");
        add_logs(pattern);
    }
}

/* The CLI's own voice in fields: a failed result, or an error that is named. */
static bool has_voice(const char *bytes, size_t size)
{
    return contains(bytes, size, "\"is_error\":true") ||
           contains(bytes, size, "\"is_error\": true") || contains(bytes, size, "\"error\":\"");
}

/* A run that was killed at any byte is no good one, unless it, or one before it, had ended well;
 * and half of what others say is no refused login. */
START_TEST(holds_at_each_cut)
{
    load();
    for (size_t i = 0; i < log_count; i++) {
        const struct log_bytes *log = &logs[i];
        for (int n = 0; n < (int)(CUTS / log_count) && log->size > 0; n++) {
            const size_t size = random_below((uint32_t)log->size);
            struct judged_log cut = judge_bytes(log->bytes, size, false);
            ck_assert_msg(cut.conditions != 0 || contains(log->bytes, size, "result"),
                          "%s: %zu bytes are good", log->name, size);
            ck_assert_msg(cut.verdict.outcome != RUN_GOOD || !log->is_text, "%s: %zu bytes",
                          log->name, size);
            ck_assert_msg(cut.verdict.outcome != RUN_REFUSED || has_voice(log->bytes, size) ||
                              log->is_text || /* it is printed at once, and not cut */
                              IS_FOUND(log->judged, RUNLOG_AUTH_FAILURE),
                          "%s: %zu bytes are refused", log->name, size);
        }
    }
}
END_TEST

static void judge_pair(const struct log_bytes *first, const struct log_bytes *last)
{
    char *both = malloc(first->size + last->size + 1);
    ck_assert_ptr_nonnull(both);
    memcpy(both, first->bytes, first->size);
    size_t size = first->size;
    if (size > 0 && both[size - 1] != '\n')
        both[size++] = '\n';
    memcpy(both + size, last->bytes, last->size);
    struct judged_log judged = judge_bytes(both, size + last->size, false);
    free(both);
    ck_assert_msg(judged.verdict.outcome == last->judged.verdict.outcome &&
                      (judged.conditions & last->judged.conditions) == last->judged.conditions,
                  "%s, then %s: %x, wanted %x", first->name, last->name,
                  (unsigned)judged.conditions, (unsigned)last->judged.conditions);
}

/* Runs that append to one log: the last one decides. */
START_TEST(the_last_run_decides)
{
    load();
    for (size_t n = 0; n < PAIRS; n++) {
        const struct log_bytes *first = &logs[random_below((uint32_t)log_count)];
        const struct log_bytes *last = &logs[random_below((uint32_t)log_count)];
        if (last->is_text || last->size == 0 ||
            contains(first->name, strlen(first->name), "transcript"))
            continue;
        judge_pair(first, last);
    }
}
END_TEST

SUITE_MAIN("cuts", holds_at_each_cut, the_last_run_decides)
