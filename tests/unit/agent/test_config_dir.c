#include "agent/config_dir.h"

#include "suite.h"

#include <stdlib.h>

/* $CLAUDE_... of the plugin itself, and the same as settings of an environment file or the like. */
START_TEST(the_path_is_read_as_the_cli_reads_it)
{
    static const struct {
        const char *asked;
        bool own;
        const char *secure, *config, *set_secure, *set_config, *home, *want;
    } rows[] = {
        {NULL, true, NULL, NULL, NULL, NULL, "/h", "/h/.claude"},
        {NULL, true, NULL, "/c", NULL, NULL, "/h", "/c"},
        {NULL, true, NULL, "", NULL, NULL, "/h", "."},
        {NULL, true, "/s", NULL, NULL, NULL, "/h", "/s"},
        {NULL, true, "/s", "/c", NULL, NULL, "/h", "/s"},
        {NULL, true, "", NULL, NULL, NULL, "/h", "/h/.claude"},
        {NULL, true, "", "/c", NULL, NULL, "/h", "/h/.claude"},
        {NULL, false, "/s", "/c", NULL, NULL, "/h", "/h/.claude"},
        {"/asked", true, "/s", "/c", "/t", "/d", "/h", "/asked"},
        {"/asked", false, NULL, NULL, NULL, NULL, "/h", "/asked"},
        {NULL, false, NULL, NULL, NULL, "/d", "/h", "/d"},
        {NULL, false, NULL, NULL, "/t", "/d", "/h", "/t"},
        {NULL, true, NULL, "/c", NULL, "/d", "/h", "/d"},
        {NULL, true, NULL, "", NULL, "/d", "/h", "/d"},
        {NULL, false, NULL, NULL, NULL, NULL, "/", "/.claude"},
        {NULL, true, NULL, "/c/", NULL, NULL, "/h", "/c"},
        {"/asked//", true, NULL, NULL, NULL, NULL, "/h", "/asked"},
        {"/", true, NULL, NULL, NULL, NULL, "/h", "/"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = TEXT_INIT(100);
        struct auth_values settings;
        unsetenv("CLAUDE_SECURESTORAGE_CONFIG_DIR"), unsetenv("CLAUDE_CONFIG_DIR");
        if (rows[i].secure)
            setenv("CLAUDE_SECURESTORAGE_CONFIG_DIR", rows[i].secure, 1);
        if (rows[i].config)
            setenv("CLAUDE_CONFIG_DIR", rows[i].config, 1);
        auth_values_init(&settings);
        if (rows[i].set_secure)
            env_variable_set(&settings.of[SETTING_SECURE_DIR], rows[i].set_secure,
                             strlen(rows[i].set_secure));
        if (rows[i].set_config)
            env_variable_set(&settings.of[SETTING_CONFIG_DIR], rows[i].set_config,
                             strlen(rows[i].set_config));
        config_dir_add_path(rows[i].asked, &settings, rows[i].own, rows[i].home, &text);
        ck_assert_msg(strcmp(text_get(&text), rows[i].want) == 0, "row %zu: %s", i,
                      text_get(&text));
        auth_values_free(&settings);
        text_free(&text);
    }
}
END_TEST

SUITE_MAIN("config_dir", the_path_is_read_as_the_cli_reads_it)
