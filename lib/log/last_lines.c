#include "log/last_lines.h"

#include "log/event.h"
#include "log/line_kind.h"
#include "log/log_lines.h"
#include "log/marker_table.h"
#include "log/message.h"
#include "log/prefix.h"
#include "log/tail_line.h"
#include "log/warning.h"

#include <string.h>

#define OTHERS_MAX 4 /* lines behind a message that may be anybody's: it is among the last five */
/* What was seen on the way from the log's end to its start. */
struct look {
    struct searcher *s;
    bool answered;     /* a line that may be an answer */
    unsigned others;   /* lines that say something else */
    bool has_page_end; /* </html> */
    bool has_lone;     /* s->facts->message is one that must stand alone */
    bool has_death;    /* it is one of the shell's that names no command */
    bool in_block;     /* of code, whose end was seen */
    bool has_quoted;   /* it stands in a block of code */
    uint64_t block;    /* where that one begins; 0 while not known */
    struct common_start common;
    uint64_t quotation; /* the end of a line that quotes a message; 0 for none */
};

static void keep(struct look *look, const struct tail_line *line, size_t at, const char *family,
                 enum runlog_condition condition)
{
    struct log_message *message = &look->s->facts->message;
    *message = (struct log_message){.found = true,
                                    .condition = condition == RUNLOG_UNDECIDED ? RUNLOG_RUN_FAILED
                                                                               : condition,
                                    .offset = line->start + at};
    for (size_t i = 0; i < sizeof message->family - 1 && family[i] != '\0'; i++)
        message->family[i] = family[i];
    size_t length = line->length - at;
    length = length < LOG_MESSAGE - 1 ? length : LOG_MESSAGE - 1;
    for (size_t i = 0; i < length; i++)
        message->text[i] = (char)(line->head[at + i] != '\0' ? line->head[at + i] : ' ');
    look->s->own.message = (struct json_event_place){line->start, line->end};
}

/* A marker of the user's own that the line begins with. */
static bool take_own_marker(struct look *look, const struct tail_line *line)
{
    size_t places[PREFIX_PLACES];
    size_t count = prefix_places(line->head, line->length, places);
    for (size_t i = 0; i < count; i++) {
        const struct marker_row *row = marker_table_own_at_start(
            look->s->search->markers, line->head + places[i], line->length - places[i]);
        if (row) {
            keep(look, line, places[i], row->text, (enum runlog_condition)row->tag);
            return true;
        }
    }
    return false;
}

/* timeout -v as it ends what it started, which may be what a good run left behind. */
static bool is_end_by_timeout(const struct message *message)
{
    return message->row->within && strcmp(message->row->within, "sending signal") == 0;
}

/* The end of the sleep behind which a run that takes too long would have been killed. */
static bool is_end_of_watch(const struct message *message, const struct tail_line *line)
{
    return message->row->voice == MESSAGE_SHELL && tail_line_has(line, " sleep ");
}

/* True for a shell's line that may be said of anything in a script: it names no command. */
static bool is_nameless_death(const struct message *message, const struct tail_line *line)
{
    const char *within = message->row->within;
    if (message->row->voice != MESSAGE_SHELL || !message->row->start[0] || !within)
        return false;
    return is_end_by_timeout(message) || (within[0] == '$' && !tail_line_has(line, "claude"));
}

/*
 * A message in the line. True when the look is over: it is the one, or an answer stands behind it.
 */
static bool take_message(struct look *look, const struct tail_line *line,
                         const struct message *message)
{
    const bool page_below =
        look->has_page_end && (tail_line_has(line, "<html") || tail_line_has(line, "<!"));
    const bool is_lone = message->row->voice == MESSAGE_LONE;
    if (look->has_quoted && look->block == 0)
        return false; /* the last of the block counts */
    if (look->has_quoted || (look->answered && !page_below) || (is_lone && look->others > 0)) {
        look->others++;
        return !is_lone;
    }
    if (is_nameless_death(message, line)) {
        if (!look->s->facts->message.found)
            keep(look, line, message->at, message->name, message->condition);
        look->has_death = true;
        return false;
    }
    look->answered = false;
    look->has_quoted = look->in_block;
    look->has_lone = is_lone;
    look->has_death = false;
    keep(look, line, message->at, message->name, message->condition);
    look->s->facts->message.exits_0 = message->row->exits_0;
    look->s->facts->message.is_end = message->row->voice >= MESSAGE_SHELL;
    return !look->has_lone && !look->has_quoted;
}

/* The edge of a block of code in an answer: what stands in it is quoted. */
static bool take_edge(struct look *look, const struct tail_line *line)
{
    if (line->length < 3 || memcmp(line->head, "```", 3) != 0)
        return false;
    look->in_block = !look->in_block;
    if (!look->in_block && look->has_quoted && look->block == 0)
        look->block = line->start;
    return true;
}

static void take_other(struct look *look, const struct tail_line *line)
{
    enum line_kind kind = tail_line_kind(&look->common, line);
    look->others += kind == LINE_OTHER || kind == LINE_REST;
    if (kind == LINE_ANSWER || (kind == LINE_OTHER && look->others > OTHERS_MAX))
        look->answered = true;
    if (kind == LINE_REST && tail_line_has(line, "</html>"))
        look->has_page_end = !look->answered;
    if (kind == LINE_REST && tail_line_has(line, "Original prompt:"))
        look->answered = false; /* what follows it was asked, not answered */
}

