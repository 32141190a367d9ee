#include "byte_share.h"

#include "run_text.h"

#include <stdlib.h>

#define LENGTH ((size_t)1 << 20)

bool byte_share_count(unsigned short ret_low[16], unsigned short ret_high[16])
{
    log_text *const texts[] = {log_text_ordinary, run_text_stamped, run_text_stream,
                               run_text_docker};
    const size_t count = sizeof texts / sizeof *texts;
    size_t low[16] = {0}, high[16] = {0};
    char *text = malloc(LENGTH);
    if (!text)
        return false;
    for (size_t i = 0; i < count; i++) {
        texts[i](text, LENGTH);
        for (size_t at = 0; at < LENGTH; at++) {
            low[(unsigned char)text[at] & 15]++;
            high[(unsigned char)text[at] >> 4]++;
        }
    }
    free(text);
    for (size_t i = 0; i < 16; i++) {
        ret_low[i] = (unsigned short)(low[i] * 1000 / (count * LENGTH) + (low[i] == 0));
        ret_high[i] = (unsigned short)(high[i] * 1000 / (count * LENGTH) + (high[i] == 0));
    }
    return true;
}
