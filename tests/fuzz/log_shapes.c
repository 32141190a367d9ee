/*
 * Logs put together from whole pieces, so that it is known by construction what is an event and
 * what is plain text: lib/log/log_search.c must see the same, through any windows, backwards from
 * the end as well as from the start.
 */
#include "log/log_search.h"

#include "fuzz.h"
#include "log/event.h"
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
        for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
            made_facts(&search, windows[i], tails[t], &again);
            MUST(memcmp(&facts, &again, sizeof facts) == 0, "windows of %zu, tail of %zu",
                 windows[i], (size_t)tails[t]);
        }
    }
    return 0;
}
