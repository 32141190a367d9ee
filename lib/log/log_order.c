/* The order of a list of logs, and what follows from it. */
#include "log/log_order.h"

#include <stdlib.h>
#include <string.h>

int log_order_by_age(const void *a, const void *b)
{
    const struct log_entry *one = a, *other = b;
    if (one->ahead != other->ahead)
        return one->ahead ? 1 : -1;
    if (one->modified_ns != other->modified_ns)
        return one->modified_ns > other->modified_ns ? -1 : 1;
    int order = strverscmp(other->path, one->path);
    return order != 0 ? order : strcmp(other->path, one->path);
}

size_t log_list_newest(const struct log_list *list)
{
    size_t newest = list->count;
    for (size_t i = 0; i < list->count; i++)
        if (list->entries[i].error == 0 &&
            (newest == list->count ||
             log_order_by_age(&list->entries[i], &list->entries[newest]) < 0))
            newest = i;
    return newest;
}

/* By path, and of the same path by place. */
static int compare_path(const void *a, const void *b)
{
    const struct log_entry *one = *(const struct log_entry *const *)a;
    const struct log_entry *other = *(const struct log_entry *const *)b;
    int order = strcmp(one->path, other->path);
    return order != 0 ? order : (one > other) - (one < other);
}

void log_list_unique(struct log_list *list)
{
    struct log_entry **sorted = malloc((list->count + 1) * sizeof(struct log_entry *));
    if (!sorted) {
        list->failed = true;
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = &list->entries[i];
    qsort(sorted, list->count, sizeof *sorted, compare_path);
    for (size_t i = 1, last = 0; i < list->count; i++) {
        if (strcmp(sorted[i]->path, sorted[last]->path) != 0) {
            last = i;
            continue;
        }
        free(sorted[i]->path);
        sorted[i]->path = NULL;
        sorted[i] = sorted[last];
    }
    free(sorted);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->entries[i].path)
            list->entries[kept++] = list->entries[i];
    list->count = kept;
}
