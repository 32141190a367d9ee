/*
 * Logs judged in this process: searched and decided as check_claude_runlog does, without a process,
 * a name or an unwrapping.
 */
#ifndef CHECK_CLAUDE_TESTS_JUDGED_H
#define CHECK_CLAUDE_TESTS_JUDGED_H

#include "log/log_search.h"
#include "log/marker_table.h"
#include "verdict/runlog.h"

#include "suite.h"

#include <string.h>

#define JUDGED_NOW INT64_C(1795000000000)

/* What of a log was found: its verdict, the conditions that count, and the worst state. */
struct judged_log {
    struct run_verdict verdict;
    uint32_t conditions; /* a bit for each that is not OK */
    enum state state;
};

static inline struct judged_log judge_file(int fd, uint64_t size, bool plain)
{
    static struct marker_set *markers;
    static struct log_views views;
    static struct run_log log;
    struct judged_log ret = {.conditions = 0};
    struct runlog_policy policy = {.plain = plain};
    struct report report;
    if (!markers && (marker_table_set_new(NULL, 0, &markers) != 0 || !log_views_open(&views)))
        ck_abort_msg("out of memory");
    const struct log_search search = {
        .markers = markers, .anchored = plain, .written = JUDGED_NOW, .views = &views};
    struct log_file file = {.fd = fd, .size = size};
    memset(&log, 0, sizeof log);
    log.path = "run.log";
    log.newest = true;
    log.size = size;
    log.modified = JUDGED_NOW;
    if (log_search(&file, &search, &log.facts) != 0)
        ck_abort_msg("log_search");
    report_init(&report, &runlog_report, JUDGED_NOW);
    struct subject *subject = report_add_subject(&report, log.path);
    ret.verdict = runlog_decide(&policy, &log, JUDGED_NOW, &report, subject);
    ret.state = subject->state;
    for (const struct finding *finding = subject->findings; finding; finding = finding->next)
        if (finding->state != STATE_OK)
            ret.conditions |= UINT32_C(1) << finding->condition;
    report_free(&report);
    return ret;
}

#endif
