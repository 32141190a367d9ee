#include "agent/claude_cli.h"

#include "agent/cli_elsewhere.h"
#include "agent/start_refusal.h"
#include "base/file.h"
#include "base/version_number.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Below the agent's home: the native installer's link, and the place of `claude migrate-installer`.
 */
static const char *const home_places[] = {".local/bin/claude", ".claude/local/claude"};
static const char *const system_places[] = {"/usr/local/bin/claude", "/usr/bin/claude",
                                            "/opt/claude-code/bin/claude.exe"};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

void cli_binary_free(struct cli_binary *binary)
{
    text_free(&binary->path);
    text_free(&binary->looked);
    text_free(&binary->detail);
    text_free(&binary->elsewhere);
}

static bool means_missing(int error)
{
    return error == ENOENT || error == ENOTDIR;
}

/*
 * Fill all but the text of a candidate with a path. In a directory of PATH that we cannot search
 * nothing is for us, as for a shell.
 */
static void look_at(struct cli_binary *candidate, bool in_path)
{
    const char *path = text_get(&candidate->path);
    struct stat *status = &candidate->status, link;
    int error = stat(path, status) == 0 ? 0 : errno;
    bool hidden = error == EACCES;
    bool is_link = (error == ENOENT || hidden) && lstat(path, &link) == 0;
    if (hidden && in_path && !is_link)
        error = ENOENT;
    else if (error == 0 && S_ISDIR(status->st_mode))
        error = EISDIR;
    else if (error == 0 &&
             (!S_ISREG(status->st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0))
        error = EACCES;
    candidate->error = error;
    candidate->unreachable = hidden && error == EACCES;
    candidate->dangling = is_link && error == ENOENT;
}

static bool is_nothing(const struct cli_binary *candidate)
{
    return means_missing(candidate->error) && !candidate->dangling;
}

/*
 * Try the candidate directory[0..length) + "/" + name ("" for a whole path in `name`). True ends
 * the search: it is found, or it cannot be told whether it is. A candidate that is there but cannot
 * be executed is kept in case nothing better comes.
 */
static bool try(struct cli_binary *found, bool in_path, const char *directory, size_t length,
                const char *name)
{
    struct cli_binary here = {.path = TEXT_INIT(PATH_MAX)};
    text_add_bytes(&here.path, directory, length);
    if (length > 0 && directory[length - 1] != '/')
        text_add(&here.path, "/");
    text_add(&here.path, name);
    if (here.path.failed || here.path.truncated)
        here.error = here.path.failed ? ENOMEM : ENAMETOOLONG;
    else
        look_at(&here, in_path);
    bool ends = here.error == 0 || file_error_tells_nothing(here.error);
    if (!ends && (is_nothing(&here) || !is_nothing(found)) && found->path.length > 0) {
        text_free(&here.path);
        return false;
    }
    here.look = here.error == 0                        ? CLI_FOUND
                : file_error_tells_nothing(here.error) ? CLI_UNTOLD
                : means_missing(here.error)            ? CLI_MISSING
                                                       : CLI_NOT_EXECUTABLE;
    here.looked = found->looked;
    here.detail = found->detail;
    here.elsewhere = found->elsewhere;
    text_free(&found->path);
    *found = here;
    return ends;
}

static bool search_path(struct cli_binary *found, const char *path_variable, const char *name)
{
    for (const char *at = path_variable ? path_variable : ""; *at;) {
        size_t length = strcspn(at, ":");
        if (at[0] == '/' && try(found, true, at, length, name))
            return true;
        at += length;
        at += *at == ':';
    }
    return false;
}

static void note_lack(struct cli_binary *found, int error)
{
    found->look = CLI_UNTOLD;
    found->error = error;
}

/* A relative path is made absolute, so that it means the same in a cache record. */
static void try_relative(struct cli_binary *found, const char *path)
{
    char *current = getcwd(NULL, 0);
    if (!current && errno == ENOMEM)
        note_lack(found, ENOMEM);
    else if (current)
        try(found, false, current, strlen(current), path);
    else
        try(found, false, "", 0, path);
    free(current);
}

static void find_asked(struct cli_binary *found, const char *asked, const char *path_variable)
{
    if (asked[0] == '/')
        try(found, false, "", 0, asked);
    else if (strchr(asked, '/'))
        try_relative(found, asked);
    else
        search_path(found, path_variable, asked);
    text_add(&found->looked, asked);
    if (!strchr(asked, '/'))
        text_add(&found->looked, " in PATH");
}

static void copy_text(struct text *to, const struct text *from)
{
    *to = (struct text)TEXT_INIT(from->maximum);
    text_add_bytes(to, text_get(from), from->length);
}

static void begin(struct cli_binary *binary)
{
    *binary = (struct cli_binary){.look = CLI_MISSING,
                                  .error = ENOENT,
                                  .path = TEXT_INIT(PATH_MAX),
                                  .looked = TEXT_INIT(PATH_MAX),
                                  .detail = TEXT_INIT(PATH_MAX),
                                  .elsewhere = TEXT_INIT(PATH_MAX)};
}

void cli_search_start(struct cli_search *search, const char *asked, const char *path_variable)
{
    search->asked = asked;
    search->path_variable = path_variable;
    begin(&search->in_path);
    if (asked)
        find_asked(&search->in_path, asked, path_variable);
    else
        search_path(&search->in_path, path_variable, "claude");
}

void cli_search_end(struct cli_search *search)
{
    cli_binary_free(&search->in_path);
}

/* The places that are the agent's, and the system's; what was found in PATH may be better. */
static void search_places(const char *path_variable, const char *home, struct cli_binary *ret)
{
    bool done = false;
    for (size_t i = 0; i < COUNT(home_places) && !done; i++)
        done = try(ret, false, home, strlen(home), home_places[i]);
    for (size_t i = 0; i < COUNT(system_places) && !done; i++)
        done = try(ret, false, "", 0, system_places[i]);
    if (done || ret->look != CLI_MISSING)
        return;
    text_format(&ret->looked, "claude in PATH (%s)",
                path_variable && *path_variable ? path_variable : "empty");
    for (size_t i = 0; i < COUNT(home_places); i++) {
        text_add(&ret->looked, ", ");
        file_add_below(&ret->looked, home, home_places[i]);
    }
    for (size_t i = 0; i < COUNT(system_places); i++)
        text_format(&ret->looked, ", %s", system_places[i]);
}

void cli_search_agent(const struct cli_search *search, const char *home, struct cli_binary *ret)
{
    *ret = search->in_path;
    ret->asked = search->asked != NULL;
    ret->detail = ret->elsewhere = (struct text)TEXT_INIT(PATH_MAX);
    copy_text(&ret->path, &search->in_path.path);
    copy_text(&ret->looked, &search->in_path.looked);
    if (ret->path.failed || ret->looked.failed)
        note_lack(ret, ENOMEM);
    if (!search->asked && ret->look != CLI_FOUND && ret->look != CLI_UNTOLD)
        search_places(search->path_variable, home, ret);
    if (ret->look == CLI_MISSING)
        cli_elsewhere_find(home, &ret->elsewhere);
    else if (ret->look == CLI_NOT_EXECUTABLE)
        start_refusal_explain(ret);
}

/* A pre-release or build suffix, "-beta.1". */
static size_t suffix_length(const char *text, size_t length)
{
    size_t at = 0;
    if (length == 0 || (text[0] != '-' && text[0] != '+'))
        return 0;
    while (at < length && text[at] != '\0' &&
           strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-", text[at]))
        at++;
    return at;
}

bool cli_version_parse(const char *output, size_t length, char ret_version[VERSION_NUMBER_MAX])
{
    static const char name[] = " (Claude Code)";
    const char *end = output + length;
    for (const char *line = output; line < end;) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        size_t size = (size_t)((line_end ? line_end : end) - line);
        if (size > 0 && line[size - 1] == '\r')
            size--;
        size_t version = version_number_length(line, size);
        if (version > 0)
            version += suffix_length(line + version, size - version);
        if (version > 0 && version < VERSION_NUMBER_MAX && size - version == sizeof name - 1 &&
            memcmp(line + version, name, sizeof name - 1) == 0) {
            memcpy(ret_version, line, version);
            ret_version[version] = '\0';
            return true;
        }
        line = line_end ? line_end + 1 : end;
    }
    return false;
}
