#include "agent/profile.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#define NAME_MAX_BYTES 200

/* Put DIRECTORY/FOLDER/NAME.json into *path and look at it. Returns 0 or an errno value. */
static int look_at(const char *directory, const char *folder, const char *name, struct text *path,
                   struct stat *ret)
{
    text_reset(path);
    text_format(path, "%s/%s/%s.json", directory, folder, name);
    if (path->failed)
        return ENOMEM;
    return stat(text_get(path), ret) == 0 ? 0 : errno;
}

/* The first word of active_config, else "default". Returns 0 or an errno value. */
static int read_active_name(const char *directory, struct text *name)
{
    struct text path = TEXT_INIT(PATH_MAX);
    struct file_bytes file = {0};
    text_format(&path, "%s/active_config", directory);
    int error =
        path.failed ? ENOMEM : file_read(AT_FDCWD, text_get(&path), 0, NAME_MAX_BYTES, &file);
    const char *word = error == 0 ? file.bytes + strspn(file.bytes, " \t\r\n") : "";
    const size_t length = strcspn(word, " \t\r\n");
    text_add_bytes(name, length > 0 ? word : "default", length > 0 ? length : 7);
    file_bytes_free(&file);
    text_free(&path);
    return file_error_tells_nothing(error) ? error : name->failed ? ENOMEM : 0;
}

static int look_at_named(const char *directory, const char *name, struct text *where,
                         enum profile_look *ret)
{
    struct stat status;
    struct text login = TEXT_INIT(PATH_MAX);
    int error = look_at(directory, "configs", name, where, &status);
    *ret = error == 0 && S_ISREG(status.st_mode) && !strchr(name, '/') ? PROFILE_USABLE
                                                                       : PROFILE_MISSING;
    if (error == 0)
        error = look_at(directory, "credentials", name, &login, &status);
    if (error == 0 && *ret == PROFILE_USABLE && (status.st_mode & (S_IRGRP | S_IROTH))) {
        *ret = PROFILE_OPEN_TO_OTHERS;
        text_reset(where);
        text_add(where, text_get(&login));
        error = where->failed ? ENOMEM : 0;
    }
    text_free(&login);
    return file_error_tells_nothing(error) ? error : 0;
}

int profile_look(const char *directory, const char *name, struct text *where,
                 enum profile_look *ret)
{
    struct text active = TEXT_INIT(NAME_MAX_BYTES);
    int error = name ? 0 : read_active_name(directory, &active);
    if (error == 0)
        error = look_at_named(directory, name ? name : text_get(&active), where, ret);
    text_free(&active);
    return error;
}
