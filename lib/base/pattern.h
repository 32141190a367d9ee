/*
 * Patterns of glob(7) made into paths, as glob(3) does it, but so that nothing is passed over in
 * silence: glob(3) drops what it may not search, and cannot tell a match from an error beside it.
 */
#ifndef CHECK_CLAUDE_PATTERN_H
#define CHECK_CLAUDE_PATTERN_H

#include <stdbool.h>

/* True when it has any of * ? [ and so may stand for other names than its own. */
bool pattern_is_one(const char *text);

/*
 * Call found() for each path that the pattern matches, those of one directory in the order of their
 * names, with error 0; and for each path that it leads to and that could not be looked at, with the
 * errno value: a directory that may not be listed, ENAMETOOLONG. What is not there, or is no
 * directory where one would have to be, is no match and no error. A wildcard does not lead through
 * lost+found, which belongs to the file system and to root. Names with a leading dot take a dot in
 * the pattern, a backslash takes away a meaning; links are followed. The path is found()'s until it
 * returns. Returns 0, or ENOMEM when there is more that was not looked for.
 */
int pattern_expand(const char *pattern, void (*found)(void *context, const char *path, int error),
                   void *context);

#endif
