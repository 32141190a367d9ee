#include "log/words.h"

#include "log/event.h"
#include "log/log_lines.h"
#include "log/marker_table.h"
#include "search/marker_scan.h"

#include <string.h>

/* One reading. */
struct reading {
    struct searcher *s;
    uint64_t start; /* of the text that is searched, in the log */
    struct log_value_finder finder;
    uint64_t looked_at; /* the line of the last marker in no event; UINT64_MAX for none */
    uint64_t cut;       /* log_cut_event_in() it */
    struct words_found *found;
};

static bool is_in(const struct json_event_place *place, uint64_t offset)
{
    return offset >= place->start && offset < place->end;
}

/* True where the CLI itself speaks: in a failed result, the voice before it, or its message. */
static bool is_own_voice(const struct searcher *s, uint64_t offset)
{
    const struct log_facts *facts = s->facts;
    if (facts->has_result && !event_is_failed(&facts->result))
        return false;
    return is_in(&s->own.result, offset) || is_in(&s->own.message, offset) ||
           (is_in(&s->own.voice, offset) && event_is_own_voice(&facts->voice));
}

static void note(struct searcher *s, const struct marker_hit *hit, struct log_mark *mark)
{
    if (!mark->found)
        *mark = (struct log_mark){.found = true,
                                  .offset = hit->start,
                                  .name = marker_set_row(s->search->markers, hit->row)->text};
}

/* True for half an event of the CLI's, and not of another program that logs in JSON. */
static bool has_type(struct searcher *s, uint64_t at)
{
    unsigned char head[64];
    size_t length = at == UINT64_MAX ? 0 : log_copy_line(s, at, head, sizeof head);
    /* that is the body of an API's error */
    const bool is_body = memmem(head, length, "{\"type\":\"error\"", 15) == head;
    return !is_body && memmem(head, length, "\"type\":", 7) != NULL;
}

/* What stands in no event, nor in one that was cut, nor behind either in its line. */
static bool is_plain(struct searcher *s, struct reading *r, uint64_t offset)
{
    if (log_value_around(&r->finder, offset))
        return false;
    if (r->finder.line != r->looked_at) {
        r->looked_at = r->finder.line;
        r->cut = log_cut_event_in(s, r->looked_at);
        r->found->has_event = r->found->has_event || has_type(s, r->cut);
    }
    return offset < r->cut;
}

/* An event's marker at `hit` stands in an event, in one that was cut, or in plain text. */
static void take_event(struct searcher *s, struct reading *r, const struct marker_hit *hit)
{
    struct words_found *found = r->found;
    const char *marker = marker_set_row(s->search->markers, hit->row)->text;
    const bool of_init = strstr(marker, "init") != NULL,
               of_failure = strstr(marker, "true") != NULL;
    if (of_failure && !found->has_result && r->start == 0)
        return; /* it tells something behind a result only, and failed tools have it too */
    const struct log_value *value = log_value_around(&r->finder, hit->start);
    if (!value) {
        if (!found->has_event || (of_init && !found->began)) { /* or it tells nothing new */
            const bool cut = !is_plain(s, r, hit->start);
            found->has_event = found->has_event || cut;
            found->began = found->began || (cut && of_init);
        }
        /* a line that is half written has no result yet */
        found->broke = found->broke ||
                       (of_failure && log_line_end(&s->views->around, hit->end) < s->log->size);
        return;
    }
    const struct json_event_place *result = &value->scan.last[JSON_EVENT_RESULT];
    const struct json_event_place *init = &value->scan.last[JSON_EVENT_INIT];
    found->has_event = true;
    if (result->end > 0) {
        found->with_result = *value;
        found->has_result = true;
        found->began = found->broke = false;
    }
    if (init->end > result->end)
        found->began = true;
}

/* True when more markers of this tag would tell nothing new. */
static bool has_enough(const struct searcher *s, unsigned tag)
{
    const bool is_own = (s->own_tags & MARKER_TAG(tag)) != 0;
    const bool is_word = tag == RUNLOG_AUTH_FAILURE;
    return !s->search->mentions && (!is_own || s->facts->marks[tag].found) &&
           (!is_word || s->plain.first.found);
}

/* The words of the plain search tell nothing where there are events, unless they are counted. */
static uint32_t words_without_weight(const struct searcher *s)
{
    const uint32_t words = MARKER_TAG(RUNLOG_AUTH_FAILURE);
    return s->search->mentions ? 0 : words & ~s->own_tags;
}

/* Returns the tags whose markers need not be looked for any more. */
static uint32_t take_hit(void *context, const struct marker_hit *in_text)
{
    struct reading *r = context;
    struct searcher *s = r->s;
    const struct marker_hit found = {in_text->start + r->start, in_text->end + r->start,
                                     in_text->row};
    const struct marker_hit *hit = &found;
    const unsigned tag = marker_set_row(s->search->markers, hit->row)->tag;
    const bool is_own = marker_table_is_own(s->search->markers, hit->row);
    if (tag == MARKER_TAG_EVENT) {
        take_event(s, r, hit);
        return r->found->has_event ? words_without_weight(s) : 0;
    }
    struct word_count *words = NULL;
    const bool is_voice = is_own_voice(s, hit->start);
    if (is_plain(s, r, hit->start) && !is_voice) {
        if (is_own)
            note(s, hit, &s->facts->marks[tag]);
        words = &s->plain;
    } else {
        words = &s->in_events;
    }
    if (tag == RUNLOG_AUTH_FAILURE && !is_voice) {
        words->count++;
        note(s, hit, &words->first);
    }
    return has_enough(s, tag) ? MARKER_TAG(tag) : 0;
}

void words_read(struct searcher *s, uint64_t at, uint32_t tags, struct words_found *ret)
{
    struct marker_scan scan;
    struct reading r = {.s = s, .start = at, .looked_at = UINT64_MAX, .found = ret};
    memset(ret, 0, sizeof *ret);
    log_value_finder_start(&r.finder, &s->views->around, at);
    marker_scan_start(&scan, s->search->markers, tags, take_hit, &r);
    const unsigned char *bytes;
    size_t length;
    while (!searcher_is_out_of_time(s) && (bytes = log_bytes(&s->views->forward, at, &length))) {
        progress_bytes(s->search->progress, at, s->log->size);
        marker_scan_feed(&scan, bytes, length);
        at += length;
    }
    marker_scan_finish(&scan);
}
