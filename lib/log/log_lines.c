/* Lines of a log: the CLI's messages at their starts, and their numbers. */
#include "log/inside.h"

#include "log/json_place.h"
#include "log/log_message.h"

#include <string.h>

#define LINE_HEAD   (512 + LOG_MESSAGE) /* a wrapper's prefix and the CLI's message */
#define EVENT_HEAD  4096                /* what an event says of itself stands in it */
#define COUNT_LINES ((uint64_t)1 << 20) /* a result's line is counted no further than this */

size_t log_copy_line(struct searcher *s, uint64_t line, unsigned char *ret, size_t size)
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

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* `event` in a line: one event, or the first of all of a run's in an array. */
static bool is_quotation(const char *line, const char *event)
{
    const bool array =
        event > line && event[-1] == '[' && begins_with(event, "{\"type\":\"system\"");
    if (strstr(event, "\"is_error\":false") || begins_with(event, "{\"type\":\"user\""))
        return true;
    return (array || begins_with(event, "{\"type\":\"assistant\"")) &&
           !strstr(event, "\"<synthetic>\""); /* which is the CLI's own voice */
}

uint64_t log_quotation_in(struct searcher *s, uint64_t line)
{
    char head[EVENT_HEAD + 1];
    head[log_copy_line(s, line, (unsigned char *)head, EVENT_HEAD)] = '\0';
    const char *brace = strchr(head, '{');
    return brace && is_quotation(head, brace) ? line + (uint64_t)(brace - head) : UINT64_MAX;
}

void log_search_last_lines(struct searcher *s)
{
    uint64_t end = s->log->size;
    const uint64_t floor = log_tail(s, end, TAIL_MAX);
    for (int lines = 0; lines < LAST_LINES && end > floor;) {
        uint64_t line = log_line_start(&s->views->around, end - 1, floor);
        lines += !log_is_blank(&s->views->around, line, end);
        unsigned char bytes[LINE_HEAD];
        size_t length = log_copy_line(s, line, bytes, sizeof bytes);
        size_t prefix;
        struct marker_hit hit;
        if (log_message_at_start(s->search->markers, bytes, length, &prefix, &hit)) {
            struct log_mark *mark =
                &s->facts->marks[marker_set_row(s->search->markers, hit.row)->tag];
            s->own[JSON_EVENT_ASSISTANT + lines] = (struct json_event_place){line, end};
            if (!mark->found)
                *mark = (struct log_mark){
                    .found = true, .offset = line + prefix + hit.start, .row = hit.row};
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
    size_t length = log_copy_line(s, line, bytes, sizeof bytes), kept = 0;
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
    size_t length = log_copy_line(s, offset, line, sizeof line - 1);
    line[length] = '\0';
    return log_message_until((const char *)line);
}

/* True when there can be a finding that names the result's line. */
static bool has_more_to_say(const struct log_facts *facts)
{
    const struct event *result = &facts->result;
    return facts->has_result &&
           (result->is_error || event_has_no_answer(result) || result->login_ends != 0);
}

void log_describe_marks(struct searcher *s)
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
