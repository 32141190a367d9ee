/*
 * Prints a completion script: generate bash|zsh|fish PROGRAM. Built and run by make, not installed.
 */
#include "completion/completion.h"
#include "preflight_options.h"
#include "runlog_options.h"

#include <stdio.h>
#include <string.h>

struct shell {
    const char *name;
    void (*add)(const struct completion_program *program, struct text *text);
};

static const struct shell shells[] = {
    {"bash", completion_add_bash}, {"zsh", completion_add_zsh}, {"fish", completion_add_fish}};

/* False for a name that is none of the plugins'. */
static bool find_program(const char *name, struct completion_program *ret)
{
    *ret = (struct completion_program){.name = name};
    if (strcmp(name, preflight_report.program) == 0) {
        ret->rows = preflight_options_rows(&ret->count);
        ret->conditions = &preflight_conditions;
    } else if (strcmp(name, runlog_report.program) == 0) {
        ret->rows = runlog_options_rows(&ret->count);
        ret->conditions = &runlog_conditions;
        ret->takes_files = true;
    }
    return ret->rows != NULL;
}

int main(int argc, char *argv[])
{
    struct completion_program program;
    size_t shell = 0;
    const size_t count = sizeof shells / sizeof shells[0];
    while (argc == 3 && shell < count && strcmp(shells[shell].name, argv[1]) != 0)
        shell++;
    if (argc != 3 || shell == count || !find_program(argv[2], &program)) {
        fputs("usage: generate bash|zsh|fish check_claude_preflight|check_claude_runlog\n", stderr);
        return 2;
    }
    struct text text = TEXT_INIT((size_t)1 << 20);
    shells[shell].add(&program, &text);
    bool whole = !text.failed && !text.truncated;
    bool printed = whole && fputs(text_get(&text), stdout) >= 0 && fflush(stdout) == 0;
    text_free(&text);
    return printed ? 0 : 1;
}
