/*
 * Descendants that left the group of the child they come from, and lost their parent: they become
 * children of this process, which can then end them. On Linux, by what /proc lists; elsewhere
 * nothing is adopted.
 */
#ifndef CHECK_CLAUDE_ORPHAN_H
#define CHECK_CLAUDE_ORPHAN_H

#include <stdbool.h>

/*
 * Be the one that they fall to, from now on. False when that cannot be had, or there are children
 * already, from before an exec of this program: they are not ours to end.
 */
bool orphans_adopt(void);

/*
 * Kill and reap all children, and what becomes one by that, until there is none; for half a second
 * at most. Calls nothing that a signal handler may not.
 */
void orphans_end(void);

#endif
