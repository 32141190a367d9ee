#include "search/marker_scan.h"

#include "slow_marker.h"
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- Helpers ---------------------------------------------------------------------------------- */

enum { LOGIN, BILLING, LIMIT, BUSY, NETWORK, FAILED };

/* What runs print, many of them with the same parts. */
static const struct marker_row sample[] = {
    {"not logged in", LOGIN, MARKER_LITERAL, true, "all"},
    {"please run /login", LOGIN, MARKER_FREE_BLANK, false, "all"},
    {"invalid api key", LOGIN, MARKER_LITERAL, true, "all"},
    {"unauthorized", LOGIN, MARKER_LITERAL, false, "all"},
    {"401", LOGIN, MARKER_WORD, false, "all"},
    {"Not logged in \xc2\xb7 Please run /login", LOGIN, MARKER_LITERAL, true, "all"},
    {"Please run /login \xc2\xb7 API Error: 401", LOGIN, MARKER_LITERAL, true, "all"},
    {"Please run /login \xc2\xb7 API Error: 403", LOGIN, MARKER_LITERAL, true, "all"},
    {"API Error: 401", LOGIN, MARKER_LITERAL, true, "all"},
    {"API Error: 403 {\"error\":{\"type\":\"forbidden\"", LOGIN, MARKER_LITERAL, true, "all"},
    {"OAuth token has expired", LOGIN, MARKER_LITERAL, true, "all"},
    {"Credit balance is too low", BILLING, MARKER_LITERAL, true, "all"},
    {"belongs to a disabled organization", BILLING, MARKER_LITERAL, false, "all"},
    {"limit reached \xe2\x88\x99 resets", LIMIT, MARKER_LITERAL, false, "all"},
    {"limit reached \xc2\xb7 resets", LIMIT, MARKER_LITERAL, false, "all"},
    {"You've hit your session limit", LIMIT, MARKER_LITERAL, true, "all"},
    {"You've hit your limit", LIMIT, MARKER_LITERAL, true, "all"},
    {"API Error: 529", BUSY, MARKER_LITERAL, true, "all"},
    {"API Error: 500", BUSY, MARKER_LITERAL, true, "all"},
    {"API Error: Connection refused", NETWORK, MARKER_LITERAL, true, "all"},
    {"Connection refused", NETWORK, MARKER_LITERAL, true, "all"},
};

static int make_set(const struct marker_own *own, size_t count, struct marker_set **ret_set)
{
    return marker_set_new(sample, COUNT(sample), own, count, ret_set);
}

static struct marker_set *new_set(const struct marker_own *own, size_t count)
{
    struct marker_set *set = NULL;

    ck_assert_int_eq(make_set(own, count, &set), 0);
    return set;
}

static uint32_t state = 1;

static size_t below(size_t limit)
{
    state = state * 1664525 + 1013904223;
    return (size_t)(((uint64_t)state * limit) >> 32);
}

static uint32_t take(void *context, const struct marker_hit *hit)
{
    struct hits *hits = context;

    if (hits->count < SLOW_HITS_MAX)
        hits->hit[hits->count++] = *hit;
    return 0;
}

/* A piece in memory of its own size, so that a sanitizer sees every byte too far. */
static void feed(struct marker_scan *scan, const unsigned char *text, size_t length)
{
    unsigned char *piece = malloc(length > 0 ? length : 1);

    ck_assert_ptr_nonnull(piece);
    memcpy(piece, text, length);
    marker_scan_feed(scan, piece, length);
    free(piece);
}

/* Feed a text in pieces: `first` bytes, then pieces of 1 to `most` bytes; the rest in one for 0. */
static void scan_pieces(const struct marker_set *set, const unsigned char *text, size_t length,
                        size_t first, size_t most, struct hits *ret)
{
    struct marker_scan scan;

    ret->count = 0;
    marker_scan_start(&scan, set, MARKER_ALL, take, ret);
    feed(&scan, text, first);
    for (size_t at = first; at < length;) {
        size_t piece = most == 0 ? length - at : 1 + below(most);

        piece = piece < length - at ? piece : length - at;
        feed(&scan, text + at, piece);
        at += piece;
    }
    marker_scan_finish(&scan);
    qsort(ret->hit, ret->count, sizeof *ret->hit, slow_compare);
}

