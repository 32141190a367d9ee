/*
 * The CLI's config directory: where it is, and whether what the CLI must do there can be done.
 */
#ifndef CHECK_CLAUDE_CONFIG_DIR_H
#define CHECK_CLAUDE_CONFIG_DIR_H

#include "base/text.h"
#include "verdict/preflight.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/*
 * Append its path: `asked` if not NULL; else, where the plugin looks after its own user (`own`),
 * what CLAUDE_SECURESTORAGE_CONFIG_DIR and CLAUDE_CONFIG_DIR say as the CLI reads them (2.1.330:
 * the first, set but empty, means ~/.claude; the second, set but empty, the current directory);
 * else .claude in the home.
 */
void config_dir_add_path(const char *asked, bool own, const char *home, struct text *text);

/*
 * Look at what stands around the credentials file `path`, whose status is *file. What the file's
 * owner may do is judged by ownership and mode bits, whoever asks (access control lists are not
 * read). What we may not look at is taken to be in order. Returns 0; an errno value when something
 * could not be looked at for another reason, with what is known of the rest in *ret.
 */
int config_dir_look(const char *config_dir, const char *path, const struct stat *file, int64_t now,
                    struct config_facts *ret);

#endif
