/*
 * A kind of report that no plugin makes, for the tests of report and of the renderers: two
 * conditions, a field of each kind, an object in JSON and an info metric.
 */
#ifndef CHECK_CLAUDE_TESTS_SAMPLE_REPORT_H
#define CHECK_CLAUDE_TESTS_SAMPLE_REPORT_H

#include "plugin/report.h"

#include "suite.h"

enum { THING_BROKEN, THING_LATE, THING_QUIET, THINGS };
enum { FIELD_NAME, FIELD_AT, FIELD_SIZE, FIELD_GOOD, FIELD_INNER, FIELD_INFO, SAMPLE_FIELDS };

static const struct condition sample_conditions[THINGS] = {
    {"thing-broken", STATE_CRITICAL, false, "it is broken"},
    {"thing-late", STATE_WARNING, true, "outside a range"},
    {"thing-quiet", STATE_OK, false, "it says nothing"},
};
static const struct condition_table sample_table = {sample_conditions, THINGS};

static const struct field sample_fields[SAMPLE_FIELDS] = {
    [FIELD_NAME] = {.json = "name"},
    [FIELD_AT] = {.json = "made_at", .metric = "made_timestamp_seconds", .help = "When made."},
    [FIELD_SIZE] = {.json = "box.size", .metric = "size", .help = "How large."},
    [FIELD_GOOD] = {.json = "box.good", .metric = "good", .help = "1 if good."},
    [FIELD_INNER] = {.json = "note"},
    [FIELD_INFO] = {.metric = "info",
                    .help = "What it is.",
                    .labels = {{"name", FIELD_NAME}, {"note", FIELD_INNER}}},
};

static const struct report_kind sample_kind = {
    .service = "THE SERVICE",
    .program = "check_sample",
    .version = "1.2.3",
    .metric_prefix = "claude_sample",
    .subject_json = "boxes",
    .subject_name = "path",
    .subject_label = "box",
    .conditions = &sample_table,
    .fields = sample_fields,
    .field_count = SAMPLE_FIELDS,
};

#define SAMPLE_NOW INT64_C(1795000000250) /* 2026-11-18T11:06:40.25Z */

#endif
