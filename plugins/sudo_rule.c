#include "sudo_rule.h"

#include "system/user_name.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The lexer of sudoers takes off the first backslash, fnmatch(3) the second. */
static void add_word(const char *word, struct text *line)
{
    for (const char *at = word; *at; at++) {
        if (*at == '\\')
            text_add(line, "\\\\\\");
        else if (strchr(" \t#:,=*?[]!^", *at))
            text_add(line, "\\");
        text_add_bytes(line, at, 1);
    }
}

/* The plugin's own path, as sudo compares it. */
static void add_program(const char *name, struct text *line)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    add_word(length > 0 ? path : name, line);
}

/* getopt_long takes a part of a name for the whole. */
static bool asks_for_rule(const char *word)
{
    size_t length = strcspn(word, "=");
    return length > 2 && length < sizeof SUDO_RULE_OPTION &&
           strncmp(word, SUDO_RULE_OPTION, length) == 0;
}

/* Who owns them all. */
static bool find_owner(const struct home_list *homes, uid_t *ret, struct text *error)
{
    for (size_t i = 0; i < homes->count; i++) {
        struct stat status;
        if (stat(homes->homes[i], &status) != 0) {
            text_format(error, "%s: %s. Write the home of an agent as --agent-home",
                        homes->homes[i], strerror(errno));
            return false;
        }
        if (status.st_uid == 0) {
            text_format(error, "%s belongs to root. Write the home of an agent as --agent-home",
                        homes->homes[i]);
            return false;
        }
        if (i > 0 && status.st_uid != *ret) {
            text_format(error,
                        "%s and %s belong to two users. Write one --agent-home for each rule",
                        homes->homes[0], homes->homes[i]);
            return false;
        }
        *ret = status.st_uid;
    }
    return true;
}

static void add_user(uid_t user, struct text *line)
{
    struct text name = TEXT_INIT(300);
    user_name_add(user, &name);
    if (strncmp(text_get(&name), "uid ", 4) == 0) /* it has no name */
        text_format(line, "#%lu", (unsigned long)user);
    else
        add_word(text_get(&name), line);
    text_free(&name);
}

bool sudo_rule_add(const char *monitor, int argc, char *const argv[], const struct home_list *homes,
                   struct text *line, struct text *error)
{
    uid_t owner = 0;
    if (!find_owner(homes, &owner, error))
        return false;
    add_word(monitor, line);
    text_add(line, " ALL=(");
    add_user(owner, line);
    text_add(line, ") NOPASSWD: ");
    add_program(argv[0], line);
    for (int i = 1; i < argc; i++) {
        if (asks_for_rule(argv[i]))
            continue;
        text_add(line, " ");
        add_word(argv[i], line);
    }
    return true;
}
