#include "made_facts.h"

#include "fuzz.h"
#include "log/marker_table.h"

#include <sys/mman.h>
#include <unistd.h>

size_t log_limit_window = WINDOW_WHOLE;
uint64_t log_limit_tail = TAIL_WHOLE;

static int fd = -1;
static uint64_t size;

void made_facts_log(const void *bytes, size_t length)
{
    if (fd < 0)
        fd = memfd_create("log", MFD_CLOEXEC);
    MUST(fd >= 0 && ftruncate(fd, 0) == 0, "memfd");
    MUST(pwrite(fd, bytes, length, 0) == (ssize_t)length, "memfd");
    size = length;
}

const struct marker_set *made_facts_markers(void)
{
    static struct marker_set *markers;
    if (!markers)
        MUST(marker_table_set_new(NULL, 0, &markers) == 0, "memory");
    return markers;
}

void made_facts(const struct log_search *search, size_t window, uint64_t tail,
                struct log_facts *ret)
{
    struct log_file log = {.fd = fd, .size = size};
    log_limit_window = window;
    log_limit_tail = tail;
    memset(ret, 0x5A, sizeof *ret);
    MUST(log_search(&log, search, ret) == 0, "%d", log.error);
    MUST(!log.cut && log.size == size, "the log was cut");
}
