/*
 * How fast is the search for markers? For ordinary text and for a text of near misses: read(2)
 * alone, read(2) and search, the search alone, and ripgrep on the same file. Then the search alone
 * on texts made to be hard.
 *
 *     bench_marker [MEGABYTES [FILE]]
 *
 * writes FILE (default bench_marker.txt, 512 MB) and removes it in the end.
 */
#include "marker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PIECE   (256u * 1024u)
#define REGION  (8u * 1024u * 1024u) /* the search alone runs over so much, again and again */
#define ROUNDS  5
#define PATTERN "not logged in|please run\\s*/login|invalid api key|unauthorized|\\b401\\b"

typedef size_t make_text(unsigned char *ret, size_t length);

static unsigned char region[REGION + 4096];
static unsigned char piece[PIECE];
static uint64_t seed = 42;

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static size_t below(size_t limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((seed >> 33) % limit);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* --- Texts ------------------------------------------------------------------------------------ */

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

static const char *word(void)
{
    if (below(200) == 0)
        return rare[below(sizeof rare / sizeof *rare)];
    return common[below(below(2) == 0 ? 30 : sizeof common / sizeof *common)];
}

static size_t line_of_words(char *ret, size_t room)
{
    size_t length = 0;

    for (size_t left = 5 + below(10); left > 0; left--)
        length +=
            (size_t)snprintf(ret + length, room - length, "%s%s", word(), left == 1 ? ".\n" : " ");
    return length;
}

static size_t ordinary(unsigned char *ret, size_t length)
{
    size_t at = 0;

    while (at < length) {
        char line[512];
        size_t count = 0;
        unsigned minute = (unsigned)below(60);

        switch (below(6)) {
        case 0:
            count = (size_t)snprintf(line, sizeof line, "2026-08-%02u %02u:%02u:%02u INFO  [%u] ",
                                     (unsigned)below(30) + 1, (unsigned)below(24), minute,
                                     (unsigned)below(60), (unsigned)below(90000));
            break;
        case 1:
            count = (size_t)snprintf(
                line, sizeof line, "10.0.%u.%u - - \"GET /api/v2/%s/%u HTTP/1.1\" 200 %u ", minute,
                (unsigned)below(255), word(), (unsigned)below(100000), (unsigned)below(50000));
            break;
        case 2:
            count =
                (size_t)snprintf(line, sizeof line, "{\"type\":\"%s\",\"path\":\"src/%s/%s.c\",",
                                 word(), word(), word());
            break;
        default: break;
        }
        count += line_of_words(line + count, sizeof line - count);
        count = count < length - at ? count : length - at;
        memcpy(ret + at, line, count);
        at += count;
    }
    return length;
}

static size_t repeat(const char *text, unsigned char *ret, size_t length)
{
    size_t count = strlen(text);

    for (size_t i = 0; i < length; i++)
        ret[i] = (unsigned char)text[i % count];
    return length;
}

static size_t near_misses(unsigned char *ret, size_t length)
{
    return repeat(
        "not logged out, please run login, invalid api kez, unauthorised, 4010 1401 x401y, "
        "please run  /logout\n",
        ret, length);
}

/* --- Measuring -------------------------------------------------------------------------------- */

static size_t search(struct marker_scan *scan)
{
    struct marker_hit hit;
    size_t hits = 0;

    while (marker_scan_next(scan, &hit))
        hits++;
    return hits;
}

/* Gigabytes per second of the search alone, best of some rounds. */
static double search_speed(const struct marker_set *set, size_t length, size_t *ret_hits)
{
    double best = 0;

    for (size_t round = 0; round < ROUNDS; round++) {
        struct marker_scan scan;
        double start = now();
        double speed;

        *ret_hits = 0;
        marker_scan_start(&scan, set, MARKER_ALL);
        for (size_t at = 0; at < length; at += PIECE) {
            marker_scan_feed(&scan, region + at, length - at < PIECE ? length - at : PIECE);
            *ret_hits += search(&scan);
        }
        marker_scan_finish(&scan);
        *ret_hits += search(&scan);
        speed = (double)length / (now() - start) / 1e9;
        best = speed > best ? speed : best;
    }
    return best;
}

/* The same for reading a file, and searching it unless set is NULL. */
static double read_speed(const char *path, const struct marker_set *set)
{
    double best = 0;

    for (size_t round = 0; round < ROUNDS; round++) {
        struct marker_scan scan;
        double start = now();
        double total = 0;
        double speed;
        ssize_t got;
        int file = open(path, O_RDONLY);

        if (file < 0)
            die(path);
        if (set)
            marker_scan_start(&scan, set, MARKER_ALL);
        while ((got = read(file, piece, sizeof piece)) > 0) {
            total += (double)got;
            if (set) {
                marker_scan_feed(&scan, piece, (size_t)got);
                search(&scan);
            }
        }
        close(file);
        speed = total / (now() - start) / 1e9;
        best = speed > best ? speed : best;
    }
    return best;
}

/* The same for ripgrep; 0 when it cannot be run. */
static double ripgrep_speed(const char *path, double size)
{
    double best = 0;

    for (size_t round = 0; round < 3; round++) {
        double start = now();
        double speed;
        int status;
        pid_t child;

        fflush(stdout);
        child = fork();
        if (child < 0)
            die("fork");
        if (child == 0) {
            if (!freopen("/dev/null", "w", stdout))
                _exit(127);
            execlp("rg", "rg", "-i", "-c", PATTERN, path, (char *)NULL);
            _exit(127);
        }
        if (waitpid(child, &status, 0) != child)
            die("waitpid");
        if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
            return 0;
        speed = size / (now() - start) / 1e9;
        best = speed > best ? speed : best;
    }
    return best;
}

static void write_file(const char *path, size_t megabytes, make_text *make)
{
    FILE *file = fopen(path, "w");

    if (!file)
        die(path);
    for (size_t done = 0; done < megabytes; done += REGION >> 20) {
        if (done == 0 || make == ordinary)
            make(region, REGION);
        if (fwrite(region, 1, REGION, file) != REGION)
            die(path);
    }
    if (fclose(file) != 0)
        die(path);
}

static void measure_file(struct marker_set *set, const char *name, const char *path,
                         size_t megabytes, make_text *make)
{
    double reading;
    double ripgrep;
    size_t hits;

    write_file(path, megabytes, make);
    reading = read_speed(path, NULL);
    ripgrep = ripgrep_speed(path, (double)(megabytes << 20));
    printf("%s, %zu MB\n  read(2) alone %24.2f GB/s\n  rg -i -c %29.2f GB/s\n", name, megabytes,
           reading, ripgrep);
    for (int engine = MARKER_PLAIN; engine <= MARKER_AVX2; engine++) {
        const char *label = engine == MARKER_PLAIN ? "plain" : "AVX2";
        double alone;
        double both;

        if (!marker_set_engine(set, (enum marker_engine)engine))
            continue;
        alone = search_speed(set, REGION, &hits);
        both = read_speed(path, set);
        printf("  %-5s search alone %20.2f GB/s\n  %-5s read(2) and search %14.2f GB/s, %.2f x "
               "reading alone, %.1f x rg\n",
               label, alone, label, both, both / reading, ripgrep > 0 ? both / ripgrep : 0);
    }
    unlink(path);
}

static size_t random_bytes(unsigned char *ret, size_t length)
{
    for (size_t i = 0; i < length; i++)
        ret[i] = (unsigned char)below(256);
    return length;
}

static void measure_hard_text(struct marker_set *set, const char *name, size_t length)
{
    double speed[2] = {0, 0};
    size_t hits = 0;

    for (int engine = MARKER_PLAIN; engine <= MARKER_AVX2; engine++) {
        if (marker_set_engine(set, (enum marker_engine)engine))
            speed[engine] = search_speed(set, length, &hits);
    }
    printf("  %-40s %8.2f %8.2f %10zu\n", name, speed[MARKER_PLAIN], speed[MARKER_AVX2], hits);
}

static void measure_hard_texts(struct marker_set *set)
{
    static const char *const rows[] = {
        "4",
        " ",
        "\n",
        "401",
        "401 ",
        "4010",
        "please run",
        "please run /logi",
        "please run /login ",
        "API Error: ",
        "API Error: 4",
        "You've hit your ",
        "your ",
        "connec",
        "Not logged in \xc2\xb7 Please run /login\n",
        "API Error: 401 OAuth token has expired\n",
    };

    printf("search alone, 8 MB of nothing but         plain     AVX2       hits\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[60];

        repeat(rows[i], region, REGION);
        snprintf(name, sizeof name, "'%.*s'", (int)strcspn(rows[i], "\n"), rows[i]);
        measure_hard_text(set, name, REGION);
    }
    for (size_t blanks = 1000; blanks <= REGION; blanks *= 20) {
        char name[60];

        memset(region, ' ', REGION);
        for (size_t at = 0; at < REGION - 10; at += 10 + blanks)
            memcpy(region + at, "please run", 10);
        snprintf(name, sizeof name, "'please run' and %zu blanks", blanks);
        measure_hard_text(set, name, REGION);
    }
    random_bytes(region, REGION);
    measure_hard_text(set, "random bytes", REGION);
}

int main(int argc, char **argv)
{
    size_t megabytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 512;
    const char *path = argc > 2 ? argv[2] : "bench_marker.txt";
    struct marker_set *set;

    if (marker_set_new(NULL, 0, &set) < 0)
        die("marker_set_new");
    measure_file(set, "ordinary text", path, megabytes, ordinary);
    measure_file(set, "near misses", path, megabytes, near_misses);
    measure_hard_texts(set);
    marker_set_free(set);
    return EXIT_SUCCESS;
}
