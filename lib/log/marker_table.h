/*
 * The markers of the CLI: what its runs print when they fail, with the releases that print it. The
 * tag of a row is the condition that it stands for (enum runlog_condition).
 */
#ifndef CHECK_CLAUDE_MARKER_TABLE_H
#define CHECK_CLAUDE_MARKER_TABLE_H

#include "search/marker.h"

/* The built-in rows, the plain searches first; *ret_count of them. `note` names the releases. */
const struct marker_row *marker_table(size_t *ret_count);

#endif
