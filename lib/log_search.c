#include "log_searcher.h"

#include "deadline.h"
#include "log_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define VOICE_MAX ((uint64_t)16 << 20)

int log_search_new_markers(const struct marker_own *own, size_t count, struct marker_set **ret_set)
{
    /* every result event has the one, the first event of a stream one of the others, by who wrote
     * it; few others have, and no word of ordinary text comes near them */
    static const struct marker_own events[] = {{"\"is_error\"", RUNLOG_CONDITIONS},
                                               {"\"subtype\":\"init\"", RUNLOG_CONDITIONS},
                                               {"\"subtype\": \"init\"", RUNLOG_CONDITIONS}};
    _Static_assert(LOG_SEARCH_OWN_MAX + sizeof events / sizeof *events == MARKER_OWN_MAX,
                   "log_search.h counts these");
    struct marker_own *rows = malloc(count * sizeof *rows + sizeof events);
    if (!rows)
        return -ENOMEM;
    if (count > 0)
        memcpy(rows, own, count * sizeof *rows);
    memcpy(rows + count, events, sizeof events);
    int error = marker_set_new(rows, count + sizeof events / sizeof *events, ret_set);
    free(rows);
    return error;
}

static bool out_of_time(struct searcher *s)
{
    if (s->error == 0 && deadline_left_ms() == 0)
        s->error = ETIMEDOUT;
    return s->error != 0;
}

/* Parse the event at [start, end). False, and s->error set for lack of memory, when it is none. */
static bool parse_event(struct searcher *s, uint64_t start, uint64_t end, struct event *ret)
{
    size_t size = (size_t)(end - start);
    char *bytes = malloc(size + 1);
    size_t have = 0;
    while (bytes && have < size) {
        size_t length;
        const unsigned char *more = log_bytes(&s->views->around, start + have, &length);
        if (!more)
            break;
        if (length > size - have)
            length = size - have;
        memcpy(bytes + have, more, length);
        have += length;
    }
    int error = ENOMEM;
    if (bytes) {
        bytes[have] = '\0';
        error = have == size ? event_parse(bytes, size, ret) : EINVAL;
    }
    free(bytes);
    if (error == ENOMEM)
        s->error = ENOMEM;
    return error == 0;
}

/* Parse the last event of a kind in the value; its place goes to s->own[kind] where that has room.
 */
static bool take(struct searcher *s, const struct log_value *value, enum json_event_kind kind,
                 struct event *ret)
{
    const struct json_event_place *place = &value->scan.last[kind];
    uint64_t start = value->start + place->start, end = value->start + place->end;
    if (place->end == 0)
        return false;
    if (kind <= JSON_EVENT_ASSISTANT)
        s->own[kind] = (struct json_event_place){start, end};
    return parse_event(s, start, end, ret);
}

/* True when a rate_limit_event, which may stand before the voice, has more to say. */
static bool wants_rate_limit(const struct log_facts *facts)
{
    return !facts->has_rate_limit &&
           (facts->result.api_error_status == 429 || strcmp(facts->voice.error, "rate_limit") == 0);
}

/* True when the last assistant event is the CLI's own word of what failed. */
static bool has_own_voice(const struct log_facts *facts)
{
    return facts->has_voice && (facts->voice.error[0] || facts->voice.is_api_error);
}

static bool is_in(const struct json_event_place *place, uint64_t offset)
{
    return offset >= place->start && offset < place->end;
}

/* True where the CLI itself speaks: in a failed result, the voice before it, or its last lines. */
static bool is_own_voice(const struct searcher *s, uint64_t offset)
{
    const struct log_facts *facts = s->facts;
    if (facts->has_result && !facts->result.is_error)
        return false;
    for (size_t i = 0; i < OWN_MAX; i++)
        if (is_in(&s->own[i], offset))
            return i != JSON_EVENT_ASSISTANT || has_own_voice(facts);
    return false;
}

/* A marker that counts only once, or a mention. */
static void note_mark(struct searcher *s, const struct marker_hit *hit, bool plain)
{
    enum runlog_condition condition = marker_set_row(s->search->markers, hit->row)->condition;
    struct log_mark *mark = &s->facts->marks[condition];
    if (!plain || s->search->anchored || s->facts->has_result) {
        if (condition != RUNLOG_AUTH_FAILURE || is_own_voice(s, hit->start))
            return;
        s->facts->mentions++;
        mark = &s->facts->mention;
    }
    if (!mark->found)
        *mark = (struct log_mark){.found = true, .offset = hit->start, .row = hit->row};
}

