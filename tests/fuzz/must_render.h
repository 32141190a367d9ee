/*
 * A report in all three formats: within bounds, valid UTF-8, and of the form that each has.
 */
#ifndef CHECK_CLAUDE_TESTS_MUST_RENDER_H
#define CHECK_CLAUDE_TESTS_MUST_RENDER_H

#include "plugin/report.h"

void must_render(const struct report *report);

#endif
