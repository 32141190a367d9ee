#include "log/message.h"

#include "base/escape.h"
#include "log/cause.h"
#include "log/prefix.h"
#include "log/subject.h"

#include <string.h>

#define WORDS_MAX   1000 /* bytes of a message that are looked at */
#define WITHIN_MAX  160  /* of them, those in which words of a row are looked for */
#define LONE_MAX    100  /* of a message that is the whole log */
#define CAUSE_LINES 16

/* One character of the log as the rows have it; *ret_length bytes of the log. */
static const char *folded(const unsigned char *bytes, size_t length, size_t *ret_length)
{
    static const struct {
        const char *bytes, *folded;
    } forms[] = {
        {"\xe2\x80\x98", "'"},        /* U+2018 */
        {"\xe2\x80\x99", "'"},        /* U+2019 */
        {"\xe2\x88\x99", "\xc2\xb7"}, /* U+2219, the dot of older releases */
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (length >= 3 && memcmp(bytes, forms[i].bytes, 3) == 0) {
            *ret_length = 3;
            return forms[i].folded;
        }
    *ret_length = 1;
    return NULL;
}

/* Lower case, one form of dot and apostrophe, no control bytes but line feeds. */
static void fold(const unsigned char *bytes, size_t length, char ret[WORDS_MAX + 1])
{
    size_t have = 0;
    for (size_t i = 0, taken; i < length && have < WORDS_MAX - 1; i += taken) {
        const char *other = folded(bytes + i, length - i, &taken);
        unsigned char c = bytes[i];
        if (other)
            have += (size_t)(stpcpy(ret + have, other) - (ret + have));
        else if (c >= 'A' && c <= 'Z')
            ret[have++] = (char)(c | 0x20);
        else
            ret[have++] = (char)(c == '\n' || c >= ' ' ? c : ' ');
    }
    ret[have] = '\0';
}

/* The words of the row that stand in `rest`, or at once there where they may be its end; NULL for
 * none. "$" is the end. */
static const char *find_within(const struct message_row *row, const char *rest)
{
    char near[WITHIN_MAX + 1];
    size_t length = strcspn(rest, "\n");
    length = length < WITHIN_MAX ? length : WITHIN_MAX;
    memcpy(near, rest, length);
    near[length] = '\0';
    const bool at_once = row->within[0] == '$';
    for (const char *word = row->within; *word; word += *word == '|') {
        size_t size = strcspn(word, "|");
        if (*word == '$' ? near[0] == '\0' || strcmp(near, ".") == 0
            : at_once    ? strncmp(near, word, size) == 0
                         : memmem(near, length, word, size) != NULL)
            return word;
        word += size;
    }
    return NULL;
}

static void set_name(const struct message_row *row, const char *within, char ret[MESSAGE_NAME])
{
    const char *name = row->start[0] ? row->start : within;
    name += strspn(name, " ");
    size_t length = row->start[0] ? strlen(name) : strcspn(name, "|");
    while (length > 0 && name[length - 1] == ' ')
        length--;
    length = length < MESSAGE_NAME - 1 ? length : MESSAGE_NAME - 1;
    memcpy(ret, name, length);
    ret[length] = '\0';
}

/* A few words that end with what is wrong, and no sentence: "Prompt is too long". */
static bool is_lone(const struct message_row *row, const char *words)
{
    char clause[LONE_MAX + 1];
    size_t length = strcspn(words, ":(\n");
    if (length > LONE_MAX)
        return false;
    memcpy(clause, words, length);
    while (length > 0 && clause[length - 1] == ' ')
        length--;
    clause[length] = '\0';
    if (!row->within || row->start[0] != '\0')
        return true;
    for (const char *word = row->within; *word; word += *word == '|') {
        size_t size = strcspn(word, "|");
        if (length >= size && memcmp(clause + length - size, word, size) == 0)
            return true;
        word += size;
    }
    return false;
}

/* The message of a program, and no sentence that begins so or quotes one. */
static bool is_said_so(const struct message_row *row, const char *words, const char *within)
{
    const size_t start = strlen(row->start), size = strcspn(within, "|");
    const char *at =
        *within == '$' ? NULL : memmem(words + start, strlen(words + start), within, size);
    const size_t before = at ? (size_t)(at - words) : 0;
    if (row->ends && !subject_ends_at(at ? at + size : words + start))
        return false;
    if (row->wrong && !subject_is_wrong(words, start > 0 ? strcspn(words, "\n") : before))
        return false;
    if (start > 0)
        return true;
    return row->voice == MESSAGE_SHELL ? subject_is_command(words, before)
                                       : subject_is_one(words, before);
}

/* True, and *ret_within set for a row that has it, for a message of this row. */
static bool is_of_row(const struct message_row *row, const char *words, const char **ret_within)
{
    const size_t length = strlen(row->start);
    if (strncmp(words, row->start, length) != 0)
        return false;
    const char *within = row->within ? find_within(row, words + length) : "";
    *ret_within = within;
    return within && (row->voice != MESSAGE_LONE || is_lone(row, words)) &&
           is_said_so(row, words, within);
}

static enum runlog_condition condition_of(const struct message_row *row, const char *words)
{
    enum runlog_condition found = row->condition;
    if (found == RUNLOG_UNDECIDED)
        found = row->voice == MESSAGE_CLI ? cause_of_words(words) : cause_of_others(words);
    return found;
}

/* The voice, and of one voice the rows that say how a message begins. */
static int rank_of(const struct message_row *row)
{
    return 2 * (int)row->voice + (row->start[0] != '\0');
}

/* Of a table in an answer. */
static bool is_table_row(const unsigned char *bytes, size_t length)
{
    return length > 1 && bytes[0] == '|' && bytes[length - 1] == '|';
}

bool message_of_rows(const struct message_row *rows, size_t count, const unsigned char *bytes,
                     size_t length, struct message *ret)
{
    char words[WORDS_MAX + 1];
    size_t places[PREFIX_PLACES], place_count;
    const struct message_row *best = NULL;
    length = escape_trimmed(bytes, length);
    if (is_table_row(bytes, length))
        return false;
    place_count = prefix_places(bytes, length, places);
    for (size_t place = 0; place < place_count; place++) {
        const bool is_last = place + 1 == place_count;
        fold(bytes + places[place], length - places[place], words);
        for (size_t i = 0; i < count; i++) {
            const char *within;
            if ((best && rank_of(&rows[i]) <= rank_of(best)) || (!rows[i].start[0] && !is_last) ||
                !is_of_row(&rows[i], words, &within))
                continue;
            best = &rows[i];
            *ret = (struct message){
                .row = best, .condition = condition_of(best, words), .at = places[place]};
            set_name(best, within, ret->name);
        }
    }
    return best != NULL;
}

bool message_in_line(const unsigned char *bytes, size_t length, struct message *ret)
{
    size_t family_count, sentence_count;
    const struct message_row *families = message_families(&family_count);
    const struct message_row *sentences = message_sentences(&sentence_count);
    struct message other;
    bool known = message_of_rows(sentences, sentence_count, bytes, length, ret);
    if (known && ret->row->voice == MESSAGE_CLI)
        return true;
    if (!message_of_rows(families, family_count, bytes, length, &other))
        return known;
    *ret = other;
    return true;
}

/* What a failed result says is the CLI's own: there it is enough how a message begins. */
static enum runlog_condition cause_of_start(const char *text, size_t length)
{
    char words[WORDS_MAX + 1];
    fold((const unsigned char *)text, length, words);
    for (int table = 0; table < 2; table++) {
        size_t count;
        const struct message_row *rows =
            table == 0 ? message_sentences(&count) : message_families(&count);
        for (size_t i = 0; i < count; i++)
            if (rows[i].start[0] && rows[i].voice == MESSAGE_CLI &&
                (!rows[i].within || rows[i].within[0] == '$') &&
                strncmp(words, rows[i].start, strlen(rows[i].start)) == 0)
                return condition_of(&rows[i], words);
    }
    return RUNLOG_UNDECIDED;
}

enum runlog_condition message_cause(const char *text, size_t length)
{
    enum runlog_condition found = RUNLOG_UNDECIDED;
    enum message_voice voice = MESSAGE_LONE;
    bool is_first = true;
    for (size_t at = 0, lines = 0; at < length && lines < CAUSE_LINES; lines++) {
        const char *feed = memchr(text + at, '\n', length - at);
        const size_t end = feed ? (size_t)(feed - text) : length;
        struct message message;
        if (message_in_line((const unsigned char *)text + at, end - at, &message) &&
            (is_first || message.row->voice > voice)) {
            found = message.condition;
            voice = message.row->voice;
            is_first = false;
        }
        at = end + 1;
    }
    return is_first ? cause_of_start(text, length) : found;
}