/* A search from some place to the log's end, for events and for markers. */
struct forward_search {
    struct log_value_finder finder;
    struct log_value with_result; /* the last one found */
    bool has_result;
    /* behind that result, or with none behind the place: */
    bool began;         /* the first event of a stream */
    bool broke;         /* a line with a failed result that is no event */
    uint64_t looked_at; /* the line of the last marker in no event; UINT64_MAX for none */
    uint64_t quoted;    /* log_quotation_in() it */
};

/*
 * True where a failed result stands, `offset` behind its "is_error", in a line that is no event,
 * because of what else is in it. Not where the line is half written: that is no result yet.
 */
static bool is_broken_failure(struct searcher *s, uint64_t offset)
{
    char bytes[16] = "";
    log_copy_line(s, offset, (unsigned char *)bytes, sizeof bytes - 1);
    return strncmp(bytes + strspn(bytes, ": "), "true", 4) == 0 &&
           log_line_end(&s->views->around, offset) < s->log->size;
}

/* An event's marker, before `behind`, stands in this value, or in none. */
static void take_event(struct searcher *s, struct forward_search *f, const struct log_value *value,
                       uint64_t behind)
{
    if (!value) {
        f->broke = f->broke || is_broken_failure(s, behind);
        return;
    }
    const struct json_event_place *result = &value->scan.last[JSON_EVENT_RESULT];
    const struct json_event_place *init = &value->scan.last[JSON_EVENT_INIT];
    if (result->end > 0) {
        f->with_result = *value;
        f->has_result = true;
        f->began = f->broke = false;
    }
    if (init->end > result->end)
        f->began = true;
}

/* True for what stands in no event, nor in one that was cut, nor before one in its line. */
static bool is_plain(struct searcher *s, struct forward_search *f, uint64_t offset)
{
    if (log_value_around(&f->finder, offset) || f->finder.value.start > offset)
        return false;
    if (f->finder.line != f->looked_at) {
        f->looked_at = f->finder.line;
        f->quoted = log_quotation_in(s, f->looked_at);
    }
    return offset < f->quoted;
}

/* Returns the conditions whose markers need not be looked for any more. */
static uint32_t take_hit(struct searcher *s, struct forward_search *f, const struct marker_hit *hit)
{
    enum runlog_condition condition = marker_set_row(s->search->markers, hit->row)->condition;
    const struct log_mark *mark = &s->facts->marks[condition];
    if (s->facts->has_result) { /* which it has only where mentions are counted */
        note_mark(s, hit, false);
        return 0;
    }
    if (condition == RUNLOG_CONDITIONS) {
        take_event(s, f, log_value_around(&f->finder, hit->start), hit->end);
        return 0;
    }
    if (!mark->found || s->search->mentions)
        note_mark(s, hit, is_plain(s, f, hit->start));
    return mark->found && !s->search->mentions ? MARKER_CONDITION(condition) : 0;
}

static void search_from(struct searcher *s, uint64_t at, uint32_t conditions,
                        struct forward_search *f)
{
    struct marker_scan scan;
    memset(f, 0, sizeof *f);
    f->looked_at = UINT64_MAX;
    log_value_finder_start(&f->finder, &s->views->around, at);
    marker_scan_start(&scan, s->search->markers, conditions);
    const uint64_t start = at;
    for (bool at_end = false; !at_end && !out_of_time(s);) {
        size_t length = 0;
        progress_bytes(s->search->progress, at, s->log->size);
        const unsigned char *bytes = log_bytes(&s->views->forward, at, &length);
        at_end = bytes == NULL;
        if (bytes)
            marker_scan_feed(&scan, bytes, length);
        else
            marker_scan_finish(&scan);
        at += length;
        struct marker_hit hit;
        while (marker_scan_next(&scan, &hit)) {
            hit.start += start;
            hit.end += start;
            marker_scan_drop(&scan, take_hit(s, f, &hit));
        }
    }
}

/*
 * True when behind a result there is another run, which has none. A line that is no event does not
 * show one behind a failed result, which a wrapper may say again. `found`: what a search found
 * there, NULL before one.
 */
static bool goes_on_behind(struct searcher *s, uint64_t end, bool failed,
                           const struct forward_search *found)
{
    struct forward_search f;
    if (has_own_voice(s->facts))
        return true;
    if (!found && log_is_blank(&s->views->forward, end, s->log->size))
        return false;
    if (!found)
        search_from(s, end, MARKER_CONDITION(RUNLOG_CONDITIONS), &f);
    found = found ? found : &f;
    return found->began || (found->broke && !failed);
}

/*
 * The result of the last run; false where it is not that. One that json-c does not take for JSON is
 * none, but ends the run all the same. `found` as above.
 */
