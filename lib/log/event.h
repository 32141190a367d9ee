/*
 * One JSON event of a run log as a struct.
 */
#ifndef CHECK_CLAUDE_EVENT_H
#define CHECK_CLAUDE_EVENT_H

#include "verdict/runlog_facts.h"

/*
 * Read one event out of bytes[0..length), which must be followed by a NUL. Bytes that are not UTF-8
 * are overwritten by '?' first. Returns 0; EINVAL when it is no JSON object, ENOMEM, both with *ret
 * untouched.
 */
int event_parse(char *bytes, size_t length, struct event *ret);

#endif
