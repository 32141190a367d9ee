/*
 * The rule: a run that was OK stays OK only where the failed step could not have told anything
 * else, and one that was not OK becomes OK by nothing but a permission. Each line below is a part
 * of the plugins where that is so, and why.
 */
#include "driver.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct rule {
    const char *function; /* the fault is in it, or in what it calls; NULL: anywhere */
    enum fault_call call; /* FAULT_NO_CALL: any */
    int error;            /* 0: any */
    const char *because;
    const char *not_within; /* but not in this function; NULL: none */
};

#define ANY     FAULT_NO_CALL
#define LIBRARY "library:" /* before the name of a function that is not in the plugins */
#define DENIED                                                                                     \
    (-2) /* in place of an errno value: all that mean that it is not for us, or not there */

static bool is_denial(int error)
{
    return error == EACCES || error == EPERM || error == ELOOP || error == ENOTDIR;
}

static const struct rule harmless[] = {
    /* trouble with the state directory never decides the state */
    {"store_close", ANY, 0, "nothing is wanted from it any more", NULL},
    {"agent_state_version", ANY, 0, "claude is asked instead", NULL},
    {"agent_state_keep_version", ANY, 0, "it is kept for the next call", NULL},
    {"agent_forget", ANY, 0, "a version that stays does not count then, and a run's record does",
     "only_forget"},
    {"agent_state_add_place", ANY, 0, "words for -v", NULL},
    {"store_may_have", ANY, 0, "where that is not known, the record is looked for", NULL},
    {"store_unlock", FAULT_flock, 0, "the lock ends with its descriptor", NULL},
    {"file_sweep", ANY, 0, "what killed writers left decides nothing", NULL},
    /* words */
    {"keep_words", ANY, 0, "what claude said is shown when it failed", NULL},
    {"add_log_in", ANY, 0, "words for who has to log in", NULL},
    {"user_name_add", ANY, 0, "words for who has to log in", NULL},
    {"text_format < parse_words", ANY, 0, "words for an option that is refused", NULL},
    {"text_format < only_forget", ANY, 0, "words for what was forgotten", NULL},
    {"text_add < only_forget", ANY, 0, "words for what was forgotten", NULL},
    {"duration_add_iso_time", FAULT_malloc, 0, "no time zone is wanted", NULL},
    {NULL, FAULT_isatty, 0, "it decides how things are shown, not which", NULL},
    {"progress_start", FAULT_ioctl, 0, "it decides how things are shown, not which", NULL},
    {NULL, FAULT_posix_fadvise, 0, "it is advice", NULL},
    {"text_add < find_asked", ANY, 0, "words for where nothing was found", NULL},
    {"rotation_is_compressed", FAULT_openat, ENOTDIR, "that it is gone is told when it is read",
     NULL},
    {"name_log", FAULT_realpath, 0, "the log's name in a record", NULL},
    /* deadlines, signals and children: they end a plugin that hangs, and this one does not */
    {NULL, FAULT_clock_gettime, 0, "it only counts what is left; the time of day is UNKNOWN",
     "clock_now"},
    {"deadline_start", ANY, 0, "the steps look at the clock, too", "clock_monotonic_us"},
    {"deadline_output", ANY, 0, "it gives whoever reads more time, or less", NULL},
    {"deadline_guard", ANY, 0, "it is for what comes later", NULL},
    {"keep_descriptors_from_children", ANY, 0, "the child gets what is open, as by default", NULL},
    {"orphans_adopt", ANY, 0, "it looks for children that were there before", NULL},
    {"orphans_end", ANY, 0, "the child itself has ended", NULL},
    {"process_run", FAULT_sigaction, 0, "its end is seen a little later", NULL},
    {"process_run", FAULT_prctl, 0, "grandchildren are ended with the group", NULL},
    {NULL, FAULT_setpgid, 0, "the child does it, too", NULL},
    {"open_nothing", FAULT_child_open, 0, "a pipe that nobody writes to is as empty", NULL},
    {"make_pipe", FAULT_fcntl, 0, "a pipe that blocks ends with the child", NULL},
    {NULL, FAULT_ppoll, 0, "the children are looked at again", NULL},
    {NULL, FAULT_waitid, 0, "the child is asked after again", NULL},
    {"finish", FAULT_kill, 0, "the child itself has ended", NULL},
    {"drain", FAULT_read, EINTR, "a version that was not read is unknown, and told so", NULL},
    {"drain", FAULT_read, EAGAIN, "a version that was not read is unknown, and told so", NULL},
    {NULL, FAULT_poll, 0, "it only waits, and the deadline's signal ends a call that blocks", NULL},
    /* what was read is read, whatever close() says */
    {NULL, FAULT_close, 0, "nothing was written to it", "file_replace"},
    /* asked again, or not needed */
    {"log_list_add", FAULT_stat, 0, "what looks like a pattern is one", NULL},
    {"spool_stdin", FAULT_fstat, 0, "it is copied like a pipe", NULL},
    {"try_relative", FAULT_getcwd, 0, "the path is used as it is", NULL},
    {"home_list_add", FAULT_stat, 0, "it counts as a home, which is looked at", NULL},
    {LIBRARY "getcwd", FAULT_realloc, 0, "it gives back what it asked for too much", NULL},
    {LIBRARY "__duplocale", ANY, 0, "json-c reads a number the same without it", NULL},
    {NULL, ANY, 0, NULL, NULL},
};

