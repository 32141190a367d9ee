/*
 * The facts about one agent. agent/ gathers them, and the rules (preflight.h, login.h) judge them.
 * Structs only. Strings are borrowed: they live as long as what gathered them.
 */
#ifndef CHECK_CLAUDE_PREFLIGHT_FACTS_H
#define CHECK_CLAUDE_PREFLIGHT_FACTS_H

#include "base/text.h"
#include "base/version_number.h"
#include "verdict/last_run_facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Where a usable login must be: --auth. */
enum auth_mode { AUTH_FILE, AUTH_AUTO, AUTH_OFF };

enum cli_look {
    CLI_FOUND,
    CLI_MISSING,        /* nothing there */
    CLI_NOT_EXECUTABLE, /* something that cannot be executed; `error` says why */
    CLI_UNTOLD          /* `error` says nothing about the file (file.h) */
};

/* Why the kernel does not start a file. */
enum refusal {
    REFUSAL_OTHER,       /* what `error` says */
    REFUSAL_STUB,        /* npm's text in the program's place; detail: the path of install.cjs */
    REFUSAL_NOEXEC,      /* on a file system mounted noexec */
    REFUSAL_LOADER,      /* its ELF loader is missing; detail: the loader's path */
    REFUSAL_INTERPRETER, /* what its first line names is missing; detail: that path */
    REFUSAL_INTERPRETER_CLOSED, /* what its first line names is not executable; detail: that path */
    REFUSAL_LINE_END,           /* its first line ends in a carriage return */
    REFUSAL_MACHINE,            /* built for another processor; detail: that one */
    REFUSAL_BEING_REPLACED      /* somebody writes to it */
};

/* The Claude CLI's program. */
struct cli_binary {
    enum cli_look look;
    int error;             /* errno value; 0 when found */
    bool asked;            /* --binary named it */
    bool dangling;         /* missing, but a symbolic link is there */
    bool unreachable;      /* not executable, for a directory on the way that we cannot search */
    enum refusal refusal;  /* only when not executable */
    struct text detail;    /* of the refusal; may be empty */
    struct text elsewhere; /* only when missing: a claude that is not looked for; may be empty */
    struct text path;      /* absolute where the current directory is known; the best candidate */
    struct text looked;    /* where was looked, for a person; only when missing */
    struct stat status;    /* of the file that the path leads to; only when found */
};

enum version_outcome {
    VERSION_NOT_ASKED, /* no binary to ask */
    VERSION_ANSWERED,  /* exit status 0 */
    VERSION_EXIT_STATUS,
    VERSION_SIGNAL,
    VERSION_TIMEOUT,
    VERSION_UNTOLD /* the plugin's own deadline came (code 0), or it lacked something (errno) */
};

/* What `claude --version` did, now or in a call before. */
struct version_facts {
    enum version_outcome outcome;
    int code;                         /* exit status, signal or errno value */
    char version[VERSION_NUMBER_MAX]; /* "" when none was recognised */
    const char *said;                 /* the first words of its stderr, else stdout, one clean line
                                         without secrets; NULL for none */
    bool no_dev_null; /* /dev/null cannot be opened; with an exit status or signal alone */
    int64_t elapsed_us;
    bool cached;
    int64_t cache_age; /* milliseconds; only when cached */
};

/* A point in time of the credentials file, in milliseconds since the epoch. */
struct expiry {
    bool known; /* there, a number, and of something that is there */
    int64_t ms; /* ends at INT64_MIN or INT64_MAX for greater numbers */
};

enum scopes {
    SCOPES_ABSENT,
    SCOPES_LACKING, /* there, without user:inference */
    SCOPES_SUFFICIENT
};

/* The credentials file's content, without its secrets. */
struct credentials {
    bool has_login;         /* there is a claudeAiOauth object; without it all below is empty */
    bool has_access_token;  /* a string that is not empty */
    bool has_refresh_token; /* the same */
    bool ended;           /* a dead login: no access token, and the CLI's mark (from 2.1.197): both
                             tokens "", or loginEnded */
    char ended_why[32];   /* loginEnded, such as "time_limit"; "" when it does not say */
    struct expiry access; /* expiresAt; known only with an access token */
    struct expiry login; /* refreshTokenExpiresAt (from 2.1.206); known only with a token, and where
                            the CLI heeds it: from 2025 to ten years ahead */
    enum scopes scopes;
    char subscription_type[32]; /* "" when absent */
    char organization[40];      /* organizationUuid beside the login; "" when absent */
};

/* Whether the user who runs the CLI can save a renewed token. */
enum renewal {
    RENEWAL_POSSIBLE,
    RENEWAL_DIRECTORY_CLOSED,  /* the directory is not writable for that user */
    RENEWAL_DIRECTORY_FOREIGN, /* file and directory belong to others */
    RENEWAL_READ_ONLY,         /* the file system of the directory is read-only */
    RENEWAL_FILE_READ_ONLY,    /* the file alone is a read-only mount: a run spends the login */
    RENEWAL_FILE_REPLACED      /* the file was replaced outside: what is mounted here is deleted */
};

