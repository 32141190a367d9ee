/*
 * hyperscan FILE: counts the matches of the plain searches in a file, read in pieces of 192 KiB, by
 * Hyperscan in its streaming mode. Built where pkg-config finds libhs.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <hs.h>

static const char *const expressions[] = {"not logged in", "please run\\s*/login",
                                          "invalid api key", "unauthorized", "\\b401\\b"};
#define COUNT (sizeof expressions / sizeof *expressions)

static _Alignas(4096) char piece[192 * 1024];

static int count_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                       void *context)
{
    (void)id, (void)from, (void)to, (void)flags;
    ++*(unsigned long *)context;
    return 0;
}

int main(int argc, char *argv[])
{
    unsigned flags[COUNT], ids[COUNT];
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    hs_scratch_t *scratch = NULL;
    hs_stream_t *stream = NULL;
    unsigned long matches = 0;

    for (unsigned i = 0; i < COUNT; i++) {
        flags[i] = HS_FLAG_CASELESS;
        ids[i] = i;
    }
    int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0 ||
        hs_compile_multi(expressions, flags, ids, COUNT, HS_MODE_STREAM, NULL, &database, &error) !=
            HS_SUCCESS ||
        hs_alloc_scratch(database, &scratch) != HS_SUCCESS ||
        hs_open_stream(database, 0, &stream) != HS_SUCCESS) {
        fprintf(stderr, "hyperscan: %s\n", error ? error->message : "cannot begin");
        return 1;
    }
    for (ssize_t got; (got = read(file, piece, sizeof piece)) > 0;)
        hs_scan_stream(stream, piece, (unsigned)got, 0, scratch, count_match, &matches);
    hs_close_stream(stream, scratch, count_match, &matches);
    hs_free_scratch(scratch);
    hs_free_database(database);
    printf("%lu\n", matches);
    return 0;
}
