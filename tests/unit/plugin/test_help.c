#include "plugin/help.h"

#include "plugin/plugin_options.h"
#include "suite.h"
#include "verdict/preflight.h"

#include <string.h>

static void check_columns(const struct text *text)
{
    for (const char *at = text_get(text); *at; at += strcspn(at, "\n") + 1) {
        ck_assert_msg(strcspn(at, "\n") <= 80, "%.*s", (int)strcspn(at, "\n"), at);
        ck_assert_msg(*at == '\n' || at[strcspn(at, "\n") - 1] != ' ', "%s", at);
    }
}

START_TEST(options_by_group)
{
    static const struct option_row rows[] = {
        {0, 'p', "path", OPTION_TAKES_VALUE, "PATH", "CHECK_CLAUDE_TEST_PATH", "where",
         OPTION_CHECK},
        {1, 0, "fast", OPTION_TAKES_NOTHING, NULL, NULL, "make haste", OPTION_OUTPUT},
        {2, 'r', "reset-cache", OPTION_MAY_TAKE_VALUE, "only", NULL, "forget", OPTION_STATE},
        {3, 0, "a-long-name", OPTION_TAKES_VALUE, "WITH-A-LONG-VALUE", NULL,
         "words that take more than the rest of one line of eighty columns", OPTION_CHECK},
        {4, 0, "mode", OPTION_TAKES_VALUE, "FIRST|SECOND|THIRD|FOURTH", "CHECK_CLAUDE_TEST_MODE",
         "few words", OPTION_THRESHOLD},
    };
    const struct help help = {.usage = "Usage: it\n", .rows = rows, .count = COUNT(rows)};
    struct text text = TEXT_INIT(16384);
    help_add(&help, &text);
    ck_assert_str_eq(
        text_get(&text),
        "Usage: it\n"
        "What to check:\n"
        "  -p, --path=PATH               where\n"
        "      --a-long-name=WITH-A-LONG-VALUE\n"
        "                                words that take more than the rest of one line\n"
        "                                of eighty columns\n"
        "Thresholds:\n"
        "      --mode=FIRST|SECOND|THIRD|FOURTH  few words\n"
        "Output:\n"
        "      --fast                    make haste\n"
        "State and time:\n"
        "  -r, --reset-cache[=only]      forget\n"
        "Environment: CHECK_CLAUDE_TEST_PATH (-p), CHECK_CLAUDE_TEST_MODE (--mode)\n");
    text_free(&text);
}
END_TEST

START_TEST(every_condition_and_option_fits)
{
    static const struct option_row common[] = {PLUGIN_OPTION_ROWS};
    const struct help help = {.usage = "", .rows = common, .count = COUNT(common)};
    struct text text = TEXT_INIT(16384);
    help_add(&help, &text);
    help_add_conditions(&preflight_conditions, &text);
    check_columns(&text);
    for (size_t i = 0; i < preflight_conditions.count; i++)
        ck_assert_ptr_nonnull(strstr(text_get(&text), preflight_conditions.rows[i].id));
    for (size_t i = 0; i < COUNT(common); i++)
        ck_assert_ptr_nonnull(strstr(text_get(&text), common[i].long_name));
    text_free(&text);
}
END_TEST

/* Words of every length at every indent: none is lost, none over the edge that could be wrapped. */
START_TEST(wraps_any_words)
{
    for (size_t length = 1; length < 40; length++) {
        for (size_t indent = 0; indent < 40; indent += 3) {
            char words[2000] = "";
            for (size_t i = 0; i + length + 1 < 600; i += length + 1) {
                memset(words + i, 'w', length);
                words[i + length] = ' ';
            }
            words[strlen(words) - 1] = '\0';
            struct text text = TEXT_INIT(16384);
            text_format(&text, "%*s", (int)indent, "");
            help_add_wrapped(&text, words, indent, indent);
            size_t letters = 0;
            check_columns(&text);
            for (const char *at = text_get(&text); *at; at++)
                letters += *at == 'w';
            ck_assert_uint_eq(letters, (strlen(words) + 1) / (length + 1) * length);
            text_free(&text);
        }
    }
}
END_TEST

SUITE_MAIN("help", options_by_group, every_condition_and_option_fits, wraps_any_words)
