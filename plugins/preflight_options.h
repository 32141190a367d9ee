/*
 * What check_claude_preflight was asked, from its options and the environment.
 */
#ifndef CHECK_CLAUDE_PREFLIGHT_OPTIONS_H
#define CHECK_CLAUDE_PREFLIGHT_OPTIONS_H

#include "plugin/plugin_options.h"
#include "verdict/preflight.h"

enum cache_reset { CACHE_KEEP, CACHE_RESET, CACHE_RESET_ONLY };

struct preflight_options {
    struct plugin_options common;
    struct preflight_policy policy;
    const char *binary;       /* NULL: search */
    const char **agent_homes; /* homes and patterns, agent_home_count of them; owned */
    size_t agent_home_count;  /* 0: the own home */
    const char *credentials;  /* NULL: in the config directory */
    const char *config_dir;   /* NULL: the default */
    const char *env_file;     /* NULL: none */
    int64_t cache_ttl;        /* milliseconds */
    bool force;
    enum cache_reset reset;
    const char *sudo_user; /* --print-sudo-rule: who may run the command; NULL: check */
    int argc;              /* the command that the rule is for */
    char *const *argv;
};

/*
 * Fill in *options, a struct preflight_options, which preflight_options_free() gives back in any
 * case. False with one line in *error that says what is wrong and what to write instead.
 */
bool preflight_options_parse(int argc, char *const argv[], void *options, struct text *error);

void preflight_options_free(void *options);

/* The table of options; *ret_count rows. */
const struct option_row *preflight_options_rows(size_t *ret_count);

/* Append what --help and --help=conditions print. */
void preflight_options_add_conditions(struct text *text);
void preflight_options_add_help(struct text *text);

#endif
