#include "agent/helper_program.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/* What a shell gives a meaning, quotes at the start apart. */
#define SHELL_CHARACTERS "$`\\*?[]{}()<>|&;\"'#!"

bool helper_program_exists(const char *command, const char *home)
{
    command += strspn(command, " \t\n");
    const char quote = *command == '"' || *command == '\'' ? *command : '\0';
    command += quote != '\0';
    const char ends[] = {quote ? quote : ' ', quote ? quote : '\t', quote ? quote : '\n', '\0'};
    const size_t length = strcspn(command, ends);
    const bool in_home = !quote && strncmp(command, "~/", 2) == 0;
    if ((*command != '/' && !(in_home && home)) || strcspn(command, SHELL_CHARACTERS) < length)
        return true;
    struct text path = TEXT_INIT(PATH_MAX);
    struct stat status;
    text_add(&path, in_home ? home : "");
    text_add_bytes(&path, command + in_home, length - in_home);
    const bool missing = !path.failed && !path.truncated && stat(text_get(&path), &status) != 0 &&
                         (errno == ENOENT || errno == ENOTDIR);
    text_free(&path);
    return !missing;
}
