/*
 * The line for /etc/sudoers.d that lets the monitoring user run one command as the agent: what
 * --print-sudo-rule prints.
 *
 *     nagios ALL=(agent) NOPASSWD: /usr/local/lib/nagios/plugins/check_claude_preflight -a
 * /home/agent
 *
 * sudo compares the whole command, so the line holds the arguments as they were given, in their
 * order, and nothing may be added when it is called. What sudoers(5) reads as its own (blanks,
 * # : , = and backslashes) and as a pattern (* ? [ ] ! ^) stands behind a backslash.
 */
#ifndef CHECK_CLAUDE_SUDO_RULE_H
#define CHECK_CLAUDE_SUDO_RULE_H

#include "agent/home_list.h"
#include "base/text.h"

#include <stdbool.h>

/* The option that the rule leaves out of the command. */
#define SUDO_RULE_OPTION "--print-sudo-rule"

/*
 * Append the line, without a line feed, for the user `monitor` and the command in argv. The rule is
 * for the owner of the homes. False with one line in *error where they have none, have several,
 * or belong to root: such a rule would run as root what the agent can replace.
 */
bool sudo_rule_add(const char *monitor, int argc, char *const argv[], const struct home_list *homes,
                   struct text *line, struct text *error);

#endif
