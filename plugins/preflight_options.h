/*
 * What check_claude_preflight was asked, from its options and the environment.
 */
#ifndef CHECK_CLAUDE_PREFLIGHT_OPTIONS_H
#define CHECK_CLAUDE_PREFLIGHT_OPTIONS_H

#include "plugin_options.h"
#include "preflight.h"

enum cache_reset { CACHE_KEEP, CACHE_RESET, CACHE_RESET_ONLY };

struct preflight_options {
    struct plugin_options common;
    struct preflight_policy policy;
    const char *binary;      /* NULL: search */
    const char *agent_home;  /* NULL: the own home */
    const char *credentials; /* NULL: in the config directory */
    const char *config_dir;  /* NULL: the default */
    int64_t cache_ttl;       /* milliseconds */
    bool force;
    enum cache_reset reset;
};

/* Fill in *ret. False with one line in *error that says what is wrong and what to write instead. */
bool preflight_options_parse(int argc, char *const argv[], struct preflight_options *ret,
                             struct text *error);

/* Append what --help prints. */
void preflight_options_add_help(struct text *text);

#endif
