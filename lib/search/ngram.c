/*
 * The choice of keys. A key may be any run of a marker's bytes. Those of the built-in markers, and
 * their buckets, were found by trial on ordinary text and stand in a table. For a marker that holds
 * none of them (a user's own, or one that is new in the table of markers) the run and the bucket
 * are taken that add least to the share of positions that the filter passes on, going by how common
 * single bytes are. A bad choice costs speed and nothing else.
 */
#include "search/marker_set.h"

#include <string.h>

/*
 * How often each low and each high nibble occurs, in thousandths: an even mixture of prose, program
 * text, JSON, system logs and manual pages. Exactness is not needed: it costs speed only.
 */
static const unsigned short low_share[16] = {236, 60, 94, 66, 81, 88, 27, 28,
                                             30,  54, 45, 9,  46, 40, 55, 40};
static const unsigned short high_share[16] = {33, 1, 301, 93, 20, 19, 357, 175,
                                              1,  1, 1,   1,  1,  1,  1,   1};

/*
 * Found by simulated annealing over all runs of all built-in markers: fewest candidates for the
 * AVX2 engine in 40 MB of prose, program text, JSON, logs and manual pages, few rows to a key, and
 * some weight on text about logins. 2 to 5 positions in 10,000 are candidates; with keys chosen by
 * single bytes 20 were.
 */
static const struct {
    char key[MARKER_WINDOW + 1];
    unsigned char bucket;
} tuned[] = {
    {"/logi", 1}, {"ged i", 1}, {"o api", 1}, {" bala", 2}, {" disa", 2}, {" paym", 2},
    {"or: 4", 3}, {"or: 5", 3}, {"or: c", 3}, {"or: r", 3}, {"or: s", 3}, {"or: u", 3},
    {"ou're", 3}, {"ou've", 3}, {"our a", 3}, {"our o", 3}, {"h tok", 4}, {"i key", 4},
    {"n fai", 4}, {"necti", 4}, {"als e", 5}, {"eache", 5}, {"kly l", 5}, {" meet", 6},
    {"rized", 6}, {"timed", 6}, {"ign-i", 7}, {"thent", 7},
};

/* The share of a set of nibbles, looked up by its lower and its upper half. */
struct odds {
    double low[2][256];
    double high[2][256];
};

struct bucket {
    uint16_t low[MARKER_WINDOW]; /* sets of nibbles */
    uint16_t high;
    double share; /* of positions that it passes on */
};

/* A run of a pattern's bytes as a key. */
struct choice {
    size_t cell;
    size_t places;
    bool brief;
    bool ascii;
    unsigned tuned; /* its bucket if it is a tuned one, else 0 */
    unsigned bucket;
};

static void odds_fill(double ret[2][256], const unsigned short share[16])
{
    for (size_t half = 0; half < 2; half++) {
        ret[half][0] = 0;
        for (size_t set = 1; set < 256; set++) {
            size_t bit = 0;

            while ((set >> bit & 1) == 0)
                bit++;
            ret[half][set] = ret[half][set & (set - 1)] + share[half * 8 + bit] / 1000.0;
        }
    }
}

/* What a key at this cell would be like; false for a gap. */
static bool choice_at(const struct marker_pattern *pattern, size_t cell, struct choice *ret)
{
    size_t places = 0;
    size_t ascii = 0;

    while (places < MARKER_WINDOW && cell + places < pattern->length &&
           !marker_is_gap(pattern, cell + places)) {
        if (pattern->byte[cell + places] < 0x80 && ascii == places)
            ascii++;
        places++;
    }
    if (places == 0)
        return false;
    ret->cell = cell;
    ret->brief = ascii < MARKER_WINDOW;
    ret->places = ret->brief && places > MARKER_SHORT ? MARKER_SHORT : places;
    ret->ascii = ascii >= MARKER_SHORT;
    ret->tuned = 0;
    for (size_t i = 0; places == MARKER_WINDOW && i < sizeof tuned / sizeof *tuned; i++) {
        if (memcmp(pattern->byte + cell, tuned[i].key, MARKER_WINDOW) == 0)
            ret->tuned = tuned[i].bucket;
    }
    return true;
}

