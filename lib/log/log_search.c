#include "log/inside.h"

#include "log/json_place.h"
#include "log/marker_table.h"
#include "system/deadline.h"

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
        return ENOMEM;
    if (count > 0)
        memcpy(rows, own, count * sizeof *rows);
    memcpy(rows + count, events, sizeof events);
    size_t builtin_count;
    const struct marker_row *builtin = marker_table(&builtin_count);
    int error = marker_set_new(builtin, builtin_count, rows, count + sizeof events / sizeof *events,
                               ret_set);
    free(rows);
    return error;
}

bool log_search_out_of_time(struct searcher *s)
{
    if (s->error == 0 && deadline_left_ms() == 0)
        s->error = ETIMEDOUT;
    return s->error != 0;
}

bool log_has_own_voice(const struct log_facts *facts)
{
    return facts->has_voice && (facts->voice.error[0] || facts->voice.is_api_error);
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

/*
 * True when behind a result there is another run, which has none. A line that is no event does not
 * show one behind a failed result, which a wrapper may say again. `found`: what a search found
 * there, NULL before one.
 */
static bool goes_on_behind(struct searcher *s, uint64_t end, bool failed,
                           const struct log_forward *found)
{
    struct log_forward f;
    if (log_has_own_voice(s->facts))
        return true;
    if (!found) {
        if (log_is_blank(&s->views->forward, end, s->log->size))
            return false;
        log_forward_from(s, end, MARKER_TAG(RUNLOG_CONDITIONS), &f);
        found = &f;
    }
    return found->began || (found->broke && !failed);
}

/*
 * The result of the last run; false where it is not that. One that json-c does not take for JSON is
 * none, but ends the run all the same. `found` as above.
 */
static bool take_result(struct searcher *s, const struct log_value *value,
                        const struct log_forward *found)
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
                       const struct log_forward *found)
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
    while (end > floor && !log_search_out_of_time(s)) {
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
    struct log_forward f;
    log_will_be_read(s->log);
    log_forward_from(s, s->start, conditions, &f);
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
    const uint32_t events = MARKER_TAG(RUNLOG_CONDITIONS);
    const uint32_t auth = MARKER_TAG(RUNLOG_AUTH_FAILURE);
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
