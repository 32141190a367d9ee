/*
 * Root at work in somebody's home: with his rights, so that files are his and links lead no further
 * than he could go himself.
 */
#ifndef CHECK_CLAUDE_IDENTITY_H
#define CHECK_CLAUDE_IDENTITY_H

#include <sys/types.h>

#define IDENTITY_GROUPS 64

/* What root was: the further groups. */
struct identity {
    int count;
    gid_t groups[IDENTITY_GROUPS];
};

/*
 * Take the effective rights of a user, in this group and no other; identity_resume() follows.
 * Returns 0, or an errno value with all as it was.
 */
int identity_take(uid_t user, gid_t group, struct identity *ret);

/* Be root again. Ends the process by SIGABRT where that is refused. */
void identity_resume(const struct identity *identity);

#endif
