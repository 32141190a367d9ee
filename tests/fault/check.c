#include "driver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHOWN_MAX 100000 /* failures that are printed */

void count_up(unsigned long *to, unsigned long count)
{
    __atomic_add_fetch(to, count, __ATOMIC_RELAXED);
}

static void print_place(const struct fault_case *c, FILE *to, const struct fault_place *place)
{
    if (place->library_function[0])
        fprintf(to, " by %s", place->library_function);
    for (unsigned i = 0; i < place->count; i++)
        if (*symbols_name(c->plugin, place->frames[i]) != '_')
            fprintf(to, "%s%s", i > 0 ? " < " : " in ", symbols_name(c->plugin, place->frames[i]));
}

static void fail(struct worker *w, const struct fault_case *c, const char *what)
{
    const struct fault *f = w->setting.fault;
    count_up(&w->tally->failed, 1);
    if (w->tally->failed > SHOWN_MAX)
        return;
    char *message = NULL;
    size_t size;
    FILE *to = open_memstream(&message, &size);
    fprintf(to, "FAILED %s: %s", c->name, what);
    if (f->call != FAULT_NO_CALL)
        fprintf(to, "; %s number %u%s: %s %s", fault_call_name(f->call), f->nth,
                f->on ? " and all that follow" : "", fault_error_name(f->error), f->path);
    print_place(c, to, &f->place);
    fprintf(to, "\n    %.*s%s\n", (int)strcspn(w->run.out, "\n"), w->run.out, w->run.err);
    fclose(to);
    ssize_t written = write(STDOUT_FILENO, message, size);
    (void)written;
    free(message);
}

static void check(struct worker *w, const struct fault_case *c, bool holds, const char *what)
{
    if (holds)
        count_up(&w->tally->passed, 1);
    else
        fail(w, c, what);
}

void run_with(struct worker *w, const struct fault_case *c, const struct fault *wanted)
{
    records_reset(w->setting.root, c);
    *w->setting.fault = *wanted;
    run_plugin(&w->setting, c, &w->run);
    count_up(&w->tally->runs, 1);
}

/* Another such run tells where the memory that was not given back was asked for. */
static void check_leaks(struct worker *w, const struct fault_case *c)
{
    const struct fault *f = w->setting.fault;
    struct fault again = {.call = f->call, .nth = f->nth, .on = f->on, .error = f->error};
    memcpy(again.traced, f->leaked_numbers, sizeof again.traced);
    run_with(w, c, &again);
    char what[2048] = "memory is not given back, asked for";
    FILE *to = fmemopen(what + strlen(what), sizeof what - strlen(what), "w");
    for (size_t i = 0; i < FAULT_LEAKS && f->traced[i] != 0; i++)
        print_place(c, to, &f->leaks[i]);
    fclose(to);
    check(w, c, leaks_are_foreign(c->plugin, f), what);
}

static bool lost_stdout(const struct fault *fault)
{
    bool of_stdout = strcmp(fault->path, "stdout") == 0;
    bool for_ever = fault->error == EINTR || fault->error == EAGAIN;
    return (fault->call == FAULT_write && (of_stdout || (fault->on && !for_ever))) ||
           (fault->call == FAULT_poll && fault->on && for_ever);
}

/* Nothing, or what a good output begins with: a consumer takes it for no more than it is. */
static bool is_beginning(const struct worker *w)
{
    size_t length = strnlen(w->run.out, 8);
    return memcmp(w->run.out, w->good, length) == 0;
}

static void check_output(struct worker *w, const struct fault_case *c, bool passes, const char *why)
{
    const struct fault *f = w->setting.fault;
    check(w, c, w->run.status != RUN_HUNG, "it runs on past its deadline");
    check(w, c, w->run.status != RUN_KILLED, "a signal killed it");
    check(w, c, w->run.status <= 3, "no exit status from 0 to 3");
    check(w, c, w->run.err_length == 0 || stderr_is_foreign(c->plugin, f), "something on stderr");
    if (passes || !lost_stdout(f)) {
        check(w, c, !why, why);
        return;
    }
    check(w, c, w->run.status != 0, "exit status 0, and the output was lost");
    check(w, c, is_beginning(w), "what is left of the output is none");
}

