/*
 * A file without a name, for what is too large for memory and nobody else's business.
 */
#ifndef CHECK_CLAUDE_NAMELESS_FILE_H
#define CHECK_CLAUDE_NAMELESS_FILE_H

/*
 * Create one in $TMPDIR or /tmp, to be read and written; it is gone once it is closed. Returns 0 or
 * an errno value, with *ret_fd untouched.
 */
int nameless_file_create(int *ret_fd);

#endif
