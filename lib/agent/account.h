/*
 * Whose plan a run uses up: a number that two agents of one account have in common.
 */
#ifndef CHECK_CLAUDE_ACCOUNT_H
#define CHECK_CLAUDE_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

/*
 * A hash of the account: organizationUuid beside claudeAiOauth in the credentials file, else
 * oauthAccount.accountUuid of .claude.json in the config directory, else in the home. A renewed
 * token leaves it as it is. 0 where no account is named, or not for us to read. Returns 0, or an
 * errno value that tells nothing about the files (file.h); *ret is then untouched.
 */
int account_find(const char *credentials, const char *config_dir, const char *home, uint64_t *ret);

/* The same of an organizationUuid that was read already. */
uint64_t account_of_organization(const char *organization);

/*
 * The string member `key` of the object `parent` at the top of a JSON text, or of the top itself
 * where `parent` is NULL: a pointer to its first byte behind the quote, and its length. NULL where
 * there is none, or it has an escape. The last of several counts. No byte is copied.
 */
const char *account_member(const char *bytes, size_t length, const char *parent, const char *key,
                           size_t *ret_length);

#endif
