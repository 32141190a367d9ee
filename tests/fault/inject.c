#include "inject.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DESCRIPTORS 64

static struct fault *fault; /* NULL: no fault is asked for */
static bool active;
static uintptr_t base; /* of the plugin in memory */
static void *own;      /* of inject.so */
static char names[DESCRIPTORS][FAULT_PATH];

void *inject_next(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (!function)
        abort();
    return function;
}

bool inject_active(void)
{
    return active && getpid() == fault->pid;
}

bool inject_in_child(void)
{
    return active && getpid() != fault->pid;
}

void inject_name(int fd, const char *path)
{
    if (active && fd >= 0 && fd < DESCRIPTORS)
        snprintf(names[fd], FAULT_PATH, "%s", path);
}

const char *inject_name_of(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS ? names[fd] : "";
}

/* Frames of other libraries are left out: the driver knows only the plugin's names. */
static unsigned keep_frames(uint64_t *ret, char *ret_library_function)
{
    void *frames[FAULT_FRAMES];
    unsigned kept = 0;
    active = false; /* backtrace() may allocate */
    int count = backtrace(frames, FAULT_FRAMES);
    for (int i = 0; i < count; i++) {
        Dl_info info;
        if (!dladdr(frames[i], &info) || info.dli_fbase == own)
            continue;
        if ((uintptr_t)info.dli_fbase == base)
            ret[kept++] = (uintptr_t)frames[i] - base;
        else if (kept == 0 && info.dli_sname && ret_library_function && !*ret_library_function)
            snprintf(ret_library_function, sizeof fault->library_function, "%s", info.dli_sname);
    }
    active = true;
    return kept;
}

unsigned inject_trace(void)
{
    return active ? fault->trace : 0;
}

void inject_trace_leak(void)
{
    fault->leak_frame_count = keep_frames(fault->leak_frames, NULL);
}

int inject_error(void)
{
    return fault ? fault->error : 0;
}

int inject_if(enum fault_call call, const char *path, bool applies)
{
    bool of_child = call >= FAULT_child_dup2 && call <= FAULT_child_execve;
    if (of_child ? !inject_in_child() : !inject_active())
        return 0;
    unsigned nth = ++fault->count[call];
    bool hit = call == fault->call && (nth == fault->nth || (fault->on && nth > fault->nth));
    if (!hit || !applies)
        return 0;
    if (fault->injected++ == 0) {
        int before = errno;
        snprintf(fault->path, FAULT_PATH, "%s", path ? path : "");
        fault->frame_count = keep_frames(fault->frames, fault->library_function);
        errno = before;
    }
    if (fault->error > 0)
        errno = fault->error;
    return fault->error;
}

int inject(enum fault_call call, const char *path)
{
    return inject_if(call, path, true);
}

static int find_base(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    base = info->dlpi_addr; /* the program itself comes first */
    return 1;
}

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv(FAULT_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *memory = mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED || ((struct fault *)memory)->pid != getpid())
        return;
    void *frames[2];
    backtrace(frames, 2); /* it loads a library when it is first called */
    dl_iterate_phdr(find_base, NULL);
    Dl_info info;
    own = dladdr(names, &info) ? info.dli_fbase : NULL;
    fault = memory;
    active = true;
    inject_name(STDIN_FILENO, "stdin");
    inject_name(STDOUT_FILENO, "stdout");
}

__attribute__((destructor)) static void end(void)
{
    if (!active)
        return;
    active = false;
    fault->ended = true;
    fault->leaked = inject_leaked(&fault->first_leaked);
    for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS; fd++)
        fault->open_descriptors += fcntl(fd, F_GETFD) != -1;
}
