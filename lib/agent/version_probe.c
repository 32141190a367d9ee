#include "agent/version_probe.h"

#include "agent/claude_cli.h"
#include "agent/start_refusal.h"
#include "base/file.h"
#include "base/secret.h"
#include "system/deadline.h"
#include "system/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CAPTURE       65536                          /* bytes of its output that are looked at */
#define FALLBACK_PATH "/usr/local/bin:/usr/bin:/bin" /* for #!/usr/bin/env node without a PATH */
#define HIDDEN        "***"                          /* in place of a secret and what follows it */

void version_probe_free(struct version_probe *probe)
{
    text_free(&probe->said);
    probe->facts.said = NULL;
}

/* The first characters of what the child said, as one clean line, up to what may be a secret. */
static void keep_words(const struct text *said, struct text *kept)
{
    struct text line = TEXT_INIT(4 * CAPTURE);
    text_add_clean(&line, text_get(said), said->length, "");
    const char *start = text_get(&line) + strspn(text_get(&line), " ");
    const unsigned char *at = (const unsigned char *)start;
    const size_t shown = secret_begins(start);
    size_t length = 0;
    for (int i = 0; i < VERSION_SAID_CHARACTERS && length < shown && at[length]; i++)
        length += text_utf8_length(at + length, strlen(start + length));
    const bool hidden = length == shown && at[length];
    while (length > 0 && at[length - 1] == ' ')
        length--;
    *kept = (struct text)TEXT_INIT(4 * VERSION_SAID_CHARACTERS + sizeof HIDDEN);
    text_add_bytes(kept, start, length);
    text_add(kept, hidden ? HIDDEN : "");
    text_free(&line);
}

/*
 * Our own environment, but for what would make the answer depend on who asks; with room for HOME at
 * its end. NULL: no memory.
 */
static char **new_environment(struct text *path, size_t *ret_count)
{
    static char locale[] = "LC_ALL=C";
    char *const nothing[] = {NULL};
    char *const *own = environ ? environ : nothing;
    size_t count = 0, n = 0;
    while (own[count])
        count++;
    char **environment = calloc(count + 4, sizeof *environment);
    const char *own_path = getenv("PATH");
    text_format(path, "PATH=%s", own_path && *own_path ? own_path : FALLBACK_PATH);
    if (!environment || path->failed) {
        free(environment);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (strncmp(own[i], "HOME=", 5) != 0 && strncmp(own[i], "PATH=", 5) != 0 &&
            strncmp(own[i], "LC_ALL=", 7) != 0)
            environment[n++] = own[i];
    environment[n++] = locale;
    environment[n++] = path->bytes;
    *ret_count = n;
    return environment;
}

/* An update replaces the link to the binary: it may be gone at the start, and back a moment later.
 */
static bool was_swapped(const struct process_result *result, const struct cli_binary *binary)
{
    return result->outcome == PROCESS_NOT_STARTED && result->code == ENOENT &&
           access(text_get(&binary->path), F_OK) == 0;
}

static void note_refused_start(int error, struct cli_binary *binary)
{
    binary->error = error;
    binary->look = CLI_NOT_EXECUTABLE;
    if (error == ENOENT && access(text_get(&binary->path), F_OK) != 0) {
        binary->look = CLI_MISSING; /* it went between the look and the start */
        binary->asked = true;
        text_reset(&binary->looked);
        text_add(&binary->looked, text_get(&binary->path));
        return;
    }
    start_refusal_explain(binary);
}

/* Scripts and their runtimes open it; we need it no more than the kernel does. */
static bool dev_null_is_closed(void)
{
    int fd;
    int error = file_open(AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC, 0, &fd);
    if (error == 0)
        close(fd);
    return error == ENOENT || error == EACCES || error == EPERM || error == ENXIO;
}

static void note_result(const struct process_result *result, struct version_probe *probe)
{
    struct version_facts *facts = &probe->facts;
    facts->elapsed_us = result->elapsed_us;
    facts->code = result->code;
    switch (result->outcome) {
    case PROCESS_EXITED:
        facts->outcome = result->code == 0 ? VERSION_ANSWERED : VERSION_EXIT_STATUS;
        break;
    case PROCESS_KILLED: facts->outcome = VERSION_SIGNAL; break;
    case PROCESS_TIMED_OUT:
        facts->outcome = VERSION_TIMEOUT;
        if (probe->short_of_time) { /* it may have answered in its own time */
            facts->outcome = VERSION_UNTOLD;
            facts->code = 0;
        }
        break;
    case PROCESS_NOT_STARTED: note_refused_start(result->code, probe->binary); break;
    case PROCESS_FAILED: facts->outcome = VERSION_UNTOLD; break;
    }
    if (facts->outcome == VERSION_EXIT_STATUS || facts->outcome == VERSION_SIGNAL)
        facts->no_dev_null = dev_null_is_closed();
    if (facts->outcome == VERSION_ANSWERED)
        cli_version_parse(text_get(&result->out), result->out.length, facts->version);
    keep_words(result->err.length > 0 ? &result->err : &result->out, &probe->said);
    facts->said = text_get(&probe->said);
}

/* One binary's arguments and environment, which differ from another's in HOME. */
struct launch {
    struct text home;
    char *arguments[3];
    char **environment; /* a part of one block for all */
};

static bool prepare(struct launch *launch, const struct version_probe *probe,
                    char *const *environment, size_t environment_count)
{
    static char version_option[] = "--version";
    launch->home = (struct text)TEXT_INIT(PATH_MAX + 8);
    text_format(&launch->home, "HOME=%s", probe->home);
    launch->arguments[0] = probe->binary->path.bytes;
    launch->arguments[1] = version_option;
    launch->arguments[2] = NULL;
    memcpy(launch->environment, environment, environment_count * sizeof(char *));
    launch->environment[environment_count] = launch->home.bytes;
    return !launch->home.failed;
}

static void note_batch(struct version_probe *probes, const struct process_request *requests,
                       struct process_result *results, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (was_swapped(&results[i], probes[i].binary)) {
            process_result_free(&results[i]);
            process_run(&requests[i], &results[i], 1);
        }
        note_result(&results[i], &probes[i]);
        process_result_free(&results[i]);
    }
}

