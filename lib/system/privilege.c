#include "system/privilege.h"

#include <sys/auxv.h>
#include <unistd.h>

bool privilege_is_lent(void)
{
    return getauxval(AT_SECURE) != 0 || getuid() != geteuid() || getgid() != getegid();
}
