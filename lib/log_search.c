#include "log_search.h"

#include "deadline.h"
#include "log_message.h"
#include "log_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How far from the end a result is looked for backwards before the log is read from its start. */
#ifndef TAIL_MAX /* tests look back over less */
#define TAIL_MAX ((uint64_t)1 << 20)
#endif
#define VOICE_MAX   ((uint64_t)16 << 20)
#define LAST_LINES  5
#define OWN_MAX     (2 + LAST_LINES)
#define LINE_HEAD   (512 + LOG_MESSAGE) /* a wrapper's prefix and the CLI's message */
#define COUNT_LINES ((uint64_t)1 << 20) /* a result's line is counted no further than this */

/* What every step below works on. */
struct searcher {
    struct log_file *log;
    const struct log_search *search;
    struct log_views *views;
    struct log_facts *facts;
    struct json_event_place own[OWN_MAX]; /* what the CLI itself says: result, voice, last lines */
    int error;
};

int log_search_new_markers(const struct marker_own *own, size_t count, struct marker_set **ret_set)
{
    /* every result event has it, few others, and no word of ordinary text comes near it */
    static const struct marker_own result = {"\"is_error\"", RUNLOG_CONDITIONS};
    struct marker_own *rows = malloc((count + 1) * sizeof *rows);
    if (!rows)
        return -ENOMEM;
    if (count > 0)
        memcpy(rows, own, count * sizeof *rows);
    rows[count] = result;
    int error = marker_set_new(rows, count + 1, ret_set);
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
    if (place->end == 0 || !parse_event(s, start, end, ret))
        return false;
    if (kind <= JSON_EVENT_ASSISTANT) {
        s->own[kind].start = start;
        s->own[kind].end = end;
    }
    return true;
}

/* True when a rate_limit_event, which may stand before the voice, has more to say. */
static bool wants_rate_limit(const struct log_facts *facts)
{
    return !facts->has_rate_limit &&
           (facts->result.api_error_status == 429 || strcmp(facts->voice.error, "rate_limit") == 0);
}

/*
 * Take in a value of events, on the way from the end to the start. False when what stands before it
 * cannot matter any more.
 */
static bool take_value(struct searcher *s, const struct log_value *value)
{
    struct log_facts *facts = s->facts;
    bool had_result = facts->has_result;
    if (!had_result && take(s, value, JSON_EVENT_RESULT, &facts->result)) {
        facts->has_result = true;
        facts->has_voice = facts->has_rate_limit = false; /* those behind it are another run's */
        if (!facts->result.is_error)
            return false;
    } else if (had_result && value->scan.last[JSON_EVENT_RESULT].end > 0) {
        return false; /* what stands before belongs to another run */
    }
    if (!facts->has_rate_limit)
        facts->has_rate_limit = take(s, value, JSON_EVENT_RATE_LIMIT, &facts->rate_limit);
    if (!facts->has_voice)
        facts->has_voice = take(s, value, JSON_EVENT_ASSISTANT, &facts->voice);
    return !(facts->has_result && facts->has_voice) || wants_rate_limit(facts);
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
        if (found && !take_value(s, &value))
            break;
    }
    return end;
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
    bool voice = facts->has_voice && (facts->voice.error[0] || facts->voice.is_api_error);
    for (size_t i = 0; i < OWN_MAX; i++)
        if (is_in(&s->own[i], offset))
            return i != JSON_EVENT_ASSISTANT || voice;
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

/* The search of a log without a result near its end: for one further up, and for markers. */
struct forward_search {
    struct log_value_finder finder;
    struct log_value with_result; /* the last one found */
    bool has_result;
};

