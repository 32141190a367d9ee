/* Which members of a logger's record hold the run's text. */
#include "log/wrapper.h"

#include <string.h>
#include <strings.h>

bool wrapper_is_named(const char *name, size_t length, const char *const *names)
{
    for (; *names; names++)
        if (strlen(*names) == length && strncasecmp(name, *names, length) == 0)
            return true;
    return false;
}

/* A type that is a string, in the text that a string holds: one level of escapes deeper. */
static bool looks_like_event(const struct wrapper_member *member)
{
    static const char type[] = "\\\"type\\\"", of_bytes[] = "34,116,121,112,101,34";
    return member->kind == WRAPPER_OBJECT ||
           (member->kind == WRAPPER_STRING &&
            memmem(member->value, member->length, type, sizeof type - 1)) ||
           (member->kind == WRAPPER_BYTES &&
            memmem(member->value, member->length, of_bytes, sizeof of_bytes - 1));
}

static const char *const texts[] = {"log",      "message", "msg",   "textPayload", "line",
                                    "@message", "body",    "text",  "output",      "data",
                                    "payload",  "content", "event", "_raw",        NULL};

static bool is_stream(const struct wrapper_member *member)
{
    static const char *const streams[] = {"stdout", "stderr", NULL};
    return member->length > 0 && wrapper_is_named(member->name, member->name_length, streams);
}

static void hold(struct wrapper *w, const struct wrapper_member *member)
{
    if (member && w->count < sizeof w->held / sizeof *w->held)
        w->held[w->count++] = *member;
}

/* The members that hold events: those with a name that loggers give a text, else any. */
static void find_events(struct wrapper *w)
{
    const struct wrapper_member *any = NULL;
    for (size_t i = 0; i < w->all_count; i++) {
        const struct wrapper_member *member = &w->all[i];
        if (!looks_like_event(member))
            continue;
        any = any ? any : member;
        if (member->kind == WRAPPER_OBJECT || is_stream(member) ||
            wrapper_is_named(member->name, member->name_length, texts))
            hold(w, member);
    }
    if (w->count == 0)
        hold(w, any);
    w->holds_events = w->count > 0;
}

static bool has_name(const struct wrapper_member *member, const char *name)
{
    return wrapper_is_named(member->name, member->name_length, (const char *const[]){name, NULL});
}

/* "short_message" and the like. */
static bool ends_with_text(const struct wrapper_member *member)
{
    static const char *const ends[] = {"message", "msg", "log", "text", "line", "payload"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t size = strlen(ends[i]);
        if (member->name_length > size && member->kind == WRAPPER_STRING &&
            strncasecmp(member->name + member->name_length - size, ends[i], size) == 0)
            return true;
    }
    return false;
}

/* Plain text: what both streams gave, else all of the first name, else the longest of several
 * words. */
static void find_text(struct wrapper *w)
{
    const struct wrapper_member *longest = NULL;
    size_t rank = sizeof texts / sizeof *texts - 1;
    for (size_t i = 0; i < w->all_count; i++) {
        const struct wrapper_member *member = &w->all[i];
        if (is_stream(member) && member->kind == WRAPPER_STRING)
            hold(w, member);
        for (size_t n = 0; n < rank; n++)
            if (has_name(member, texts[n]))
                rank = n;
        if (ends_with_text(member) ||
            (member->kind == WRAPPER_STRING && memchr(member->value, ' ', member->length) &&
             (!longest || (!ends_with_text(longest) && member->length > longest->length))))
            longest = member;
    }
    if (w->count == 2 && has_name(&w->held[0], "stdout")) { /* what stands in stdout comes last */
        struct wrapper_member first = w->held[0];
        w->held[0] = w->held[1];
        w->held[1] = first;
    }
    w->has_streams = w->count > 0;
    w->is_named = w->has_streams || texts[rank];
    for (size_t i = 0; i < w->all_count && texts[rank] && !w->has_streams; i++)
        if (has_name(&w->all[i], texts[rank]))
            hold(w, &w->all[i]);
    if (w->count == 0)
        hold(w, longest);
}

static bool has_value(const struct wrapper_member *member, const char *value)
{
    return member->length == strlen(value) && memcmp(member->value, value, member->length) == 0;
}

/* What the other members say of the line. */
static void read_marks(struct wrapper *w)
{
    static const char *const stream[] = {"stream", NULL}, *const breaks[] = {"_LINE_BREAK", NULL};
    static const char *const program[] = {"SYSLOG_IDENTIFIER", NULL};
    static const char *const partial[] = {"partial_message", "partial", NULL};
    for (size_t i = 0; i < w->all_count; i++) {
        const struct wrapper_member *m = &w->all[i];
        if (wrapper_is_named(m->name, m->name_length, stream))
            w->is_stderr = has_value(m, "stderr");
        else if (wrapper_is_named(m->name, m->name_length, program))
            w->is_systemd = has_value(m, "systemd");
        else if (wrapper_is_named(m->name, m->name_length, breaks))
            w->is_partial = w->is_partial || has_value(m, "line-max");
        else if (wrapper_is_named(m->name, m->name_length, partial))
            w->is_partial = w->is_partial || has_value(m, "true");
    }
    const struct wrapper_member *last = w->count > 0 ? &w->held[w->count - 1] : NULL;
    w->ends_line = last && last->kind == WRAPPER_STRING && last->length >= 2 &&
                   memcmp(last->value + last->length - 2, "\\n", 2) == 0;
}

void wrapper_pick(struct wrapper *wrapper)
{
    find_events(wrapper);
    if (wrapper->count == 0)
        find_text(wrapper);
    read_marks(wrapper);
}
