#include "search/marker_index.h"

#include "log/marker_table.h"
#include "search/byte_share.h"
#include "search/filter.h"
#include "suite.h"
#include "tests/bench/byte_share.h"
#include "tests/bench/run_text.h"

#include <stdlib.h>

/* make search-keys was run after the texts changed from which its table is made. */
START_TEST(shares_are_those_counted)
{
    unsigned short low[16], high[16];
    ck_assert(byte_share_count(low, high));
    for (size_t i = 0; i < 16; i++)
        ck_assert_msg(low[i] == low_share[i] && high[i] == high_share[i],
                      "byte_share.h is out of date at %zu: make search-keys", i);
}
END_TEST

/* Of 10,000 places in what runs and programs write, no more than this many are candidates: a marker
 * with common bytes only is found, but makes each search slower. */
START_TEST(keys_are_rare)
{
    static const struct {
        log_text *fill;
        size_t most;
    } rows[] = {{log_text_ordinary, 20}, {run_text_stream, 20}, {run_text_stamped, 20}};
    static char text[1 << 20];
    size_t count;
    const struct marker_row *markers = marker_table(&count);
    struct marker_set *set;
    ck_assert_int_eq(marker_set_new(markers, count, NULL, 0, &set), 0);
    const struct marker_index *index = marker_set_index(set);
    ck_assert(!index->is_plain);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct candidates found;
        size_t candidates = 0;
        rows[i].fill(text, sizeof text);
        for (size_t at = 0, end = sizeof text - FILTER_AHEAD; at < end; candidates += found.count)
            at = filter_find_plain(&index->filter, (1u << FILTER_BUCKETS) - 1,
                                   (const unsigned char *)text, sizeof text, at, end, &found);
        ck_assert_msg(candidates * 10000 / sizeof text <= rows[i].most, "text %zu: %zu in %zu", i,
                      candidates, sizeof text);
    }
    marker_set_free(set);
}
END_TEST

/* Every row has an entry, whose key stands before the row's first gap. */
START_TEST(entries_are_complete)
{
    static const struct marker_row rows[] = {
        {.text = "401", .quirk = MARKER_WORD},
        {.text = "please run /login", .quirk = MARKER_FREE_BLANK},
        {.text = "a b c", .quirk = MARKER_BLANKS, .tag = 31},
        {.text = "\xc3\xbc\xc3\xa9", .tag = 1},
        {.text = "please run /login"}};
    struct marker_pattern patterns[COUNT(rows)];
    static struct marker_index index;
    for (size_t i = 0; i < COUNT(rows); i++)
        marker_pattern_make(&rows[i], &patterns[i]);
    marker_index_make(&index, rows, patterns, COUNT(rows));
    unsigned seen = 0;
    ck_assert_uint_eq(index.first[FILTER_BUCKETS], COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct marker_entry *entry = &index.entry[i];
        ck_assert_uint_lt(entry->before, patterns[entry->row].head);
        ck_assert_uint_eq(entry->tag, (uint32_t)1 << rows[entry->row].tag);
        seen |= 1u << entry->row;
    }
    ck_assert_uint_eq(seen, (1u << COUNT(rows)) - 1);
    ck_assert(index.is_plain);
    ck_assert(!marker_index_engine(&index, MARKER_AVX2));
}
END_TEST

SUITE_MAIN("marker_index", shares_are_those_counted, keys_are_rare, entries_are_complete)