static void assert_same(const struct hits *got, const struct hits *want, const char *what,
                        const unsigned char *text, size_t length)
{
    bool same = got->count == want->count;

    for (size_t i = 0; same && i < got->count; i++) {
        same = got->hit[i].start == want->hit[i].start && got->hit[i].end == want->hit[i].end &&
               got->hit[i].row == want->hit[i].row;
    }
    ck_assert_msg(same, "%s: %zu hits instead of %zu in %zu bytes '%.*s'", what, got->count,
                  want->count, length, length < 200 ? (int)length : 200, (const char *)text);
}

/* One text through all engines, cut in many ways. `set` is left with its best engine. */
static void assert_hits(struct marker_set *set, const unsigned char *text, size_t length)
{
    static struct hits want;
    static struct hits got;

    slow_hits(set, text, length, &want);
    ck_assert_uint_lt(want.count, SLOW_HITS_MAX);
    for (int engine = MARKER_PLAIN; engine < MARKER_ENGINES; engine++) {
        if (!marker_set_engine(set, (enum marker_engine)engine))
            continue;
        scan_pieces(set, text, length, length, 0, &got);
        assert_same(&got, &want, "in one piece", text, length);
        for (size_t i = 0; i <= length && i < 100; i++) {
            size_t first = length < 100 ? i : below(length + 1);

            if (length >= 100 && i == 6)
                break;
            scan_pieces(set, text, length, first, 0, &got);
            assert_same(&got, &want, "in two pieces", text, length);
        }
        for (size_t most = 1; most < 1000; most *= 10) {
            scan_pieces(set, text, length, 0, most, &got);
            assert_same(&got, &want, "in small pieces", text, length);
        }
    }
}

/* The first hit of these tags in a text. */
static bool first_with(const struct marker_set *set, uint32_t tags, const char *text, size_t length,
                       struct marker_hit *ret)
{
    static struct hits hits;
    struct marker_scan scan;

    hits.count = 0;
    marker_scan_start(&scan, set, tags, take, &hits);
    marker_scan_feed(&scan, text, length);
    marker_scan_finish(&scan);
    qsort(hits.hit, hits.count, sizeof *hits.hit, slow_compare);
    if (hits.count > 0)
        *ret = hits.hit[0];
    return hits.count > 0;
}

static bool first_of(const struct marker_set *set, const char *text, struct marker_hit *ret)
{
    return first_with(set, MARKER_ALL, text, strlen(text), ret);
}

/* Every row is found in any case, and nothing of another condition in it. */
START_TEST(rows_are_found_and_do_not_mix)
{
    struct marker_set *set = new_set(NULL, 0);
    static struct hits hits;

    for (size_t row = 0; row < marker_set_rows(set); row++) {
        for (int style = 0; style < 3; style++) {
            const char *text = marker_set_row(set, row)->text;
            size_t length = strlen(text);
            unsigned char line[2 * MARKER_TEXT_MAX];
            bool found = false;

            memset(line, '#', sizeof line);
            for (size_t i = 0; i < length; i++) {
                bool upper = style == 1 || (style == 2 && i % 2 == 0);
                unsigned char byte = slow_lower((unsigned char)text[i]);

                line[7 + i] = upper && byte >= 'a' && byte <= 'z' ? byte - 0x20 : byte;
            }
            scan_pieces(set, line, length + 20, length + 20, 0, &hits);
            for (size_t i = 0; i < hits.count; i++) {
                ck_assert_msg(marker_set_row(set, hits.hit[i].row)->tag ==
                                  marker_set_row(set, row)->tag,
                              "%s holds %s", text, marker_set_row(set, hits.hit[i].row)->text);
                found = found || (hits.hit[i].row == row && hits.hit[i].start == 7 &&
                                  hits.hit[i].end == 7 + length);
            }
            ck_assert_msg(found, "%s: not found, style %d", text, style);
        }
    }
    marker_set_free(set);
}
END_TEST

START_TEST(near_misses_are_no_hits)
{
    static const char *const rows[] = {
        "",
        "not logged out",
        "not  logged in",
        "not logged\tin",
        "please run login",
        "please run\xc2\xa0/login",
        "please  run /login",
        "please run /logout",
        "pleaserun /login",
        "invalid api kez",
        "invalid apikey",
        "unauthorised",
        "un-authorized",
        "4010",
        "1401",
        "x401y",
        "_401",
        "401_",
        "4O1",
        "40\xc2\xb9",
        "API Error: 402",
        "API Error: 404 {}",
        "not your usage limit",
        "limit reached",
        "Failed to authenticate",
        "you've hit your target",
        "the connection was refused",
        "the request timed  out",
        "nOT LOGGED\x09IN",
        "@ot logged in",
    };
    struct marker_set *set = new_set(NULL, 0);
    struct marker_hit hit;

    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_msg(!first_of(set, rows[i], &hit), "%s", rows[i]);
    marker_set_free(set);
}
END_TEST

