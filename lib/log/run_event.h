/*
 * Events of the last run taken in: parsed, and their places kept.
 */
#ifndef CHECK_CLAUDE_RUN_EVENT_H
#define CHECK_CLAUDE_RUN_EVENT_H

#include "log/searcher.h"

/*
 * Parse the last result in the value. False when there is none, or it cannot be read; s->error is
 * set for lack of memory.
 */
bool run_event_take_result(struct searcher *s, const struct log_value *value, struct event *ret,
                           struct json_event_place *ret_place);

/*
 * Take in what the value has of the last message that is no sub-agent's, and of the rate limit, as
 * far as the facts do not have one already: values come from the log's end to its start.
 */
void run_event_take_others(struct searcher *s, const struct log_value *value);

/* The kinds of events (brackets.h) that may change the facts: a result, the first of a run, and
 * what the facts do not have yet. */
unsigned run_event_kinds(const struct log_facts *facts);

#endif
