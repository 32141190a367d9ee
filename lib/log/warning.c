#include "log/warning.h"

#include "log/prefix.h"

#include <string.h>
#include <time.h>

#define WARNING_MAX 200

int64_t warning_until(const char *message)
{
    static const char start[] = "Warning: this sign-in can end", until[] = "until ";
    struct tm date = {0};
    const char *at = strstr(message, until);
    if (strncmp(message, start, sizeof start - 1) != 0 || !at ||
        !strptime(at + sizeof until - 1, "%Y-%m-%d", &date))
        return 0;
    date.tm_mday++;
    return (int64_t)timegm(&date) * 1000;
}

void warning_take(struct searcher *s, const unsigned char *line, size_t length, uint64_t offset)
{
    size_t places[PREFIX_PLACES];
    if (s->facts->warned_until != 0 || !memmem(line, length, "this sign-in", 12))
        return;
    size_t count = prefix_places(line, length, places);
    for (size_t i = 0; i < count; i++) {
        char message[WARNING_MAX + 1];
        size_t kept = length - places[i] < WARNING_MAX ? length - places[i] : WARNING_MAX;
        memcpy(message, line + places[i], kept);
        message[kept] = '\0';
        int64_t ends = warning_until(message);
        if (ends == 0)
            continue;
        s->facts->warned_until = ends;
        s->facts->warned_line = 1 + log_count_lines(&s->views->forward, 0, offset);
    }
}
