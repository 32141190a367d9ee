/*
 * Logs inside other formats, prefixes, and records: any bytes are unwrapped within bounds; what a
 * direct stream of events holds never gets out; a log that a logger wrapped comes back as it was.
 */
#include "log/unwrap.h"

#include "base/escape.h"
#include "fuzz.h"
#include "log/limit_time.h"
#include "log/prefix.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int file_of(const char *bytes, size_t length)
{
    int fd = memfd_create("log", MFD_CLOEXEC);
    if (fd < 0 || (length > 0 && write(fd, bytes, length) != (ssize_t)length))
        abort();
    return fd;
}

static char *bytes_of(int fd, uint64_t size)
{
    char *bytes = malloc((size_t)size + 1);
    if (!bytes || (size > 0 && pread(fd, bytes, (size_t)size, 0) != (ssize_t)size))
        abort();
    bytes[size] = '\0';
    return bytes;
}

static uint64_t count_lines(const char *bytes, uint64_t size)
{
    uint64_t lines = 0;
    for (uint64_t i = 0; i < size; i++)
        lines += bytes[i] == '\n';
    return lines + (size > 0 && bytes[size - 1] != '\n');
}

/* Any bytes at all. */
static void unwrap_it(const char *bytes, size_t length)
{
    struct unwrap unwrap;
    int fd = file_of(bytes, length);
    MUST(unwrap_open(fd, length, &unwrap) == 0, "%zu bytes", length);
    MUST(unwrap.count > 0 || (unwrap.fd == fd && unwrap.size == length), "as it is");
    MUST(unwrap.count <= UNWRAP_LAYERS && unwrap.size <= 3 * (uint64_t)length + 64,
         "%zu layers, %llu bytes", unwrap.count, (unsigned long long)unwrap.size);
    if (unwrap.count > 0) {
        char *out = bytes_of(unwrap.fd, unwrap.size);
        uint64_t lines = count_lines(out, unwrap.size), before = 1,
                 all = count_lines(bytes, length);
        for (uint64_t line = 1; line <= lines && line <= 8; line++) {
            uint64_t source = unwrap_line(&unwrap, line);
            MUST(source >= 1 && (source <= all || unwrap.layers[0].kind == UNWRAP_UTF16),
                 "line %llu", (unsigned long long)source);
            MUST(source >= before, "line %llu", (unsigned long long)source);
            before = source;
        }
        free(out);
    }
    unwrap_close(&unwrap);
    close(fd);
}

/* A stream with an event by itself, at the start or the end, stays as it is. */
static void keep_closed(const char *bytes, size_t length, bool at_end)
{
    static const char event[] = "{\"type\":\"result\",\"is_error\":false,\"session_id\":\"0\"}\n";
    char *log = malloc(length + sizeof event + 1);
    if (!log)
        abort();
    size_t size = 0;
    if (!at_end)
        memcpy(log, event, sizeof event - 1), size += sizeof event - 1;
    if (length > 0)
        memcpy(log + size, bytes, length);
    size += length;
    log[size] = '\n';
    size++;
    if (at_end)
        memcpy(log + size, event, sizeof event - 1), size += sizeof event - 1;
    struct unwrap unwrap;
    int fd = file_of(log, size);
    MUST(unwrap_open(fd, size, &unwrap) == 0, "%zu bytes", size);
    for (size_t i = 0; i < unwrap.count; i++)
        MUST(unwrap.layers[i].kind != UNWRAP_RECORDS || i > 0, "a record of %zu bytes", length);
    unwrap_close(&unwrap);
    close(fd);
    free(log);
}

/* Lines as Docker keeps them come back as they were. */
static void wrap_it(const char *bytes, size_t length)
{
    struct text log = TEXT_INIT(1 << 22), wanted = TEXT_INIT(1 << 22);
    for (size_t at = 0; at < length;) {
        const char *feed = memchr(bytes + at, '\n', length - at);
        size_t end = feed ? (size_t)(feed - bytes) : length;
        text_add(&log, "{\"log\":\"");
        for (size_t i = at; i < end; i++) {
            unsigned char c = (unsigned char)bytes[i];
            if (c < 0x20 || c == '"' || c == '\\' || c >= 0x7F) {
                text_format(&log, "\\u%04x", c & 0x7Fu);
                c &= 0x7F;
            } else {
                text_add_bytes(&log, bytes + i, 1);
            }
            char one = (char)c;
            text_add_bytes(&wanted, &one, 1);
        }
        text_add(&log, "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-28T09:00:00Z\"}\n");
        text_add(&wanted, "\n");
        at = end + 1;
    }
    struct unwrap unwrap;
    int fd = file_of(text_get(&log), log.length);
    MUST(!log.truncated && unwrap_open(fd, log.length, &unwrap) == 0, "%zu bytes", log.length);
    if (unwrap.count == 1) { /* what comes out may be wrapped again */
        char *out = bytes_of(unwrap.fd, unwrap.size);
        MUST(unwrap.size == wanted.length && memcmp(out, text_get(&wanted), wanted.length) == 0,
             "[%s]", out);
        free(out);
    }
    MUST(unwrap.count > 0 || length == 0, "%zu bytes", length);
    unwrap_close(&unwrap);
    close(fd);
    text_free(&log);
    text_free(&wanted);
}

static void find_places(const unsigned char *bytes, size_t length)
{
    size_t places[PREFIX_PLACES], count = prefix_places(bytes, length, places);
    MUST(count <= PREFIX_PLACES, "%zu", count);
    for (size_t i = 0; i < count; i++) {
        MUST(places[i] < length && (i == 0 || places[i] > places[i - 1]), "%zu", places[i]);
        MUST(bytes[places[i]] > ' ', "a place at nothing, %zu", places[i]);
    }
    MUST(prefix_length(bytes, length) <= length && escape_trimmed(bytes, length) <= length,
         "length");
    MUST(escape_length(bytes, length) <= length, "length");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 1 << 16)
        return 0;
    char *bytes = input_copy(data + 1, size - 1);
    switch (data[0] % 4) {
    case 0: unwrap_it(bytes, size - 1); break;
    case 1: keep_closed(bytes, size - 1, data[0] & 4); break;
    case 2: wrap_it(bytes, size - 1); break;
    default:
        find_places((const unsigned char *)bytes, size - 1);
        MUST(limit_time_read(bytes, INT64_C(1795000000000)) >= 0, "[%s]", bytes);
        break;
    }
    free(bytes);
    return 0;
}
