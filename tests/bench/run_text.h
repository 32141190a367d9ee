/*
 * Texts as runs write them: what `claude -p --output-format stream-json --verbose` printed before
 * it was killed, and what others make of it.
 *
 * Kinds, keys, their order and the bytes around the contents are those of 21 real
 * runs that called tools (releases 1.0.30 to 2.1.332): on each "assistant" event
 * with a tool_use follows one "user" event with its result and one with a text; without their
 * contents they are 551, 348 and 527 bytes long (medians), a "stream_event" is 239. Those runs were
 * made to be short, so they do not say how much tools print: here half of the results have up to
 * 400 bytes, a third up to 4 KB, a sixth up to 32 KB.
 */
#ifndef CHECK_CLAUDE_RUN_TEXT_H
#define CHECK_CLAUDE_RUN_TEXT_H

#include "log_text.h"

log_text run_text_stream;      /* events, a line each */
log_text run_text_partial;     /* --include-partial-messages: short ones between them */
log_text run_text_large;       /* each tool result 2 MB, every other one an image in base64 */
log_text run_text_near_misses; /* near misses of the words in each tool result */
log_text run_text_401;         /* 401 in each tool result */
log_text run_text_array;       /* the events as a pretty-printed array */
log_text run_text_docker;      /* each line in a string, by Docker's json-file driver */
log_text run_text_cri;         /* each line as Kubernetes writes it, in parts of 16 KiB */
log_text run_text_stamped;     /* plain text after time stamps, by ts(1) */

#endif