/* A lock can keep the CLI from ever renewing the token. */
enum refresh_lock {
    LOCK_NONE,  /* or one that the CLI takes over in time */
    LOCK_OLD,   /* an empty directory older than 60 s: the next run takes it over */
    LOCK_AHEAD, /* dated in the future: it never gets old */
    LOCK_NO_DIRECTORY,
    LOCK_NOT_EMPTY
};

/* The surroundings of a credentials file. */
struct config_facts {
    bool open_to_others; /* group or others may read the file */
    bool closed_to_user; /* surely not readable for the agent's user */
    bool is_link;        /* the file is a symbolic link */
    enum renewal renewal;
    enum refresh_lock lock;
    const char *lock_path; /* with a lock */
    int64_t lock_age;      /* milliseconds; negative for one dated in the future */
};

/* The sources of a login, in the CLI's order (2.1.332; measured in part): the first one is in
 * force. */
enum auth_kind {
    AUTH_PROVIDER,         /* CLAUDE_CODE_USE_BEDROCK and its like */
    AUTH_PROFILE,          /* ANTHROPIC_PROFILE */
    AUTH_WORKLOAD,         /* workload identity */
    AUTH_TOKEN,            /* ANTHROPIC_AUTH_TOKEN */
    AUTH_API_KEY,          /* ANTHROPIC_API_KEY */
    AUTH_HEADERS,          /* ANTHROPIC_CUSTOM_HEADERS with a key in it */
    AUTH_HELPER,           /* apiKeyHelper of the settings */
    AUTH_OAUTH_TOKEN,      /* CLAUDE_CODE_OAUTH_TOKEN and its other forms */
    AUTH_CREDENTIALS_FILE, /* judged by what is in it */
    AUTH_IMPLICIT_PROFILE, /* a profile that nobody named */
    AUTH_PRIMARY_KEY,      /* primaryApiKey of .claude.json */
    AUTH_NONE
};

/* Why a profile that was named is of no use. */
enum profile_look { PROFILE_USABLE, PROFILE_MISSING, PROFILE_OPEN_TO_OTHERS };

struct auth_facts {
    enum auth_kind kind;   /* of the source in force */
    const char *name;      /* "ANTHROPIC_API_KEY"; with AUTH_NONE "none" */
    const char *where;     /* the file's path, or "environment"; "" for none */
    const char *overrides; /* the names of all sources that are set and before the file, separated
                              by blanks */
    enum profile_look profile; /* with AUTH_PROFILE; `where` is the file that is missing or open */
};

/* What the managed settings force. */
struct forced_login {
    const char *method;       /* forceLoginMethod; NULL for any */
    const char *organization; /* forceLoginOrgUUID; NULL for any */
    const char *where;        /* the file that says so */
};

/* What gathering could not do, for a reason that says nothing about the agent. */
enum gathering {
    GATHERED,
    GATHERING_CREDENTIALS, /* path: the file */
    GATHERING_ENV_FILE,    /* path: that file, or one of the managed settings; NULL: no memory */
    GATHERING_CONFIG_DIR,
    GATHERING_SETTINGS,   /* path: a file that may name the login or its directory; or NULL */
    GATHERING_RUN_RECORD, /* path: words for where it is and what is wrong */
    GATHERING_BINARY
};

struct gathering_failure {
    enum gathering what;
    int error; /* errno value, or a result of file_read() */
    const char *path;
};

/* What is there, for one agent. */
struct agent_facts {
    const char *home;
    int home_error;   /* errno value: ENOENT: it is not there; ENOTDIR: it is no directory */
    const char *user; /* who runs the CLI and has to log in; NULL where nobody looked */
    struct gathering_failure failure; /* the first one */
    bool auth_untold;                 /* for it, the login could not be looked at */
    struct cli_binary binary;
    struct version_facts version;
    struct auth_facts auth; /* the source in force */
    struct forced_login forced;
    const char *credentials_path; /* NULL: not looked at */
    const char *link_target;      /* of a credentials file that is a dangling link; else NULL */
    const char *config_dir;
    const char *login_dir; /* what a login must name: not .claude in the home; NULL when it is */
    const char
        *credentials_owner;     /* whose the file is, if not the user's; NULL where nobody looked */
    int credentials_error;      /* of file_read(); 0 when it was read */
    bool credentials_malformed; /* read, twice, and not JSON */
    int64_t credentials_modified; /* milliseconds since the epoch; 0 when not read */
    int64_t credentials_changed; /* when the file was last written to, ns since the epoch; INT64_MIN
                                    with another source, which cannot be told to have changed */
    struct credentials credentials;
    struct config_facts config;
    const char *shared_with; /* the home of another agent with the same refresh token; NULL */
    const struct last_run *last_run; /* of which logs told; NULL for none */
};

#endif
