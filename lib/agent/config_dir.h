/*
 * Where the CLI's config directory is.
 */
#ifndef CHECK_CLAUDE_CONFIG_DIR_H
#define CHECK_CLAUDE_CONFIG_DIR_H

#include "agent/auth_settings.h"
#include "base/text.h"

#include <stdbool.h>

/*
 * Append its path: `asked` if not NULL; else what CLAUDE_SECURESTORAGE_CONFIG_DIR and
 * CLAUDE_CONFIG_DIR say in *settings, or, where the plugin looks after its own user (`own`), in its
 * environment; else .claude in the home. As the CLI reads them (2.1.330): the first, set but empty,
 * means .claude in the home; the second, set but empty, the current directory. Without slashes at
 * its end.
 */
void config_dir_add_path(const char *asked, const struct auth_values *settings, bool own,
                         const char *home, struct text *text);

#endif