/* Returns the conditions whose markers need not be looked for any more. */
static uint32_t take_hit(struct searcher *s, struct forward_search *f, const struct marker_hit *hit)
{
    enum runlog_condition condition = marker_set_row(s->search->markers, hit->row)->condition;
    bool is_result = condition == RUNLOG_CONDITIONS;
    const struct log_mark *mark = &s->facts->marks[condition];
    if (s->facts->has_result) { /* which it has only where mentions are counted */
        note_mark(s, hit, false);
        return 0;
    }
    if (!mark->found || s->search->mentions) {
        const struct log_value *value = log_value_around(&f->finder, hit->start);
        if (!is_result)
            note_mark(s, hit, value == NULL);
        if (value && value->scan.last[JSON_EVENT_RESULT].end > 0) {
            f->with_result = *value;
            f->has_result = true;
        }
    }
    return mark->found && !s->search->mentions ? MARKER_CONDITION(condition) : 0;
}

static void search_forward(struct searcher *s, uint32_t conditions)
{
    struct forward_search f = {.has_result = false};
    struct marker_scan scan;
    log_value_finder_start(&f.finder, &s->views->around);
    marker_scan_start(&scan, s->search->markers, conditions);
    bool at_end = false;
    log_will_be_read(s->log);
    for (uint64_t at = 0; !at_end && !out_of_time(s);) {
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
        while (marker_scan_next(&scan, &hit))
            marker_scan_drop(&scan, take_hit(s, &f, &hit));
    }
    if (f.has_result) {
        s->facts->has_voice = s->facts->has_rate_limit = false;
        uint64_t at = f.with_result.start;
        if (take_value(s, &f.with_result))
            walk_back(s, at, at > TAIL_MAX ? at - TAIL_MAX : 0);
    }
}

/* The first bytes of a line, as much of it as a message may need: its length, at most `size`. */
static size_t copy_line(struct searcher *s, uint64_t line, unsigned char *ret, size_t size)
{
    size_t have = 0, length;
    const unsigned char *bytes, *feed = NULL;
    while (!feed && have < size && (bytes = log_bytes(&s->views->around, line + have, &length))) {
        if (length > size - have)
            length = size - have;
        feed = memchr(bytes, '\n', length);
        if (feed)
            length = (size_t)(feed - bytes);
        memcpy(ret + have, bytes, length);
        have += length;
    }
    return have;
}

/* The messages of the CLI at the starts of the last lines. */
static void search_last_lines(struct searcher *s)
{
    uint64_t end = s->log->size;
    const uint64_t floor = end > TAIL_MAX ? end - TAIL_MAX : 0;
    for (int lines = 0; lines < LAST_LINES && end > floor;) {
        uint64_t line = log_line_start(&s->views->around, end - 1, floor);
        lines += !log_is_blank(&s->views->around, line, end);
        unsigned char bytes[LINE_HEAD];
        size_t length = copy_line(s, line, bytes, sizeof bytes);
        size_t prefix;
        struct marker_hit hit;
        if (log_message_at_start(s->search->markers, bytes, length, &prefix, &hit)) {
            struct log_mark *mark =
                &s->facts->marks[marker_set_row(s->search->markers, hit.row)->condition];
            s->own[JSON_EVENT_ASSISTANT + lines] = (struct json_event_place){line, end};
            if (!mark->found)
                *mark = (struct log_mark){.found = true, .offset = line + prefix, .row = hit.row};
        }
        end = line;
    }
}

static void count_line(struct searcher *s, struct log_mark *mark)
{
    if (mark->found)
        mark->line = 1 + log_count_lines(&s->views->forward, 0, mark->offset);
}

/* Keep the CLI's own words: a line that begins with its message, and no other text of the log. */
static void keep_message(struct searcher *s, const struct log_mark *mark)
{
    char *message = s->facts->message;
    uint64_t floor = mark->offset > LOG_MESSAGE ? mark->offset - LOG_MESSAGE : 0;
    uint64_t line = log_line_start(&s->views->around, mark->offset, floor);
    unsigned char bytes[LINE_HEAD];
    size_t length = copy_line(s, line, bytes, sizeof bytes), kept = 0;
    size_t prefix;
    struct marker_hit hit;
    if (!log_message_at_start(s->search->markers, bytes, length, &prefix, &hit))
        return;
    while (prefix + kept < length && kept < LOG_MESSAGE - 1 && bytes[prefix + kept] != '\0')
        kept++;
    memcpy(message, bytes + prefix, kept);
    message[kept] = '\0';
}

