#include "store/identity.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <unistd.h>

void identity_resume(const struct identity *identity)
{
    if (seteuid(getuid()) != 0 || setegid(getgid()) != 0 ||
        setgroups((size_t)identity->count, identity->groups) != 0)
        abort();
}

int identity_take(uid_t user, gid_t group, struct identity *ret)
{
    ret->count = getgroups(IDENTITY_GROUPS, ret->groups);
    if (ret->count < 0 || setgroups(0, NULL) != 0)
        return errno;
    if (setegid(group) == 0 && seteuid(user) == 0)
        return 0;
    int error = errno;
    identity_resume(ret);
    return error;
}
