/*
 * Replacing our own files as a whole: a reader sees the old file or the new one.
 */
#ifndef CHECK_CLAUDE_FILE_REPLACE_H
#define CHECK_CLAUDE_FILE_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Write all of it to a descriptor. Returns 0 or an errno value. */
int file_write(int fd, const char *bytes, size_t length);

/*
 * Put `length` bytes into `name` (relative to the directory descriptor `directory`): they go into a
 * temporary file beside it, which then takes its name. `durable` adds the fsync without which a
 * crash of the machine may leave an empty file. Signals wait until it is done.
 * Returns 0 or an errno value; then the old file is as it was and no temporary file is left.
 */
int file_replace(int directory, const char *name, const char *bytes, size_t length, mode_t mode,
                 bool durable);

/* The names of those temporary files start with this. */
#define FILE_TEMPORARY_PREFIX ".check_claude-"

/*
 * Remove the temporary files of our user that a killed file_replace() left in a directory more than
 * a minute ago.
 */
void file_sweep(int directory);

#endif
