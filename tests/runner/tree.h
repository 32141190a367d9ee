/* Whole trees of files: removed, and copied. */
#ifndef RUNNER_TREE_H
#define RUNNER_TREE_H

/* Remove what is at PATH, closed directories and all. Returns 0, also where there is nothing, or an
 * errno value. */
int tree_remove(const char *path);

/* Copy what is at FROM to TO, which is not there: files, directories and links, with modes and
 * times. */
int tree_copy(const char *from, const char *to);

#endif
