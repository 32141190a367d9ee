#include "log/unwrap.h"

#include "log/unwrap_layer.h"
#include "system/nameless_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Read a layer into a file of its own. Returns 0 or an errno value; EPROTO: it is no such log. */
static int copy_layer(const struct unwrap_layer *layer, int *ret_fd, uint64_t *ret_size)
{
    struct unwrap_sink sink = {.fd = -1, .bytes = malloc(UNWRAP_SINK)};
    int error = sink.bytes ? nameless_file_create(&sink.fd) : ENOMEM;
    if (error == 0)
        error = unwrap_layer_read(layer, &sink);
    free(sink.bytes);
    if (error == 0) {
        *ret_fd = sink.fd;
        *ret_size = sink.size;
    } else if (sink.fd >= 0) {
        close(sink.fd);
    }
    return error;
}

int unwrap_open(int fd, uint64_t size, struct unwrap *ret)
{
    struct unwrap unwrap = {.fd = fd, .size = size};
    struct unwrap_look look;
    int error = 0;
    for (;;) {
        error = unwrap_look_at(unwrap.fd, unwrap.size, &look);
        unwrap.holds_foreign = look.holds_foreign;
        if (error != 0 || look.layer.kind == UNWRAP_NOTHING || unwrap.count == UNWRAP_LAYERS)
            break;
        error = copy_layer(&look.layer, &unwrap.fd, &unwrap.size);
        if (error != 0)
            break;
        unwrap.layers[unwrap.count++] = look.layer;
    }
    if (error == EPROTO) { /* an event stands by itself further on: the log is read as it is */
        unwrap.holds_foreign = false;
        error = 0;
    }
    if (error == 0)
        *ret = unwrap;
    else
        unwrap_close(&unwrap);
    return error;
}

/* The line of a layer's input from which a line of its output comes; 0 where that is not found. */
static uint64_t source_line(const struct unwrap_layer *layer, uint64_t line)
{
    struct unwrap_sink sink = {.fd = -1, .until = line};
    if (layer->kind != UNWRAP_CRI && layer->kind != UNWRAP_RECORDS && layer->kind != UNWRAP_MEMBERS)
        return line;
    return unwrap_layer_read(layer, &sink) == 0 ? sink.sources : 0;
}

uint64_t unwrap_line(const struct unwrap *unwrap, uint64_t line)
{
    for (size_t i = unwrap->count; i > 0 && line > 0; i--)
        line = source_line(&unwrap->layers[i - 1], line);
    return line;
}

void unwrap_close(struct unwrap *unwrap)
{
    for (size_t i = 1; i < unwrap->count; i++)
        close(unwrap->layers[i].fd); /* the first one is the caller's */
    if (unwrap->count > 0)
        close(unwrap->fd);
    unwrap->count = 0;
}
