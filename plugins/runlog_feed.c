#include "runlog_feed.h"

#include "agent/agent_feed.h"
#include "agent/home_list.h"
#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void copy_text(char *ret, size_t size, const char *words)
{
    size_t length = strnlen(words, size - 1);
    memcpy(ret, words, length);
    ret[length] = '\0';
}

/* The log's name must mean the same to whoever reads the record, in another directory. */
static void name_log(const struct run_log *log, struct run_record *record)
{
    char *absolute = strcmp(log->path, "-") == 0 ? NULL : realpath(log->path, NULL);
    const char *path = strcmp(log->path, "-") == 0 ? "standard input" : log->path;
    copy_text(record->log, sizeof record->log, absolute ? absolute : path);
    free(absolute);
}

static const char *outcome_word(enum run_recorded outcome)
{
    static const char *const words[] = {[RECORDED_GOOD] = "good",
                                        [RECORDED_REFUSED] = "refused",
                                        [RECORDED_LIMITED] = "limited",
                                        [RECORDED_BILLING] = "unpaid"};
    return words[outcome];
}

/* What a person may do about it. */
static void find_lost(const struct runlog_options *options, const char *home, const char *trouble,
                      const char *where, struct report *report, struct subject *subject)
{
    const enum state state = runlog_state(&options->policy, RUNLOG_FEED_LOST, STATE_OK);
    struct finding *found = report_find(
        report, subject, RUNLOG_FEED_LOST, state, "%s, name one --state-dir for both plugins",
        where ? "the preflight may not see this run" : "this run cannot be recorded");
    report_evidence(report, found, "%s%s%s, %s", home, where ? ", recorded in " : "",
                    where ? where : "", trouble);
}

static void feed_home(const struct runlog_options *options, const char *home,
                      const struct run_record *record, struct report *report,
                      struct subject *subject)
{
    const struct agent_feed agent = {
        .state_dir = options->common.state_dir, .home = home, .own = !options->agent_home};
    struct text where = TEXT_INIT(PATH_MAX), trouble = TEXT_INIT(4 * PATH_MAX);
    struct run_record copy = *record;
    int error = agent_feed_run(&agent, report->checked_at, &copy, &where, &trouble);
    if (error != 0 || trouble.length > 0)
        find_lost(options, home, text_get(&trouble), error == 0 ? text_get(&where) : NULL, report,
                  subject);
    if (error == 0)
        report_detail(report, subject, 1, "preflight: told of a %s run of %s in %s",
                      outcome_word(record->outcome), home, text_get(&where));
    report_free_text(report, &where);
    report_free_text(report, &trouble);
}

static void list_homes(const struct runlog_options *options, struct home_list *ret)
{
    if (options->agent_home)
        home_list_add_path(ret, options->agent_home);
    else
        home_list_add_own(ret);
}

static void feed(const struct runlog_options *options, const struct run_record *record,
                 struct report *report, struct subject *subject)
{
    struct home_list homes = {0};
    list_homes(options, &homes);
    for (size_t i = 0; i < homes.count; i++)
        feed_home(options, homes.homes[i], record, report, subject);
    if (homes.error != 0)
        find_lost(options, "the agent", strerror(homes.error), NULL, report, subject);
    report->failed = report->failed || homes.error == ENOMEM;
    home_list_free(&homes);
}

/* A log from the future must not outlast a login or a good run of today. */
static int64_t not_after(int64_t time_ns, int64_t now)
{
    return time_ns / 1000000 > now ? file_ms_to_ns(now) : time_ns;
}

/* An alarm by mere words holds nothing back, but the next check looks afresh. */
static void alarm_only(const struct runlog_options *options, struct report *report,
                       struct subject *subject)
{
    struct home_list homes = {0};
    list_homes(options, &homes);
    for (size_t i = 0; i < homes.count; i++) {
        const struct agent_feed agent = {.state_dir = options->common.state_dir,
                                         .home = homes.homes[i],
                                         .own = !options->agent_home};
        struct text trouble = TEXT_INIT(4 * PATH_MAX);
        if (agent_feed_alarm(&agent, &trouble) != 0)
            find_lost(options, homes.homes[i], text_get(&trouble), NULL, report, subject);
        report_free_text(report, &trouble);
    }
    home_list_free(&homes);
}

/* Of what the preflight can make something. */
static bool find_recorded(const struct run_verdict *verdict, enum run_recorded *ret)
{
    switch (verdict->outcome) {
    case RUN_GOOD: *ret = RECORDED_GOOD; return true;
    case RUN_REFUSED: *ret = RECORDED_REFUSED; return true;
    case RUN_LIMITED:
        *ret = verdict->cause == RUNLOG_BILLING ? RECORDED_BILLING : RECORDED_LIMITED;
        return true;
    case RUN_TELLS_NOTHING: break;
    }
    return false;
}

void runlog_feed(const struct runlog_options *options, const struct run_log *log,
                 const struct run_verdict *verdict, struct report *report, struct subject *subject)
{
    if (!subject)
        return;
    struct run_record record = {.time_ns = not_after(log->modified_ns, report->checked_at)};
    if (!find_recorded(verdict, &record.outcome)) {
        report_detail(report, subject, 1, "preflight: the run tells nothing of the login");
        if (verdict->cause == RUNLOG_AUTH_FAILURE)
            alarm_only(options, report, subject);
        return;
    }
    if (record.outcome != RECORDED_GOOD) {
        struct text evidence = TEXT_INIT(sizeof record.words - 1);
        runlog_add_evidence(log, &evidence);
        copy_text(record.words, sizeof record.words, text_get(&evidence));
        report_free_text(report, &evidence);
    }
    const struct value *reset = &subject->values[RUNLOG_FIELD_LIMIT_RESET];
    if (record.outcome == RECORDED_LIMITED && reset->kind == VALUE_TIME)
        record.resets_at = reset->number;
    name_log(log, &record);
    feed(options, &record, report, subject);
}