static void check_remains(struct worker *w, const struct fault_case *c)
{
    const struct fault *f = w->setting.fault;
    const char *damage = records_damage(w->setting.root, c, f);
    check(w, c, !damage, damage);
    check(w, c, !w->run.orphans || f->call == FAULT_kill, "a child is left");
    if (!f->ended)
        return;
    check(w, c, f->open_descriptors <= w->baseline.open_descriptors, "a descriptor is left open");
    if (f->leaked > w->baseline.leaked)
        check_leaks(w, c);
    else
        count_up(&w->tally->passed, 1);
}

static int severity(enum state state)
{
    return state_severity(state);
}

/* A feed arrives, or its caller is told; a run may try only where that is recorded. */
static void check_left(struct worker *w, const struct fault_case *c, enum state state)
{
    const bool told = state == STATE_UNKNOWN || w->run.status != (int)c->expected ||
                      strstr(w->run.out, "feed-lost") || strstr(w->run.out, "out of memory") ||
                      lost_stdout(w->setting.fault);
    if (c->leaves == A_FEED)
        check(w, c,
              told || records_are_fed(w->setting.root) ||
                  unfed_because(c->plugin, w->setting.fault),
              "the feed is lost without a word");
    if (c->leaves == A_TRY)
        check(w, c, state != STATE_OK || records_have_try(w->setting.root),
              "open, and no try is recorded");
}

/* Why an OK is right in spite of a fault; NULL when it is not. */
static const char *because_of(const struct worker *w, const struct fault_case *c)
{
    const struct fault *f = w->setting.fault;
    const bool is_of_feed = c->leaves == A_FEED && is_within_feed(c->plugin, f);
    return is_of_feed ? "what it feeds is looked at" : allowed_because(c->plugin, f);
}

void check_run(struct worker *w, const struct fault_case *c, bool passes)
{
    const struct fault *f = w->setting.fault;
    const char *why = NULL;
    enum state state = verdict_of(c, &w->run, w->good, &why);
    check_output(w, c, passes, why);
    if (c->expected != STATE_OK) {
        bool kept = state == STATE_UNKNOWN || severity(state) >= severity(c->expected);
        kept = kept || lost_because(c->plugin, f);
        check(w, c, kept, state == STATE_OK ? "OK where it was not" : "milder than it was");
    } else if (state == STATE_OK && !passes && !lost_stdout(f)) {
        const char *because = because_of(w, c);
        check(w, c, because != NULL, "OK in spite of it");
        count_up(&w->tally->stayed_ok, 1);
    }
    check_left(w, c, state);
    if (passes)
        check(w, c, state == c->expected, "another state, though nothing failed");
    check_remains(w, c);
}

void check_baseline(struct worker *w, const struct fault_case *c)
{
    const char *why = NULL;
    w->baseline = *w->setting.fault;
    memcpy(w->good, w->run.out, sizeof w->good);
    enum state state = verdict_of(c, &w->run, w->good, &why);
    check(w, c, !why && state == c->expected, why ? why : "not the expected state");
    if (c->leaves == A_FEED)
        records_note_fed(w->setting.root);
    check_left(w, c, state);
    check(w, c, w->baseline.ended && w->baseline.count[FAULT_write] > 0,
          "the calls were not counted");
    check(w, c, w->baseline.leaked == 0, "memory is not given back");
    check(w, c, w->baseline.open_descriptors == 0, "a descriptor is left open");
    const char *damage = records_damage(w->setting.root, c, &w->baseline);
    check(w, c, !damage, damage);
}
