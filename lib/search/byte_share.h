/* How often each low and each high nibble of a byte occurs, in thousandths. Written by
 * make search-keys. */
#ifndef CHECK_CLAUDE_BYTE_SHARE_H
#define CHECK_CLAUDE_BYTE_SHARE_H

/* clang-format off */
static const unsigned short low_share[16] = {189, 72, 89, 56, 102, 96, 31, 30, 54, 59, 26, 5, 38, 21, 59, 67};
static const unsigned short high_share[16] = {10, 1, 217, 87, 7, 26, 426, 224, 1, 1, 1, 1, 1, 1, 1, 1};
/* clang-format on */

#endif
