#include "agent/config_dir.h"

#include "base/file.h"

#include <stdlib.h>

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
    const size_t start = text->length;
    if (asked)
        text_add(text, asked);
    else if (secure && *secure)
        text_add(text, secure);
    else if (!secure && config)
        text_add(text, *config ? config : ".");
    else
        file_add_below(text, home, ".claude");
    /* the CLI's lock beside it is named after it */
    while (text->length > start + 1 && text->bytes[text->length - 1] == '/')
        text_cut(text, text->length - 1);
}
