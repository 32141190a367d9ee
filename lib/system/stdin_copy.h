/*
 * Standard input as a file that can be read at any offset.
 */
#ifndef CHECK_CLAUDE_SPOOL_H
#define CHECK_CLAUDE_SPOOL_H

/*
 * A descriptor of standard input, to be closed by the caller: itself where it is a regular file,
 * else all that comes out of it, kept in a file without a name in $TMPDIR or /tmp. Returns 0 or an
 * errno value; ETIMEDOUT when the plugin's deadline passed before its end.
 */
int spool_stdin(int *ret_fd);

#endif
