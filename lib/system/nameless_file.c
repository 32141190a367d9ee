#include "system/nameless_file.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

int nameless_file_create(int *ret_fd)
{
    const char *directory = getenv("TMPDIR");
    struct text path = TEXT_INIT(PATH_MAX);
    text_format(&path, "%s/check_claude.XXXXXX", directory && *directory ? directory : "/tmp");
    int error = path.failed ? ENOMEM : path.truncated ? ENAMETOOLONG : 0;
    int fd = error == 0 ? mkostemp(path.bytes, O_CLOEXEC) : -1;
    if (error == 0 && fd < 0)
        error = errno;
    if (fd >= 0 && unlink(text_get(&path)) != 0) { /* what a log holds must not stay there */
        error = errno;
        close(fd);
    }
    text_free(&path);
    if (error == 0)
        *ret_fd = fd;
    return error;
}
