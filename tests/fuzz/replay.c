/*
 * A fuzz target without a fuzzer: runs it once for each file given, or, without arguments, for
 * every seed of every target. Prints each name before its turn, so that a crash tells its input.
 */
#include "fuzz.h"

#include <glob.h>

static void run_file(const char *path)
{
    printf("%s\n", path);
    fflush(stdout);
    FILE *file = fopen(path, "rb");
    MUST(file, "cannot open %s", path);
    static uint8_t buffer[1 << 20];
    size_t length = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    /* memory of just that size, so that a sanitizer sees a byte too far */
    char *bytes = input_copy(buffer, length);
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
    free(bytes);
}

int main(int argc, char *argv[])
{
    glob_t seeds = {0};
    if (argc < 2)
        MUST(glob("tests/fuzz/seeds/*/*", 0, NULL, &seeds) == 0, "no seeds here");
    size_t count = argc < 2 ? seeds.gl_pathc : (size_t)argc - 1;
    for (size_t i = 0; i < count; i++)
        run_file(argc < 2 ? seeds.gl_pathv[i] : argv[i + 1]);
    globfree(&seeds);
    const char *slash = strrchr(argv[0], '/');
    printf("%s: %zu passed, 0 failed\n", slash ? slash + 1 : argv[0], count);
    return 0;
}
