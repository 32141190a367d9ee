/*
 * Which logs are meant: files, directories and patterns made into a list of logs.
 */
#ifndef CHECK_CLAUDE_LOG_LIST_H
#define CHECK_CLAUDE_LOG_LIST_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_entry {
    char *path;   /* owned; "-" is the standard input */
    int error;    /* errno with which it, or its directory, could not be looked at; 0 for none */
    bool missing; /* no such file, or a directory or pattern with nothing in it to judge */
    bool ahead;   /* dated ahead of choice.ahead: a clock was wrong */
    bool young;   /* a run may still be writing it (choice.young); it is kept beside the newest */
    size_t group; /* of the log_list_add() that it is from, counted from 1 */
    bool told;    /* dated ahead, and kept to be told only: beside the newest that were asked for */
    bool too_old; /* missing, because all there is was modified before choice.since */
    int64_t modified_ns; /* since the epoch */
    bool empty, moved;   /* private: it has no bytes; it stands for one that was rotated */
};

/* The error of a log that is compressed. */
#define LOG_COMPRESSED ENOTSUP

struct log_list {
    struct log_entry *entries;
    size_t count, capacity;
    size_t groups; /* how often log_list_add() was called */
    bool failed;   /* out of memory */
    bool skipped;  /* the last log_list_add() met a log that was too old */
};

/* What is asked of the logs in a directory or pattern. */
struct log_choice {
    size_t newest; /* judge so many of the last modified; 0 for all */
    int64_t since; /* only those modified at or after this, milliseconds since the epoch */
    int64_t
        ahead; /* one modified after this is dated ahead, milliseconds since the epoch; 0: none */
    int64_t young; /* one modified after this may be of a run in progress, milliseconds since the
                      epoch, and does not count among the newest; 0: none */
};

/*
 * Add what `asked` means: "-" as it is; an existing file, whatever its name; the regular files of
 * an existing directory, but those with a leading dot; else the files, and the files of the
 * directories, that match it as a pattern of glob(7). What cannot be looked at, directories on the
 * way of a pattern too, becomes an entry with an error. Of a directory or pattern, what is no log
 * is passed over: compressed files, by name or by their first bytes, and .pid files; one that is
 * named becomes an entry with LOG_COMPRESSED. In place of a log that is empty because it was just
 * rotated (rotation.h) there stands the one that it was before.
 *
 * Of logs modified in the same nanosecond (copies that kept a time of whole seconds, mostly) the
 * one with the later name counts as the last one, as most names count or date runs; "run9" is
 * before "run10". A log that is dated ahead counts as older than all others; one such is kept
 * beside the newest, so that it can be told. An empty list ({0}) is fine to start with;
 * log_list_free() gives it back.
 */
void log_list_add(struct log_list *list, const char *asked, const struct log_choice *choice);

/*
 * The index of the entry that was last modified, by the same order, of those without an error; the
 * count when there is none. One that is dated ahead only when all are.
 */
size_t log_list_newest(const struct log_list *list);

/* Take out entries whose path was named before. */
void log_list_unique(struct log_list *list);

void log_list_free(struct log_list *list);

#endif