/* --- The search ------------------------------------------------------------------------------- */

START_TEST(words_end_where_no_word_goes_on)
{
    static const struct {
        const char *text;
        uint64_t start; /* of `401`; 99 for none */
    } rows[] = {
        {"401", 0},         {" 401 ", 1},    {"\n401\n", 1}, {"HTTP/401.", 5},
        {"401401", 99},     {"401 4", 0},    {"4401", 99},   {"\xc3\xa9\x34\x30\x31", 2},
        {"401\xc3\xa9", 0}, {"a401", 99},    {"401Z", 99},   {"(401)", 1},
        {"401-401", 0},     {"9401 401", 5}, {"[401]", 1},   {"`401{", 1},
        {"@401/", 1},       {"^401:", 1},
    };
    struct marker_set *set = new_set(NULL, 0);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct marker_hit hit = {.start = 99};

        first_of(set, rows[i].text, &hit);
        ck_assert_msg(hit.start == rows[i].start, "%s: at %llu", rows[i].text,
                      (unsigned long long)hit.start);
    }
    marker_set_free(set);
}
END_TEST

/* A text made of parts of markers and of what may come between them. */
static size_t make_text(const struct marker_set *set, unsigned char *ret, size_t limit)
{
    static const char *const glue[] = {" ", "  ",   "\n",         "\t",          "401",
                                       "4", "0401", "/login",     "\xff",        "x",
                                       "_", ".",    "please run", "API Error: ", "\xc2\xb7"};
    size_t length = 0;

    while (length < limit) {
        const char *part = glue[below(COUNT(glue))];
        size_t from = 0;
        size_t count = strlen(part);

        switch (below(6)) {
        case 0: /* all of a marker or a part of it */
        case 1:
            part = marker_set_row(set, below(marker_set_rows(set)))->text;
            count = strlen(part);
            if (below(3) == 0)
                from = below(count);
            if (below(3) == 0)
                count = from + below(count - from + 1);
            break;
        case 2: /* white space, now and then a lot */
            count = below(below(20) == 0 ? 600 : 4);
            for (size_t i = 0; i < count && length < limit; i++)
                ret[length++] = (unsigned char)" \t\n\v\f\r"[below(6)];
            continue;
        case 3: ret[length++] = (unsigned char)below(256); continue;
        default: break;
        }
        for (size_t i = from; i < count && length < limit; i++) {
            unsigned char byte = (unsigned char)part[i];

            ret[length++] = slow_lower(byte) >= 'a' && slow_lower(byte) <= 'z' && below(3) == 0
                                ? byte ^ 0x20
                                : byte;
        }
        if (length > 0 && below(30) == 0)
            ret[below(length)] ^= (unsigned char)(1u << below(8));
    }
    return length;
}

START_TEST(finds_what_a_slow_search_finds)
{
    static const struct marker_own own[] = {
        {"aXa", NETWORK},
        {"aaaa", NETWORK},
        {"aXabb", NETWORK}, /* two keys at one place, a brief one and a long one */
        {"  out of \t memory ", FAILED},
        {"\303\274ber alles", BILLING},
        {"401 4 401", BUSY},
        {"401kplan", BUSY},
        {"please run /login now", LOGIN},
        {"quizmaster xylophonist jazz-singers", BILLING},
        {"interesting antediluvian territories", BILLING},
    };
    static unsigned char text[4000];

    for (size_t with_own = 0; with_own < 2; with_own++) {
        struct marker_set *set = new_set(own, with_own ? COUNT(own) : 0);

        for (size_t round = 0; round < 60; round++)
            assert_hits(set, text, make_text(set, text, 1 + below(60)));
        for (size_t round = 0; round < 10; round++)
            assert_hits(set, text, make_text(set, text, 100 + below(sizeof text - 100)));
        marker_set_free(set);
    }
}
END_TEST

