/*
 * search_keys: make search-keys writes lib/search/byte_share.h with it, from which the keys of the
 * search are chosen. search_keys FILE...: what they are worth in texts of your own: the key of each
 * built-in marker, its bucket, and for each file how many of 10,000 places have one of them.
 */
#include "byte_share.h"
#include "log/marker_table.h"
#include "search/filter.h"

#include <stdio.h>
#include <stdlib.h>

static void print_table(const char *name, const unsigned short share[16])
{
    printf("static const unsigned short %s[16] = {", name);
    for (size_t i = 0; i < 16; i++)
        printf("%s%u", i == 0 ? "" : ", ", share[i]);
    printf("};\n");
}

static int print_header(void)
{
    unsigned short low[16], high[16];
    if (!byte_share_count(low, high))
        return 1;
    printf(
        "/* How often each low and each high nibble of a byte occurs, in thousandths. Written by\n"
        " * make search-keys. */\n"
        "#ifndef CHECK_CLAUDE_BYTE_SHARE_H\n#define CHECK_CLAUDE_BYTE_SHARE_H\n\n"
        "/* clang-format off */\n");
    print_table("low_share", low);
    print_table("high_share", high);
    printf("/* clang-format on */\n\n#endif\n");
    return 0;
}

static void print_keys(const struct marker_set *set, const struct marker_index *index)
{
    for (unsigned bucket = 0; bucket < FILTER_BUCKETS; bucket++) {
        for (size_t i = index->first[bucket]; i < index->first[bucket + 1]; i++) {
            const struct marker_entry *entry = &index->entry[i];
            const char *text = marker_set_row(set, entry->row)->text;
            printf("%u\t%.*s\t%s\n", bucket, FILTER_KEY, text + entry->before, text);
        }
    }
}

/* How many of the places of a file have a key. */
static int print_candidates(const struct marker_index *index, const char *path)
{
    static unsigned char text[(size_t)64 << 20];
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return 1;
    }
    size_t length = fread(text, 1, sizeof text, file), count = 0;
    fclose(file);
    struct candidates found;
    for (size_t at = 0, end = length > FILTER_AHEAD ? length - FILTER_AHEAD : 0; at < end;) {
        at = filter_find_plain(&index->filter, (1u << FILTER_BUCKETS) - 1, text, length, at, end,
                               &found);
        count += found.count;
    }
    printf("%.1f\t%s\n", length > 0 ? 10000.0 * (double)count / (double)length : 0, path);
    return 0;
}

int main(int argc, char *argv[])
{
    size_t rows_count;
    const struct marker_row *rows = marker_table(&rows_count);
    struct marker_set *set;
    if (argc == 1)
        return print_header();
    if (marker_set_new(rows, rows_count, NULL, 0, &set) != 0)
        return 1;
    int failed = 0;
    print_keys(set, marker_set_index(set));
    for (int i = 1; i < argc; i++)
        failed |= print_candidates(marker_set_index(set), argv[i]);
    marker_set_free(set);
    return failed;
}
