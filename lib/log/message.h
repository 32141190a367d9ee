/*
 * What the CLI says when a run fails, known by families and not by sentences: a family is how its
 * messages begin, and their status or words give the cause, so that the next release's new sentence
 * of an old family needs no new row. Sentences that belong to no family have rows of their own.
 *
 * Letters in any case; the CLI's dot and apostrophe in all their forms.
 */
#ifndef CHECK_CLAUDE_MESSAGE_H
#define CHECK_CLAUDE_MESSAGE_H

#include "verdict/runlog_facts.h"

#include <stdbool.h>
#include <stddef.h>

/* Who says it, the stronger the later. */
enum message_voice {
    MESSAGE_LONE,    /* somebody, if nothing else stands in the log */
    MESSAGE_GENERAL, /* some program: "Error: ..." */
    MESSAGE_SHELL,   /* the shell, of a command that died or never began */
    MESSAGE_CLI
};

/* One family or sentence. */
struct message_row {
    const char *start;  /* how the message begins; "" for any way */
    const char *within; /* words behind that, one of which must follow, with | between them; NULL:
                           nothing needs to. A $ among them: it may end there */
    enum runlog_condition condition; /* RUNLOG_UNDECIDED: by its status or words */
    enum message_voice voice;
    bool ends;            /* no sentence goes on behind its words */
    bool wrong;           /* it must say that something is wrong: before its words within where it
                             begins in any way, as these give advice; else anywhere */
    bool exits_0;         /* a run that fails so exits 0, in some releases */
    const char *releases; /* of the CLI that print it, as far as known; NULL for a family of many */
};

/* The rows: first the families, then the sentences; *ret_count of them. */
const struct message_row *message_families(size_t *ret_count);
const struct message_row *message_sentences(size_t *ret_count);

#define MESSAGE_NAME 48

struct message {
    const struct message_row *row;
    char name[MESSAGE_NAME];         /* by what it was recognised: its start, or the word within */
    enum runlog_condition condition; /* RUNLOG_UNDECIDED where nothing tells the cause */
    size_t at;                       /* where in the line it begins */
};

/*
 * The message that the line bytes[0..length) begins with, behind what a logger may put before it
 * (prefix.h); of the first of `count` rows of the strongest voice that fits. False, and *ret
 * untouched, when it is none.
 */
bool message_of_rows(const struct message_row *rows, size_t count, const unsigned char *bytes,
                     size_t length, struct message *ret);

/* The same of all rows. */
bool message_in_line(const unsigned char *bytes, size_t length, struct message *ret);

/*
 * What a text means that a failed run gives as its result: by the first of its lines that is a
 * message of the CLI, else of any program. RUNLOG_UNDECIDED for a text that has none, or none that
 * tells.
 */
enum runlog_condition message_cause(const char *text, size_t length);

#endif
