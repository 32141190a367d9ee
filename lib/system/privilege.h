/*
 * A plugin lends nobody its rights: it heeds the caller's options and environment, and one of them
 * runs a program that they name. Where it may do more than its caller, it must not start.
 */
#ifndef CHECK_CLAUDE_PRIVILEGE_H
#define CHECK_CLAUDE_PRIVILEGE_H

#include <stdbool.h>

/* What a plugin says, with UNKNOWN, instead of its work. */
#define PRIVILEGE_REFUSAL                                                                          \
    "does not run setuid, setgid or with file capabilities, take them off the file and use sudo"

/*
 * True when the file gave this process rights that its caller does not have: it is setuid or setgid
 * to another, or has capabilities (setcap(8)). The kernel says so (AT_SECURE of getauxval(3)).
 * Under sudo(8) and su(1) it does not.
 */
bool privilege_is_lent(void);

#endif