/* Nothing but few bytes that markers are made of: keys that run into each other. */
START_TEST(finds_in_monotonous_text)
{
    static const char *const alphabets[] = {"4",          "401",    "401 ",          "aA",
                                            "aA \n",      " \t",    "/login",        "ase run",
                                            "please run", "gedLO ", "\001\201\341Aa"};
    static const struct marker_own own[] = {{"aa a", NETWORK}, {"a a a a", NETWORK}};
    static unsigned char text[900];
    struct marker_set *set = new_set(own, COUNT(own));

    for (size_t i = 0; i < COUNT(alphabets); i++) {
        size_t letters = strlen(alphabets[i]);

        for (size_t round = 0; round < 6; round++) {
            for (size_t at = 0; at < sizeof text; at++) {
                size_t letter = round < 2 ? at % letters : below(letters);
                text[at] = (unsigned char)alphabets[i][letter];
            }
            assert_hits(set, text, round % 2 ? sizeof text : 1 + below(90));
        }
    }
    marker_set_free(set);
}
END_TEST

/* A megabyte of blanks within one marker, and its offsets. */
START_TEST(white_space_has_no_limit)
{
    enum { BLANKS = 1 << 20 };
    static const size_t pieces[] = {7, 4096, 262144, 4 * BLANKS};
    unsigned char *text = malloc(BLANKS + 100);
    struct marker_set *set = new_set(NULL, 0);

    ck_assert_ptr_nonnull(text);
    memcpy(text, "xx Please Run", 13);
    for (size_t i = 0; i < BLANKS; i++)
        text[13 + i] = (unsigned char)(i % 80 == 0 ? '\n' : ' ');
    memcpy(text + 13 + BLANKS, "/LOGIN 401", 10);
    for (size_t i = 0; i < COUNT(pieces); i++) {
        static struct hits hits;
        struct marker_scan scan;
        size_t length = 13 + BLANKS + 10;

        hits.count = 0;
        marker_scan_start(&scan, set, MARKER_ALL, take, &hits);
        for (size_t at = 0; at < length; at += pieces[i])
            marker_scan_feed(&scan, text + at, pieces[i] < length - at ? pieces[i] : length - at);
        marker_scan_finish(&scan);
        ck_assert_uint_eq(hits.count, 2);
        ck_assert_uint_eq(hits.hit[0].start, 3);
        ck_assert_uint_eq(hits.hit[0].end, 13 + BLANKS + 6);
        ck_assert_uint_eq(hits.hit[1].start, 13 + BLANKS + 7);
        ck_assert_uint_eq(hits.hit[1].end, length);
    }
    free(text);
    marker_set_free(set);
}
END_TEST

START_TEST(spaces_are_skipped_exactly)
{
    static const struct marker_own own[] = {{"first second third", NETWORK}};
    struct marker_set *set = new_set(own, COUNT(own));

    for (int spaces = 0; spaces < 40; spaces++) {
        char text[300];
        int length = snprintf(text, sizeof text, "please run%*s/login first%*ssecond%*sthird",
                              spaces, "", spaces, "", spaces, "");

        assert_hits(set, (const unsigned char *)text, (size_t)length);
    }
    marker_set_free(set);
}
END_TEST

START_TEST(looks_for_some_conditions_only)
{
    static const size_t margins[] = {0, 300}; /* at the ends of a text, and within */
    struct marker_set *set = new_set(NULL, 0);
    uint32_t overloaded = MARKER_TAG(BUSY);

    for (size_t i = 0; i < COUNT(margins); i++) {
        static const char line[] = "API Error: 529, then not logged in";
        size_t length = 2 * margins[i] + strlen(line);
        struct marker_hit hit;
        char text[700];

        memset(text, '.', sizeof text);
        memcpy(text + margins[i], line, strlen(line));
        ck_assert(first_with(set, MARKER_ALL & ~overloaded, text, length, &hit));
        ck_assert_uint_eq(hit.start, margins[i] + 21);
        ck_assert(first_with(set, overloaded, text, length, &hit));
        ck_assert_uint_eq(hit.start, margins[i]);
        ck_assert(!first_with(set, MARKER_TAG(BILLING), text, length, &hit));
        ck_assert(marker_at_start(set, overloaded, line, strlen(line), &hit));
        ck_assert(!marker_at_start(set, ~overloaded, line, strlen(line), &hit));
    }
    marker_set_free(set);
}
END_TEST

START_TEST(starts_are_at_the_very_first_byte)
{
    static const char *const not_at_start[] = {"",
                                               " Not logged in",
                                               "401 Unauthorized",
                                               "unauthorized",
                                               "please run /login",
                                               "Not logged i",
                                               "I saw API Error: 529"};
    struct marker_set *set = new_set(NULL, 0);
    struct marker_hit hit = {.row = 999};

    for (size_t i = 0; i < COUNT(not_at_start); i++) {
        ck_assert_msg(
            !marker_at_start(set, MARKER_ALL, not_at_start[i], strlen(not_at_start[i]), &hit), "%s",
            not_at_start[i]);
    }
    ck_assert_uint_eq(hit.row, 999);
    ck_assert(marker_at_start(set, MARKER_ALL, "NOT LOGGED IN, he said", 22, &hit));
    ck_assert_uint_eq(hit.end, 13);
    marker_set_free(set);
}
END_TEST

