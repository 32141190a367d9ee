/*
 * search_alone [ENGINE]: the speed of the search for markers on texts made to be hard, without
 * reading and without anything around it: a line "MB/s<tab>text" for each, the slowest first.
 * ENGINE is plain, ssse3, avx2 or avx512; left out, the one that the plugins use.
 */
#include "log/marker_table.h"
#include "log_text.h"
#include "search/marker_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REGION ((size_t)256 * 1024) /* a piece of a log, in a processor's second cache */
#define PIECES 32
#define ROUNDS 5

static char region[REGION];

struct text {
    const char *repeated; /* NULL for a text of its own */
    log_text *fill;
    const char *name;
    double speed;
};

#define REPEATED(text)                                                                             \
    {                                                                                              \
        text, NULL, text, 0                                                                        \
    }
static void after_blanks(char *ret, size_t length)
{
    memset(ret, ' ', length);
    for (size_t at = 0; at + 1010 < length; at += 1010)
        memcpy(ret + at, "please run", 10);
}

static struct text texts[] = {
    {NULL, log_text_ordinary, "ordinary text", 0},
    {NULL, log_text_near_misses, "near misses", 0},
    {NULL, log_text_random, "random bytes", 0},
    {NULL, after_blanks, "please run, and 1000 blanks", 0},
    REPEATED("4"),
    REPEATED(" "),
    REPEATED("\n"),
    REPEATED("401"),
    REPEATED("401 "),
    REPEATED("4010"),
    REPEATED("please run"),
    REPEATED("please run /logi"),
    REPEATED("please run /login "),
    REPEATED("API Error: "),
    REPEATED("API Error: 4"),
    REPEATED("You've hit your "),
    REPEATED("your "),
    REPEATED("connec"),
    REPEATED("Not logged in \xc2\xb7 Please run /login\n"),
    REPEATED("API Error: 401 OAuth token has expired\n"),
};
static const char *const engines[MARKER_ENGINES] = {"plain", "ssse3", "avx2", "avx512"};

#define TEXTS (sizeof texts / sizeof *texts)

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint32_t ignore(void *context, const struct marker_hit *hit)
{
    (void)context, (void)hit;
    return 0;
}

/* CPU seconds for the pieces. */
static double search(const struct marker_set *set)
{
    struct marker_scan scan;
    double start = now();

    marker_scan_start(&scan, set, MARKER_ALL, ignore, NULL);
    for (size_t piece = 0; piece < PIECES; piece++)
        marker_scan_feed(&scan, region, REGION);
    marker_scan_finish(&scan);
    return now() - start;
}

static int compare_seconds(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

static void measure(const struct marker_set *set, struct text *text)
{
    double seconds[ROUNDS];

    if (text->repeated)
        log_text_repeat(text->repeated, region, REGION);
    else
        text->fill(region, REGION);
    for (size_t round = 0; round < ROUNDS; round++)
        seconds[round] = search(set);
    qsort(seconds, ROUNDS, sizeof *seconds, compare_seconds);
    text->speed = (double)REGION * PIECES / seconds[ROUNDS / 2] / 1e6;
}

static int compare_speed(const void *a, const void *b)
{
    const struct text *one = a, *other = b;
    return (one->speed > other->speed) - (one->speed < other->speed);
}

int main(int argc, char *argv[])
{
    struct marker_set *set;
    if (marker_table_set_new(NULL, 0, &set) != 0)
        return 1;
    size_t engine = 0;
    while (argc > 1 && engine < MARKER_ENGINES && strcmp(argv[1], engines[engine]) != 0)
        engine++;
    if (argc > 1 &&
        (engine == MARKER_ENGINES || !marker_set_engine(set, (enum marker_engine)engine))) {
        fprintf(stderr, "search_alone: this processor has no %s\n", argv[1]);
        return 1;
    }
    for (size_t i = 0; i < TEXTS; i++)
        measure(set, &texts[i]);
    qsort(texts, TEXTS, sizeof *texts, compare_speed);
    for (size_t i = 0; i < TEXTS; i++)
        printf("%.0f\t%.*s\n", texts[i].speed, (int)strcspn(texts[i].name, "\n"), texts[i].name);
    marker_set_free(set);
    return 0;
}
