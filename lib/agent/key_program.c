#include "agent/key_program.h"

#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#define BLANKS " \t\n"
/* What a shell gives a meaning, quotes at the start apart. */
#define SHELL_CHARACTERS "$`\\*?[]{}()<>|&;\"'#!"

static bool nobody_can_execute(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT || errno == ENOTDIR;
    return S_ISDIR(status.st_mode) || !(status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH));
}

bool key_program_can_start(const char *command, const char *home)
{
    command += strspn(command, BLANKS);
    const char *quote = *command == '"' ? "\"" : *command == '\'' ? "'" : NULL;
    command += quote != NULL;
    const size_t length = strcspn(command, quote ? quote : BLANKS);
    const bool in_home = !quote && home && strncmp(command, "~/", 2) == 0;
    if ((*command != '/' && !in_home) || strcspn(command, SHELL_CHARACTERS) < length)
        return true;
    struct text path = TEXT_INIT(PATH_MAX);
    const size_t tilde = in_home ? strlen("~/") : 0;
    if (in_home)
        file_add_below(&path, home, "");
    text_add_bytes(&path, command + tilde, length - tilde);
    const bool can_start = path.failed || path.truncated || !nobody_can_execute(text_get(&path));
    text_free(&path);
    return can_start;
}
