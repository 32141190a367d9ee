/*
 * The main() of every plugin: it handles the signals, refuses to run setuid or setgid, reads the
 * options, and prints help or runs the check.
 *
 *     int main(int argc, char *argv[])
 *     {
 *         struct my_options options;
 *         const struct program program = {.service = "MY THING", .options = &options, ...};
 *         return program_main(&program, argc, argv);
 *     }
 */
#ifndef CHECK_CLAUDE_PROGRAM_H
#define CHECK_CLAUDE_PROGRAM_H

#include "base/text.h"
#include "plugin/plugin_options.h"

#include <stdbool.h>

struct program {
    const char *service; /* the first words of the output: "CLAUDE PREFLIGHT" */
    const char *version; /* what --version prints: a whole line */
    void *options;       /* the plugin's own, whose first member is a struct plugin_options */
    /*
     * Fill in `options`, which free_options() gives back in any case. False with one line in *error
     * that says what is wrong and what to write instead.
     */
    bool (*parse)(int argc, char *const argv[], void *options, struct text *error);
    void (*free_options)(void *options);
    /* Append what options.help asks for, by enum plugin_help. */
    void (*add_help[HELP_COUNT])(struct text *text);
    /* Check and print. Returns the exit status. `stdout_open`: false when stdout was closed. */
    int (*run)(const void *options, bool stdout_open);
};

/* Returns the exit status. */
int program_main(const struct program *program, int argc, char *argv[]);

#endif
