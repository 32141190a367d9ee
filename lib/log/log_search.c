#include "log/log_search.h"

#include "log/event.h"
#include "log/last_lines.h"
#include "log/last_run.h"
#include "log/limit_time.h"
#include "log/log_lines.h"
#include "log/marker_table.h"
#include "log/run_event.h"
#include "log/words.h"

#include <string.h>

#define VOICE_MAX                                                                                  \
    ((uint64_t)16 << 20) /* how far from the end a killed run's message is looked for */
#define LAST_MAX    ((uint64_t)16 << 10) /* how far before a good result its last message is */
#define COUNT_LINES ((uint64_t)1 << 20)  /* a result's line is counted no further than this */

/* --- What of the last run tells how it went ------------------------------------------------- */

/* True when events before the result may say more. */
static bool wants_others(const struct log_facts *facts)
{
    if (!facts->has_result)
        return !facts->has_voice;
    return event_is_failed(&facts->result) ? !facts->has_voice || !facts->has_rate_limit
                                           : !facts->has_voice && !facts->result.stop_reason[0];
}

/* Towards the start of the run that has a value at `end`, not before `floor`. */
static void read_others(struct searcher *s, uint64_t end, uint64_t floor)
{
    struct log_value_back back;
    log_value_back_start(&back, &s->views->around);
    while (end > floor && wants_others(s->facts) && !searcher_is_out_of_time(s)) {
        struct log_value value;
        back.kinds = run_event_kinds(s->facts);
        if (!log_value_before(&back, &end, floor, &value))
            continue;
        if (value.scan.last[JSON_EVENT_RESULT].end > 0)
            break; /* an earlier run's */
        run_event_take_others(s, &value);
        if (value.scan.last[JSON_EVENT_INIT].end > 0)
            break;
    }
}

/* An array is a whole run: what stands before it is another one's. */
static bool is_array(struct searcher *s, uint64_t start)
{
    unsigned char first = 0;
    return log_copy_line(s, start, &first, 1) == 1 && first == '[';
}

static void read_result(struct searcher *s, const struct last_run *run)
{
    const uint64_t start = run->with_result.start;
    const bool good = s->facts->has_result && !event_is_failed(&s->facts->result);
    if (wants_others(s->facts))
        run_event_take_others(s, &run->with_result); /* in the same array */
    if (run->with_result.scan.last[JSON_EVENT_INIT].end == 0 && !is_array(s, start))
        read_others(s, start, searcher_tail(s, start, good ? LAST_MAX : TAIL_MAX));
}

/* The words of the plain search are evidence where no stronger one is, and a log has no events. */
static bool words_count(const struct searcher *s)
{
    const struct log_facts *facts = s->facts;
    return !facts->has_result && !facts->has_events && !facts->is_behind_result &&
           !s->search->anchored && !facts->message.found;
}

static void read_without_result(struct searcher *s, struct last_run *run, uint32_t word_tags)
{
    struct log_facts *facts = s->facts;
    facts->is_blank = log_is_blank(&s->views->forward, s->start, s->log->size);
    if (facts->is_blank)
        return;
    if (!run->was_read && !facts->has_events && !facts->is_behind_result)
        last_lines_read(s, s->start);
    if (s->search->only_result)
        return;
    if (!run->was_read && word_tags != 0 && (!facts->has_events || s->own_tags)) {
        struct words_found found;
        words_read(s, s->start, word_tags | MARKER_TAG(MARKER_TAG_EVENT), &found);
        run->was_read = s->start == 0;
        facts->has_events = facts->has_events || found.has_event;
    }
    if (facts->has_events && !facts->has_voice)
        read_others(s, run->taken, searcher_tail(s, s->log->size, VOICE_MAX));
    if (facts->has_events) { /* lines between events are by tools, hooks and servers */
        memset(&facts->message, 0, sizeof facts->message);
        s->own.message = (struct json_event_place){0, 0};
    }
}

/* --- The whole ------------------------------------------------------------------------------- */

/* What the words of the plain search are: evidence, or mentions. */
static void settle_words(struct searcher *s)
{
    struct log_facts *facts = s->facts;
    struct log_mark *mark = &facts->marks[RUNLOG_AUTH_FAILURE];
    if (words_count(s)) {
        if (!mark->found)
            *mark = s->plain.first;
        s->plain = (struct word_count){0};
    }
    if (!facts->mentions_counted)
        return;
    facts->mentions = s->plain.count + s->in_events.count;
    facts->mention = s->plain.first;
    if (!facts->mention.found ||
        (s->in_events.first.found && s->in_events.first.offset < facts->mention.offset))
        facts->mention = s->in_events.first;
}

static void count_mentions(struct searcher *s)
{
    struct words_found found;
    struct log_mark own[RUNLOG_CONDITIONS];
    memcpy(own, s->facts->marks, sizeof own);
    s->plain = s->in_events = (struct word_count){0};
    log_will_be_read(s->log);
    words_read(s, 0, MARKER_TAG(RUNLOG_AUTH_FAILURE), &found);
    memcpy(s->facts->marks, own, sizeof own);
}

/* True when there can be a finding that names the result's line. */
static bool has_more_to_say(const struct event *result)
{
    return event_is_failed(result) || event_has_no_answer(result) || result->login_ends != 0;
}

static void describe(struct searcher *s)
{
    struct log_facts *facts = s->facts;
    const uint64_t result_at = s->own.result.start;
    for (size_t i = 0; i < RUNLOG_CONDITIONS; i++)
        log_count_line(s, &facts->marks[i]);
    log_count_line(s, &facts->mention);
    if (facts->has_result && has_more_to_say(&facts->result) && result_at < COUNT_LINES)
        facts->result_line = 1 + log_count_lines(&s->views->forward, 0, result_at);
    const char *words = facts->has_result      ? facts->result.text
                        : facts->message.found ? facts->message.text
                                               : facts->voice.text;
    if (facts->has_rate_limit && facts->rate_limit.rejected)
        facts->limit_resets = facts->rate_limit.limit_resets;
    if (facts->limit_resets == 0)
        facts->limit_resets = limit_time_read(words, s->search->written);
}

static void gather(struct searcher *s)
{
    const uint32_t own = s->own_tags = marker_table_own_tags(s->search->markers);
    const uint32_t word = MARKER_TAG(RUNLOG_AUTH_FAILURE);
    bool mentions = s->search->mentions;
    const uint32_t tags = s->search->only_result             ? 0
                          : s->search->anchored && !mentions ? own
                                                             : own | word;
    struct last_run run;
    last_run_find(s, tags, &run);
    if (s->error != 0)
        return;
    if (run.has_result)
        read_result(s, &run);
    else
        read_without_result(s, &run, tags);
    if (s->facts->has_result)
        memset(s->facts->marks, 0, sizeof s->facts->marks);
    mentions = mentions && (!s->search->only_result || s->facts->has_result);
    if (mentions && (!run.was_read || s->facts->has_result) && !s->facts->is_blank)
        count_mentions(s);
    s->facts->mentions_counted = mentions;
    settle_words(s);
    describe(s);
}

int log_search(struct log_file *log, const struct log_search *search, struct log_facts *ret)
{
    struct log_views own = {0};
    struct searcher s = {
        .log = log, .search = search, .facts = ret, .views = search->views ? search->views : &own};
    if (!search->views && !log_views_open(&own))
        return ENOMEM;
    log_views_start(s.views, log);
    memset(ret, 0, sizeof *ret);
    gather(&s);
    if (!search->views)
        log_views_close(&own);
    return s.error != 0 ? s.error : log->error;
}