static bool take_result(struct searcher *s, const struct log_value *value,
                        const struct forward_search *found)
{
    struct log_facts *facts = s->facts;
    bool readable = take(s, value, JSON_EVENT_RESULT, &facts->result);
    if (s->error != 0)
        return false;
    bool failed = readable && facts->result.is_error;
    if (goes_on_behind(s, value->end, failed, found)) {
        s->behind = value->end;
        return false;
    }
    facts->has_result = readable;
    s->ended = true;
    facts->has_voice = facts->has_rate_limit = false; /* those behind it are no part of its run */
    return true;
}

/*
 * Take in a value of events, on the way from the end to the start. False when what stands before it
 * cannot matter any more. `found` as above.
 */
static bool take_value(struct searcher *s, const struct log_value *value,
                       const struct forward_search *found)
{
    struct log_facts *facts = s->facts;
    if (value->scan.last[JSON_EVENT_RESULT].end > 0) {
        if (s->ended || !take_result(s, value, found))
            return false; /* what stands before belongs to another run */
        if (facts->has_result && !facts->result.is_error)
            return false;
    }
    if (!facts->has_rate_limit)
        facts->has_rate_limit = take(s, value, JSON_EVENT_RATE_LIMIT, &facts->rate_limit);
    if (!facts->has_voice)
        facts->has_voice = take(s, value, JSON_EVENT_ASSISTANT, &facts->voice);
    return !(s->ended && facts->has_voice) || wants_rate_limit(facts);
}

/*
 * From `end` towards the start, from one event to the one before it, not before `floor` (but an
 * event is read whole). Returns where it stopped.
 */
static uint64_t walk_back(struct searcher *s, uint64_t end, uint64_t floor)
{
    struct log_value_back back;
    log_value_back_start(&back, &s->views->around);
    while (end > floor && !out_of_time(s)) {
        struct log_value value;
        bool found = log_value_before(&back, &end, floor, &value);
        if (found && !take_value(s, &value, NULL))
            break;
    }
    return end;
}

/* For markers, and for a result that is further up than was looked back. */
static void search_forward(struct searcher *s, uint32_t conditions)
{
    struct forward_search f;
    log_will_be_read(s->log);
    search_from(s, s->start, conditions, &f);
    if (!f.has_result || s->error != 0)
        return;
    uint64_t at = f.with_result.start;
    if (take_value(s, &f.with_result, &f))
        walk_back(s, at, log_tail(s, at, TAIL_MAX));
}

/* All facts of the last run, which begins at s->start, or, where s->behind is set then, there. */
static void gather(struct searcher *s)
{
    const struct log_search *search = s->search;
    struct log_facts *facts = s->facts;
    const uint32_t events = MARKER_CONDITION(RUNLOG_CONDITIONS);
    const uint32_t auth = MARKER_CONDITION(RUNLOG_AUTH_FAILURE);
    const uint64_t size = s->log->size;
    uint64_t reached = walk_back(s, size, log_tail(s, size, TAIL_MAX));
    facts->is_blank = !facts->has_result && log_is_blank(&s->views->forward, s->start, size);
    if (facts->is_blank || s->behind > 0)
        return;
    if (!facts->has_result && search->anchored && !search->only_result)
        log_search_last_lines(s);
    if (!facts->has_result && search->only_result && reached > s->start)
        search_forward(s, events);
    else if (!facts->has_result && !search->only_result)
        search_forward(s,
                       events | (search->anchored ? 0 : ~events) | (search->mentions ? auth : 0));
    if (s->behind > 0)
        return;
    if (!facts->has_result && !facts->has_voice && reached > s->start)
        walk_back(s, reached, log_tail(s, reached, VOICE_MAX));
    if (facts->has_result) /* what was found up to it is no voice of the run that it ends */
        memset(facts->marks, 0, sizeof facts->marks);
    if (facts->has_result && search->mentions) {
        facts->mentions = 0;
        facts->mention.found = false;
        search_forward(s, auth);
    }
    log_describe_marks(s);
}

static void start(struct searcher *s, uint64_t at)
{
    memset(s->own, 0, sizeof s->own);
    memset(s->facts, 0, sizeof *s->facts);
    s->facts->mentions_counted = s->search->mentions;
    s->facts->is_behind_result = at > 0;
    s->start = at;
    s->behind = 0;
    s->ended = false;
}

int log_search(struct log_file *log, const struct log_search *search, struct log_facts *ret)
{
    struct log_views own = {0};
    struct searcher s = {
        .log = log, .search = search, .facts = ret, .views = search->views ? search->views : &own};
    if (!search->views && !log_views_open(&own))
        return ENOMEM;
    log_views_start(s.views, log);
    start(&s, 0);
    gather(&s);
    if (s.behind > 0) {
        start(&s, log_line_end(&s.views->around, s.behind));
        gather(&s);
    }
    if (search->only_result && !ret->has_result)
        ret->mentions_counted = false;
    if (!search->views)
        log_views_close(&own);
    return s.error != 0 ? s.error : log->error;
}
