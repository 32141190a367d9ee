#include "log/last_run.h"

#include "log/brackets.h"
#include "log/event.h"
#include "log/last_lines.h"
#include "log/log_lines.h"
#include "log/marker_table.h"
#include "log/run_event.h"
#include "log/words.h"

#include <string.h>

#define EVENT_TAGS MARKER_TAG(MARKER_TAG_EVENT)

/* The way from the log's end to the last result. */
struct walk {
    struct log_value with_result;
    bool has_result;  /* an event of that kind, be it that it cannot be read */
    bool is_readable; /* it is in the facts */
    bool is_note;     /* it says nothing: a background task's, behind the result of the same run */
    bool began;       /* the first event of a stream behind it */
};

/* An empty result of a background task says nothing new behind one of the same run. */
static bool says_nothing(const struct event *result)
{
    return result->is_task_note && !event_is_failed(result) && event_has_no_answer(result);
}

/* A value with a result. True when it is the last run's. */
static bool take_result(struct searcher *s, const struct log_value *value, struct walk *walk)
{
    struct event result;
    struct json_event_place place;
    bool readable = run_event_take_result(s, value, &result, &place);
    if (walk->is_note && (!readable || strcmp(result.session, s->facts->result.session) != 0))
        return true; /* another run's: the note is all there is */
    walk->has_result = true;
    walk->is_readable = readable;
    walk->with_result = *value;
    walk->is_note = readable && says_nothing(&result);
    if (readable) {
        s->facts->result = result;
        s->own.result = place;
    }
    return !walk->is_note;
}

/* True when the walk is over. */
static bool take_value(struct searcher *s, const struct log_value *value, struct walk *walk)
{
    const struct json_event_place *last = value->scan.last;
    if (last[JSON_EVENT_RESULT].end > 0)
        return take_result(s, value, walk);
    if (walk->is_note || walk->began)
        return false;
    run_event_take_others(s, value);
    walk->began = last[JSON_EVENT_INIT].end > 0;
    return false;
}

/* What may still change anything; where no event was seen yet, any does. */
static unsigned kinds_that_tell(const struct searcher *s, const struct walk *walk)
{
    if (!s->facts->has_events)
        return LOG_ANY_KIND;
    if (walk->is_note || walk->began)
        return LOG_KIND(JSON_EVENT_RESULT);
    return run_event_kinds(s->facts);
}

/* Returns where it stopped. */
static uint64_t walk_back(struct searcher *s, uint64_t floor, struct walk *walk)
{
    struct log_value_back back;
    uint64_t end = s->log->size;
    log_value_back_start(&back, &s->views->around);
    while (end > floor && !searcher_is_out_of_time(s)) {
        struct log_value value;
        back.kinds = kinds_that_tell(s, walk);
        if (log_value_before(&back, &end, floor, &value) && take_value(s, &value, walk))
            break;
    }
    return end;
}

/* True for an event in the last line that the log's end cuts, as the run was killed; but for what
 * the CLI may say behind its result, of hooks and tasks. */
static bool ends_in_cut_event(struct searcher *s, uint64_t floor)
{
    static const char system[] = "{\"type\":\"system\"";
    unsigned char head[sizeof system] = "";
    uint64_t line = log_line_start(&s->views->around, s->log->size, floor);
    uint64_t cut = line < s->log->size ? log_cut_event_in(s, line) : UINT64_MAX;
    if (cut < floor || cut == UINT64_MAX)
        return false;
    log_copy_line(s, cut, head, sizeof head - 1);
    return memcmp(head, system, sizeof system - 1) != 0;
}

/* True when behind the result that ends at `end` there is another run, which has none. */
static bool goes_on_behind(struct searcher *s, uint64_t end, const struct walk *walk,
                           const struct words_found *found)
{
    struct words_found behind;
    const bool failed = walk->is_readable && event_is_failed(&s->facts->result);
    if (walk->began || s->facts->has_voice)
        return true;
    if (log_is_blank(&s->views->around, end, s->log->size))
        return false;
    if (!found) {
        words_read(s, end, EVENT_TAGS, &behind);
        found = &behind;
    }
    const bool cut = ends_in_cut_event(s, end);
    s->facts->has_events = found->began || found->broke || cut;
    if (found->began || cut || (found->broke && !failed))
        return true;
    return walk->is_readable && last_lines_read_behind(s, end, &s->facts->result);
}

/* The facts are those of the run behind the result, or of the one with it. */
static void settle(struct searcher *s, const struct walk *walk, const struct words_found *found,
                   struct last_run *ret)
{
    struct log_facts *facts = s->facts;
    if (goes_on_behind(s, walk->with_result.end, walk, found)) {
        s->start = log_line_end(&s->views->around, walk->with_result.end);
        facts->is_behind_result = true;
    } else {
        ret->has_result = true;
        ret->with_result = walk->with_result;
        facts->has_result = walk->is_readable;
        facts->has_events = true;
        facts->has_voice = facts->has_rate_limit = false; /* those behind it are no part of it */
    }
    if (!facts->has_result) {
        memset(&facts->result, 0, sizeof facts->result);
        s->own.result = (struct json_event_place){0, 0};
    }
}

void last_run_find(struct searcher *s, uint32_t word_tags, struct last_run *ret)
{
    struct walk walk = {0};
    struct words_found found;
    memset(ret, 0, sizeof *ret);
    uint64_t reached = walk_back(s, searcher_tail(s, s->log->size, TAIL_MAX), &walk);
    ret->taken = walk.began ? 0 : reached;
    if (s->error == 0 && walk.has_result) {
        settle(s, &walk, NULL, ret);
        return;
    }
    if (s->error != 0 || walk.began || reached == 0)
        return;
    last_lines_read(s, s->start);
    log_will_be_read(s->log);
    if (s->facts->has_events && !s->search->mentions) /* words tell nothing there */
        word_tags &= s->own_tags;
    words_read(s, 0, EVENT_TAGS | word_tags, &found);
    ret->was_read = true;
    s->facts->has_events = s->facts->has_events || found.has_event;
    if (s->error != 0 || !found.has_result)
        return;
    memset(&s->facts->message, 0, sizeof s->facts->message);
    take_result(s, &found.with_result, &walk);
    walk.began = found.began;
    settle(s, &walk, &found, ret);
}
