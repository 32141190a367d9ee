/*
 * Logs put together from whole pieces, so that it is known by construction what is an event and
 * what is plain text: lib/log/log_search.c must see the same, through any windows, backwards from
 * the end as well as from the start.
 */
#include "log/log_search.h"

#include "fuzz.h"
#include "made_facts.h"
#include "slow_marker.h"

#define TEXT_MAX    16384
#define PIECES_MAX  64
#define PIECES_TEXT 512 /* bytes of a plain piece */

static const struct {
    const char *text;
    bool result, assistant, voice, init;
} events[] = {
    {"{\"is_error\":false,\"result\":\"done: not logged in, 401\",\"type\":\"result\"}", true,
     false, false, false},
    {"{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":true,\"result\":\"Not logged in\"}",
     true, false, false, false},
    {"{\"is_error\":true,\"api_error_status\":429,\"result\":\"busy\",\"type\":\"result\"}", true,
     false, false, false},
    {"{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Invalid API "
     "key\"}]},\"error\":\"authentication_failed\"}",
     false, true, true, false},
    {"{\"type\":\"assistant\",\"message\":{\"content\":\"it says 401 }{\"}}", false, true, false,
     false},
    {"{\"type\":\"user\",\"message\":{\"content\":\"401 Unauthorized: \\\"type\\\":\\\"result\\\" "
     "Credit balance is too low\"}}",
     false, false, false, false},
    {"{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"rejected\",\"resetsAt\":"
     "1795000000}}",
     false, false, false, false},
    {"{\"type\":\"system\",\"subtype\":\"init\",\"tools\":[\"not logged in\",{}]}", false, false,
     false, true},
};
#define EVENTS (sizeof events / sizeof events[0])

static const char *const prefixes[] = {
    "", "2026-11-18 11:06:40 ", "\x1B[2m", "[info] ", "401: ", "agent-1 | "};
static const char *const suffixes[] = {"", "\r", " ", "\x1B[0m", " \t"};

/* One event in the log. */
struct place {
    size_t kind;             /* of events[] */
    size_t start, end;       /* of the event */
    size_t value, value_end; /* of the value it is in, itself or an array */
};

struct made {
    uint8_t text[TEXT_MAX];
    size_t length;
    bool half[TEXT_MAX]; /* this byte is of half an event of a tool's */
    struct place places[2 * PIECES_MAX];
    size_t count;
};

static void add(struct made *made, const char *bytes, size_t length)
{
    memcpy(made->text + made->length, bytes, length);
    made->length += length;
}

static void add_string(struct made *made, const char *string)
{
    add(made, string, strlen(string));
}

static void add_event(struct made *made, size_t kind)
{
    struct place *place = &made->places[made->count++];
    place->kind = kind;
    place->start = place->value = made->length;
    add_string(made, events[kind].text);
    place->end = place->value_end = made->length;
}

/* [event,event] */
static void add_array(struct made *made, size_t kind, size_t other)
{
    size_t first = made->count, start = made->length;
    add_string(made, "[");
    if (!events[other].result) {
        add_event(made, other);
        add_string(made, ", ");
    }
    add_event(made, kind);
    add_string(made, "]");
    for (; first < made->count; first++) {
        made->places[first].value = start;
        made->places[first].value_end = made->length;
    }
}

/* The event over several lines. */
static void add_spread(struct made *made, size_t kind)
{
    struct place *place = &made->places[made->count++];
    const char *text = events[kind].text;
    *place = (struct place){.kind = kind, .start = made->length, .value = made->length};
    add_string(made, "{\n  ");
    add(made, text + 1, strlen(text) - 2);
    add_string(made, "\n}");
    place->end = place->value_end = made->length;
}

/* Bytes of the input as a line without brackets. */
static void add_plain(struct made *made, struct input *input)
{
    for (size_t i = 0; i < PIECES_TEXT && input->left > 0 && *input->at != '\n'; i++) {
        uint8_t c = input_byte(input);
        made->text[made->length++] = strchr("{}[]", c) && c ? '.' : c;
    }
    if (input->left > 0 && *input->at == '\n')
        input_byte(input);
}

static void add_half(struct made *made, size_t length)
{
    memset(made->half + made->length, true, length * sizeof *made->half);
    add(made, events[5].text, length);
}

