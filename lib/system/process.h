/*
 * Child processes under a deadline: an argument vector and no shell, each in a process group of its
 * own, stdin from /dev/null, default signals, stdout and stderr captured up to a cap and drained
 * past it. When a child ends, or its time is up (SIGTERM, 200 ms, SIGKILL), its whole group goes,
 * and so does what left the group but descends from it (Linux). Nobody keeps our descriptors.
 */
#ifndef CHECK_CLAUDE_PROCESS_H
#define CHECK_CLAUDE_PROCESS_H

#include "system/child.h"
#include "system/deadline.h"

#include <stddef.h>

/* Children that run side by side; more wait their turn. */
#define PROCESS_PARALLEL DEADLINE_GROUPS

/* Run `count` requests to their ends, side by side; results[i] belongs to requests[i]. */
void process_run(const struct process_request *requests, struct process_result *results,
                 size_t count);

/* Give back what a result holds. */
void process_result_free(struct process_result *result);

#endif
