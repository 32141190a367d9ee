/* How common bytes are in what logs hold: what lib/search/byte_share.h is made from. */
#ifndef CHECK_CLAUDE_TESTS_BYTE_SHARE_H
#define CHECK_CLAUDE_TESTS_BYTE_SHARE_H

#include <stdbool.h>

/*
 * Count each low and each high nibble in the texts of make bench: prose and logs, the same after
 * time stamps, events, and events in Docker's strings, a megabyte each. Thousandths, at least 1.
 * False when there is no memory.
 */
bool byte_share_count(unsigned short ret_low[16], unsigned short ret_high[16]);

#endif
