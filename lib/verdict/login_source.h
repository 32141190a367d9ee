/*
 * Which source of a login is in force, and whether it may be. Pure.
 */
#ifndef CHECK_CLAUDE_LOGIN_SOURCE_H
#define CHECK_CLAUDE_LOGIN_SOURCE_H

#include "verdict/preflight_decision.h"

/*
 * --auth=auto: add what is found of a source in force that is not the credentials file, or of none.
 * True when the credentials file is what counts.
 */
bool login_source_decide(const struct decision *d);

/* Add what managed settings say against the source in force. */
void login_source_decide_forced(const struct decision *d);

/*
 * Append what to do about a credentials file without a login: to log in. Where only --auth=file
 * keeps another source from counting: to count that, and in *why where it stands.
 */
void login_source_add_way_in(const struct decision *d, struct text *cure, struct text *why);

/*
 * Add that there is no login, for the reason in *why: "not logged in, run claude auth login as
 * agent (no FILE)". Frees both texts; *cure comes empty.
 */
void login_source_find_logged_out(const struct decision *d, enum preflight_condition condition,
                                  struct text *cure, struct text *why);

#endif