static void bucket_join(struct bucket *bucket, const struct odds *odds,
                        const struct marker_pattern *pattern, const struct choice *choice)
{
    size_t places = choice->brief ? MARKER_SHORT : MARKER_WINDOW;

    bucket->share = 1;
    for (size_t i = 0; i < places; i++) {
        uint16_t low = 0xffff;
        uint16_t high = 0xffff;

        if (i < choice->places) {
            unsigned byte = pattern->byte[choice->cell + i];
            unsigned upper = byte & ~(unsigned)pattern->fold[choice->cell + i];

            low = (uint16_t)(1u << (byte & 15));
            high = (uint16_t)(1u << (byte >> 4) | 1u << (upper >> 4));
        }
        bucket->low[i] |= low;
        bucket->share *= odds->low[0][bucket->low[i] & 255] + odds->low[1][bucket->low[i] >> 8];
        if (i == MARKER_HIGH_AT) {
            bucket->high |= high;
            bucket->share *= odds->high[0][bucket->high & 255] + odds->high[1][bucket->high >> 8];
        }
    }
}

/* Tuned keys before long before brief ones before those that only the plain engine can look for. */
static unsigned rank(const struct choice *choice)
{
    if (choice->tuned != 0)
        return 0;
    return choice->ascii ? 1 + choice->brief : 3;
}

static bool may_join(const struct choice *choice, unsigned bucket)
{
    if (choice->tuned != 0)
        return bucket == choice->tuned;
    return choice->brief == (bucket == MARKER_BRIEF_BUCKET);
}

static struct choice choose(struct bucket buckets[MARKER_BUCKETS], const struct odds *odds,
                            const struct marker_pattern *pattern)
{
    struct choice best = {.brief = true};
    struct bucket best_bucket = {.share = 0};
    double least = 0;
    bool found = false;

    for (size_t cell = 0; cell < pattern->length; cell++) {
        struct choice choice;

        if (!choice_at(pattern, cell, &choice) || (found && rank(&choice) > rank(&best)))
            continue;
        for (choice.bucket = 0; choice.bucket < MARKER_BUCKETS; choice.bucket++) {
            struct bucket joined = buckets[choice.bucket];
            double added;

            if (!may_join(&choice, choice.bucket))
                continue;
            bucket_join(&joined, odds, pattern, &choice);
            added = joined.share - buckets[choice.bucket].share;
            if (!found || rank(&choice) < rank(&best) || added < least) {
                found = true;
                least = added;
                best = choice;
                best_bucket = joined;
            }
        }
    }
    buckets[best.bucket] = best_bucket;
    return best;
}

static void accept(struct marker_filter *filter, const struct marker_pattern *pattern,
                   const struct choice *choice)
{
    unsigned char bit = (unsigned char)(1u << choice->bucket);

    for (size_t i = 0; i < 8; i++) {
        uint64_t there = (uint64_t)bit << (8 * i);

        if (i < choice->places) {
            unsigned byte = pattern->byte[choice->cell + i];
            unsigned upper = byte & ~(unsigned)pattern->fold[choice->cell + i];

            filter->low[i][byte & 15] |= bit;
            if (i == MARKER_HIGH_AT) {
                filter->high[byte >> 4] |= bit;
                filter->high[upper >> 4] |= bit;
            }
            filter->refuse[byte] &= ~there;
            filter->refuse[upper] &= ~there;
            continue;
        }
        filter->past_end &= ~there;
        for (size_t byte = 0; byte < 256; byte++)
            filter->refuse[byte] &= ~there;
    }
}

void marker_index_choose_keys(struct marker_index *index, const struct marker_row *rows)
{
    struct bucket buckets[MARKER_BUCKETS] = {{.share = 0}};
    struct odds odds;

    odds_fill(odds.low, low_share);
    odds_fill(odds.high, high_share);
    memset(index->filter.refuse, 0xff, sizeof index->filter.refuse);
    index->filter.past_end = UINT64_MAX;
    index->ascii = true;
    for (size_t row = 0; row < index->rows; row++) {
        struct marker_pattern *pattern = &index->pattern[row];
        struct choice choice = choose(buckets, &odds, pattern);

        pattern->key = choice.cell;
        pattern->key_length = choice.places;
        index->ascii = index->ascii && choice.ascii;
        index->tags[choice.bucket] |= MARKER_TAG(rows[row].tag);
        accept(&index->filter, pattern, &choice);
    }
}