/* True when no line before is of this kind or more of an answer. */
static bool is_alone(const struct look *look, uint64_t end, uint64_t floor, enum line_kind least)
{
    struct tail_line line;
    struct searcher *s = look->s;
    for (int lines = 0; lines < TAIL_LINES && end > floor; lines++, end = line.start) {
        tail_line_get(s, end, floor, &line);
        if (tail_line_kind(&look->common, &line) >= least)
            return false;
    }
    return true;
}

static void finish(struct look *look, uint64_t floor)
{
    struct log_facts *facts = look->s->facts;
    const bool quoted =
        look->has_quoted && look->block > 0 && !is_alone(look, look->block, floor, LINE_REST);
    if (facts->message.found && (quoted || (look->has_death && look->answered) ||
                                 (look->has_lone && (look->answered || look->others > 0)))) {
        memset(&facts->message, 0, sizeof facts->message);
        look->s->own.message = (struct json_event_place){0, 0};
    }
    if (!facts->message.found)
        return;
    facts->message.alone = is_alone(look, look->s->own.message.start, floor, LINE_OTHER);
    facts->message.line = 1 + log_count_lines(&look->s->views->forward, 0, facts->message.offset);
}

/* A message that is indented or behind ">": an answer before it quotes it. */
static bool is_quotation(struct look *look, const struct tail_line *line)
{
    struct message message;
    if (!tail_line_is_quoted(&look->common, line) ||
        !tail_line_message(&look->common, line, &message))
        return false;
    if (look->quotation == 0 && !look->answered)
        look->quotation = line->end;
    look->others++;
    return true;
}

/* It counts where no answer is before it, and no other message. */
static void take_quotation(struct look *look, uint64_t floor)
{
    struct tail_line line;
    struct message message;
    if (look->quotation == 0 || look->s->facts->message.found)
        return;
    tail_line_get(look->s, look->quotation, floor, &line);
    if (is_alone(look, line.start, floor, LINE_ANSWER) &&
        tail_line_message(&look->common, &line, &message))
        keep(look, &line, message.at, message.name, message.condition);
}

void last_lines_read(struct searcher *s, uint64_t start)
{
    struct look look = {.s = s};
    const uint64_t floor = tail_floor(s, start);
    struct tail_line line;
    tail_find_common(s, floor, &look.common);
    bool over = false;
    uint64_t end = s->log->size;
    for (int lines = 0; lines < TAIL_LINES && end > floor; lines++, end = line.start) {
        struct message message;
        tail_line_get(s, end, floor, &line);
        warning_take(s, line.head, line.length, line.start);
        if (over || take_edge(&look, &line))
            continue;
        if (!look.answered && take_own_marker(&look, &line))
            over = true;
        else if (is_quotation(&look, &line))
            continue;
        else if (tail_line_message(&look.common, &line, &message) &&
                 !is_end_of_watch(&message, &line))
            over = take_message(&look, &line, &message);
        else
            take_other(&look, &line);
    }
    take_quotation(&look, floor);
    finish(&look, floor);
}

/* True for a line of words that the failed result said already. */
static bool is_repeated(const struct event *result, const struct tail_line *line, size_t at)
{
    enum { ENOUGH = 24 };
    size_t length = line->length - at;
    length = length < ENOUGH ? length : ENOUGH;
    return memmem(result->text, strlen(result->text), line->head + at, length) != NULL;
}

/* What a server's stderr may say as well: "Not logged in" and no more, or a sentence that quotes
 * it.
 */
static bool is_bare(const struct tail_line *line, const struct message *message)
{
    return message->row->voice == MESSAGE_CLI &&
           (!message->row->start[0] || line->length - message->at <= strlen(message->name) + 1);
}

/* A shell's line on a command that it could not start, which is not the CLI. */
static bool is_other_command(const struct tail_line *line, const struct message *message)
{
    static const char *const own[] = {"claude", "node", "npx", "bun", "nvm"};
    const char *within = message->row->within;
    if (message->row->voice != MESSAGE_SHELL || !within || !strstr(within, "not found"))
        return false;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (tail_line_has(line, own[i]))
            return false;
    return true;
}

bool last_lines_read_behind(struct searcher *s, uint64_t start, const struct event *result)
{
    struct look look = {.s = s};
    const uint64_t floor = tail_floor(s, start);
    const bool failed = event_is_failed(result);
    struct tail_line line;
    uint64_t end = s->log->size;
    for (int lines = 0; lines < TAIL_LINES && end > floor; lines++, end = line.start) {
        struct message message;
        tail_line_get(s, end, floor, &line);
        if (!message_in_line(line.head, line.length, &message) ||
            message.row->voice < (failed ? MESSAGE_CLI : MESSAGE_SHELL) ||
            (failed && is_repeated(result, &line, message.at)) || is_bare(&line, &message) ||
            is_end_by_timeout(&message) || is_other_command(&line, &message))
            continue;
        keep(&look, &line, message.at, message.name, message.condition);
        finish(&look, floor);
        return true;
    }
    return false;
}
