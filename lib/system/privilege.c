#include "system/privilege.h"

#include <unistd.h>

bool privilege_is_lent(void)
{
    return getuid() != geteuid() || getgid() != getegid();
}