static void make(struct made *made, struct input *input)
{
    made->length = made->count = 0;
    memset(made->half, 0, sizeof made->half);
    for (int i = 0; i < PIECES_MAX && input->left > 0 && made->length < TEXT_MAX - 2048; i++) {
        uint8_t choice = input_byte(input);
        size_t kind = input_byte(input), other = kind / EVENTS % EVENTS;
        kind %= EVENTS;
        switch (choice % 8) {
        case 0:
        case 1:
        case 2: add_plain(made, input); break;
        case 3: add_spread(made, kind); break;
        case 4: /* half-written, or with words behind it: plain text */
            if (choice / 8 % 2)
                add_half(made, 50 + kind);
            else
                add_string(made, events[1 + kind % 2].text), add_string(made, " done");
            break;
        case 5:
            add_string(made, prefixes[choice / 8 % (sizeof prefixes / sizeof prefixes[0])]);
            add_array(made, kind, other);
            break;
        default:
            add_string(made, prefixes[choice / 8 % (sizeof prefixes / sizeof prefixes[0])]);
            add_event(made, kind);
            break;
        }
        if (choice % 8 > 4 || choice % 8 == 3)
            add_string(made, suffixes[other % (sizeof suffixes / sizeof suffixes[0])]);
        if (input->left > 0 || choice < 128)
            add_string(made, "\n");
    }
}

static const struct place *last_result(const struct made *made, size_t to)
{
    for (size_t i = to; i-- > 0;)
        if (events[made->places[i].kind].result)
            return &made->places[i];
    return NULL;
}

/* In no event, and before none in its line. */
static bool is_plain(const struct made *made, uint64_t offset)
{
    for (size_t i = 0; i < made->count; i++) {
        size_t line = made->places[i].value;
        while (line > 0 && made->text[line - 1] != '\n')
            line--;
        if (offset >= line && offset < made->places[i].value_end)
            return false;
    }
    return true;
}

/* True when a line that is no event, and that ends, says "is_error":true behind `at`. */
static bool has_broken_failure(const struct made *made, const struct hits *hits, size_t at)
{
    for (size_t k = 0; k < hits->count; k++) {
        const struct marker_hit *hit = &hits->hit[k];
        const char *behind = (const char *)made->text + hit->end;
        if ((size_t)marker_set_row(made_facts_markers(), hit->row)->tag != RUNLOG_CONDITIONS ||
            hit->start < at || !is_plain(made, hit->start) ||
            !memchr(behind, '\n', made->length - hit->end))
            continue;
        behind += strspn(behind, ": ");
        if (strncmp(behind, "true", 4) == 0)
            return true;
    }
    return false;
}

/* The last assistant event behind a result, whatever run it belongs to. */
static const struct place *voice_behind(const struct made *made, const struct place *result)
{
    for (size_t i = made->count; i-- > (size_t)(result - made->places) + 1;)
        if (events[made->places[i].kind].assistant)
            return &made->places[i];
    return NULL;
}

/* True when another run, which has no result, stands behind the last one. */
static bool goes_on(const struct made *made, const struct hits *hits, const struct place *result)
{
    const struct place *voice = voice_behind(made, result);
    if (voice && events[voice->kind].voice)
        return true;
    bool init = false;
    for (const struct place *p = result + 1; p < made->places + made->count; p++)
        init = init || events[p->kind].init;
    bool failed = strstr(events[result->kind].text, "\"is_error\":true") != NULL;
    return init || (!failed && has_broken_failure(made, hits, result->value_end));
}

/*
 * The last assistant event that belongs to the run which ends with `result`: behind the result
 * before it. All of the log where there is no result.
 */
static const struct place *last_voice(const struct made *made, const struct place *result)
{
    size_t to = result ? (size_t)(result - made->places) : made->count;
    for (size_t i = to; i-- > 0;) {
        if (events[made->places[i].kind].result)
            return NULL;
        if (events[made->places[i].kind].assistant)
            return &made->places[i];
    }
    return NULL;
}

static bool is_in(const struct place *place, uint64_t offset)
{
    return place && offset >= place->start && offset < place->end;
}

static uint64_t line_of(const struct made *made, uint64_t offset)
{
    uint64_t line = 1;
    for (uint64_t i = 0; i < offset; i++)
        line += made->text[i] == '\n';
    return line;
}

static void must_be_event(const struct made *made, const struct place *place,
                          const struct event *got)
{
    static struct event want;
    char *bytes = input_copy(made->text + place->start, place->end - place->start);
    MUST(event_parse(bytes, place->end - place->start, &want) == 0, "%s", bytes);
    MUST(memcmp(&want, got, sizeof want) == 0, "another event than %s", bytes);
    free(bytes);
}

