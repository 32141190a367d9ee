#include "base/escape.h"

#include <string.h>

enum {
    OUTSIDE,
    OPENED,        /* after ESC */
    IN_SHORT,      /* after ESC and an intermediate byte: one more byte ends it */
    IN_CSI,        /* after ESC [ */
    IN_STRING,     /* after ESC ] and the like: to BEL or ESC \ */
    IN_STRING_END, /* after ESC in a string */
};

#define ESC 0x1B
#define BEL 0x07

static unsigned char state_after_opening(unsigned char c)
{
    if (c == '[')
        return IN_CSI;
    if (c != 0 && strchr("]PX^_k", c)) /* OSC, DCS, SOS, PM, APC, and a title of screen(1) */
        return IN_STRING;
    return c >= 0x20 && c <= 0x2F ? IN_SHORT : OUTSIDE;
}

static unsigned char state_in_string(struct escape *escape, unsigned char c)
{
    if (c == BEL || ++escape->length > ESCAPE_STRING_MAX)
        return OUTSIDE;
    return c == ESC ? IN_STRING_END : IN_STRING;
}

bool escape_takes(struct escape *escape, unsigned char next)
{
    if (next == '\n') {
        escape->state = OUTSIDE;
        return false;
    }
    switch (escape->state) {
    case OUTSIDE:
        if (next == ESC)
            escape->state = OPENED;
        return next == ESC;
    case OPENED:
        escape->length = 0;
        escape->state = next == ESC ? OPENED : state_after_opening(next);
        return true;
    case IN_SHORT: escape->state = next >= 0x20 && next <= 0x2F ? IN_SHORT : OUTSIDE; return true;
    case IN_CSI:
        escape->state = next == ESC ? OPENED : next >= 0x20 && next <= 0x3F ? IN_CSI : OUTSIDE;
        return true;
    case IN_STRING: escape->state = state_in_string(escape, next); return true;
    default: /* ESC \ ends the string, ESC and anything else begins another sequence */
        escape->state = OPENED;
        if (next != '\\')
            return escape_takes(escape, next);
        escape->state = OUTSIDE;
        return true;
    }
}

size_t escape_length(const unsigned char *bytes, size_t length)
{
    struct escape escape = {0};
    size_t n = 0;
    bool is_string = false;
    while (n < length && escape_takes(&escape, bytes[n])) {
        n++;
        is_string = is_string || escape.state == IN_STRING;
        if (escape.state == OUTSIDE && escape.length > ESCAPE_STRING_MAX)
            return 2;
        if (escape.state == OUTSIDE)
            return n;
    }
    return is_string ? 2 : n;
}

size_t escape_trimmed(const unsigned char *bytes, size_t length)
{
    struct escape escape = {0};
    size_t end = 0;
    for (size_t i = 0; i < length; i++)
        if (!escape_takes(&escape, bytes[i]) && bytes[i] > ' ' && bytes[i] != 0x7F)
            end = i + 1;
    return end;
}
