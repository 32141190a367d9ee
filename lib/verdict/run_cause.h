/*
 * Why a run failed, and whether one that did not fail was finished: the fields of its events first,
 * its message where they do not tell. Pure.
 */
#ifndef CHECK_CLAUDE_RUN_CAUSE_H
#define CHECK_CLAUDE_RUN_CAUSE_H

#include "verdict/runlog_facts.h"

/*
 * The cause of a run with a failed result, or without one and with the CLI's own voice.
 * RUNLOG_RUN_FAILED where nothing more is known.
 */
enum runlog_condition run_cause(const struct log_facts *facts);

/* What says that a run with a good result was not finished ("refusal", "aborted_tools"); NULL where
 * nothing does. */
const char *run_unfinished_by(const struct log_facts *facts);

#endif
