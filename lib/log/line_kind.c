#include "log/line_kind.h"

#include "base/escape.h"
#include "log/cause.h"
#include "log/prefix.h"

#include <stdbool.h>
#include <string.h>

#define WORDS_MAX    240
#define WRAPPER_MAX  160 /* no wrapper says more in a line */
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RAW_SEEN     80 /* bytes in which a logger names its level */

/* How runs' surroundings speak of their end, wherever it stands in a short line. */
static const char wrapper_words[] =
    "exit code|exit status|exit_code|exited with|exit=|status=|rc=|exitcode|return code|non-zero "
    "status|process completed|job succeeded|job failed|script done|script started|sending signal|"
    "cleaning up|post job cleanup|section_end:|section_start:|systemd[|inputs+|maxresident|"
    "elifecycle|deactivated successfully|consumed |command finished|command failed|:~$|$ exit|"
    "connection to |no stdin data received|****|: ok=";

/* How they begin. */
static const char *const wrapper_starts[] = {"+ ",
                                             "$ ",
                                             "real\t",
                                             "user\t",
                                             "sys\t",
                                             "npm err",
                                             "npm warn",
                                             "npm notice",
                                             "make: ",
                                             "make[",
                                             "nohup: ",
                                             "(node:",
                                             "(use `node",
                                             "node.js v",
                                             "warning: ",
                                             "[claude-code:",
                                             "claude code doesn't recognize"};

/* Whole lines of theirs. */
static const char *const wrapper_lines[] = {"start",    "started", "end",    "ended",
                                            "finished", "stopped", "killed", "terminated"};

/* What may follow a message in lines of its own: such signs, and words. */
static const char rest_signs[] = "<{}\"[(";
static const char *const rest_starts[] = {
    "request id", "message id", "learn more", "try ",      "please ",
    "check ",     "see ",       "if ",        "for more",  "visit ",
    "details",    "note:",      "to ",        "or ",       "run ",
    "use ",       "hint",       "http",       "caused by", "cause:",
    "at ",        "code:",      "errno",      "syscall",   "original prompt",
    "this "};

static bool begins_with_one_of(const char *words, const char *const *starts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(words, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/* The CLI's own debug lines, and those of loggers that say so. */
static bool is_debug(const unsigned char *bytes, size_t length)
{
    char raw[RAW_SEEN + 1];
    length = length < RAW_SEEN ? length : RAW_SEEN;
    for (size_t i = 0; i < length; i++)
        raw[i] = (char)(bytes[i] >= 'A' && bytes[i] <= 'Z' ? bytes[i] | 0x20 : bytes[i]);
    raw[length] = '\0';
    return cause_has_one_of(raw, "[debug]|[trace]|[verbose]| debug |debug: |z [error] |z [warn] |z "
                                 "[info] ");
}

/* Signs without a letter or digit: a rule, a prompt, an end of a code block. */
static bool has_no_word(const char *words)
{
    for (; *words; words++)
        if ((*words >= 'a' && *words <= 'z') || (*words >= '0' && *words <= '9') ||
            (unsigned char)*words >= 0x80)
            return false;
    return true;
}

static bool is_wrapper(const char *words, size_t length)
{
    for (size_t i = 0; i < sizeof wrapper_lines / sizeof *wrapper_lines; i++)
        if (strcmp(words, wrapper_lines[i]) == 0)
            return true;
    return (length < WRAPPER_MAX && cause_has_one_of(words, wrapper_words)) ||
           begins_with_one_of(words, wrapper_starts,
                              sizeof wrapper_starts / sizeof *wrapper_starts) ||
           has_no_word(words);
}

/* Prose: some words and a full stop, or many words. */
static bool is_sentence(const char *words, size_t length)
{
    size_t blanks = 0;
    for (size_t i = 0; words[i] != '\0'; i++)
        blanks += words[i] == ' ' && i > 0 && words[i - 1] != ' ';
    return blanks >= 6 || length > WORDS_MAX ||
           (blanks >= 2 && length > 0 && strchr(".!?:", words[length - 1]));
}

/* The first bytes in lower case. */
static void fold(const unsigned char *bytes, size_t length, char ret[WORDS_MAX + 1])
{
    length = length < WORDS_MAX ? length : WORDS_MAX;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = bytes[i];
        ret[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c != '\0' ? c : ' ');
    }
    ret[length] = '\0';
}

enum line_kind line_kind(const unsigned char *bytes, size_t length)
{
    char words[WORDS_MAX + 1];
    size_t places[PREFIX_PLACES];
    length = escape_trimmed(bytes, length);
    size_t count = prefix_places(bytes, length, places);
    if (count == 0)
        return LINE_BLANK;
    if (is_debug(bytes, length))
        return LINE_WRAPPER;
    const bool is_prefix = prefix_length(bytes, length) == length; /* and nothing behind it */
    enum line_kind kind = LINE_OTHER;
    for (size_t place = 0; place < count; place++) {
        const size_t size = length - places[place];
        fold(bytes + places[place], size, words);
        if (is_wrapper(words, size))
            return LINE_WRAPPER;
        bool is_last = place + 1 == count; /* a sign before is of a prefix: [agent] */
        if (begins_with_one_of(words, rest_starts, COUNT(rest_starts)) ||
            (is_last && words[0] && strchr(rest_signs, words[0]) &&
             !(is_prefix && words[0] == '[')))
            kind = LINE_REST;
        else if (kind != LINE_REST)
            kind = is_sentence(words, size) ? LINE_ANSWER : LINE_OTHER;
    }
    return kind == LINE_OTHER && is_prefix ? LINE_BLANK : kind;
}