/* `from`: where the run begins. */
static void must_have_marks(const struct made *made, const struct hits *hits, size_t from,
                            const struct log_facts *facts)
{
    for (size_t i = 0; i < RUNLOG_CONDITIONS; i++) {
        const struct log_mark *mark = &facts->marks[i];
        uint64_t first = UINT64_MAX;
        bool is_hit = false;
        for (size_t k = 0; k < hits->count; k++) {
            const struct marker_hit *hit = &hits->hit[k];
            if ((size_t)marker_set_row(made_facts_markers(), hit->row)->tag != i ||
                hit->start < from || !is_plain(made, hit->start) || made->half[hit->start])
                continue;
            first = hit->start < first ? hit->start : first;
            is_hit = is_hit || (hit->start == mark->offset && hit->row == mark->row);
        }
        MUST(mark->found == (first != UINT64_MAX), "condition %zu", i);
        if (!mark->found)
            continue;
        /* hits that are near each other may come in any order: see marker.h */
        MUST(is_hit && mark->offset - first < MARKER_REACH_MAX, "condition %zu at %zu", i,
             (size_t)mark->offset);
        MUST(mark->line == line_of(made, mark->offset), "condition %zu, line %zu", i,
             (size_t)mark->line);
    }
}

static void must_have_mentions(const struct made *made, const struct hits *hits, size_t from,
                               const struct place *result, const struct place *voice,
                               const struct log_facts *facts)
{
    bool failed = result && facts->result.is_error;
    bool speaks = voice && events[voice->kind].voice && (!result || failed);
    uint64_t count = 0;
    for (size_t k = 0; k < hits->count; k++) {
        uint64_t at = hits->hit[k].start;
        if (marker_set_row(made_facts_markers(), hits->hit[k].row)->tag != RUNLOG_AUTH_FAILURE ||
            at < from)
            continue;
        if (!result && is_plain(made, at) && !made->half[at])
            continue;
        count += !(failed && is_in(result, at)) && !(speaks && is_in(voice, at));
    }
    MUST(facts->mentions == count, "%zu mentions instead of %zu", (size_t)facts->mentions,
         (size_t)count);
}

static void must_be_right(const struct made *made, const struct hits *hits,
                          const struct log_search *search, bool whole_tail,
                          const struct log_facts *facts)
{
    const struct place *result = last_result(made, made->count);
    const struct place *voice = last_voice(made, result);
    size_t from = 0;
    /* the voice behind a result is looked for near the end only */
    if (result && (whole_tail ? goes_on(made, hits, result) : facts->is_behind_result)) {
        MUST(goes_on(made, hits, result), "another run behind the result");
        from = result->value_end;
        voice = voice_behind(made, result);
        result = NULL;
    }
    MUST(facts->is_behind_result == (from > 0), "behind a result");
    MUST(facts->has_result == (result != NULL), "result");
    if (result) {
        must_be_event(made, result, &facts->result);
        const struct event *event = &facts->result;
        bool named = event->is_error || !event->has_text || event->login_ends != 0;
        MUST(facts->result_line == (named ? line_of(made, result->start) : 0), "line %zu",
             (size_t)facts->result_line);
    }
    const bool good = result && !facts->result.is_error;
    if (whole_tail)
        MUST(facts->has_voice == (voice && !good), "voice");
    if (facts->has_voice && voice)
        must_be_event(made, voice, &facts->voice);
    if (facts->is_blank || search->only_result)
        return;
    if (!result && !search->anchored)
        must_have_marks(made, hits, from, facts);
    if (search->mentions && !search->anchored && whole_tail)
        must_have_mentions(made, hits, from, result, voice, facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct made made;
    static struct hits hits;
    static struct log_facts facts, again;
    struct input input = {data, size};
    const uint8_t choice = input_byte(&input);
    const struct log_search search = {.markers = made_facts_markers(),
                                      .anchored = choice & 1,
                                      .mentions = choice & 2,
                                      .only_result = choice & 4};
    const size_t windows[] = {1 + input_below(&input, 64), 1 + input_below(&input, 4096)};
    const uint64_t tails[] = {TAIL_WHOLE, input_below(&input, 1024)};
    make(&made, &input);
    slow_hits(made_facts_markers(), made.text, made.length, &hits);
    if (hits.count == SLOW_HITS_MAX)
        return 0;
    made_facts_log(made.text, made.length);
    for (size_t t = 0; t < 2; t++) {
        made_facts(&search, WINDOW_WHOLE, tails[t], &facts);
        must_be_right(&made, &hits, &search, t == 0, &facts);
        for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
            made_facts(&search, windows[i], tails[t], &again);
            MUST(memcmp(&facts, &again, sizeof facts) == 0, "windows of %zu, tail of %zu",
                 windows[i], (size_t)tails[t]);
        }
    }
    return 0;
}
