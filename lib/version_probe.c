#include "version_probe.h"

#include "deadline.h"
#include "process.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CAPTURE       65536                          /* bytes of its output that are looked at */
#define FALLBACK_PATH "/usr/local/bin:/usr/bin:/bin" /* for #!/usr/bin/env node without a PATH */

/* The first characters of what the child said, as one clean line. */
static void keep_words(const struct text *said, char ret[VERSION_SAID_SIZE])
{
    struct text line = TEXT_INIT(4 * CAPTURE);
    text_add_clean(&line, text_get(said), said->length, "");
    const char *start = text_get(&line) + strspn(text_get(&line), " ");
    const unsigned char *at = (const unsigned char *)start;
    size_t length = 0;
    for (int i = 0; i < VERSION_SAID_CHARACTERS && at[length]; i++)
        length += text_utf8_length(at + length, strlen(start + length));
    while (length > 0 && at[length - 1] == ' ')
        length--;
    memcpy(ret, start, length);
    ret[length] = '\0';
    text_free(&line);
}

/* Our own environment, but for what would make the answer depend on who asks. NULL: no memory. */
static char **child_environment(struct text *home, struct text *path)
{
    static char locale[] = "LC_ALL=C";
    char *const nothing[] = {NULL};
    char *const *own = environ ? environ : nothing;
    size_t count = 0, n = 0;
    while (own[count])
        count++;
    char **environment = calloc(count + 4, sizeof *environment);
    if (!environment)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (strncmp(own[i], "HOME=", 5) != 0 && strncmp(own[i], "PATH=", 5) != 0 &&
            strncmp(own[i], "LC_ALL=", 7) != 0)
            environment[n++] = own[i];
    environment[n++] = locale;
    environment[n++] = home->bytes;
    environment[n++] = path->bytes;
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
        text_add(&binary->looked, text_get(&binary->path));
    }
}

static void note_result(const struct process_result *result, struct cli_binary *binary,
                        struct report *report, struct version_facts *ret)
{
    ret->elapsed_us = result->elapsed_us;
    ret->code = result->code;
    switch (result->outcome) {
    case PROCESS_EXITED:
        ret->outcome = result->code == 0 ? VERSION_ANSWERED : VERSION_EXIT_STATUS;
        break;
    case PROCESS_KILLED: ret->outcome = VERSION_SIGNAL; break;
    case PROCESS_TIMED_OUT: ret->outcome = VERSION_TIMEOUT; break;
    case PROCESS_NOT_STARTED: note_refused_start(result->code, binary); break;
    case PROCESS_FAILED:
        ret->outcome = VERSION_UNTOLD;
        report_fail(report, "cannot run claude --version: %s", strerror(result->code));
        break;
    }
    if (ret->outcome == VERSION_ANSWERED)
        cli_version_parse(text_get(&result->out), result->out.length, ret->version);
    keep_words(result->err.length > 0 ? &result->err : &result->out, ret->said);
}

void version_probe(struct cli_binary *binary, const char *home, int64_t timeout,
                   struct report *report, struct version_facts *ret)
{
    deadline_step("running claude --version");
    struct text home_variable = TEXT_INIT(PATH_MAX + 8), path_variable = TEXT_INIT(131072);
    struct text program = TEXT_INIT(PATH_MAX);
    const char *path = getenv("PATH");
    text_format(&home_variable, "HOME=%s", home);
    text_format(&path_variable, "PATH=%s", path && *path ? path : FALLBACK_PATH);
    text_add(&program, text_get(&binary->path));
    char **environment = child_environment(&home_variable, &path_variable);
    int64_t left = deadline_left_ms();
    if (!environment || home_variable.failed || path_variable.failed || program.failed) {
        ret->outcome = VERSION_UNTOLD;
        report_fail(report, "cannot run claude --version: %s", strerror(ENOMEM));
    } else {
        char version_option[] = "--version";
        char *const arguments[] = {program.bytes, version_option, NULL};
        const struct process_request request = {.path = program.bytes,
                                                .arguments = arguments,
                                                .environment = environment,
                                                .timeout = left < timeout ? left : timeout,
                                                .capture = CAPTURE};
        struct process_result result;
        process_run(&request, &result, 1);
        if (was_swapped(&result, binary)) {
            process_result_free(&result);
            process_run(&request, &result, 1);
        }
        note_result(&result, binary, report, ret);
        process_result_free(&result);
    }
    if (ret->outcome == VERSION_TIMEOUT && left < timeout) {
        ret->outcome = VERSION_UNTOLD; /* it may have answered in its own time */
        report_fail(report, "timed out while %s", deadline_current_step());
    }
    free(environment);
    text_free(&home_variable);
    text_free(&path_variable);
    text_free(&program);
}
