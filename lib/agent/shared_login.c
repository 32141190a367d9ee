#include "agent/shared_login.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct agent *one = *(struct agent *const *)a, *other = *(struct agent *const *)b;
    if (one->refresh_mark != other->refresh_mark)
        return one->refresh_mark < other->refresh_mark ? -1 : 1;
    return (one > other) - (one < other);
}

/* One file, reached by two paths: what is renewed there is renewed for both. */
static bool is_one_file(const struct agent *a, const struct agent *b)
{
    return a->device == b->device && a->inode == b->inode && !a->hard_linked &&
           !a->facts.config.is_link && !b->facts.config.is_link;
}

/* Of agents that stand side by side, all with one mark: the first one, and for that another. */
static void name_each_other(struct agent **agents, size_t count)
{
    size_t other = 1;
    while (other < count && is_one_file(agents[0], agents[other]))
        other++;
    for (size_t i = 0; i < count && other < count; i++) {
        const bool like_first = i == 0 || is_one_file(agents[0], agents[i]);
        agents[i]->facts.shared_with = agents[like_first ? other : 0]->facts.home;
    }
}

bool shared_login_find(struct agent *agents, size_t count)
{
    struct agent **sorted = malloc((count + 1) * sizeof *sorted);
    size_t marked = 0;
    for (size_t i = 0; i < count && sorted; i++)
        if (agents[i].refresh_mark != 0)
            sorted[marked++] = &agents[i];
    if (sorted)
        qsort(sorted, marked, sizeof *sorted, compare);
    for (size_t first = 0, end; first < marked; first = end) {
        for (end = first + 1; end < marked; end++)
            if (sorted[end]->refresh_mark != sorted[first]->refresh_mark)
                break;
        if (end - first > 1)
            name_each_other(sorted + first, end - first);
    }
    for (size_t i = 0; i < count; i++)
        explicit_bzero(&agents[i].refresh_mark, sizeof agents[i].refresh_mark);
    free(sorted);
    return sorted != NULL;
}
