/*
 * A descendant may leave the process group of our child and lose its parent. It then becomes a
 * child of this process, which can end it. This works on Linux, with the lists of /proc; elsewhere
 * nothing is adopted.
 */
#ifndef CHECK_CLAUDE_ORPHAN_H
#define CHECK_CLAUDE_ORPHAN_H

#include <stdbool.h>

/*
 * Adopt such descendants from now on. False when the system cannot do that, or when this process
 * has children already: they were started before an exec of this program, and it must not end them.
 */
bool orphans_adopt(void);

/*
 * Kill and reap all children, and the children that they leave, until there are none; for at most
 * half a second. A signal handler may call it.
 */
void orphans_end(void);

#endif
