#include "log/tail_line.h"

#include "base/escape.h"
#include "log/log_lines.h"

#include <string.h>

#define LINES_BYTES ((uint64_t)64 << 10)

bool tail_line_message(const struct common_start *common, const struct tail_line *line,
                       struct message *ret)
{
    size_t places[COMMON_WORDS];
    struct message other;
    bool found = message_in_line(line->head, line->length, ret);
    if (found && ret->row->voice == MESSAGE_CLI)
        return true;
    size_t count = common_start_places(common, line->head, line->length, places);
    for (size_t i = 0; i < count; i++)
        if (message_in_line(line->head + places[i], line->length - places[i], &other) &&
            other.row->voice != MESSAGE_LONE) {
            *ret = other;
            ret->at += places[i];
            return true;
        }
    return found;
}

enum line_kind tail_line_kind(const struct common_start *common, const struct tail_line *line)
{
    size_t places[COMMON_WORDS];
    size_t count = common_start_places(common, line->head, line->length, places);
    size_t at = count > 0 ? places[count - 1] : 0;
    return line_kind(line->head + at, line->length - at);
}

bool tail_line_has(const struct tail_line *line, const char *words)
{
    return memmem(line->head, line->length, words, strlen(words)) != NULL;
}

void tail_line_get(struct searcher *s, uint64_t end, uint64_t floor, struct tail_line *ret)
{
    ret->start = log_line_start(&s->views->around, end - 1, floor);
    ret->end = end;
    size_t length = log_copy_line(s, ret->start, ret->head, sizeof ret->head);
    ret->length = escape_trimmed(ret->head, length);
}

uint64_t tail_floor(const struct searcher *s, uint64_t start)
{
    const uint64_t size = s->log->size;
    return size - start > LINES_BYTES ? size - LINES_BYTES : start;
}

void tail_find_common(struct searcher *s, uint64_t floor, struct common_start *ret)
{
    struct tail_line line;
    uint64_t end = s->log->size;
    bool goes_on = true;
    for (int lines = 0; goes_on && lines < TAIL_LINES && end > floor; lines++, end = line.start) {
        tail_line_get(s, end, floor, &line);
        goes_on = common_start_add(ret, line.head, line.length);
    }
}

bool tail_line_is_quoted(const struct common_start *common, const struct tail_line *line)
{
    enum { INDENTED = 4 };
    size_t blanks = 0;
    while (blanks < line->length && line->head[blanks] == ' ')
        blanks++;
    bool is_marked = blanks < line->length && line->head[blanks] == '>';
    return blanks >= common->indent + INDENTED || (is_marked && !common_start_is(common, ">"));
}
