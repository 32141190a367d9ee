/*
 * Log bytes of any kind: the same facts through windows of every size; what is said to be found is
 * there; no verdict is OK without a good result; the verdict prints well in every format.
 */
#include "verdict/runlog.h"

#include "fuzz.h"
#include "made_facts.h"
#include "must_render.h"
#include "slow_marker.h"

#define NOW INT64_C(1795000000000)

static uint64_t line_of(const uint8_t *bytes, uint64_t offset)
{
    uint64_t line = 1;
    for (uint64_t i = 0; i < offset; i++)
        line += bytes[i] == '\n';
    return line;
}

static bool holds(const uint8_t *bytes, size_t length, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= length; i++)
        if (memcmp(bytes + i, word, n) == 0)
            return true;
    return false;
}

static void must_be_there(const struct log_mark *mark, const uint8_t *bytes, size_t length)
{
    if (!mark->found)
        return;
    bool there = false;
    for (size_t row = 0; row < marker_set_rows(made_facts_markers()); row++) {
        const struct marker_row *marker = marker_set_row(made_facts_markers(), row);
        there = there || (marker->text == mark->name && mark->offset < length &&
                          slow_end(marker, bytes, length, mark->offset) > 0);
    }
    MUST(there, "%s at %zu", mark->name, (size_t)mark->offset);
    MUST(mark->line == line_of(bytes, mark->offset), "line %zu", (size_t)mark->line);
}

/* Plain text alone, without a bracket or a message: a login word is found where there is one. */
static void must_be_found(const struct log_facts *facts, const uint8_t *bytes, size_t length)
{
    static struct hits hits;
    const struct log_mark *mark = &facts->marks[RUNLOG_AUTH_FAILURE];
    bool wanted = false;
    slow_hits(made_facts_markers(), bytes, length, &hits);
    for (size_t k = 0; k < hits.count; k++)
        wanted = wanted || marker_set_row(made_facts_markers(), hits.hit[k].row)->tag ==
                               (unsigned)RUNLOG_AUTH_FAILURE;
    MUST(hits.count == SLOW_HITS_MAX || mark->found == wanted, "a login word");
}

static void must_be_true(const struct log_facts *facts, const struct log_search *search,
                         const uint8_t *bytes, size_t length)
{
    MUST(!facts->is_blank || !facts->has_result, "blank");
    MUST(!facts->has_result || holds(bytes, length, "\"result\""), "no result there");
    MUST(!facts->has_voice || holds(bytes, length, "\"assistant\""), "no voice there");
    MUST(facts->result_line <= line_of(bytes, length), "line");
    for (size_t i = 0; i < RUNLOG_CONDITIONS; i++) {
        MUST(!facts->marks[i].found || !facts->has_result, "a mark beside a result");
        must_be_there(&facts->marks[i], bytes, length);
    }
    must_be_there(&facts->mention, bytes, length);
    MUST(facts->mention.found == (facts->mentions > 0), "mentions");
    MUST(memchr(facts->message.text, '\0', LOG_MESSAGE), "message");
    MUST(!facts->message.found || !facts->has_result, "a message beside a result");
    MUST(!facts->message.found || facts->message.line == line_of(bytes, facts->message.offset),
         "the message's line");
    bool plain = length == 0 || (!memchr(bytes, '{', length) && !memchr(bytes, '[', length));
    if (plain)
        MUST(!facts->has_result && !facts->has_voice, "events in plain text");
    if (plain && !facts->is_blank && !facts->message.found && !search->anchored &&
        !search->only_result)
        must_be_found(facts, bytes, length);
}

static void decide(const struct log_facts *facts, size_t length, uint8_t choice)
{
    const struct runlog_policy policy = {.grace = choice & 1 ? 60000 : 0};
    static struct run_log log;
    log = (struct run_log){.path = choice & 2 ? "/logs/a|b;\xFF\n.log" : "/logs/run.log",
                           .newest = true,
                           .size = length,
                           .modified = NOW - (choice & 4 ? 1 : INT64_C(86400000)),
                           .facts = *facts};
    struct report report;
    report_init(&report, &runlog_report, NOW);
    report.verbosity = choice >> 6;
    struct subject *subject = report_add_subject(&report, log.path);
    MUST(subject, "memory");
    runlog_decide(&policy, &log, NOW, &report, subject);
    const struct runlog_totals totals = {.logs = 1, .newest = &log, .only = &log, .size = log.size};
    runlog_add_perfdata(&policy, &totals, NOW, &report);
    bool good = facts->has_result && !event_is_failed(&facts->result);
    bool in_progress = !facts->has_result && runlog_may_be_in_progress(&policy, &log, NOW);
    MUST(report_state(&report) != STATE_OK || good || in_progress, "OK without a good result");
    must_render(&report);
    report_free(&report);
}

static void must_be_same(const struct log_facts *facts, const struct log_search *search,
                         size_t window, uint64_t tail)
{
    static struct log_facts again;
    made_facts(search, window, tail, &again);
    MUST(memcmp(facts, &again, sizeof again) == 0, "windows of %zu, tail of %zu", window,
         (size_t)tail);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct log_facts facts;
    struct input input = {data, size};
    const uint8_t choice = input_byte(&input), verdict = input_byte(&input);
    const struct log_search search = {.markers = made_facts_markers(),
                                      .anchored = choice & 1,
                                      .mentions = choice & 2,
                                      .only_result = choice & 4};
    const size_t windows[] = {1 + input_below(&input, 64), 1 + input_below(&input, 4096)};
    const uint64_t tails[] = {TAIL_WHOLE, choice & 8 ? input_below(&input, 4096) : 0};
    made_facts_log(input.at, input.left);
    for (size_t t = 0; t < 2; t++) {
        made_facts(&search, WINDOW_WHOLE, tails[t], &facts);
        must_be_true(&facts, &search, input.at, input.left);
        for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++)
            must_be_same(&facts, &search, windows[i], tails[t]);
        for (size_t window = 1; window < input.left && input.left <= 64; window++)
            must_be_same(&facts, &search, window, tails[t]); /* every way to cut it in two */
        decide(&facts, input.left, verdict);
    }
    return 0;
}
