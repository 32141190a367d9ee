/*
 * What the last runs of an agent did, as check_claude_runlog recorded it. Structs only.
 */
#ifndef CHECK_CLAUDE_LAST_RUN_FACTS_H
#define CHECK_CLAUDE_LAST_RUN_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#define LAST_RUN_LOG   1024
#define LAST_RUN_WORDS 200

/* Whether someone has logged in, or a run has renewed the login, since a run was refused. */
enum login_change {
    LOGIN_CHANGE_UNKNOWN, /* only times tell */
    LOGIN_UNCHANGED,
    LOGIN_CHANGED
};

enum last_run_hold {
    LAST_RUN_FREE,    /* no limit holds runs back */
    LAST_RUN_HELD,    /* all of them */
    LAST_RUN_ONE_TRY, /* all but one, which may try whether the limit has ended */
    LAST_RUN_TRIED    /* another run has just been let through to try, so this one is held */
};

/* A run that was found in a log. */
struct last_run_seen {
    int64_t time_ns;            /* when its log was last written to, since the epoch */
    char log[LAST_RUN_LOG];     /* which one */
    char words[LAST_RUN_WORDS]; /* what showed it */
};

struct last_run {
    bool refused; /* the login was refused, and no run was good since */
    struct last_run_seen refusal;
    bool is_ahead; /* the refusal is from the future: the clock was set back */
    enum login_change login;
    enum last_run_hold hold; /* a limit was met, and no run was good since */
    bool was_one_try;        /* before the gate asked for it */
    bool is_billing;         /* by a bill, not by a usage limit */
    bool is_shared;          /* another agent of the same account met it */
    struct last_run_seen limit;
    int64_t resets_at;  /* ms since the epoch; 0: not known */
    int64_t held_until; /* ms since the epoch; with LAST_RUN_HELD and LAST_RUN_TRIED */
    uint64_t account;   /* a hash; 0: not known */
};

#endif
