#include "agent/config_dir.h"

#include <stdlib.h>
#include <string.h>

void config_dir_add_below(const char *directory, const char *name, struct text *text)
{
    const bool is_root = strcmp(directory, "/") == 0;
    text_format(text, "%s/%s", is_root ? "" : directory, name);
}

static const char *value_of(const struct auth_values *settings, enum auth_setting_index index,
                            bool own)
{
    const char *plain = settings->of[index].plain;
    return plain ? plain : own ? getenv(auth_settings[index].name) : NULL;
}

void config_dir_add_path(const char *asked, const struct auth_values *settings, bool own,
                         const char *home, struct text *text)
{
    const char *secure = value_of(settings, SETTING_SECURE_DIR, own);
    const char *config = value_of(settings, SETTING_CONFIG_DIR, own);
    if (asked)
        text_add(text, asked);
    else if (secure && *secure)
        text_add(text, secure);
    else if (!secure && config)
        text_add(text, *config ? config : ".");
    else
        config_dir_add_below(home, ".claude", text);
}
