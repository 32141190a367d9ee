/*
 * What a run left in its log: the facts that lib/log gathers and that runlog.h judges. Structs
 * only.
 */
#ifndef CHECK_CLAUDE_RUNLOG_FACTS_H
#define CHECK_CLAUDE_RUNLOG_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The conditions of check_claude_runlog, in the order of their table (runlog.h). */
enum runlog_condition {
    RUNLOG_AUTH_FAILURE,
    RUNLOG_BILLING,
    RUNLOG_LOG_EMPTY,
    RUNLOG_RESULT_MISSING,
    RUNLOG_USAGE_LIMIT,
    RUNLOG_OVERLOADED,
    RUNLOG_NETWORK,
    RUNLOG_RUN_FAILED,
    RUNLOG_RUN_UNFINISHED,
    RUNLOG_RESULT_EMPTY,
    RUNLOG_LOGIN_ENDING,
    RUNLOG_LOG_MISSING,
    RUNLOG_LOG_UNREADABLE,
    RUNLOG_LOG_STALE,
    RUNLOG_RUN_IN_PROGRESS,
    RUNLOG_PERMISSION_DENIED,
    RUNLOG_FEED_LOST,
    RUNLOG_AUTH_MENTION,
    RUNLOG_UNDECIDED /* none of them: what was looked at does not tell */
};
#define RUNLOG_CONDITIONS ((size_t)RUNLOG_UNDECIDED) /* how many there are */

#define EVENT_WORD  48
#define EVENT_TEXT  4096
#define EVENT_TOOLS 96

/*
 * One JSON event of a log: its parts that show how the run went. Keys measured on releases 1.0.30
 * to 2.1.332. A word that is longer than its field is cut.
 */
struct event {
    bool is_error;        /* of a result: it does not say false */
    bool is_api_error;    /* of a message: isApiErrorMessage or is_api_error_message */
    bool is_synthetic;    /* of a message: the CLI wrote it, not the model */
    bool is_subagent;     /* of a message: it belongs to a sub-agent's work */
    bool is_task_note;    /* of a result: its origin is a background task that ended (2.1) */
    bool has_text;        /* `text` has more than blanks */
    bool has_object;      /* of a result: structured_output is there, and `text` may be empty */
    bool rejected;        /* of a rate_limit_event: status is "rejected" */
    int api_error_status; /* HTTP status; 0 when there is none */
    char subtype[EVENT_WORD];
    char api_error_type[EVENT_WORD];
    char api_error[EVENT_WORD];
    char error[EVENT_WORD]; /* of an assistant event in the CLI's own voice */
    char terminal_reason[EVENT_WORD];
    char stop_reason[EVENT_WORD]; /* of a result, else of the message */
    char session[EVENT_WORD];     /* session_id, or sessionId */
    char text[EVENT_TEXT]; /* of a result: result, else errors; of a message: what it says; cut */
    /* What `text` means if it is the CLI's message, by its words alone; else RUNLOG_UNDECIDED. */
    enum runlog_condition says;
    int64_t duration_ms; /* -1 when not there, as the next two */
    int64_t num_turns;
    int64_t cost_microdollars;
    int64_t login_ends;   /* credential_expires_at, milliseconds since the epoch; 0 for none */
    int64_t limit_resets; /* of a rate_limit_event: milliseconds since the epoch; 0 for none */
    int64_t denials;      /* permission_denials: how many */
    char denied_tools[EVENT_TOOLS]; /* their tools' names, each once; cut */
};

/* True for a result that holds neither words nor what a schema asked for. */
static inline bool event_has_no_answer(const struct event *result)
{
    return !result->has_text && !result->has_object;
}

/* True for a failed result: is_error, or, in releases to 2.1.83, only a subtype that says so. */
static inline bool event_is_failed(const struct event *result)
{
    return result->is_error || strncmp(result->subtype, "error_", strlen("error_")) == 0;
}

/* True for a message that the CLI wrote itself: the API or the login failed. Releases to 2.0 say no
 * more than who wrote it. */
static inline bool event_is_own_voice(const struct event *message)
{
    return message->error[0] != '\0' || message->is_api_error ||
           (message->is_synthetic && message->says != RUNLOG_UNDECIDED);
}

/* Where words were found. */
struct log_mark {
    bool found;
    uint64_t offset;
    uint64_t line;    /* counted from 1; 0 where it was not counted */
    const char *name; /* of the marker, as long as the marker set */
};

#define LOG_MESSAGE 200

/* A line of the CLI's own, or of the shell about it, in a run that left no result. */
struct log_message {
    bool found;
    bool alone;   /* the lines that were read hold nothing else that may be an answer */
    bool is_end;  /* the CLI or the shell says it, so that the run is over */
    bool exits_0; /* a run that fails so may exit 0 all the same */
    enum runlog_condition condition; /* RUNLOG_RUN_FAILED where its words do not tell the cause */
    char family[EVENT_WORD];         /* by what it was recognised: how such messages begin */
    uint64_t offset;
    uint64_t line; /* counted from 1 */
    char text[LOG_MESSAGE];
};

struct log_facts {
    bool is_blank;         /* nothing but white space and escape sequences */
    bool is_behind_result; /* the result of an earlier run comes before all these facts */
    bool holds_foreign;    /* it holds events in a form that cannot be read */
    bool has_events;       /* the last run printed events of the CLI, whole or cut */
    bool has_result;       /* the last run's result event is in `result` */
    bool has_voice;        /* its last assistant event, before that result if there is one */
    bool has_rate_limit;   /* its last rate_limit_event */
    struct event result, voice, rate_limit;
    /* counted from 1; 0 where it was not counted: far from the start, or when all is well */
    uint64_t result_line;
    struct log_message message; /* without a result: what the CLI says among the last lines */
    /* Without a result: the user's own markers, and the words of the plain search under
     * RUNLOG_AUTH_FAILURE, in plain text; the first of each condition. */
    struct log_mark marks[RUNLOG_CONDITIONS];
    int64_t limit_resets;    /* when a usage limit ends, ms since the epoch; 0: not known */
    int64_t warned_until;    /* when the login ends by the CLI's warning line; 0: none */
    uint64_t warned_line;    /* of that line, counted from 1 */
    bool mentions_counted;   /* `mentions` was asked for, and looked for */
    uint64_t mentions;       /* login words that are not the CLI's own voice */
    struct log_mark mention; /* the first of them */
};

#endif
