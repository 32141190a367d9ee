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
    struct finding *found;
    if (binary->elsewhere.length > 0)
        found = find(d, PREFLIGHT_BINARY_MISSING, "no claude found, write --binary=%s",
                     text_get(&binary->elsewhere));
    else if (binary->dangling)
        found = find(d, PREFLIGHT_BINARY_MISSING,
                     "claude is a link to nothing, install the Claude CLI again");
    else
        found =
            find(d, PREFLIGHT_BINARY_MISSING, "no claude found, install it or name it by --binary");
    if (binary->dangling)
        evidence(d, found, "%s is a link to nothing", path);
    else
        evidence(d, found, "no %s",
                 binary->asked ? text_get(&binary->looked) : "claude in PATH and the usual places");
}

/* By what the system says, where nothing more is known. */
static void decide_error(const struct decision *d, const char *path)
{
    const int error = d->facts->binary.error;
    const bool empty = error == ENOEXEC && d->facts->binary.status.st_size == 0;
    const char *cure = error == EACCES   ? "make it executable for this user"
                       : error == EISDIR ? "name a file in it by --binary"
                                         : "install the Claude CLI again";
    evidence(d, find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE, "cannot execute claude, %s", cure),
             "%s: %s", path, empty ? "the file is empty" : strerror(error));
}

static struct finding *find_refused(const struct decision *d, const char *message)
{
    return find(d, PREFLIGHT_BINARY_NOT_EXECUTABLE, "%s", message);
}

static void decide_loader(const struct decision *d, const char *path, const char *loader)
{
    const bool musl = strstr(loader, "musl") != NULL;
    evidence(d, find_refused(d, "cannot execute claude, install the build for this system"),
             "%s is built for %s, and %s is missing", path, musl ? "musl" : "glibc", loader);
}

static void decide_refusal(const struct decision *d)
{
    const char *path = text_get(&d->facts->binary.path);
    const char *detail = text_get(&d->facts->binary.detail);
    switch (d->facts->binary.refusal) {
    case REFUSAL_STUB:
        evidence(d, find_refused(d, "claude is an npm stub, run node install.cjs in its package"),
                 "%s is the text of an npm install without its scripts; node %s", path,
                 *detail ? detail : "install.cjs");
        break;
    case REFUSAL_NOEXEC:
        evidence(d, find_refused(d, "cannot execute claude, mount its file system with exec"),
                 "the file system of %s is mounted noexec", path);
        break;
    case REFUSAL_LOADER: decide_loader(d, path, detail); break;
    case REFUSAL_INTERPRETER:
        evidence(d, find_refused(d, "cannot execute claude, install its interpreter"),
                 "%s needs %s, which is missing", path, detail);
        break;
    case REFUSAL_INTERPRETER_CLOSED:
        evidence(d, find_refused(d, "cannot execute claude, make its interpreter executable"),
                 "%s needs %s", path, detail);
        break;
    case REFUSAL_LINE_END:
        evidence(d,
                 find_refused(d, "cannot execute claude, take the carriage return out of line 1"),
                 "%s", path);
        break;
    case REFUSAL_MACHINE:
        evidence(d, find_refused(d, "cannot execute claude, install the build for this machine"),
                 "%s is built for %s", path, detail);
        break;
    case REFUSAL_BEING_REPLACED:
        evidence(d, find_refused(d, "claude is being replaced, check again in a minute"), "%s",
                 path);
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
        evidence(d, find_refused(d, "cannot reach claude, run the check as its owner"), "%s: %s",
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
        evidence(d,
                 find(d, PREFLIGHT_VERSION_FAILED,
                      "claude --version failed, make the device /dev/null again"),
                 "/dev/null cannot be opened, it said: %s", said);
    else if (version->outcome == VERSION_SIGNAL)
        evidence(d,
                 find(d, PREFLIGHT_VERSION_FAILED,
                      "claude --version was killed by signal %d, run it by hand", version->code),
                 "%s, it said: %s", strsignal(version->code), said);
    else if (is_stub_speaking(said))
        evidence(d,
                 find(d, PREFLIGHT_VERSION_FAILED,
                      "claude is an npm stub, run node install.cjs in its package"),
                 "%s is the text of an npm install without its scripts",
                 text_get(&d->facts->binary.path));
    else
        evidence(d,
                 find(d, PREFLIGHT_VERSION_FAILED, "claude --version failed with status %d, %s",
                      version->code,
                      version->code == NOT_FOUND ? "add what it calls to PATH" : "run it by hand"),
                 "it said: %s", said);
}

static void decide_timeout(const struct decision *d)
{
    struct text words = TEXT_INIT(64);
    duration_add_words(&words, d->policy->version_timeout);
    evidence(d,
             find(d, PREFLIGHT_VERSION_TIMEOUT,
                  "claude --version hangs, run it by hand or raise --version-timeout"),
             "no answer in %s", text_get(&words));
    report_free_text(d->report, &words);
}

static void decide_untold(const struct decision *d)
{
    if (d->facts->version.code == 0)
        report_fail(d->report, "timed out while running claude --version, raise --timeout");
    else
        report_fail(d->report, "cannot run claude --version: %s, free memory or processes",
                    strerror(d->facts->version.code));
    report_untold(d->report, d->subject);
}

static void decide_outdated(const struct decision *d)
{
    const struct version_facts *version = &d->facts->version;
    const char *oldest = d->policy->min_version;
    if (!oldest || version->outcome == VERSION_UNTOLD)
        return;
    if (!version->version[0])
        evidence(d,
                 find(d, PREFLIGHT_VERSION_OUTDATED,
                      "the version is not known, run claude --version by hand"),
                 "wanted is %s or newer", oldest);
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
            evidence(d,
                     find(d, PREFLIGHT_VERSION_UNRECOGNISED,
                          "claude --version names no version, check that it is the Claude CLI"),
                     "no line X.Y.Z (Claude Code)");
        break;
    case VERSION_UNTOLD: decide_untold(d); break;
    case VERSION_NOT_ASKED: break;
    }
    decide_outdated(d);
}
