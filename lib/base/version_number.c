#include "base/version_number.h"

#include <stdlib.h>
#include <string.h>

size_t version_number_length(const char *text, size_t length)
{
    size_t at = 0;
    for (int part = 0; part < 3; part++) {
        if (part > 0 && (at == length || text[at++] != '.'))
            return 0;
        size_t start = at;
        while (at < length && text[at] >= '0' && text[at] <= '9')
            at++;
        if (at == start || at - start > 9)
            return 0;
    }
    return at;
}

bool version_number_is_valid(const char *version)
{
    return *version && version_number_length(version, strlen(version)) == strlen(version);
}

int version_number_compare(const char *a, const char *b)
{
    for (int part = 0; part < 3; part++) {
        char *a_end, *b_end;
        unsigned long a_number = strtoul(a, &a_end, 10);
        unsigned long b_number = strtoul(b, &b_end, 10);
        if (a_number != b_number)
            return a_number < b_number ? -1 : 1;
        a = *a_end == '.' ? a_end + 1 : "";
        b = *b_end == '.' ? b_end + 1 : "";
    }
    return 0;
}
