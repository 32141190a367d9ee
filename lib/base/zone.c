#include "base/zone.h"

#include "base/file.h"
#include "base/text.h"
#include "base/zone_rule.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILE_MAX ((size_t)1 << 18) /* the largest of 2026 has 4 KB */
#define HEADER   44
#define DAY      86400

struct zone {
    struct file_bytes file;
    const unsigned char *times;   /* `count` moments of `width` bytes each */
    const unsigned char *indexes; /* the type that begins at each of them */
    const unsigned char *types;   /* six bytes each: the offset, summer time, the name */
    size_t count, type_count, width;
    bool has_rule;
    struct zone_rule rule; /* for what comes behind the last of the moments */
};

static int64_t number(const unsigned char *bytes, size_t width)
{
    uint64_t value = bytes[0] & 0x80 ? UINT64_MAX : 0; /* it has a sign */
    for (size_t i = 0; i < width; i++)
        value = value << 8 | bytes[i];
    return (int64_t)value;
}

/* The parts of one block, which has moments of `width` bytes. Returns its size, 0 for no block. */
static size_t read_block(struct zone *zone, const unsigned char *bytes, size_t left, size_t width)
{
    static const char magic[] = "TZif";
    if (left < HEADER || memcmp(bytes, magic, sizeof magic - 1) != 0)
        return 0;
    size_t counts[6], size = HEADER;
    const size_t sizes[6] = {1,         1, width + 4,
                             width + 1, 6, 1}; /* UTC, standard, leap, time, type, char */
    for (size_t i = 0; i < 6; i++) {
        counts[i] = (size_t)(number(bytes + 20 + 4 * i, 4) & 0xFFFFFFFF);
        if (counts[i] > FILE_MAX)
            return 0;
        size += counts[i] * sizes[i];
    }
    if (size > left || counts[4] == 0)
        return 0;
    zone->width = width;
    zone->count = counts[3];
    zone->type_count = counts[4];
    zone->times = bytes + HEADER;
    zone->indexes = zone->times + zone->count * width;
    zone->types = zone->indexes + zone->count;
    for (size_t i = 0; i < zone->count; i++)
        if (zone->indexes[i] >= zone->type_count)
            return 0;
    return size;
}

/* The text between the two line feeds at the end. */
static bool read_rule(struct zone *zone, const unsigned char *bytes, size_t left)
{
    char text[128];
    const unsigned char *end =
        left > 1 && *bytes == '\n' ? memchr(bytes + 1, '\n', left - 1) : NULL;
    size_t length = end ? (size_t)(end - bytes) - 1 : sizeof text;
    if (length >= sizeof text)
        return false;
    memcpy(text, bytes + 1, length);
    text[length] = '\0';
    zone->has_rule = zone_rule_parse(text, &zone->rule);
    return length == 0 || zone->has_rule;
}

/* Returns 0 or EINVAL. */
static int read_zone(struct zone *zone)
{
    const unsigned char *bytes = (const unsigned char *)zone->file.bytes;
    size_t length = zone->file.length;
    size_t size = read_block(zone, bytes, length, 4);
    if (size == 0)
        return EINVAL;
    if (bytes[4] == '\0') /* the first version has no other block */
        return 0;
    size_t other = read_block(zone, bytes + size, length - size, 8);
    return other > 0 && read_rule(zone, bytes + size + other, length - size - other) ? 0 : EINVAL;
}

static bool is_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char c = name[i];
        bool is_part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '+' || c == '-';
        if (!is_part && (c != '/' || i == 0 || name[i - 1] == '/'))
            return false;
    }
    return length > 0 && length <= ZONE_NAME_MAX && name[length - 1] != '/';
}

static bool is_universal(const char *name, size_t length)
{
    static const char *const names[] = {"UTC", "GMT", "Etc/UTC", "Z"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && memcmp(name, names[i], length) == 0)
            return true;
    return false;
}

/* Returns 0 or an errno value. */
static int load(const char *name, size_t length, struct zone *zone)
{
    const char *directory = getenv("TZDIR");
    struct text path = TEXT_INIT(PATH_MAX);
    text_format(&path, "%s/%.*s", directory && *directory ? directory : "/usr/share/zoneinfo",
                (int)length, name);
    int error = path.failed      ? ENOMEM
                : path.truncated ? ENAMETOOLONG
                                 : file_read(AT_FDCWD, text_get(&path), 0, FILE_MAX, &zone->file);
    text_free(&path);
    return error == 0 ? read_zone(zone) : error < 0 ? EINVAL : error;
}

int zone_open(const char *name, size_t length, struct zone **ret_zone)
{
    if (!is_name(name, length))
        return EINVAL;
    struct zone *zone = calloc(1, sizeof *zone);
    if (!zone)
        return ENOMEM;
    zone->has_rule = is_universal(name, length); /* a rule of all zeros */
    int error = zone->has_rule ? 0 : load(name, length, zone);
    if (error != 0) {
        zone_close(zone);
        return error;
    }
    *ret_zone = zone;
    return 0;
}

void zone_close(struct zone *zone)
{
    if (!zone)
        return;
    file_bytes_free(&zone->file);
    free(zone);
}

static int64_t offset_of_type(const struct zone *zone, size_t type)
{
    return number(zone->types + 6 * type, 4);
}

int64_t zone_offset(const struct zone *zone, int64_t at)
{
    if (!zone) {
        struct tm local;
        time_t moment = (time_t)at;
        return localtime_r(&moment, &local) ? local.tm_gmtoff : 0;
    }
    size_t low = 0, high = zone->count; /* the first moment behind `at` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (number(zone->times + zone->width * middle, zone->width) <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->count && zone->has_rule)
        return zone_rule_offset(&zone->rule, at);
    return offset_of_type(zone, low == 0 ? 0 : zone->indexes[low - 1]);
}

size_t zone_moments(const struct zone *zone, int64_t local, int64_t ret[2])
{
    /* no clock is changed twice in two days, and none is further from UTC than one */
    const int64_t before = zone_offset(zone, local - DAY), behind = zone_offset(zone, local + DAY);
    size_t count = 0;
    if (zone_offset(zone, local - before) == before)
        ret[count++] = local - before;
    if (behind != before && zone_offset(zone, local - behind) == behind)
        ret[count++] = local - behind;
    if (count == 0)
        ret[count++] = local - before;
    return count;
}
