#include "runlog_feed.h"

#include "agent/home_list.h"
#include "base/file.h"
#include "store/run_record.h"
#include "store/store.h"

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

static void feed(const struct runlog_options *options, const struct run_record *record,
                 struct report *report, struct subject *subject)
{
    struct text state_dir = TEXT_INIT(PATH_MAX);
    struct home_list homes = {0};
    struct store store;
    store_add_path(options->common.state_dir, &state_dir);
    store_open(text_get(&state_dir), true, &store);
    if (options->agent_home)
        home_list_add_path(&homes, options->agent_home);
    else
        home_list_add_own(&homes);
    for (size_t i = 0; i < homes.count; i++) {
        int error = run_record_feed(&store, homes.homes[i], report->checked_at, record);
        if (error != 0)
            report_detail(report, subject, 1, "preflight: not told, %s",
                          store.trouble.length > 0 ? text_get(&store.trouble) : strerror(error));
        else
            report_detail(report, subject, 1, "preflight: told of a %s run of %s",
                          record->refused ? "refused" : "good", homes.homes[i]);
    }
    if (homes.error != 0)
        report_detail(report, subject, 1, "preflight: not told, %s", strerror(homes.error));
    report->failed = report->failed || homes.error == ENOMEM || state_dir.failed;
    store_close(&store);
    home_list_free(&homes);
    text_free(&state_dir);
}

/* A log from the future must not outlast a login or a good run of today. */
static int64_t not_after(int64_t time_ns, int64_t now)
{
    return time_ns / 1000000 > now ? file_ms_to_ns(now) : time_ns;
}

void runlog_feed(const struct runlog_options *options, const struct run_log *log,
                 const struct run_verdict *verdict, struct report *report, struct subject *subject)
{
    if (!subject)
        return;
    struct run_record record = {.refused = verdict->outcome == RUN_REFUSED,
                                .time_ns = not_after(log->modified_ns, report->checked_at)};
    if (!record.refused && verdict->outcome != RUN_GOOD) {
        report_detail(report, subject, 1, "preflight: the run tells nothing of the login");
        return;
    }
    if (record.refused) {
        struct text evidence = TEXT_INIT(sizeof record.marker - 1);
        runlog_add_evidence(log, &evidence);
        copy_text(record.marker, sizeof record.marker, text_get(&evidence));
        text_free(&evidence);
    }
    name_log(log, &record);
    feed(options, &record, report, subject);
}
