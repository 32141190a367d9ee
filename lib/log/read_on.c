/* Read in order: the markers, and by theirs the events. What neither finds costs no more than its
 * reading. */
#include "log/inside.h"

#include "search/marker_scan.h"

#include <string.h>

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
            return i != JSON_EVENT_ASSISTANT || log_has_own_voice(facts);
    return false;
}

/* A marker that counts only once, or a mention. */
static void note_mark(struct searcher *s, const struct marker_hit *hit, bool plain)
{
    enum runlog_condition condition = marker_set_row(s->search->markers, hit->row)->tag;
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
static void take_event(struct searcher *s, struct log_forward *f, const struct log_value *value,
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
static bool is_plain(struct searcher *s, struct log_forward *f, uint64_t offset)
{
    if (log_value_around(&f->finder, offset) || f->finder.value.start > offset)
        return false;
    if (f->finder.line != f->looked_at) {
        f->looked_at = f->finder.line;
        f->quoted = log_quotation_in(s, f->looked_at);
    }
    return offset < f->quoted;
}

/* What a marker found is taken in with. */
struct reading {
    struct searcher *s;
    struct log_forward *f;
    uint64_t start; /* offset of the text that is searched, in the log */
};

/* Returns the conditions whose markers need not be looked for any more. */
static uint32_t take_hit(void *context, const struct marker_hit *found)
{
    const struct reading *reading = context;
    struct searcher *s = reading->s;
    const struct marker_hit hit = {found->start + reading->start, found->end + reading->start,
                                   found->row};
    enum runlog_condition condition = marker_set_row(s->search->markers, hit.row)->tag;
    const struct log_mark *mark = &s->facts->marks[condition];
    if (s->facts->has_result) { /* which it has only where mentions are counted */
        note_mark(s, &hit, false);
        return 0;
    }
    if (condition == RUNLOG_CONDITIONS) {
        take_event(s, reading->f, log_value_around(&reading->f->finder, hit.start), hit.end);
        return 0;
    }
    if (!mark->found || s->search->mentions)
        note_mark(s, &hit, is_plain(s, reading->f, hit.start));
    return mark->found && !s->search->mentions ? MARKER_TAG(condition) : 0;
}

void log_forward_from(struct searcher *s, uint64_t at, uint32_t tags, struct log_forward *f)
{
    struct marker_scan scan;
    struct reading reading = {s, f, at};
    memset(f, 0, sizeof *f);
    f->looked_at = UINT64_MAX;
    log_value_finder_start(&f->finder, &s->views->around, at);
    marker_scan_start(&scan, s->search->markers, tags, take_hit, &reading);
    const unsigned char *bytes;
    size_t length;
    while (!log_search_out_of_time(s) && (bytes = log_bytes(&s->views->forward, at, &length))) {
        progress_bytes(s->search->progress, at, s->log->size);
        marker_scan_feed(&scan, bytes, length);
        at += length;
    }
    marker_scan_finish(&scan);
}
