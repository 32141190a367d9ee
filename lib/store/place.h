/*
 * Where the state of an agent is kept: one rule for all who write it and all who read it.
 *
 * 1. The directory that was asked for (--state-dir, CHECK_CLAUDE_STATE_DIR), for all agents.
 * 2. Else .cache/check_claude in the agent's home, where the plugin's user may write there: he is
 *    the home's owner, or root, or in the group of a state directory of root or of that owner and a
 *    group (store.h). Root works there with the rights of the home's owner, so that what it leaves
 *    can be read by the agent, and no link of the agent's leads root elsewhere.
 * 3. Else /var/tmp/check_claude-UID, of the plugin's user (for root: of the home's owner).
 *
 * Who runs the plugin, and XDG_CACHE_HOME, do not move the place of an agent's state: what one side
 * records the other finds. Without 1, records are read from both 2 and 3. In the home only those of
 * its owner, of root, or of such a group are believed.
 *
 * Calling steps: place_enter(); read and write, start no child; place_leave().
 */
#ifndef CHECK_CLAUDE_PLACE_H
#define CHECK_CLAUDE_PLACE_H

#include "base/text.h"
#include "store/identity.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>

#define PLACE_STORES 2

struct place {
    struct store stores[PLACE_STORES]; /* count of them; records are read from all */
    struct text paths[PLACE_STORES];   /* where they are */
    size_t count;
    size_t own;    /* the one that the agent's records are written to */
    size_t common; /* the one for what agents of one user have in common */
    bool moved;    /* the home's own is of no use though the user should write there: 3 is used */
    bool acts;     /* root works with the rights of the home's owner until place_leave() */
    struct identity root; /* then: what it goes back to */
    struct text key;      /* what the agent's records are kept under: store_add_key() */
    int error;            /* errno value: nothing is known of the agent's records; 0 for none */
};

/*
 * Open the place of the agent with this home; `asked` is the directory of rule 1, or NULL. `create`
 * makes the directory that records are written to. Always fills *ret; then place_leave().
 */
void place_enter(const char *asked, const char *home, bool create, struct place *ret);
void place_leave(struct place *place);

/* The store of what agents have in common, which is made if it is not there, to write to. */
struct store *place_common(struct place *place);

/* Append which directories those are, and what keeps them from being used, for -v. */
void place_add_words(const struct place *place, struct text *text);

#endif
