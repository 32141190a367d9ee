#include "verdict/cli.h"

#include "base/duration.h"
#include "base/version_number.h"

#include <errno.h>
#include <string.h>

#define NOT_FOUND 127 /* what a shell or env(1) says of a program that is not in PATH */

static void decide_missing(const struct decision *d)
{
    const struct cli_binary *binary = &d->facts->binary;
    const char *path = text_get(&binary->path);
    if (binary->elsewhere.length > 0)
        find(d, PREFLIGHT_BINARY_MISSING, "%s%s%s, write --binary=%s",
             binary->asked && !binary->dangling ? "no " : "",
             binary->dangling ? path
             : binary->asked  ? text_get(&binary->looked)
                              : "no claude in PATH and the usual places",
             binary->dangling ? " is a link to nothing" : "", text_get(&binary->elsewhere));
    else if (binary->dangling)
        find(d, PREFLIGHT_BINARY_MISSING, "%s is a link to nothing, install the Claude CLI again",
             path);
    else if (binary->asked)
        find(d, PREFLIGHT_BINARY_MISSING, "no %s, install the Claude CLI or name it by --binary",
             text_get(&binary->looked));
    else
        find(d, PREFLIGHT_BINARY_MISSING,
             "no claude in PATH and the usual places, install it or name it by --binary");
}

/* By what the system says, where nothing more is known. */
static void decide_error(const struct decision *d, const char *path)
{
    const int error = d->facts->binary.error;
    const bool empty = error == ENOEXEC && d->facts->binary.status.st_size == 0;
    const char *cure = error == EACCES   ? "make it executable for this user"
                       : error == EISDIR ? "name a file in it by --binary"
                                         : "install the Claude CLI again";
    find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE, "cannot execute %s: %s, %s", path,
         empty ? "the file is empty" : strerror(error), cure);
}

static void decide_loader(const struct decision *d, const char *path, const char *loader)
{
    const bool musl = strstr(loader, "musl") != NULL;
    find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE,
         "cannot execute %s: it is built for %s and %s is missing, install the build for this "
         "system",
         path, musl ? "musl" : "glibc", loader);
}

static void decide_refusal(const struct decision *d)
{
    const char *path = text_get(&d->facts->binary.path);
    const char *detail = text_get(&d->facts->binary.detail);
    switch (d->facts->binary.refusal) {
    case REFUSAL_STUB:
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE,
             "%s is the stub of an npm install without its scripts, run node %s", path,
             *detail ? detail : "install.cjs in its package");
        break;
    case REFUSAL_NOEXEC:
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE,
             "cannot execute %s: its file system is mounted noexec, mount it with exec", path);
        break;
    case REFUSAL_LOADER: decide_loader(d, path, detail); break;
    case REFUSAL_INTERPRETER:
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE,
             "cannot execute %s: its interpreter %s is missing, install that", path, detail);
        break;
    case REFUSAL_INTERPRETER_CLOSED:
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE,
             "cannot execute %s: its interpreter %s is not executable, make it so", path, detail);
        break;
    case REFUSAL_LINE_END:
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE,
             "cannot execute %s: its first line ends in a carriage return, take that out", path);
        break;
    case REFUSAL_MACHINE:
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE,
             "cannot execute %s: it is built for %s, install the build for this machine", path,
             detail);
        break;
    case REFUSAL_BEING_REPLACED:
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE,
             "cannot execute %s: it is being replaced, check again in a minute", path);
        break;
    case REFUSAL_OTHER: decide_error(d, path); break;
    }
}

static void decide_binary(const struct decision *d)
{
    const struct cli_binary *binary = &d->facts->binary;
    if (binary->look == CLI_MISSING)
        decide_missing(d);
    else if (binary->look == CLI_NOT_EXECUTABLE && binary->unreachable)
        find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE, "cannot reach %s: %s, run the check as its owner",
             text_get(&binary->path), strerror(binary->error));
    else if (binary->look == CLI_NOT_EXECUTABLE)
        decide_refusal(d);
}

/* The words of the npm stub, run by a shell. */
static bool is_stub_speaking(const char *said)
{
    return strncmp(said, "Error: claude native binary not installed", 41) == 0;
}

static void decide_failure(const struct decision *d)
{
    const struct version_facts *version = &d->facts->version;
    const char *said = version->said && *version->said ? version->said : "nothing";
    if (version->no_dev_null)
        find(d, PREFLIGHT_VERSION_FAILED,
             "claude --version failed: /dev/null cannot be opened, make that device again, it "
             "said: %s",
             said);
    else if (version->outcome == VERSION_SIGNAL)
        find(d, PREFLIGHT_VERSION_FAILED,
             "claude --version died by signal %d (%s), run it by hand, it said: %s", version->code,
             strsignal(version->code), said);
    else if (is_stub_speaking(said))
        find(d, PREFLIGHT_VERSION_FAILED,
             "%s is the stub of an npm install without its scripts, run node install.cjs in its "
             "package",
             text_get(&d->facts->binary.path));
    else
        find(d, PREFLIGHT_VERSION_FAILED, "claude --version failed with status %d, %s, it said: %s",
             version->code,
             version->code == NOT_FOUND ? "put what it calls into PATH of the check"
                                        : "run it by hand",
             said);
}

static void decide_timeout(const struct decision *d)
{
    struct text words = TEXT_INIT(64);
    duration_add_words(&words, d->policy->version_timeout);
    find(d, PREFLIGHT_VERSION_TIMEOUT,
         "claude --version gave no answer in %s, run it by hand or raise --version-timeout",
         text_get(&words));
    text_free(&words);
}

static void decide_untold(const struct decision *d)
{
    if (d->facts->version.code == 0)
        report_fail(d->report, "timed out while running claude --version, raise --timeout");
    else
        report_fail(d->report, "cannot run claude --version: %s, free memory or processes",
                    strerror(d->facts->version.code));
    report_untold(d->subject);
}

static void decide_outdated(const struct decision *d)
{
    const struct version_facts *version = &d->facts->version;
    const char *oldest = d->policy->min_version;
    if (!oldest || version->outcome == VERSION_UNTOLD)
        return;
    if (!version->version[0])
        find(d, PREFLIGHT_VERSION_OUTDATED,
             "the version is unknown, wanted is %s or newer, run claude --version by hand", oldest);
    else if (version_number_compare(version->version, oldest) < 0)
        find(d, PREFLIGHT_VERSION_OUTDATED, "claude is %s, older than %s, update it",
             version->version, oldest);
}

void cli_decide(const struct decision *d)
{
    const struct version_facts *version = &d->facts->version;
    decide_binary(d);
    switch (version->outcome) {
    case VERSION_EXIT_STATUS:
    case VERSION_SIGNAL: decide_failure(d); break;
    case VERSION_TIMEOUT: decide_timeout(d); break;
    case VERSION_ANSWERED:
        if (!version->version[0])
            find(
                d, PREFLIGHT_VERSION_UNRECOGNISED,
                "claude --version printed no X.Y.Z (Claude Code), check that it is the Claude CLI");
        break;
    case VERSION_UNTOLD: decide_untold(d); break;
    case VERSION_NOT_ASKED: break;
    }
    decide_outdated(d);
}
