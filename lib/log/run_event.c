#include "log/run_event.h"

#include "log/brackets.h"
#include "log/event.h"
#include "log/marker_table.h"

#include <stdlib.h>
#include <string.h>

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
    const struct marker_row *own =
        error == 0 && s->own_tags != 0
            ? marker_table_own_in(s->search->markers, ret->text, strlen(ret->text))
            : NULL;
    if (own)
        ret->says = (enum runlog_condition)own->tag;
    return error == 0;
}

/* The last event of a kind in the value. */
static bool take(struct searcher *s, const struct log_value *value, enum json_event_kind kind,
                 struct event *ret, struct json_event_place *ret_place)
{
    const struct json_event_place *place = &value->scan.last[kind];
    if (place->end == 0)
        return false;
    *ret_place = (struct json_event_place){value->start + place->start, value->start + place->end};
    return parse_event(s, ret_place->start, ret_place->end, ret);
}

bool run_event_take_result(struct searcher *s, const struct log_value *value, struct event *ret,
                           struct json_event_place *ret_place)
{
    return take(s, value, JSON_EVENT_RESULT, ret, ret_place);
}

/* True for an event of another session than the result's: of an earlier run in the same log. */
static bool is_of_another_run(const struct log_facts *facts, const struct event *event)
{
    return facts->has_result && event->session[0] &&
           strcmp(facts->result.session, event->session) != 0;
}

unsigned run_event_kinds(const struct log_facts *facts)
{
    return LOG_KIND(JSON_EVENT_RESULT) | LOG_KIND(JSON_EVENT_INIT) |
           (facts->has_voice ? 0 : LOG_KIND(JSON_EVENT_ASSISTANT)) |
           (facts->has_rate_limit ? 0 : LOG_KIND(JSON_EVENT_RATE_LIMIT));
}

void run_event_take_others(struct searcher *s, const struct log_value *value)
{
    struct log_facts *facts = s->facts;
    struct json_event_place place;
    facts->has_events = true;
    if (!facts->has_rate_limit)
        facts->has_rate_limit = take(s, value, JSON_EVENT_RATE_LIMIT, &facts->rate_limit, &place) &&
                                !is_of_another_run(facts, &facts->rate_limit);
    if (!facts->has_voice && take(s, value, JSON_EVENT_ASSISTANT, &facts->voice, &place) &&
        !facts->voice.is_subagent && !is_of_another_run(facts, &facts->voice)) {
        facts->has_voice = true;
        s->own.voice = place;
    }
}
