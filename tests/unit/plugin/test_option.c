#include "plugin/option.h"

#include "plugin/plugin_options.h"
#include "suite.h"
#include "verdict/preflight.h"

#include <string.h>

enum { PATH_OPTION, COUNT_OPTION, FAST, RESET, STOP };

static const struct option_row rows_of_program[] = {
    {PATH_OPTION, 'p', "path", OPTION_TAKES_VALUE, "PATH", "CHECK_CLAUDE_TEST_PATH", "Where.",
     OPTION_CHECK},
    {COUNT_OPTION, 0, "count", OPTION_TAKES_VALUE, "N", "CHECK_CLAUDE_TEST_COUNT", "How many.",
     OPTION_CHECK},
    {FAST, 'f', "fast", OPTION_TAKES_NOTHING, NULL, NULL, "Make haste.", OPTION_CHECK},
    {RESET, 'r', "reset-cache", OPTION_MAY_TAKE_VALUE, "only", NULL, "Forget.", OPTION_CHECK},
    {PATH_OPTION, 0, "no-path", OPTION_TAKES_NOTHING, NULL, NULL, "Nowhere.", OPTION_CHECK},
    {STOP, 'h', "help", OPTION_MAY_TAKE_VALUE, "all", NULL, "Print this.", OPTION_CHECK},
};

static struct text taken = TEXT_INIT(1000), error = TEXT_INIT(1000);

/* Everything is written down; "bad" is refused. */
static bool apply(void *context, int id, const char *value, struct text *why)
{
    static const char names[] = "pcfrh";
    if (value && strcmp(value, "bad") == 0) {
        text_add(why, "not good. Write better");
        return false;
    }
    text_format(context, "%c[%s]", names[id], value ? value : "-");
    return true;
}

static bool ends(int id)
{
    return id == STOP;
}

static bool take_argument(void *context, const char *value, struct text *why)
{
    if (strcmp(value, "bad") == 0) {
        text_add(why, "not good. Write better");
        return false;
    }
    text_format(context, "argument[%s]", value);
    return true;
}

/* Parse up to seven words. */
static bool parse(const char *const words[], bool arguments)
{
    static char program_name[] = "check_program";
    unsetenv("POSIXLY_CORRECT"); /* it would end the options at the first argument */
    char *argv[10] = {program_name};
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = strdup(words[argc - 1]);
    text_reset(&taken);
    text_reset(&error);
    const struct option_program program = {.rows = rows_of_program,
                                           .count = COUNT(rows_of_program),
                                           .apply = apply,
                                           .argument = arguments ? take_argument : NULL,
                                           .ends = ends,
                                           .context = &taken};
    bool parsed = option_parse(&program, argc, argv, &error);
    ck_assert_msg(parsed == (error.length == 0), "%s", text_get(&error));
    ck_assert_ptr_null(strpbrk(text_get(&error), "\n\x1B|"));
    /* getopt_long changes their order, so all of them by value */
    for (int i = 0; i < argc; i++)
        if (argv[i] != program_name)
            free(argv[i]);
    return parsed;
}

