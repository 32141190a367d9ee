#include "system/user_name.h"

#include <pwd.h>

void user_name_add(uid_t user, struct text *text)
{
    const struct passwd *entry = getpwuid(user);
    if (entry)
        text_add(text, entry->pw_name);
    else
        text_format(text, "uid %lu", (unsigned long)user);
}
