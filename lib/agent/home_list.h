/*
 * Which agents are meant: directories and patterns made into a list of homes.
 */
#ifndef CHECK_CLAUDE_HOME_LIST_H
#define CHECK_CLAUDE_HOME_LIST_H

#include "base/text.h"

#include <stddef.h>

struct home_list {
    char **homes; /* count of them, absolute, each once; owned */
    size_t count, capacity;
    int error;    /* errno value of what could not be added; 0 for none */
    char *closed; /* then: what a pattern leads to and could not be looked at; owned; NULL for no
                     such thing */
};

/*
 * Add what `asked` means: an existing path as it is, or one without wildcards; else the directories
 * that match it as a pattern of glob(7), in the order of their names. A relative path is made
 * absolute, since it becomes a child's HOME and a label. Returns how many were added: 0 for a
 * pattern that nothing matched, or that leads to nothing but what could not be looked at. An empty
 * list ({0}) is fine to start with; home_list_free() gives it back.
 */
size_t home_list_add(struct home_list *list, const char *asked);

/* Add one path, whatever its name. */
void home_list_add_path(struct home_list *list, const char *path);

/* Add the home of the user who runs the plugin: HOME, or what the user database says without it. */
void home_list_add_own(struct home_list *list);

/* Take out homes that were named before, in whatever spelling of slashes at the end. */
void home_list_unique(struct home_list *list);

void home_list_free(struct home_list *list);

#endif
