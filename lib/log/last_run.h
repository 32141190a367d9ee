/*
 * Where does the last run begin? First step of the search through a log.
 *
 * Where logs are appended to, the last run counts. It ended with the last result, unless what
 * stands behind that shows that another run began: the first event of a stream, be it that it was
 * cut; a message of the CLI's in an event; a failed result that is no whole event; or a line of
 * text that says that a run died or never began.
 */
#ifndef CHECK_CLAUDE_LAST_RUN_H
#define CHECK_CLAUDE_LAST_RUN_H

#include "log/searcher.h"

struct last_run {
    bool has_result;
    struct log_value with_result; /* where it has one */
    bool was_read;                /* the log was read from its start, looking for words too */
    uint64_t taken; /* without a result: the run's events from here on are in the facts */
};

/*
 * Find it. The facts have then the last run's result, or, without one, the events and the message
 * that were found of it on the way; s->start is where it begins, as far as that matters.
 * `word_tags`: the markers to look for where the log has to be read from its start.
 */
void last_run_find(struct searcher *s, uint32_t word_tags, struct last_run *ret);

#endif
