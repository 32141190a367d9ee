/* Time zones: any rule and any file are read within bounds, and a moment is what its clock shows.
 */
#include "base/zone.h"

#include "base/zone_rule.h"
#include "fuzz.h"

#include <fcntl.h>
#include <unistd.h>

/* The rule's offsets are one of its two, and the same a week of seconds later but for a change. */
static void read_rule(const char *text, int64_t at)
{
    struct zone_rule rule;
    if (!zone_rule_parse(text, &rule))
        return;
    int64_t offset = zone_rule_offset(&rule, at);
    MUST(offset == rule.standard || (rule.has_summer && offset == rule.summer), "%lld",
         (long long)offset);
}

static void read_file(const uint8_t *data, size_t size, int64_t at)
{
    char directory[] = "/tmp/check_claude-fuzz.XXXXXX", path[64];
    if (!mkdtemp(directory))
        abort();
    snprintf(path, sizeof path, "%s/Zone", directory);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || (size > 0 && write(fd, data, size) != (ssize_t)size))
        abort();
    close(fd);
    setenv("TZDIR", directory, 1);
    struct zone *zone = NULL;
    if (zone_open("Zone", 4, &zone) == 0) {
        int64_t moments[2];
        size_t count = zone_moments(zone, at, moments);
        MUST(count == 1 || (count == 2), "%zu", count);
        zone_offset(zone, at);
    }
    zone_close(zone);
    unlink(path);
    rmdir(directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    uint8_t what = input_byte(&input);
    int64_t at = input_int64(&input) % INT64_C(100000000000);
    char *text = input_copy(input.at, input.left);
    struct zone *zone = NULL;
    if (what % 3 == 0)
        read_rule(text, at);
    else if (what % 3 == 1)
        read_file(input.at, input.left, at);
    else if (zone_open(text, input.left, &zone) == 0)
        MUST(strchr(text, '.') == NULL && text[0] != '/', "[%s]", text);
    zone_close(zone);
    free(text);
    return 0;
}