/* A file that this user may not read cannot change the verdict. */
static const struct rule forbidden[] = {
    {"store_open", ANY, DENIED, "a state directory that is not ours, or is none, is not used",
     NULL},
    {"rotation_find", FAULT_opendir, EACCES, "what is rotated is not for us to see", NULL},
    {"rotation_find", FAULT_stat, EACCES, "what is rotated is not for us to see", NULL},
    {"rotation_find", ANY, ENOTDIR, "the directory is gone, and the log with it", NULL},
    {"rotation_find", FAULT_readdir, ENOENT, "the directory is gone, and the log with it", NULL},
    {"look_at_home", FAULT_stat, DENIED, "what is in the home is looked at by itself", NULL},
    {"account_find", ANY, DENIED, "an account that is not ours to read is not known", NULL},
    {"store_add_key", ANY, DENIED, "the record is looked for under the name as given", NULL},
    {"refresh_lock_look", ANY, ENOTDIR, "what is no directory holds no lock", NULL},
    {"refresh_lock_look", ANY, EACCES, "-C may name a file outside of a closed directory", NULL},
    {"renewal_look", ANY, ENOTDIR, "the file was read, so there is a directory", NULL},
    {"renewal_look", ANY, EACCES, "-C may name a file outside of a closed directory", NULL},
    {"auth_settings_read", ANY, DENIED, "settings that are not ours to read are passed over", NULL},
    {"profile_look", ANY, DENIED, "a profile that is not ours to read is passed over", NULL},
    {"auth_read_object", ANY, DENIED, "settings that are not ours to read are passed over", NULL},
    {"list_managed", ANY, DENIED, "settings that are not ours to read are passed over", NULL},
    {NULL, ANY, 0, NULL, NULL},
};

/* Where a run is recorded otherwise, and need not say so. */
static const struct rule unfed[] = {
    {"account_find", ANY, DENIED, "an account that is not ours to read is not known", NULL},
    {"store_read", FAULT_openat, DENIED, "what is no record of ours is replaced", NULL},
    {"open_places", FAULT_stat, DENIED, "who may not see the home has a place of their own", NULL},
    {NULL, ANY, 0, NULL, NULL},
};

