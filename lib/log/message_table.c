/* The rows of message.h. */
#include "log/message.h"

#define FAMILY(start, within, condition, voice)                                                    \
    {                                                                                              \
        start, within, condition, voice, false, false, false, NULL                                 \
    }
/* It begins in any way. */
#define ENDING(within, condition, voice)                                                           \
    {                                                                                              \
        "", within, condition, voice, true, false, false, NULL                                     \
    }
/* It begins as a sentence may. */
#define CLAUSE(start, within, condition, voice)                                                    \
    {                                                                                              \
        start, within, condition, voice, true, false, false, NULL                                  \
    }
#define WRONG(start, within, condition)                                                            \
    {                                                                                              \
        start, within, condition, MESSAGE_CLI, false, true, false, NULL                            \
    }
#define ADVICE(within, condition)                                                                  \
    {                                                                                              \
        "", within, condition, MESSAGE_CLI, false, true, false, NULL                               \
    }
#define BY_WORDS RUNLOG_UNDECIDED

/* The dot of the CLI before advice: "Login expired · Please run /login". In older limit messages it
 * is U+2219; message.c makes one of both. */
#define DOT "\xc2\xb7 "

/* What a plan, a key or an organisation has an end of. */
#define LIMITS " limit|quota| cap|usage|credit|allowance|budget|allocation|maximum"