START_TEST(takes_options_in_their_order)
{
    static const struct {
        const char *words[8], *want;
    } rows[] = {
        {{NULL}, ""},
        {{"--path=/a"}, "p[/a]"},
        {{"--path", "/a"}, "p[/a]"},
        {{"-p/a"}, "p[/a]"},
        {{"-p", "/a"}, "p[/a]"},
        {{"--path="}, "p[]"},
        {{"--path", "--fast"}, "p[--fast]"},
        {{"--count=1", "-f", "--count=2"}, "c[1]f[-]c[2]"},
        {{"-fp", "x", "-f"}, "f[-]p[x]f[-]"},
        {{"-ffpx"}, "f[-]f[-]p[x]"},
        {{"--reset-cache"}, "r[-]"},
        {{"--reset-cache=only"}, "r[only]"},
        {{"-rf"}, "r[-]f[-]"},
        {{"--rese"}, "r[-]"}, /* abbreviated */
        {{"--"}, ""},
        {{"-f", "-h", "--nonsense"}, "f[-]h[-]"}, /* help ends it */
        {{"--help", "--path=bad"}, "h[-]"},
        {{"-fh"}, "f[-]h[-]"},
        {{"-hf"}, "h[-]"},
        {{"--help=all"}, "h[all]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_msg(parse(rows[i].words, false), "row %zu: %s", i, text_get(&error));
        ck_assert_str_eq(text_get(&taken), rows[i].want);
    }
}
END_TEST

START_TEST(says_what_is_wrong_and_what_to_write)
{
    static const struct {
        const char *words[8], *want;
    } rows[] = {
        {{"--path=bad"}, "--path=bad: not good. Write better"},
        {{"-p", "bad"}, "--path=bad: not good. Write better"},
        {{"--path"}, "--path: no value. Write --path=PATH"},
        {{"-f", "-p"}, "--path: no value. Write --path=PATH"},
        {{"--fast=1"}, "--fast=1: --fast takes no value. Write --fast"},
        {{"--pth=x"}, "--pth=x: no such option. Did you mean --path?"},
        {{"--cuont", "3"}, "--cuont: no such option. Did you mean --count?"},
        {{"--resetcache"}, "--resetcache: no such option. Did you mean --reset-cache?"},
        {{"--entirely-different"},
         "--entirely-different: no such option. Write one of those in --help"},
        {{"-x"}, "-x: no such option. Write one of those in --help"},
        {{"-fx"}, "-x: no such option. Write one of those in --help"},
        {{"-xf"}, "-x: no such option. Write one of those in --help"},
        {{"stray"}, "stray: no argument is taken. Write one of the options in --help"},
        {{"-f", "--", "--fast"},
         "--fast: no argument is taken. Write one of the options in --help"},
        {{"stray", "-f"}, "stray: no argument is taken. Write one of the options in --help"},
        {{"--p|a;\x1B\xFF"}, "--p/a/ \xEF\xBF\xBD: no such option. Write one of those in --help"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_msg(!parse(rows[i].words, false), "row %zu", i);
        ck_assert_str_eq(text_get(&error), rows[i].want);
    }
}
END_TEST

/* A letter that is not ASCII, as it comes from a text processor. */
START_TEST(names_the_option_with_a_foreign_letter)
{
    static const struct {
        const char *words[8];
    } rows[] = {{{"-\xC3\xA9"}}, {{"-f", "-\xE2\x80\x93"}}, {{"-f\xC3\xA9"}}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert(!parse(rows[i].words, false));
        ck_assert_msg(text_get(&error)[0] == '-' && strncmp(text_get(&error), "-f:", 3) != 0,
                      "row %zu: %s", i, text_get(&error));
    }
}
END_TEST

/* What getopt keeps between calls must not reach the next one. */
START_TEST(a_mistake_leaves_nothing_for_the_next_call)
{
    static const char *const wrong[] = {"-xf", NULL}, *const none[] = {NULL};
    ck_assert(!parse(wrong, false));
    ck_assert_msg(parse(none, false), "%s", text_get(&error));
    ck_assert_str_eq(text_get(&taken), "");
}
END_TEST

START_TEST(a_long_wrong_value_is_cut)
{
    char word[1000] = "--path";
    memset(word + 6, 'x', sizeof word - 7);
    word[sizeof word - 1] = '\0';
    const char *const words[] = {word, NULL};
    ck_assert(!parse(words, false));
    ck_assert_uint_lt(error.length, 200);
    ck_assert_ptr_nonnull(strstr(text_get(&error), "xxx...: no such option"));
}
END_TEST

START_TEST(arguments_are_the_programs)
{
    static const char *const good[] = {"a", "-f", "b", "--", "-p", NULL};
    static const char *const wrong[] = {"a", "bad", NULL};
    ck_assert(parse(good, true));
    ck_assert_str_eq(text_get(&taken), "f[-]argument[a]argument[b]argument[-p]");
    ck_assert(!parse(wrong, true));
    ck_assert_str_eq(text_get(&error), "bad: not good. Write better");
}
END_TEST

START_TEST(the_environment_sets_defaults)
{
    static const struct {
        const char *path, *count, *words[8];
        bool parsed;
        const char *want; /* what was taken in, or the error */
    } rows[] = {
        {"/e", NULL, {NULL}, true, "p[/e]"},
        {"/e", "3", {NULL}, true, "p[/e]c[3]"},
        {"", "3", {NULL}, true, "c[3]"},
        {"/e", "3", {"--path=/o"}, true, "p[/o]c[3]"},
        {"/e", NULL, {"-p", "/o"}, true, "p[/o]"},
        {"/e", NULL, {"-f"}, true, "f[-]p[/e]"},
        {"/e", NULL, {"--no-path"}, true, "p[-]"}, /* the same option by another name */
        {"bad", NULL, {"--path=/o"}, true, "p[/o]"},
        {"/e", NULL, {"--help"}, true, "h[-]"},
        {"bad", NULL, {"--help"}, true, "h[-]"},
        {"bad", NULL, {NULL}, false, "CHECK_CLAUDE_TEST_PATH=bad: not good. Write better"},
        {"bad", "3", {"-x"}, false, "-x: no such option. Write one of those in --help"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsetenv("CHECK_CLAUDE_TEST_PATH"), unsetenv("CHECK_CLAUDE_TEST_COUNT");
        if (rows[i].path)
            setenv("CHECK_CLAUDE_TEST_PATH", rows[i].path, 1);
        if (rows[i].count)
            setenv("CHECK_CLAUDE_TEST_COUNT", rows[i].count, 1);
        ck_assert_msg(parse(rows[i].words, false) == rows[i].parsed, "row %zu", i);
        ck_assert_str_eq(text_get(rows[i].parsed ? &taken : &error), rows[i].want);
    }
}
END_TEST

START_TEST(common_options_have_defaults_and_limits)
{
    static const struct {
        int id;
        const char *value;
        bool taken;
    } rows[] = {
        {PLUGIN_TIMEOUT, "30", true},           {PLUGIN_TIMEOUT, "0", false},
        {PLUGIN_TIMEOUT, "0.0001", false},      {PLUGIN_TIMEOUT, "-1", false},
        {PLUGIN_TIMEOUT, "1e3", false},         {PLUGIN_TIMEOUT, "", false},
        {PLUGIN_OUTPUT_FORMAT, "json", true},   {PLUGIN_OUTPUT_FORMAT, "xml", false},
        {PLUGIN_OUTPUT_FORMAT, "", false},      {PLUGIN_TEXTFILE, "/a/b.prom", true},
        {PLUGIN_TEXTFILE, "b.prom", true},      {PLUGIN_TEXTFILE, "b.prom.txt", false},
        {PLUGIN_TEXTFILE, "/a/.prom", false},   {PLUGIN_TEXTFILE, "", false},
        {PLUGIN_TEXTFILE, "/a.prom/b", false},  {PLUGIN_STATE_DIR, "/x", true},
        {PLUGIN_STATE_DIR, "", false},          {PLUGIN_STATE, "token-expired=ok", true},
        {PLUGIN_STATE, "token-expired", false},
    };
    struct plugin_options options;
    plugin_options_init(&options, &preflight_conditions);
    ck_assert_int_eq(options.timeout, 10000);
    ck_assert_int_eq(options.format, OUTPUT_NAGIOS);
    for (size_t i = 0; i < COUNT(rows); i++) {
        text_reset(&error);
        ck_assert_msg(plugin_options_apply(&options, rows[i].id, rows[i].value, &error) ==
                          rows[i].taken,
                      "row %zu, %s", i, rows[i].value);
        ck_assert_msg(rows[i].taken || strstr(text_get(&error), "Write "), "row %zu", i);
    }
    ck_assert(options.timeout == 30000 && options.format == OUTPUT_JSON);
    for (int i = 0; i < 5; i++)
        plugin_options_apply(&options, PLUGIN_VERBOSE, NULL, &error);
    ck_assert_int_eq(options.verbosity, 3);
    static const struct {
        const char *value;
        enum plugin_help help;
    } helps[] = {{NULL, HELP_OPTIONS}, {"conditions", HELP_CONDITIONS}};
    for (size_t i = 0; i < COUNT(helps); i++) {
        ck_assert(plugin_options_apply(&options, PLUGIN_HELP, helps[i].value, &error));
        ck_assert_int_eq(options.help, helps[i].help);
    }
    ck_assert(!plugin_options_apply(&options, PLUGIN_HELP, "me", &error));
    ck_assert(plugin_options_end(PLUGIN_HELP) && plugin_options_end(PLUGIN_VERSION) &&
              !plugin_options_end(PLUGIN_VERBOSE));
}
END_TEST

SUITE_MAIN("option", takes_options_in_their_order, says_what_is_wrong_and_what_to_write,
           names_the_option_with_a_foreign_letter, a_mistake_leaves_nothing_for_the_next_call,
           a_long_wrong_value_is_cut, arguments_are_the_programs, the_environment_sets_defaults,
           common_options_have_defaults_and_limits)
