/*
 * inject.so: stands between the plugin and the C library (LD_PRELOAD) and makes calls fail.
 */
#ifndef CHECK_CLAUDE_INJECT_H
#define CHECK_CLAUDE_INJECT_H

#include "fault.h"

/*
 * Count a call; `path` is what it is about, or NULL. Returns 0 when it shall be made, else the
 * errno value that it shall fail with, or FAULT_SHORT.
 */
int inject(enum fault_call call, const char *path);

/* The same when it can fail only with an errno for which `applies` is true. */
int inject_if(enum fault_call call, const char *path, bool applies);

/* The error that the driver asked for, for calls whose errors depend on their arguments. */
int inject_error(void);

/* Whether it asked for it again and again. */
bool inject_repeats(void);

/* True in the plugin itself, between its start and its end. */
bool inject_active(void);

/* True in a child of the plugin's that has not become another program yet. */
bool inject_in_child(void);

/* This is one: fork() says so. */
void inject_forked(void);

/* The directory of the scene. */
const char *inject_root(void);

/*
 * Fork for each run that the driver asks for, wait for its end and tell how it ended. Returns in
 * each child, whose descriptors 0 to 2 are what the driver sent.
 */
void inject_serve(void);

/* What a descriptor was opened for. */
void inject_name(int fd, const char *path);
const char *inject_name_of(int fd);

/* Allocations that a call keeps for the next one are no leak of the plugin's. */
void inject_keep_begin(void);
void inject_keep_end(void);

/* How many allocations are left at the end, by memory.c; the first FAULT_LEAKS of their numbers. */
unsigned inject_leaked(unsigned ret_numbers[]);

/* An allocation of this number is made: tell the driver where, if it wants to know. */
void inject_trace(unsigned number);

/* The C library's own function of this name. */
void *inject_next(const char *name);
#define NEXT(name)                                                                                 \
    (__extension__({                                                                               \
        static __typeof__(&name) next;                                                             \
        next = next ? next : (__typeof__(&name))inject_next(#name);                                \
        next;                                                                                      \
    }))

#endif
