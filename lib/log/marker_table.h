/*
 * The markers that a log is searched for: the words of the plain search, the user's own, and what
 * finds events. The tag of a row is the condition that it stands for (enum runlog_condition), or
 * MARKER_TAG_EVENT.
 */
#ifndef CHECK_CLAUDE_MARKER_TABLE_H
#define CHECK_CLAUDE_MARKER_TABLE_H

#include "search/marker.h"
#include "verdict/runlog_facts.h"

enum { MARKER_TAG_EVENT = RUNLOG_UNDECIDED };

/* The built-in rows, the words of the plain search; *ret_count of them. `note` names the releases.
 */
const struct marker_row *marker_table(size_t *ret_count);

/* Rows of a user's own that leave room for those that find events. */
#define MARKER_TABLE_OWN_MAX (MARKER_OWN_MAX - 5)

/* A set of them all. As marker_set_new(). */
int marker_table_set_new(const struct marker_own *own, size_t count, struct marker_set **ret_set);

/* The tags of the user's own rows. */
uint32_t marker_table_own_tags(const struct marker_set *set);

/* True for a row of the user's own. */
bool marker_table_is_own(const struct marker_set *set, size_t row);

/* The first of the user's own markers in a short text, or that it begins with; NULL for none. */
const struct marker_row *marker_table_own_in(const struct marker_set *set, const void *bytes,
                                             size_t length);
const struct marker_row *marker_table_own_at_start(const struct marker_set *set, const void *bytes,
                                                   size_t length);

#endif
