/*
 * Log bytes of any kind: the same facts through windows of every size; what is said to be found is
 * there; no verdict is OK without a good result; the verdict prints well in every format.
 */
#include "verdict/runlog.h"

#include "base/json_input.h"
#include "fuzz.h"
#include "made_facts.h"
#include "must_render.h"
#include "plain_json.h"
#include "slow_marker.h"

#define NOW INT64_C(1795000000000)

static bool is_blank(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == 0x1B) { /* ESC, then [ ; digits, then one more byte */
            i++;
            while (i < length && (bytes[i] == '[' || bytes[i] == ';' ||
                                  (bytes[i] >= '0' && bytes[i] <= '9') || bytes[i] == 0x1B))
                i++;
        } else if (bytes[i] != ' ' && (bytes[i] < '\t' || bytes[i] > '\r')) {
            return false;
        }
    }
    return true;
}

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
    const struct marker_row *row = marker_set_row(made_facts_markers(), mark->row);
    MUST(mark->offset < length && slow_end(row, bytes, length, mark->offset) > 0, "%s at %zu",
         row->text, (size_t)mark->offset);
    MUST(mark->line == line_of(bytes, mark->offset), "line %zu", (size_t)mark->line);
}

/* Plain text alone, without a bracket: every condition has just the marks that it should. */
static void must_be_found(const struct log_facts *facts, const uint8_t *bytes, size_t length)
{
    static struct hits hits;
    slow_hits(made_facts_markers(), bytes, length, &hits);
    for (size_t i = 0; i < RUNLOG_CONDITIONS; i++) {
        uint64_t first = UINT64_MAX;
        for (size_t k = 0; k < hits.count; k++)
            if (marker_set_row(made_facts_markers(), hits.hit[k].row)->tag ==
                    (enum runlog_condition)i &&
                hits.hit[k].start < first)
                first = hits.hit[k].start;
        if (hits.count == SLOW_HITS_MAX)
            return;
        MUST(facts->marks[i].found == (first != UINT64_MAX), "condition %zu", i);
        /* hits that are near each other may come in any order: see marker.h */
        MUST(!facts->marks[i].found || (facts->marks[i].offset >= first &&
                                        facts->marks[i].offset - first < MARKER_REACH_MAX),
             "condition %zu at %zu", i, (size_t)facts->marks[i].offset);
    }
}

static void must_be_true(const struct log_facts *facts, const struct log_search *search,
                         const uint8_t *bytes, size_t length)
{
    MUST(facts->is_blank == (!facts->has_result && is_blank(bytes, length)), "blank");
    MUST(!facts->has_result || holds(bytes, length, "\"result\""), "no result there");
    MUST(!facts->has_voice || holds(bytes, length, "\"assistant\""), "no voice there");
    MUST(facts->result_line <= line_of(bytes, length), "line");
    for (size_t i = 0; i <= RUNLOG_CONDITIONS; i++) {
        const struct log_mark *mark = &facts->marks[i];
        MUST(!mark->found || !facts->has_result, "a mark beside a result");
        if (i < RUNLOG_CONDITIONS)
            must_be_there(mark, bytes, length);
        MUST(!mark->found || (size_t)marker_set_row(made_facts_markers(), mark->row)->tag == i,
             "condition %zu", i);
    }
    must_be_there(&facts->mention, bytes, length);
    MUST(facts->mention.found == (facts->mentions > 0), "mentions");
    MUST(memchr(facts->message, '\0', LOG_MESSAGE), "message");
    MUST(holds(bytes, length, facts->message), "message");
    bool plain = length == 0 || (!memchr(bytes, '{', length) && !memchr(bytes, '[', length));
    if (plain)
        MUST(!facts->has_result && !facts->has_voice, "events in plain text");
    if (plain && !facts->is_blank && !search->anchored && !search->only_result)
        must_be_found(facts, bytes, length);
}

/* What a line is, read without any cleverness. */
enum line_kind { LINE_PLAIN, LINE_EVENT, LINE_VOICE, LINE_INIT, LINE_GOOD, LINE_FAILED, LINE_ELSE };

static enum line_kind kind_of(const char *line, size_t length)
{
    bool brackets = memchr(line, '{', length) || memchr(line, '}', length) ||
                    memchr(line, '[', length) || memchr(line, ']', length);
    struct plain_json *value = brackets && *line == '{' && !memchr(line, '\\', length)
                                   ? plain_json_parse(line, length, JSON_INPUT_DEPTH - 1)
                                   : NULL;
    const struct plain_json *said = plain_json_member(value, "is_error");
    const struct plain_json *type = plain_json_member(value, "type");
    enum line_kind kind = brackets ? LINE_ELSE : LINE_PLAIN;
    size_t types = 0, errors = 0;
    for (size_t i = 0; value && i < value->count; i++) {
        types += plain_json_is(value->keys[i], "type") || plain_json_is(value->keys[i], "subtype");
        errors += plain_json_is(value->keys[i], "error") ||
                  plain_json_is(value->keys[i], "isApiErrorMessage");
    }
    if (type && type->type == PLAIN_STRING && types <= 2 && *line == '{')
        kind = plain_json_is(type, "result")
                   ? (said && said->type == PLAIN_FALSE ? LINE_GOOD : LINE_FAILED)
               : plain_json_is(type, "assistant") && errors > 0 ? LINE_VOICE
               : plain_json_is(type, "system")                  ? LINE_INIT
                                                                : LINE_EVENT;
    plain_json_free(value);
    return kind;
}

/*
 * Where each line is a whole event or has no bracket: the last result decides, unless one of the
 * events behind it may be another run's.
 */
static void must_be_decided_by_lines(const struct log_facts *facts, const char *bytes,
                                     size_t length)
{
    enum line_kind last = LINE_PLAIN;
    bool more = false; /* behind it */
    for (size_t at = 0; at < length;) {
        const char *feed = memchr(bytes + at, '\n', length - at);
        size_t end = feed ? (size_t)(feed - bytes) : length;
        enum line_kind kind = kind_of(bytes + at, end - at);
        if (kind == LINE_ELSE)
            return;
        if (kind == LINE_GOOD || kind == LINE_FAILED)
            last = kind, more = false;
        more = more || kind == LINE_VOICE || kind == LINE_INIT ||
               (kind == LINE_PLAIN && memchr(bytes + at, '_', end - at)) /* "is_error" */;
        at = end + 1;
    }
    bool good = facts->has_result && !facts->result.is_error;
    MUST(!good || last == LINE_GOOD, "a good result");
    if (last != LINE_PLAIN && !more)
        MUST(facts->has_result && good == (last == LINE_GOOD), "another result");
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
    runlog_decide(&policy, made_facts_markers(), &log, NOW, &report, subject);
    const struct runlog_totals totals = {.logs = 1, .newest = &log, .only = &log, .size = log.size};
    runlog_add_perfdata(&policy, &totals, NOW, &report);
    bool good = facts->has_result && !facts->result.is_error;
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
        must_be_decided_by_lines(&facts, (const char *)input.at, input.left);
        for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++)
            must_be_same(&facts, &search, windows[i], tails[t]);
        for (size_t window = 1; window < input.left && input.left <= 64; window++)
            must_be_same(&facts, &search, window, tails[t]); /* every way to cut it in two */
        decide(&facts, input.left, verdict);
    }
    return 0;
}
