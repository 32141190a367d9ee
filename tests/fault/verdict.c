#include "driver.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const services[] = {"CLAUDE PREFLIGHT ", "CLAUDE RUNLOG "};

static const char *behind_color(const char *at)
{
    const char *end = *at == '\033' ? strchr(at, 'm') : NULL;
    return end ? end + 1 : at;
}

static const char *judge_nagios(const struct fault_case *c, const struct run *run,
                                enum state *ret_state)
{
    const char *service = services[c->plugin];
    const char *at = run->out + strlen(service);
    const bool colored = *at == '\033';
    if (strncmp(run->out, service, strlen(service)) != 0)
        return "no first line";
    if (strlen(run->out) != run->out_length || run->out[run->out_length - 1] != '\n')
        return "the last line is not whole";
    if (strstr(at, services[c->plugin]))
        return "two first lines";
    if (colored)
        at = behind_color(at);
    for (int state = STATE_OK; state <= STATE_UNKNOWN; state++) {
        const char *name = state_name((enum state)state);
        if (strncmp(at, name, strlen(name)) != 0)
            continue;
        const char *behind = colored ? behind_color(at + strlen(name)) : at + strlen(name);
        if (strncmp(behind, " - ", 3) != 0)
            continue;
        const char *words = behind + 3;
        const char *bar = strchr(words, '|');
        *ret_state = (enum state)state;
        const bool is_open = state == STATE_OK || state == STATE_WARNING;
        if (run->status != (c->gate ? !is_open : state))
            return "the first line and the exit status say different things";
        return *words == '\n'                ? "the first line says nothing"
               : bar && strchr(bar + 1, '|') ? "a second |"
                                             : NULL;
    }
    return "no state in the first line";
}

static const char *judge_json(const struct run *run, enum state *ret_state)
{
    struct json_tokener *tokener = json_tokener_new();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    struct json_object *root = json_tokener_parse_ex(tokener, run->out, (int)run->out_length),
                       *code = NULL;
    const char *why = NULL;
    if (json_tokener_get_error(tokener) != json_tokener_success || !root)
        why = "not JSON";
    else if (!json_object_object_get_ex(root, "exit_code", &code) ||
             json_object_get_int(code) != run->status)
        why = "JSON and the exit status say different things";
    else if (!json_object_object_get_ex(root, "perfdata", NULL) ||
             !json_object_object_get_ex(root, "checked_at", &code) ||
             !json_object_is_type(code, json_type_string))
        why = "JSON lacks a member";
    *ret_state = (enum state)run->status;
    json_object_put(root);
    json_tokener_free(tokener);
    return why;
}

/* The worst state of all samples. Each line is a comment or a sample. */
static const char *judge_prometheus(const struct fault_case *c, const struct run *run,
                                    enum state *ret_state)
{
    const char *metric =
        c->plugin == PREFLIGHT ? "claude_preflight_state{" : "claude_runlog_state{";
    bool found = false;
    if (run->out_length == 0 || run->out[run->out_length - 1] != '\n')
        return "the last line is not whole";
    for (const char *line = run->out; *line; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n');
        const char *space = memrchr(line, ' ', (size_t)(end - line));
        char *behind = NULL;
        if (*line != '#' && (!space || (strtod(space + 1, &behind), behind != end)))
            return "a line that is no sample";
        if (strncmp(line, metric, strlen(metric)) != 0)
            continue;
        enum state state = (enum state)atoi(space + 1);
        *ret_state = found ? state_worst(*ret_state, state) : state;
        found = true;
    }
    return found ? NULL : "no sample of the state";
}

/* Text for a person: whole, or something else in its place. */
static const char *judge_words(const struct run *run, const char *good)
{
    if (run->status != STATE_UNKNOWN)
        return "words, and an exit status that stands for a state";
    return run->out_length > 0 && strcmp(run->out, good) == 0 ? NULL : "not the whole text";
}

enum state verdict_of(const struct fault_case *c, const struct run *run, const char *good,
                      const char **ret_why)
{
    enum state state = c->gate ? run->status == 0 ? STATE_OK : STATE_UNKNOWN
                       : run->status >= 0 && run->status <= 3 ? (enum state)run->status
                                                              : STATE_UNKNOWN;
    bool fallback = strncmp(run->out, "CLAUDE ", 7) == 0;
    if (c->format == NAGIOS || fallback)
        *ret_why = judge_nagios(c, run, &state);
    else if (c->format == JSON)
        *ret_why = judge_json(run, &state);
    else if (c->format == WORDS)
        *ret_why = judge_words(run, good);
    else if (run->status != 0)
        *ret_why = "metrics, and an exit status for which they are thrown away";
    else
        *ret_why = judge_prometheus(c, run, &state);
    return state;
}
