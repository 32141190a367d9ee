#include "agent/account.h"

#include "agent/auth_source.h"
#include "agent/credentials.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define IDENTIFIER_MAX 200 /* a UUID has 36 characters */

/* Behind the string that begins at `at`, its quote, or the end. */
static const char *string_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\' && at + 1 < end;
    return at < end ? at + 1 : end;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r\n", *at) && *at)
        at++;
    return at;
}

static bool is_string(const char *at, const char *behind, const char *wanted)
{
    const size_t length = strlen(wanted);
    return (size_t)(behind - at) == length + 2 && memcmp(at + 1, wanted, length) == 0;
}

const char *account_member(const char *bytes, size_t length, const char *parent, const char *key,
                           size_t *ret_length)
{
    const char *end = bytes + length, *found = NULL;
    const int wanted_depth = parent ? 2 : 1;
    bool in_parent = !parent;
    int depth = 0;
    for (const char *at = bytes; at < end;) {
        if (*at != '"') {
            depth += *at == '{' || *at == '[' ? 1 : *at == '}' || *at == ']' ? -1 : 0;
            at++;
            continue;
        }
        const char *behind = string_end(at, end), *colon = skip_blanks(behind, end);
        if (colon < end && *colon == ':') {
            const char *value = skip_blanks(colon + 1, end);
            if (parent && depth == 1)
                in_parent = is_string(at, behind, parent) && value < end && *value == '{';
            if (in_parent && depth == wanted_depth && is_string(at, behind, key)) {
                const char *value_end =
                    value < end && *value == '"' ? string_end(value, end) : value;
                const bool whole = value_end - value >= 2 && value_end[-1] == '"';
                found = whole ? value + 1 : NULL;
                *ret_length = whole ? (size_t)(value_end - value) - 2 : 0;
            }
        }
        at = behind;
    }
    return found && !memchr(found, '\\', *ret_length) ? found : NULL;
}

/* FNV-1a; 0 is kept for no account. */
static uint64_t hash_of(const char *identifier, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)identifier[i]) * UINT64_C(0x100000001b3);
    return hash != 0 ? hash : 1;
}

uint64_t account_of_organization(const char *organization)
{
    return hash_of(organization, strlen(organization));
}

/* Returns 0, or an errno value that tells nothing about the file. */
static int look(const char *path, size_t maximum, const char *parent, const char *key,
                uint64_t *ret)
{
    struct file_bytes file = {0};
    int error = file_read(AT_FDCWD, path, 0, maximum, &file);
    if (error != 0)
        return file_error_tells_nothing(error) ? error : 0;
    size_t length = 0;
    const char *found = account_member(file.bytes, file.length, parent, key, &length);
    if (found && length > 0 && length <= IDENTIFIER_MAX)
        *ret = hash_of(found, length);
    file_bytes_free(&file);
    return 0;
}

int account_find(const char *credentials, const char *config_dir, const char *home, uint64_t *ret)
{
    const char *const directories[] = {config_dir, home};
    uint64_t account = 0;
    int error = look(credentials, CREDENTIALS_MAX, NULL, "organizationUuid", &account);
    for (size_t i = 0; i < 2 && error == 0 && account == 0; i++) {
        struct text path = TEXT_INIT(PATH_MAX);
        file_add_below(&path, directories[i], ".claude.json");
        error = path.failed ? ENOMEM
                            : look(text_get(&path), AUTH_STATE_MAX, "oauthAccount", "accountUuid",
                                   &account);
        text_free(&path);
    }
    if (error == 0)
        *ret = account;
    return error;
}
