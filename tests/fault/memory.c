/* Allocations: each can fail, and each is looked for at the end. */
#include "inject.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

/* glibc's own, under the names by which a replacement finds them. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

#define SLOTS 4096 /* a power of two, more than one run asks for */

static struct {
    void *memory;
    unsigned number;
} live[SLOTS];
static unsigned allocations, keeping;

static size_t slot_of(const void *memory)
{
    return ((uintptr_t)memory >> 4) * 2654435761U % SLOTS;
}

/* Open addressing with linear probing; a removed entry leaves a mark. */
static char removed;

static void *keep(void *memory)
{
    if (!memory || !inject_active() || keeping > 0)
        return memory;
    size_t slot = slot_of(memory);
    while (live[slot].memory && live[slot].memory != &removed)
        slot = (slot + 1) % SLOTS;
    live[slot].memory = memory;
    live[slot].number = ++allocations;
    inject_trace(allocations);
    return memory;
}

static void forget(const void *memory)
{
    for (size_t slot = slot_of(memory); live[slot].memory; slot = (slot + 1) % SLOTS) {
        if (live[slot].memory == memory) {
            live[slot].memory = &removed;
            return;
        }
    }
}

static int compare(const void *a, const void *b)
{
    unsigned one = *(const unsigned *)a, other = *(const unsigned *)b;
    return (one > other) - (one < other);
}

unsigned inject_leaked(unsigned ret_numbers[])
{
    static unsigned numbers[SLOTS];
    unsigned count = 0;
    for (size_t slot = 0; slot < SLOTS; slot++)
        if (live[slot].memory && live[slot].memory != &removed)
            numbers[count++] = live[slot].number;
    qsort(numbers, count, sizeof numbers[0], compare);
    for (size_t i = 0; i < FAULT_LEAKS && i < count; i++)
        ret_numbers[i] = numbers[i];
    return count;
}

void inject_keep_begin(void)
{
    keeping++;
}

void inject_keep_end(void)
{
    keeping--;
}

void *malloc(size_t size)
{
    return inject(FAULT_malloc, NULL) ? NULL : keep(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return inject(FAULT_calloc, NULL) ? NULL : keep(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
    if (inject(FAULT_realloc, NULL))
        return NULL;
    void *moved = __libc_realloc(memory, size);
    if (memory && (moved || size == 0))
        forget(memory);
    return keep(moved);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return inject(FAULT_aligned_alloc, NULL) ? NULL : keep(__libc_memalign(alignment, size));
}

void free(void *memory)
{
    if (memory)
        forget(memory);
    __libc_free(memory);
}
