#include "search/marker_index.h"

#include "search/byte_share.h"

#include <string.h>
#ifdef FILTER_VECTORS
#include <cpuid.h>
#endif

/* A run of a row's bytes, and what the filter lets pass for it: at each place the byte in both
 * cases, seen as sets of nibbles. */
struct key {
    size_t at, length;
    unsigned bucket;
    bool is_ascii;
    uint16_t low[FILTER_KEY], high;
};

/* What the keys of a bucket let pass in all, and the share of positions that it is. */
struct bucket {
    uint16_t low[FILTER_KEY], high;
    double low_share[FILTER_KEY], high_share, share;
};

static uint16_t nibble(unsigned value)
{
    return (uint16_t)(1u << (value & 15));
}

/* A letter in upper case, any other byte itself. */
static unsigned char upper(const struct marker_pattern *pattern, size_t cell)
{
    return pattern->byte[cell] & (unsigned char)~pattern->fold[cell];
}

static struct key key_at(const struct marker_pattern *pattern, size_t at)
{
    struct key key = {.at = at, .is_ascii = true};
    size_t most = pattern->head - at < FILTER_KEY ? FILTER_BRIEF : FILTER_KEY;
    for (; key.length < most && at + key.length < pattern->head; key.length++) {
        unsigned char byte = pattern->byte[at + key.length];
        key.is_ascii = key.is_ascii && byte < 0x80;
        key.low[key.length] = nibble(byte);
        if (key.length == FILTER_HIGH_AT)
            key.high = nibble(byte >> 4) | nibble(upper(pattern, at + key.length) >> 4);
    }
    key.is_ascii = key.is_ascii && key.length >= FILTER_BRIEF;
    return key;
}

/* Add a set of nibbles to another, of this share. */
static void add_nibbles(uint16_t *set, double *set_share, uint16_t more,
                        const unsigned short share[16])
{
    for (uint16_t new = more &(uint16_t) ~*set; new != 0; new &= (uint16_t)(new - 1))
        *set_share += share[__builtin_ctz(new)] / 1000.0;
    *set |= more;
}

static struct bucket bucket_with(struct bucket bucket, const struct key *key)
{
    size_t places = key->length < FILTER_KEY ? FILTER_BRIEF : FILTER_KEY;
    bucket.share = 1;
    for (size_t i = 0; i < places; i++) {
        add_nibbles(&bucket.low[i], &bucket.low_share[i], key->low[i], low_share);
        bucket.share *= bucket.low_share[i];
    }
    add_nibbles(&bucket.high, &bucket.high_share, key->high, high_share);
    bucket.share *= bucket.high_share;
    return bucket;
}

/* Keys that registers can look for before others, long ones before brief ones. */
static unsigned rank(const struct key *key)
{
    return key->is_ascii ? key->length < FILTER_KEY : 2;
}

/* The key and the bucket for a row that add least. Brief keys are in the first bucket. */
static struct key choose_key(struct bucket buckets[FILTER_BUCKETS],
                             const struct marker_pattern *pattern)
{
    struct key best = {.length = 0};
    struct bucket best_bucket = {.share = 0};
    double least = 0;
    for (size_t at = 0; at < pattern->head; at++) {
        struct key key = key_at(pattern, at);
        if (best.length > 0 && rank(&key) > rank(&best))
            continue;
        const bool is_brief = key.length < FILTER_KEY;
        for (key.bucket = !is_brief; key.bucket < (is_brief ? 1 : FILTER_BUCKETS); key.bucket++) {
            struct bucket joined = bucket_with(buckets[key.bucket], &key);
            double added = joined.share - buckets[key.bucket].share;
            if (best.length == 0 || rank(&key) < rank(&best) || added < least) {
                best = key;
                best_bucket = joined;
                least = added;
            }
        }
    }
    buckets[best.bucket] = best_bucket;
    return best;
}

