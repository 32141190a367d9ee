/*
 * What check_claude_runlog was asked, from its options.
 */
#ifndef CHECK_CLAUDE_RUNLOG_OPTIONS_H
#define CHECK_CLAUDE_RUNLOG_OPTIONS_H

#include "plugin/plugin_options.h"
#include "search/marker.h"
#include "verdict/runlog.h"

struct runlog_options {
    struct plugin_options common;
    struct runlog_policy policy;
    const char **logs; /* log_count of them; owned */
    size_t log_count;
    size_t newest;
    int64_t since; /* milliseconds; 0 for no limit */
    bool anchored;
    bool feed;              /* --feed-preflight */
    const char *agent_home; /* whose login the runs used; NULL: the own home */
    struct marker_own own[MARKER_OWN_MAX];
    size_t own_count;
};

/*
 * Fill in *options, a struct runlog_options, which runlog_options_free() gives back in any case.
 * False with one line in *error that says what is wrong and what to write instead.
 */
bool runlog_options_parse(int argc, char *const argv[], void *options, struct text *error);
void runlog_options_free(void *options);

/* The table of options; *ret_count rows. */
const struct option_row *runlog_options_rows(size_t *ret_count);

/* Append what --help, and what --list-markers prints. */
void runlog_options_add_help(struct text *text);
void runlog_options_add_conditions(struct text *text);
void runlog_options_add_markers(struct text *text);

#endif
