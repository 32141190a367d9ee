#include "verdict/login_file.h"

#include "base/file.h"
#include "verdict/login_source.h"
#include "verdict/renewal.h"

#include <errno.h>
#include <string.h>

/* The agent's user cannot read the file, whether we can or not. */
static void decide_unreadable(const struct decision *d, const char *path)
{
    const char *owner = d->facts->credentials_owner;
    const char *user = d->facts->user ? d->facts->user : "the agent";
    if (owner)
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "%s cannot read its login, run chown %s on the file", user,
                      renewal_new_owner(d->facts)),
                 "%s belongs to %s", path, owner);
    else if (d->facts->credentials_error == 0)
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "%s cannot read its login, run chmod 600 on the file", user),
                 "%s", path);
    else
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "cannot read the login, run the check as its owner"),
                 "%s: %s", path, file_error(EACCES));
}

/* No login is kept in it: under another name than the CLI's it was named by mistake. */
static void decide_odd_file(const struct decision *d, const char *path, int error)
{
    static const char name[] = "/.credentials.json";
    const size_t length = strlen(path);
    const bool usual = length >= strlen(name) && strcmp(path + length - strlen(name), name) == 0;
    evidence(d,
             usual ? find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                          "cannot read the login, move it away and %s", d->log_in)
                   : find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                          "cannot read the login, name the credentials file itself"),
             "%s: %s", path, file_error(error));
}

static void decide_missing(const struct decision *d, const char *path)
{
    if (path[0] == '~') {
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_MISSING,
                      "not logged in, no shell replaced the tilde, write the whole path"),
                 "no %s", path);
        return;
    }
    struct text cure = TEXT_INIT(1024), why = TEXT_INIT(3072);
    if (d->facts->link_target)
        text_format(&why, "%s is a link to %s, which is not there", path, d->facts->link_target);
    else
        text_format(&why, "no %s", path);
    login_source_find_logged_out(d, PREFLIGHT_CREDENTIALS_MISSING, &cure, &why);
}

bool login_file_decide(const struct decision *d)
{
    const char *path = d->facts->credentials_path;
    int error = d->facts->credentials_error;
    if (error == ENOENT || error == ENOTDIR)
        decide_missing(d, path);
    else if (error == EACCES || (error == 0 && d->facts->config.closed_to_user))
        decide_unreadable(d, path);
    else if (error == FILE_NOT_REGULAR || error == FILE_TOO_LARGE || error == EISDIR)
        decide_odd_file(d, path, error);
    else if (error != 0)
        evidence(d,
                 find(d, PREFLIGHT_CREDENTIALS_UNREADABLE,
                      "cannot read the login, check its path and file system"),
                 "%s: %s", path, file_error(error));
    else if (d->facts->credentials_malformed)
        evidence(
            d,
            find(d, PREFLIGHT_CREDENTIALS_MALFORMED, "the login is not valid JSON, %s", d->log_in),
            "%s", path);
    else
        return true;
    return false;
}
