#include "agent/cli_elsewhere.h"

#include "base/file.h"
#include "base/pattern.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Patterns below the home; of several that match, the last one by version. */
static const char *const home_places[] = {
    ".nvm/versions/node/*/bin/claude",
    ".local/share/mise/shims/claude",
    ".volta/bin/claude",
    ".asdf/shims/claude",
    ".bun/bin/claude",
    ".npm-global/bin/claude",
    ".nix-profile/bin/claude",
    ".local/share/fnm/node-versions/*/installation/bin/claude",
    ".local/share/pnpm/claude",
    ".yarn/bin/claude",
    ".local/share/claude/versions/*",
};
#define LINUXBREW "/home/linuxbrew/.linuxbrew/bin/claude"
#define NPMRC_MAX ((size_t)1 << 16)

static bool is_program(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
           faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

static void take_match(void *context, const char *path, int error)
{
    struct text *best = context;
    if (error != 0 || !is_program(path))
        return;
    if (best->length > 0 && strverscmp(text_get(best), path) > 0)
        return;
    text_reset(best);
    text_add(best, path);
}

/* The value of the line `prefix=...`; NULL when there is none. *ret_length bytes of it. */
static const char *find_prefix(const char *content, size_t *ret_length)
{
    for (const char *line = content; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        const char *sign = line + strspn(line, " \t");
        if (strncmp(sign, "prefix", 6) != 0)
            continue;
        sign += 6 + strspn(sign + 6, " \t");
        if (*sign != '=')
            continue;
        sign += 1 + strspn(sign + 1, " \t\"'");
        *ret_length = strcspn(sign, "\"'\r\n");
        return sign;
    }
    return NULL;
}

/* Below the prefix that npm's own settings name, "prefix=~/npm" in ~/.npmrc. */
static void find_by_npm(const char *home, struct text *path)
{
    struct text name = TEXT_INIT(PATH_MAX);
    struct file_bytes file = {0};
    file_add_below(&name, home, ".npmrc");
    if (!name.failed && file_read(AT_FDCWD, text_get(&name), 0, NPMRC_MAX, &file) == 0) {
        size_t length;
        const char *prefix = find_prefix(file.bytes, &length);
        const bool in_home = prefix && prefix[0] == '~';
        text_reset(&name);
        text_add(&name, in_home ? home : "");
        if (prefix)
            text_add_bytes(&name, prefix + in_home, length - in_home);
        text_add(&name, "/bin/claude");
        if (prefix && !name.failed && is_program(text_get(&name)))
            text_add(path, text_get(&name));
    }
    file_bytes_free(&file);
    text_free(&name);
}

/* In a pattern, so that it stands for itself. */
static void add_literally(struct text *pattern, const char *path)
{
    for (; *path; path++)
        text_format(pattern, "%s%c", strchr("*?[\\", *path) ? "\\" : "", *path);
}

void cli_elsewhere_find(const char *home, struct text *path)
{
    for (size_t i = 0; i < sizeof home_places / sizeof home_places[0] && path->length == 0; i++) {
        struct text pattern = TEXT_INIT(PATH_MAX);
        add_literally(&pattern, strcmp(home, "/") == 0 ? "" : home);
        text_format(&pattern, "/%s", home_places[i]);
        if (!pattern.failed && !pattern.truncated)
            pattern_expand(text_get(&pattern), take_match, path);
        text_free(&pattern);
    }
    if (path->length == 0)
        find_by_npm(home, path);
    if (path->length == 0 && is_program(LINUXBREW))
        text_add(path, LINUXBREW);
}
