#include "agent/key_program.h"

#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#define BLANKS " \t\n"
/* What a shell gives a meaning, quotes at the start apart. */
#define SHELL_CHARACTERS "$`\\*?[]{}()<>|&;\"'#!"

static int look_at(const char *path, bool *ret_can_start)
{
    struct stat status;
    const int error = stat(path, &status) != 0 ? errno : 0;
    if (error == 0)
        *ret_can_start =
            !S_ISDIR(status.st_mode) && (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    else
        *ret_can_start = error != ENOENT && error != ENOTDIR;
    return file_error_tells_nothing(error) ? error : 0;
}

int key_program_look(const char *command, const char *home, bool *ret_can_start)
{
    *ret_can_start = true;
    command += strspn(command, BLANKS);
    const char *quote = *command == '"' ? "\"" : *command == '\'' ? "'" : NULL;
    command += quote != NULL;
    const size_t length = strcspn(command, quote ? quote : BLANKS);
    const bool in_home = !quote && home && strncmp(command, "~/", 2) == 0;
    if ((*command != '/' && !in_home) || strcspn(command, SHELL_CHARACTERS) < length)
        return 0;
    struct text path = TEXT_INIT(PATH_MAX);
    const size_t tilde = in_home ? strlen("~/") : 0;
    if (in_home)
        file_add_below(&path, home, "");
    text_add_bytes(&path, command + tilde, length - tilde);
    int error = path.failed ? ENOMEM : path.truncated ? ENAMETOOLONG : 0;
    if (error == 0)
        error = look_at(text_get(&path), ret_can_start);
    text_free(&path);
    return error;
}