/* Let a row's key pass the filter. */
static void accept(struct filter *filter, const struct marker_pattern *pattern,
                   const struct key *key)
{
    const unsigned char bit = (unsigned char)(1u << key->bucket);
    for (size_t i = 0; i < 8; i++) {
        const uint64_t refused = (uint64_t)bit << (8 * i);
        if (i >= key->length) {
            for (size_t byte = 0; byte < 256; byte++)
                filter->refuse[byte] &= ~refused;
            continue;
        }
        const unsigned char byte = pattern->byte[key->at + i], other = upper(pattern, key->at + i);
        filter->low[i][byte & 15] |= bit;
        if (i == FILTER_HIGH_AT) {
            filter->high[byte >> 4] |= bit;
            filter->high[other >> 4] |= bit;
        }
        filter->refuse[byte] &= ~refused;
        filter->refuse[other] &= ~refused;
    }
}

static struct marker_entry entry_of(const struct marker_pattern *pattern, size_t row, unsigned tag,
                                    size_t key)
{
    size_t count = pattern->head < 8 ? pattern->head : 8, probe = pattern->head - count;
    struct marker_entry entry = {.probe = (unsigned char)probe,
                                 .tag = (uint32_t)1 << tag,
                                 .row = (unsigned char)row,
                                 .before = (unsigned char)key,
                                 .is_word = pattern->is_word};
    memcpy(&entry.value, pattern->byte + probe, count);
    memcpy(&entry.fold, pattern->fold + probe, count);
    memset(&entry.mask, 0xff, count);
    return entry;
}

/* Fill in the entries, bucket by bucket. */
static void list_entries(struct marker_index *index, const struct marker_row *rows,
                         const struct marker_pattern *patterns, const struct key *keys,
                         size_t count)
{
    size_t next = 0;
    for (unsigned bucket = 0; bucket < FILTER_BUCKETS; bucket++) {
        index->first[bucket] = next;
        for (size_t row = 0; row < count; row++)
            if (keys[row].bucket == bucket)
                index->entry[next++] = entry_of(&patterns[row], row, rows[row].tag, keys[row].at);
    }
    index->first[FILTER_BUCKETS] = next;
}

void marker_index_make(struct marker_index *index, const struct marker_row *rows,
                       const struct marker_pattern *patterns, size_t count)
{
    struct bucket buckets[FILTER_BUCKETS] = {{.share = 0}};
    struct key keys[MARKER_ROWS_MAX];
    memset(index, 0, offsetof(struct marker_index, entry));
    memset(index->filter.refuse, 0xff, sizeof index->filter.refuse);
    index->filter.brief = 1;
    for (size_t row = 0; row < count; row++) {
        struct key *key = &keys[row];
        *key = choose_key(buckets, &patterns[row]);
        accept(&index->filter, &patterns[row], key);
        index->is_plain = index->is_plain || !key->is_ascii;
        index->before = key->at > index->before ? key->at : index->before;
        index->tags[key->bucket] |= (uint32_t)1 << rows[row].tag;
    }
    list_entries(index, rows, patterns, keys, count);
    for (unsigned engine = MARKER_ENGINES; engine-- > 0;)
        if (marker_index_engine(index, (enum marker_engine)engine))
            break;
}

#ifdef FILTER_VECTORS
/*
 * The best engine that processor and kernel have. __builtin_cpu_supports() would be shorter, but
 * with it a program asks the processor a dozen things before main(), and on a virtual machine each
 * answer takes as long as 10,000 instructions.
 */
static enum marker_engine best_engine(void)
{
    enum { WIDE = 0x06, WIDEST = 0xe6 }; /* registers that the kernel keeps for a process */
    unsigned eax, ebx, ecx, edx, kept;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_SSSE3))
        return MARKER_PLAIN;
    if (!(ecx & bit_OSXSAVE) || !__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
        return MARKER_SSSE3;
    __asm__("xgetbv" : "=a"(kept), "=d"(edx) : "c"(0));
    if ((kept & WIDEST) == WIDEST && (ebx & bit_AVX512BW))
        return MARKER_AVX512;
    return (kept & WIDE) == WIDE && (ebx & bit_AVX2) ? MARKER_AVX2 : MARKER_SSSE3;
}
#endif

bool marker_index_engine(struct marker_index *index, enum marker_engine engine)
{
#ifdef FILTER_VECTORS
    static filter_find *const engines[] = {filter_find_plain, filter_find_ssse3, filter_find_avx2,
                                           filter_find_avx512};
    if (engine > MARKER_PLAIN && (index->is_plain || engine > best_engine()))
        return false;
    index->find = engines[engine];
    return true;
#else
    index->find = filter_find_plain;
    return engine == MARKER_PLAIN;
#endif
}