static const struct message_row families[] = {
    FAMILY("api error", "$|:| (| ", BY_WORDS, MESSAGE_CLI),
    FAMILY("failed to authenticate", NULL, BY_WORDS, MESSAGE_CLI),
    FAMILY("failed to refresh", NULL, BY_WORDS, MESSAGE_CLI),
    FAMILY("you've hit", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("you've reached", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("you've used", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("you've exceeded", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("you've run out", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("you have hit", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("you have reached", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("you have used", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("you have exceeded", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("you have run out", LIMITS, RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    FAMILY("", "out of usage|out of extra usage|out of credits|out of usage credits|out of quota",
           RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    ENDING("limit reached|cap reached|quota reached|limit exceeded|quota exceeded|cap exceeded|"
           "limit exhausted|quota exhausted|limit hit",
           BY_WORDS, MESSAGE_CLI),
    ADVICE(DOT "resets ", RUNLOG_USAGE_LIMIT),
    FAMILY("", " reached resets |limit will reset", RUNLOG_USAGE_LIMIT, MESSAGE_CLI),
    /* what to do about it, behind the dot */
    ADVICE(DOT "please |" DOT "run |" DOT "try |" DOT "fix |" DOT "unset |" DOT "use |" DOT
               "ask |" DOT "select |" DOT "check |" DOT "re-auth|" DOT "sign |" DOT "log |" DOT
               "contact |" DOT "update |" DOT "switch |" DOT "retry |" DOT "this |" DOT
               "api error|" DOT "if |" DOT "wait |" DOT "upgrade |" DOT "raise |" DOT
               "the request is|" DOT "add |" DOT "set |" DOT "visit |" DOT "go to |" DOT
               "enable |" DOT "buy |" DOT "start |" DOT "restart |" DOT "choose |" DOT "pick |" DOT
               "increase |" DOT "reduce |" DOT "request |" DOT "turn |" DOT "verify |" DOT
               "make |" DOT "remove |" DOT "learn |" DOT "manage |" DOT "renew |" DOT
               "retrying |" DOT "/|" DOT "http",
           BY_WORDS),
    FAMILY("please run /login", " " DOT, RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    ADVICE(". please run /login|. run /login", RUNLOG_AUTH_FAILURE),
    WRONG("your ",
          "account does|account is|account has|account was|organization has|organization "
          "does|organization is|"
          "org is|org has|anthropic_api_key belongs|api key is|api key has|apikeyhelper script|"
          "seat type|credit balance|usage allocation|usage limit|spend limit|subscription "
          "does|subscription is|subscription has|subscription was|plan has|plan is|login was|"
          "plan does|login has|login is|oauth token has|oauth token is",
          BY_WORDS),
    ENDING("authentication failed|credentials expired|login expired|login not accepted",
           RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    FAMILY("invalid auth token", NULL, RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    FAMILY("invalid api key", "$| " DOT, RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    FAMILY("not logged in", "$| " DOT, RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    WRONG("oauth ", "token|session|authentication", RUNLOG_AUTH_FAILURE),
    CLAUSE("login ", "expired|reached its|ended|failed", RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    FAMILY("unable to connect", "$| to |:|,|. ", RUNLOG_NETWORK, MESSAGE_CLI),
    FAMILY("unable to verify", NULL, BY_WORDS, MESSAGE_CLI),
    FAMILY("could not load ", "credential", RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    FAMILY("could not resolve ", "authentication|credential", RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    FAMILY("could not refresh ", "token|credential|login", RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    FAMILY("could not authenticate", NULL, RUNLOG_AUTH_FAILURE, MESSAGE_CLI),
    FAMILY("administrator policy", NULL, BY_WORDS, MESSAGE_CLI),
    FAMILY("", "operation blocked by hook", RUNLOG_RUN_FAILED, MESSAGE_CLI),

    ENDING("command not found|cannot execute binary file|cannot execute: |unknown command|exec "
           "format error|failed to run command|"
           "segmentation fault|error while loading shared libraries|symbol lookup error|bad "
           "interpreter",
           RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    ENDING("claude: not found|claude: no such file or directory|claude: permission denied|"
           "claude': no such file or directory|claude': permission denied|claude: text file busy|"
           "claude: is a directory|claude: input/output error",
           RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("timeout: ", "sending signal", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("timeout: ", "failed to|no such file", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("claude: ", "not found|no such file|permission denied", RUNLOG_RUN_FAILED,
           MESSAGE_SHELL),
    FAMILY("/", "claude: not found|: no such file or directory|: permission denied",
           RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("", "syntax error near unexpected", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("node: ", "not found|no such file", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("out of memory", "$|:| (", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("env: ", "no such file", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("sh: ", "not found", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("bash: ", "no such file|permission denied", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("", "killed  |terminated  |aborted  ", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("killed", "$|: 9", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("terminated", "$|: 15", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("aborted", "$| (core", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("hangup", "$", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("bus error", "$| (core", RUNLOG_RUN_FAILED, MESSAGE_SHELL),
    FAMILY("illegal instruction", "$| (core", RUNLOG_RUN_FAILED, MESSAGE_SHELL),

    FAMILY("error: ", NULL, BY_WORDS, MESSAGE_GENERAL),
    FAMILY("fatal: ", NULL, BY_WORDS, MESSAGE_GENERAL),
    FAMILY("fatal error", "$|:| in |,", BY_WORDS, MESSAGE_GENERAL),
    FAMILY("typeerror: ", NULL, BY_WORDS, MESSAGE_GENERAL),
    FAMILY("syntaxerror: ", NULL, BY_WORDS, MESSAGE_GENERAL),
    FAMILY("referenceerror: ", NULL, BY_WORDS, MESSAGE_GENERAL),
    FAMILY("rangeerror: ", NULL, BY_WORDS, MESSAGE_GENERAL),
    FAMILY("uncaught ", ":", BY_WORDS, MESSAGE_GENERAL),
    FAMILY("oh no: ", "crash", RUNLOG_RUN_FAILED, MESSAGE_GENERAL),
    FAMILY("panic", ": |(", RUNLOG_RUN_FAILED, MESSAGE_GENERAL),
    FAMILY("failed to ", NULL, BY_WORDS, MESSAGE_GENERAL),
    CLAUSE("connection ", "refused|dropped|closed|lost|reset|error|timed out", RUNLOG_NETWORK,
           MESSAGE_GENERAL),
    FAMILY("ssl certificate", NULL, RUNLOG_NETWORK, MESSAGE_GENERAL),

    /* a log of one short line, which says what is wrong and no more */
    FAMILY("",
           " error| failed| failing| expired| revoked| refused| timed out| too long| too low| "
           "too large| rejected| denied| exceeded| unavailable| not found| is disabled| invalid",
           BY_WORDS, MESSAGE_LONE),
    FAMILY("null", "$", RUNLOG_RUN_FAILED, MESSAGE_LONE), /* jq -r .result of a run without one */
};

#define SENTENCE(start, within, condition, releases)                                               \
    {                                                                                              \
        start, within, condition, MESSAGE_CLI, false, false, false, releases                       \
    }
#define LAST_WORDS(start, condition, releases)                                                     \
    {                                                                                              \
        start, NULL, condition, MESSAGE_CLI, true, false, false, releases                          \
    }
/* Runs that fail so exit 0 in older releases, or when interrupted. */
#define EXITS_0(start, releases)                                                                   \
    {                                                                                              \
        start, NULL, RUNLOG_RUN_FAILED, MESSAGE_CLI, false, false, true, releases                  \
    }

static const struct message_row sentences[] = {
    EXITS_0("execution error", "all"),
    EXITS_0("reached max turns", "to 2.1.83 with status 0"),
    EXITS_0("exceeded usd budget", "to 2.1.83 with status 0"),
    EXITS_0("userpromptsubmit operation blocked by hook", "2.1.332"),
    EXITS_0("api error: claude code is unable to respond", "to 2.1.37"),
    LAST_WORDS("prompt is too long", RUNLOG_RUN_FAILED, "all"),
    LAST_WORDS("request too large", RUNLOG_RUN_FAILED, "2.1"),
    LAST_WORDS("image was too large", RUNLOG_RUN_FAILED, "2.1"),
    SENTENCE("there's an issue with the selected model", NULL, RUNLOG_RUN_FAILED, "from 2.1"),
    SENTENCE("--dangerously-skip-permissions cannot be used", NULL, RUNLOG_RUN_FAILED, "all"),
    SENTENCE("", "is not available with the claude", RUNLOG_RUN_FAILED, "1.0, 2.0"),
    LAST_WORDS("credit balance is too low", RUNLOG_BILLING, "all"),
    LAST_WORDS("this organization has been disabled", RUNLOG_BILLING, "not known"),
    SENTENCE("claude code can't use your claude subscription", NULL, RUNLOG_BILLING, "2.1.332"),
    SENTENCE("this service is disabled for your org", NULL, RUNLOG_USAGE_LIMIT, "2.1.332"),
    SENTENCE("your group's usage limit is set to", NULL, RUNLOG_USAGE_LIMIT, "2.1.332"),
    SENTENCE("your seat type doesn't include", NULL, RUNLOG_USAGE_LIMIT, "2.1.332"),
    SENTENCE("this machine's managed settings", NULL, RUNLOG_AUTH_FAILURE, "2.1.332"),
    SENTENCE("administrator policy requires a cloud gateway sign-in", NULL, RUNLOG_AUTH_FAILURE,
             "2.1"),
    SENTENCE("token exchange failed", NULL, RUNLOG_AUTH_FAILURE, "2.1.332"),
    SENTENCE("this session has no login", NULL, RUNLOG_AUTH_FAILURE, "2.1.332"),
    SENTENCE("unable to verify organization", NULL, RUNLOG_AUTH_FAILURE, "2.1.332"),
    SENTENCE("your account does not have access to claude", NULL, RUNLOG_AUTH_FAILURE, "from 2.1"),
    SENTENCE("your account is on hold", NULL, RUNLOG_AUTH_FAILURE, "not known"),
    SENTENCE("your apikeyhelper script is failing", NULL, RUNLOG_AUTH_FAILURE, "not known"),
    SENTENCE("gateway refused the request", NULL, RUNLOG_AUTH_FAILURE, "2.1"),
    SENTENCE("invalid anthropic_custom_headers", NULL, RUNLOG_AUTH_FAILURE, "2.1"),
    SENTENCE("no conversation found", NULL, RUNLOG_RUN_FAILED, "all"),
    SENTENCE("it looks like your version of claude code", NULL, RUNLOG_RUN_FAILED, "all"),
    SENTENCE("claude code process exited with", NULL, RUNLOG_RUN_FAILED, "the SDKs"),
    SENTENCE("raw mode is not supported", NULL, RUNLOG_RUN_FAILED, "all"),
    LAST_WORDS("request timed out", RUNLOG_NETWORK, "all"),
    LAST_WORDS("fetch failed", RUNLOG_NETWORK, "all"),
    SENTENCE("input must be provided", NULL, RUNLOG_RUN_FAILED, "all"),
    SENTENCE("unknown option", NULL, RUNLOG_RUN_FAILED, "all"),
};

const struct message_row *message_families(size_t *ret_count)
{
    *ret_count = sizeof families / sizeof *families;
    return families;
}

const struct message_row *message_sentences(size_t *ret_count)
{
    *ret_count = sizeof sentences / sizeof *sentences;
    return sentences;
}
