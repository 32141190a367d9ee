#include "log/log_message.h"

#include "verdict/runlog_condition.h"

#include <string.h>
#include <time.h>

/* What a wrapper puts before a line: colours, [anything], dates and times. */
static size_t prefix_length(const unsigned char *bytes, size_t length)
{
    size_t at = 0;
    for (;;) {
        size_t start = at;
        while (at < length && (bytes[at] == ' ' || bytes[at] == '\t'))
            at++;
        if (at < length && bytes[at] == 0x1B)
            while (at < length && bytes[at++] != 'm')
                ;
        const unsigned char *bracket =
            at < length && bytes[at] == '[' ? memchr(bytes + at, ']', length - at) : NULL;
        if (bracket && bracket - (bytes + at) < 64)
            at = (size_t)(bracket - bytes) + 1;
        size_t token = at;
        while (token < length && bytes[token] && strchr("0123456789-:.,/+TZ", bytes[token]))
            token++;
        if (token - at >= 5 && token < length && bytes[token] == ' ')
            at = token;
        if (at == start)
            return at;
    }
}

/* Behind "API Error:" the CLI repeats what the API said, which may be a message by itself. */
static bool is_message_of_api(const struct marker_set *markers, const unsigned char *bytes,
                              size_t length, struct marker_hit *ret)
{
    static const char start[] = "API Error: ";
    struct marker_hit hit;
    if (length < sizeof start - 1 || memcmp(bytes, start, sizeof start - 1) != 0 ||
        !marker_first(markers, ~MARKER_TAG(RUNLOG_CONDITIONS), bytes, length, &hit) ||
        marker_set_row(markers, hit.row)->search)
        return false;
    *ret = hit;
    return true;
}

static bool is_message_at_start(const struct marker_set *markers, const unsigned char *bytes,
                                size_t length, struct marker_hit *ret)
{
    if (!marker_at_start(markers, MARKER_ALL, bytes, length, ret))
        return is_message_of_api(markers, bytes, length, ret);
    if (!marker_set_row(markers, ret->row)->search)
        return true;
    size_t at = (size_t)ret->end;
    while (at < length && bytes[at] == ' ')
        at++;
    return at == length || bytes[at] == '\n' || bytes[at] == '\r' ||
           (length - at >= 2 && memcmp(bytes + at, "\xC2\xB7", 2) == 0);
}

bool log_message_at_start(const struct marker_set *markers, const unsigned char *bytes,
                          size_t length, size_t *ret_prefix, struct marker_hit *ret_hit)
{
    size_t prefix = prefix_length(bytes, length);
    if (!is_message_at_start(markers, bytes + prefix, length - prefix, ret_hit))
        return false;
    *ret_prefix = prefix;
    return true;
}

int64_t log_message_until(const char *message)
{
    static const char until[] = "until ";
    struct tm date = {0};
    const char *at = strstr(message, until);
    if (!at || !strptime(at + sizeof until - 1, "%Y-%m-%d", &date))
        return 0;
    date.tm_mday++;
    return (int64_t)timegm(&date) * 1000;
}
