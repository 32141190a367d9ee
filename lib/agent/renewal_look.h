/*
 * Whether whoever runs the CLI can save a renewed token, seen by what stands around the credentials
 * file. Nothing is tried. Of the plugin's own user the kernel is asked; of others owners, mode bits
 * and mounts tell (access control lists are not read).
 */
#ifndef CHECK_CLAUDE_RENEWAL_LOOK_H
#define CHECK_CLAUDE_RENEWAL_LOOK_H

#include "verdict/preflight_facts.h"

#include <stdbool.h>
#include <sys/stat.h>

/*
 * Can `user` replace the credentials file `path`, whose status is *file, and which is a symbolic
 * link or not? What we may not look at is taken to be in order. Returns 0; an errno value, with
 * RENEWAL_POSSIBLE, when something could not be looked at for another reason.
 */
int renewal_look(const char *path, const struct stat *file, bool is_link, uid_t user,
                 enum renewal *ret);

/* True when the mode bits surely keep this user from reading the file. */
bool renewal_user_cannot_read(const struct stat *file, uid_t user);

#endif