static void run_batch(struct version_probe *probes, size_t count, int64_t timeout,
                      char *const *environment, size_t environment_count)
{
    struct launch launches[PROCESS_PARALLEL];
    struct process_request requests[PROCESS_PARALLEL];
    struct process_result results[PROCESS_PARALLEL];
    const size_t room = environment_count + 2;
    char **environments = calloc(count * room, sizeof(char *));
    int64_t left = deadline_left_ms();
    bool ready = environments != NULL;
    memset(launches, 0, sizeof launches);
    for (size_t i = 0; i < count && ready; i++) {
        launches[i].environment = environments + i * room;
        ready = prepare(&launches[i], &probes[i], environment, environment_count);
        probes[i].short_of_time = left < timeout;
        requests[i] = (struct process_request){.path = launches[i].arguments[0],
                                               .arguments = launches[i].arguments,
                                               .environment = launches[i].environment,
                                               .timeout = left < timeout ? left : timeout,
                                               .capture = CAPTURE,
                                               .progress = probes[i].progress};
    }
    if (ready) {
        process_run(requests, results, count);
        note_batch(probes, requests, results, count);
    }
    for (size_t i = 0; i < count; i++) {
        if (!ready)
            probes[i].facts = (struct version_facts){.outcome = VERSION_UNTOLD, .code = ENOMEM};
        text_free(&launches[i].home);
    }
    free(environments);
}

void version_probe_run(struct version_probe *probes, size_t count, int64_t timeout)
{
    deadline_step("running claude --version");
    struct text path = TEXT_INIT(131072);
    size_t environment_count = 0;
    char **environment = count > 0 ? new_environment(&path, &environment_count) : NULL;
    for (size_t i = 0; i < count; i++) {
        probes[i].facts =
            (struct version_facts){.outcome = environment ? VERSION_NOT_ASKED : VERSION_UNTOLD,
                                   .code = environment ? 0 : ENOMEM};
        probes[i].said = (struct text)TEXT_INIT(1);
    }
    for (size_t done = 0; environment && done < count; done += PROCESS_PARALLEL) {
        size_t batch = count - done < PROCESS_PARALLEL ? count - done : PROCESS_PARALLEL;
        run_batch(probes + done, batch, timeout, environment, environment_count);
    }
    free(environment);
    text_free(&path);
}
