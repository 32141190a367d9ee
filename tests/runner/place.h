/* What is made once for all cases: the runner's own directory, with a few tools and copies of the
 * plugins in it. */
#ifndef RUNNER_PLACE_H
#define RUNNER_PLACE_H

#include "scene.h"

/*
 * Fill *ret_place, in POOL. TOP is the tree's directory, SHARED that of shared logs; the plugins
 * are looked for below $BUILD, and $WRAPPER has the words that each run of a plugin starts with.
 * Returns 0, or an errno value after a line on the standard error.
 */
int place_make(struct pool *pool, const char *top, const char *shared, struct place *ret_place);
void place_remove(const struct place *place);

#endif
