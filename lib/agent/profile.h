/*
 * Profiles of Anthropic's SDKs, which the CLI takes too (2.1.332): configs/NAME.json and, where the
 * profile keeps a login, credentials/NAME.json in ~/.config/anthropic.
 */
#ifndef CHECK_CLAUDE_PROFILE_H
#define CHECK_CLAUDE_PROFILE_H

#include "base/text.h"
#include "verdict/preflight_facts.h"

/*
 * Look at the profile `name` in `directory`; NULL: the one that is used when nobody names one, the
 * name in the file active_config, else "default". *where becomes the path of its configuration, or
 * of what is missing or open to others. Returns 0, or an errno value that says nothing about the
 * files (file.h).
 */
int profile_look(const char *directory, const char *name, struct text *where,
                 enum profile_look *ret);

#endif
