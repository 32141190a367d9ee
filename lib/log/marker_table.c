#include "log/marker_table.h"

#include "search/marker_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORD(text, quirk)                                                                          \
    {                                                                                              \
        text, RUNLOG_AUTH_FAILURE, quirk, false, "all"                                             \
    }

/* not logged in|please run\s*\/login|invalid api key|unauthorized|\b401\b in any case */
static const struct marker_row words[] = {
    WORD("not logged in", MARKER_LITERAL),
    WORD("please run /login", MARKER_FREE_BLANK),
    WORD("invalid api key", MARKER_LITERAL),
    WORD("unauthorized", MARKER_LITERAL),
    WORD("401", MARKER_WORD),
};

#define WORDS (sizeof words / sizeof *words)

/* Every result event has the first, as its type and mostly as a key too; a tool's has not: its type
 * is "tool_result", and what it quotes has \" there. The others: a failed result that is no whole
 * event, the first event of a stream, each by who wrote it. */
static const struct marker_own events[] = {{"\"result\"", MARKER_TAG_EVENT},
                                           {"\"is_error\":true", MARKER_TAG_EVENT},
                                           {"\"is_error\": true", MARKER_TAG_EVENT},
                                           {"\"subtype\":\"init\"", MARKER_TAG_EVENT},
                                           {"\"subtype\": \"init\"", MARKER_TAG_EVENT}};

#define EVENTS (sizeof events / sizeof *events)

_Static_assert(MARKER_TABLE_OWN_MAX + EVENTS == MARKER_OWN_MAX, "the header counts these");
_Static_assert(MARKER_TAG_EVENT < MARKER_TAGS, "a condition is a tag, and one is left");

const struct marker_row *marker_table(size_t *ret_count)
{
    *ret_count = WORDS;
    return words;
}

int marker_table_set_new(const struct marker_own *own, size_t count, struct marker_set **ret_set)
{
    if (count > MARKER_TABLE_OWN_MAX)
        return ENOSPC;
    struct marker_own *rows = malloc(count * sizeof *rows + sizeof events);
    if (!rows)
        return ENOMEM;
    if (count > 0)
        memcpy(rows, own, count * sizeof *rows);
    memcpy(rows + count, events, sizeof events);
    int error = marker_set_new(words, WORDS, rows, count + EVENTS, ret_set);
    free(rows);
    return error;
}

bool marker_table_is_own(const struct marker_set *set, size_t row)
{
    return row >= WORDS && marker_set_row(set, row)->tag != MARKER_TAG_EVENT;
}

uint32_t marker_table_own_tags(const struct marker_set *set)
{
    uint32_t tags = 0;
    for (size_t row = WORDS; row < marker_set_rows(set); row++)
        if (marker_table_is_own(set, row))
            tags |= MARKER_TAG(marker_set_row(set, row)->tag);
    return tags;
}

struct own_search {
    const struct marker_set *set;
    const struct marker_row *first;
};

static uint32_t take_own(void *context, const struct marker_hit *hit)
{
    struct own_search *search = context;
    if (!search->first && marker_table_is_own(search->set, hit->row))
        search->first = marker_set_row(search->set, hit->row);
    return search->first ? MARKER_ALL : 0;
}

const struct marker_row *marker_table_own_in(const struct marker_set *set, const void *bytes,
                                             size_t length)
{
    const uint32_t tags = marker_table_own_tags(set);
    struct own_search search = {.set = set};
    struct marker_scan scan;
    if (tags == 0)
        return NULL;
    marker_scan_start(&scan, set, tags, take_own, &search);
    marker_scan_feed(&scan, bytes, length);
    marker_scan_finish(&scan);
    return search.first;
}

const struct marker_row *marker_table_own_at_start(const struct marker_set *set, const void *bytes,
                                                   size_t length)
{
    const uint32_t tags = marker_table_own_tags(set);
    struct marker_hit hit;
    if (tags == 0 || !marker_at_start(set, tags, bytes, length, &hit) ||
        !marker_table_is_own(set, hit.row))
        return NULL;
    return marker_set_row(set, hit.row);
}
