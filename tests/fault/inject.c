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

static struct fault_shared *shared;
static struct fault *fault; /* in it; NULL: no fault is asked for */
static bool active, in_child;
static uintptr_t base; /* of the plugin in memory */
static void *own;      /* of inject.so */
static char names[DESCRIPTORS][FAULT_PATH], root[FAULT_PATH];

void *inject_next(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (!function)
        abort();
    return function;
}

const char *inject_root(void)
{
    return root;
}

bool inject_active(void)
{
    return active && !in_child;
}

bool inject_in_child(void)
{
    return active && in_child;
}

void inject_forked(void)
{
    in_child = true;
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
static void keep_place(struct fault_place *ret)
{
    void *frames[FAULT_FRAMES];
    active = false; /* backtrace() may allocate */
    int count = backtrace(frames, FAULT_FRAMES);
    for (int i = 0; i < count; i++) {
        Dl_info info;
        if (!dladdr(frames[i], &info) || info.dli_fbase == own)
            continue;
        if ((uintptr_t)info.dli_fbase == base)
            ret->frames[ret->count++] = (uintptr_t)frames[i] - base;
        else if (ret->count == 0 && info.dli_sname && !*ret->library_function)
            snprintf(ret->library_function, sizeof ret->library_function, "%s", info.dli_sname);
    }
    active = true;
}

/* FNV-1a of the addresses. */
static uint64_t hash_place(void)
{
    struct fault_place place = {.count = 0};
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    int before = errno;
    keep_place(&place);
    errno = before;
    for (unsigned i = 0; i < place.count; i++)
        hash = (hash ^ place.frames[i]) * UINT64_C(0x100000001b3);
    return hash;
}

void inject_trace(unsigned number)
{
    for (size_t i = 0; i < FAULT_LEAKS && fault->traced[i] != 0; i++)
        if (fault->traced[i] == number)
            keep_place(&fault->leaks[i]);
}

int inject_error(void)
{
    return fault ? fault->error : 0;
}

bool inject_repeats(void)
{
    return fault && fault->on;
}

/* What has to be asked again for ever is so of the one descriptor: the others have other readers.
 */
static bool is_another(const char *path)
{
    bool refused = fault->error == EINTR || fault->error == EAGAIN;
    return fault->on && refused && fault->injected > 0 &&
           strcmp(fault->path, path ? path : "") != 0;
}

int inject_if(enum fault_call call, const char *path, bool applies)
{
    bool of_child = call >= FAULT_child_dup2 && call <= FAULT_child_execve;
    if (of_child ? !inject_in_child() : !inject_active())
        return 0;
    unsigned nth = ++fault->count[call];
    if (fault->keeps_places && nth <= FAULT_PLACES)
        shared->places[call][nth - 1] = hash_place();
    bool hit = call == fault->call && (nth == fault->nth || (fault->on && nth > fault->nth));
    if (!hit || !applies || is_another(path))
        return 0;
    if (fault->injected++ == 0) {
        int before = errno;
        snprintf(fault->path, FAULT_PATH, "%s", path ? path : "");
        keep_place(&fault->place);
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
    void *memory = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED)
        return;
    snprintf(root, sizeof root, "%.*s", (int)(strrchr(path, '/') - path), path);
    unsetenv(FAULT_VARIABLE); /* what the plugin starts is another matter */
    unsetenv("LD_PRELOAD");
    unsetenv("LD_BIND_NOW");
    void *frames[2];
    backtrace(frames, 2); /* it loads a library when it is first called */
    dl_iterate_phdr(find_base, NULL);
    Dl_info info;
    own = dladdr(names, &info) ? info.dli_fbase : NULL;
    inject_serve();
    shared = memory;
    fault = &shared->fault;
    fault->pid = getpid();
    active = true;
    inject_name(STDIN_FILENO, "stdin");
    inject_name(STDOUT_FILENO, "stdout");
}

__attribute__((destructor)) static void end(void)
{
    if (!inject_active())
        return;
    active = false;
    fault->ended = true;
    fault->leaked = inject_leaked(fault->leaked_numbers);
    for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS; fd++)
        fault->open_descriptors += fcntl(fd, F_GETFD) != -1;
}