/* --- Markers of the user's own ---------------------------------------------------------------- */

START_TEST(own_markers_join_in)
{
    static const struct marker_own own[] = {
        {"  Quota \t\n exhausted ", LIMIT}, {"OOM", FAILED}, {"a.b*c", NETWORK}};
    struct marker_set *set = new_set(own, COUNT(own));
    size_t first = marker_set_rows(set) - COUNT(own);
    struct marker_hit hit;

    ck_assert_str_eq(marker_set_row(set, first)->text, "Quota exhausted");
    ck_assert_int_eq(marker_set_row(set, first)->quirk, MARKER_BLANKS);
    ck_assert(first_of(set, "x QUOTA\r\n   exhausted!", &hit));
    ck_assert_uint_eq(hit.row, first);
    ck_assert_uint_eq(hit.start, 2);
    ck_assert_uint_eq(hit.end, 21);
    ck_assert(!first_of(set, "quotaexhausted, quota, exhausted", &hit));
    ck_assert(first_of(set, "boom", &hit));
    ck_assert_uint_eq(hit.row, first + 1);
    ck_assert(first_of(set, "A.B*C", &hit));
    ck_assert(!first_of(set, "aXbbc", &hit));
    ck_assert(marker_at_start(set, MARKER_ALL, "oom-killed", 10, &hit));
    marker_set_free(set);
}
END_TEST

START_TEST(own_markers_have_limits)
{
    char text[2 * MARKER_TEXT_MAX];
    struct marker_own own[MARKER_OWN_MAX + 1];
    struct marker_set *set = NULL;

    memset(text, 'x', sizeof text);
    text[MARKER_TEXT_MAX + 1] = '\0';
    ck_assert_int_eq(marker_own_check(text), E2BIG);
    text[MARKER_TEXT_MAX] = '\0';
    ck_assert_int_eq(marker_own_check(text), 0);
    memset(text + 10, ' ', 150);
    text[160] = 'x';
    text[161] = '\0';
    ck_assert_int_eq(marker_own_check(text), 0);
    ck_assert_int_eq(marker_own_check(""), EINVAL);
    ck_assert_int_eq(marker_own_check(" \t\n"), EINVAL);

    for (size_t i = 0; i < COUNT(own); i++)
        own[i] = (struct marker_own){"disk full", BILLING};
    ck_assert_int_eq(make_set(own, COUNT(own), &set), ENOSPC);
    own[3].text = " ";
    ck_assert_int_eq(make_set(own, MARKER_OWN_MAX, &set), EINVAL);
    own[3].text = text;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ck_assert_int_eq(make_set(own, MARKER_OWN_MAX, &set), E2BIG);
    ck_assert_ptr_null(set);
    marker_set_free(NULL);
}
END_TEST

/* More markers at one place than a search hands out in one go; without three bytes in a row, too.
 */
START_TEST(many_markers_stand_at_one_place)
{
    static const char *const texts[] = {"disk full", "a b c d"};
    struct marker_own own[MARKER_OWN_MAX];

    for (size_t i = 0; i < COUNT(texts); i++) {
        unsigned char text[3000] = {0};
        struct marker_set *set;

        for (size_t row = 0; row < COUNT(own); row++)
            own[row] = (struct marker_own){texts[i], BILLING};
        set = new_set(own, COUNT(own));
        if (i == 1)
            ck_assert(!marker_set_engine(set, MARKER_AVX2));
        for (size_t at = 200; at + 200 < sizeof text; at += 100)
            snprintf((char *)text + at, 20, "401 %s %zu", texts[i], at);
        assert_hits(set, text, sizeof text);
        assert_hits(set, text, 330);
        marker_set_free(set);
    }
}
END_TEST

SUITE_MAIN("marker", rows_are_found_and_do_not_mix, near_misses_are_no_hits,
           words_end_where_no_word_goes_on, finds_what_a_slow_search_finds,
           finds_in_monotonous_text, white_space_has_no_limit, spaces_are_skipped_exactly,
           looks_for_some_conditions_only, starts_are_at_the_very_first_byte, own_markers_join_in,
           own_markers_have_limits, many_markers_stand_at_one_place)
