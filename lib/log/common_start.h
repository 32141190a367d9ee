/*
 * What all of a log's last lines begin with: whatever stands before each line of a run and is in no
 * form that prefix.h knows, as "claude-job-7f9c agent" of a tool that follows pods. The rule is one
 * of repetition: the same words, but for their numbers, at the start of each line that is not
 * blank. One of them must be a name in a machine, as no sentence has it, and none begins a list.
 *
 *     common_start_add(&common, line, length);      each of the lines
 *     count = common_start_places(&common, line, length, places);
 */
#ifndef CHECK_CLAUDE_LOG_COMMON_START_H
#define CHECK_CLAUDE_LOG_COMMON_START_H

#include <stdbool.h>
#include <stddef.h>

#define COMMON_WORDS 6
#define COMMON_WORD  48 /* bytes of a word; a longer one is not common */

struct common_start {
    unsigned lines;
    size_t count;  /* of the words that all lines began with */
    size_t indent; /* blanks that all lines begin with */
    char words[COMMON_WORDS][COMMON_WORD];
};

/*
 * Take in one more line, without its line feed; {0} is fine to start with. False when nothing is
 * common any more, be it blanks: no further line can change that.
 */
bool common_start_add(struct common_start *common, const unsigned char *bytes, size_t length);

/* True where all lines begin with this word. */
bool common_start_is(const struct common_start *common, const char *word);

/*
 * The offsets in a line behind each of the common words, in rising order. Returns how many: 0 where
 * they are none of a machine. In a log of one line a name with a number, or behind a time, is one.
 */
size_t common_start_places(const struct common_start *common, const unsigned char *bytes,
                           size_t length, size_t ret[COMMON_WORDS]);

#endif
