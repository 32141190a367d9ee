/*
 * A plugin lends nobody its rights: it heeds the caller's options and environment, and one of them
 * runs a program that they name. Where it may do more than its caller, it must not start.
 */
#ifndef CHECK_CLAUDE_PRIVILEGE_H
#define CHECK_CLAUDE_PRIVILEGE_H

#include <stdbool.h>

/* What a plugin says, with UNKNOWN, instead of its work. */
#define PRIVILEGE_REFUSAL                                                                          \
    "does not run setuid or setgid, take that bit off the file and call it by sudo"

/*
 * True when the file is setuid or setgid and its caller another: the real and the effective user or
 * group differ. Under sudo(8) and su(1) they do not.
 */
bool privilege_is_lent(void);

#endif