/* "a < b": a called by b, at the place where the plugin's own code begins to be told of. */
static bool is_within(enum plugin plugin, const struct fault_place *place, const char *function)
{
    const char *caller = strstr(function, " < ");
    size_t length = caller ? (size_t)(caller - function) : strlen(function);
    for (unsigned i = 0; i < place->count; i++) {
        const char *name = symbols_name(plugin, place->frames[i]);
        if (strlen(name) != length || memcmp(name, function, length) != 0)
            continue;
        if (!caller)
            return true;
        if (i + 1 < place->count &&
            strcmp(symbols_name(plugin, place->frames[i + 1]), caller + 3) == 0)
            return true;
    }
    return strncmp(function, LIBRARY, strlen(LIBRARY)) == 0 &&
           strcmp(place->library_function, function + strlen(LIBRARY)) == 0;
}

/* A name that a rule gives is in one of the plugins. */
static bool is_known(const char *name)
{
    if (!name || strncmp(name, LIBRARY, strlen(LIBRARY)) == 0)
        return true;
    const char *caller = strstr(name, " < ");
    size_t length = caller ? (size_t)(caller - name) : strlen(name);
    return symbols_have(name, length) && (!caller || symbols_have(caller + 3, strlen(caller + 3)));
}

static size_t unknown_names(const struct rule *rules)
{
    size_t unknown = 0;
    for (const struct rule *r = rules; r->because; r++) {
        const char *names[] = {r->function, r->not_within};
        for (size_t i = 0; i < 2; i++) {
            if (is_known(names[i]))
                continue;
            printf("FAILED tests/fault/allowed.c: neither plugin has a function %s\n", names[i]);
            unknown++;
        }
    }
    return unknown;
}

size_t allowed_unknown_names(void)
{
    return unknown_names(harmless) + unknown_names(forbidden) + unknown_names(unfed);
}

static const char *find_rule(const struct rule *rules, enum plugin plugin,
                             const struct fault *fault)
{
    for (const struct rule *r = rules; r->because; r++)
        if ((r->call == ANY || r->call == fault->call) &&
            (r->error == 0 || r->error == fault->error ||
             (r->error == DENIED && is_denial(fault->error))) &&
            (!r->function || is_within(plugin, &fault->place, r->function)) &&
            (!r->not_within || !is_within(plugin, &fault->place, r->not_within)))
            return r->because;
    return NULL;
}

const char *allowed_because(enum plugin plugin, const struct fault *fault)
{
    const char *because = find_rule(harmless, plugin, fault);
    return because ? because : lost_because(plugin, fault);
}

const char *lost_because(enum plugin plugin, const struct fault *fault)
{
    if (fault->on && is_denial(fault->error))
        return "each of them by itself is looked at";
    return find_rule(forbidden, plugin, fault);
}

const char *unfed_because(enum plugin plugin, const struct fault *fault)
{
    if (fault->on && is_denial(fault->error))
        return "each of them by itself is looked at";
    return find_rule(unfed, plugin, fault);
}

bool is_within_feed(enum plugin plugin, const struct fault *fault)
{
    return is_within(plugin, &fault->place, "runlog_feed");
}

/*
 * json-c (0.16) drops what it cannot keep, in its parser and, the name of a member, where an object
 * cannot grow: the plugins see that and end, but cannot give it back. What they asked for
 * themselves, and the parser's own memory, they can.
 */
bool leaks_are_foreign(enum plugin plugin, const struct fault *fault)
{
    bool parser = is_within(plugin, &fault->place, "build");
    if (!parser && !is_within(plugin, &fault->place, LIBRARY "lh_table_new"))
        return false;
    for (size_t i = 0; i < FAULT_LEAKS && fault->traced[i] != 0; i++) {
        const struct fault_place *leak = &fault->leaks[i];
        if (leak->library_function[0] == '\0' || (parser && !is_within(plugin, leak, "feed_bytes")))
            return false;
    }
    return true;
}

/*
 * glibc (2.36) aborts where some allocations of its own fail, in the databases of users: the
 * plugin's handler says UNKNOWN, and glibc a line of its own.
 */
bool stderr_is_foreign(enum plugin plugin, const struct fault *fault)
{
    bool allocation = fault->call <= FAULT_aligned_alloc;
    return allocation && !fault->ended &&
           (is_within(plugin, &fault->place, "user_name_add") ||
            is_within(plugin, &fault->place, "look_up_member"));
}
