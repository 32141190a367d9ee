/*
 * Which faults are tried. Most cases come by the same places of the code in the same way: a fault
 * is tried in the first two cases of those that are alike, and where one case comes by a place
 * often, the first two times and the last one. Which cases these are does not depend on chance:
 * all runs without faults come first, and tell where each case comes by.
 */
#include "driver.h"

#include <stdlib.h>
#include <string.h>

#define TABLE     65536 /* a power of two */
#define CASES_MAX 2     /* of those that are alike, with a fault at the same place */
#define TIMES_MAX 2

/* Where one case comes by. */
struct course {
    unsigned count[FAULT_CALL_COUNT];
    uint64_t places[FAULT_CALL_COUNT][FAULT_PLACES];
};

static struct course *courses; /* of all cases, shared by the workers */
static bool whole;

static struct {
    uint64_t key;
    size_t cases[CASES_MAX];
    unsigned count;
} table[TABLE];

void plan_init(bool all)
{
    whole = all;
    courses = fault_share(fault_case_count * sizeof *courses, NULL);
}

void plan_note(size_t index, const struct fault_shared *shared)
{
    memcpy(courses[index].count, shared->fault.count, sizeof courses[index].count);
    memcpy(courses[index].places, shared->places, sizeof courses[index].places);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(0x100000001b3);
}

/* Cases that are alike have one key for a place. */
static uint64_t key_of(const struct fault_case *c, unsigned call, uint64_t place)
{
    const unsigned kind[] = {(unsigned)c->plugin, (unsigned)c->expected,  (unsigned)c->format,
                             (unsigned)c->store,  (unsigned)c->own_place, (unsigned)c->leaves,
                             (unsigned)c->gate,   (unsigned)c->untimed,   call};
    for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++)
        place = mix(place, kind[i]);
    return place ? place : 1;
}

static size_t find(uint64_t key)
{
    size_t at = (key ^ key >> 32) % TABLE;
    while (table[at].key != 0 && table[at].key != key)
        at = (at + 1) % TABLE;
    return at;
}

static void enter(size_t index, unsigned call, uint64_t place)
{
    const size_t at = find(key_of(&fault_cases[index], call, place));
    table[at].key = key_of(&fault_cases[index], call, place);
    const unsigned count = table[at].count;
    if (count < CASES_MAX && (count == 0 || table[at].cases[count - 1] != index))
        table[at].cases[table[at].count++] = index;
}

void plan_make(void)
{
    for (size_t i = 0; i < fault_case_count; i++)
        for (unsigned call = 0; call < FAULT_CALL_COUNT; call++)
            for (unsigned nth = 0; nth < courses[i].count[call] && nth < FAULT_PLACES; nth++)
                enter(i, call, courses[i].places[call][nth]);
}

bool plan_takes(size_t index, const struct fault_shared *shared, enum fault_call call, unsigned nth)
{
    const unsigned count = shared->fault.count[call];
    const uint64_t *places = shared->places[call];
    if (whole || nth > FAULT_PLACES || count > FAULT_PLACES)
        return true;
    const size_t at = find(key_of(&fault_cases[index], call, places[nth - 1]));
    bool is_one = table[at].key == 0;
    for (unsigned i = 0; i < table[at].count; i++)
        is_one = is_one || table[at].cases[i] == index;
    unsigned before = 0, behind = 0;
    for (unsigned i = 0; i < count; i++) {
        before += i < nth - 1 && places[i] == places[nth - 1];
        behind += i > nth - 1 && places[i] == places[nth - 1];
    }
    return is_one && (before < TIMES_MAX || behind == 0);
}