static int64_t warned_until(struct searcher *s, uint64_t offset)
{
    unsigned char line[LOG_MESSAGE];
    size_t length = copy_line(s, offset, line, sizeof line - 1);
    line[length] = '\0';
    return log_message_until((const char *)line);
}

/* True when there can be a finding that names the result's line. */
static bool has_more_to_say(const struct log_facts *facts)
{
    const struct event *result = &facts->result;
    return facts->has_result && (result->is_error || !result->has_text || result->login_ends != 0);
}

/* Line numbers, and the message of the first condition that has one. */
static void describe_marks(struct searcher *s)
{
    struct log_facts *facts = s->facts;
    for (size_t i = 0; i < RUNLOG_CONDITIONS; i++) {
        count_line(s, &facts->marks[i]);
        if (facts->marks[i].found && !facts->message[0])
            keep_message(s, &facts->marks[i]);
    }
    count_line(s, &facts->mention);
    if (facts->marks[RUNLOG_LOGIN_ENDING].found)
        facts->warned_until = warned_until(s, facts->marks[RUNLOG_LOGIN_ENDING].offset);
    uint64_t result_at = s->own[JSON_EVENT_RESULT].start;
    if (has_more_to_say(facts) && result_at < COUNT_LINES)
        facts->result_line = 1 + log_count_lines(&s->views->forward, 0, result_at);
}

static void gather(struct searcher *s)
{
    const struct log_search *search = s->search;
    const uint32_t every = search->anchored ? 0 : ~MARKER_CONDITION(RUNLOG_CONDITIONS);
    const uint64_t size = s->log->size;
    uint64_t reached = walk_back(s, size, size > TAIL_MAX ? size - TAIL_MAX : 0);
    s->facts->is_blank = !s->facts->has_result && log_is_blank(&s->views->forward, 0, size);
    if (s->facts->is_blank)
        return;
    if (!s->facts->has_result && search->anchored && !search->only_result)
        search_last_lines(s);
    const uint32_t result_only = MARKER_CONDITION(RUNLOG_CONDITIONS);
    const uint32_t auth = MARKER_CONDITION(RUNLOG_AUTH_FAILURE);
    if (!s->facts->has_result && search->only_result && reached > 0)
        search_forward(s, result_only);
    else if (!s->facts->has_result && !search->only_result)
        search_forward(s, result_only | every | (search->mentions ? auth : 0));
    if (!s->facts->has_result && !s->facts->has_voice && reached > 0)
        walk_back(s, reached, reached > VOICE_MAX ? reached - VOICE_MAX : 0);
    if (s->facts->has_result) /* what was found up to it is no voice of the run that it ends */
        memset(s->facts->marks, 0, sizeof s->facts->marks);
    if (s->facts->has_result && search->mentions) {
        s->facts->mentions = 0;
        s->facts->mention.found = false;
        search_forward(s, auth);
    }
    describe_marks(s);
}

int log_search(struct log_file *log, const struct log_search *search, struct log_facts *ret)
{
    struct log_views own = {0};
    struct searcher s = {
        .log = log, .search = search, .facts = ret, .views = search->views ? search->views : &own};
    memset(ret, 0, sizeof *ret);
    ret->mentions_counted = search->mentions;
    if (!search->views && !log_views_open(&own))
        return ENOMEM;
    log_views_start(s.views, log);
    gather(&s);
    if (!search->views)
        log_views_close(&own);
    return s.error != 0 ? s.error : log->error;
}
