/* What must stand on a run's standard output, standard error and in its exit status. */
#include "scene.h"

#include <json-c/json.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

static void print_indented(FILE *report, const char *mark, const char *text)
{
    for (;;) {
        size_t length = strcspn(text, "\n");
        fprintf(report, "    %s %.*s\n", mark, (int)length, text);
        if (text[length] == '\0' || text[length + 1] == '\0')
            return;
        text += length + 1;
    }
}

/* The same, or both are shown. */
static void same(struct scene *scene, const char *what, const char *got, const char *wanted)
{
    if (strcmp(got, wanted) == 0) {
        scene_pass(scene);
        return;
    }
    scene_fail(scene, "%s:", what);
    print_indented(scene->report, "wanted:", wanted);
    print_indented(scene->report, "got:   ", got);
}

static char *output(const struct scene *scene)
{
    size_t size = scene->run.out.size;
    while (size > 0 && scene->run.out.data[size - 1] == '\n')
        size--;
    return pool_text(scene->pool, scene->run.out.data, size);
}

static char *first_line(const struct scene *scene)
{
    char *text = output(scene);
    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* The first line's text between the state and the perfdata. */
static char *summary(const struct scene *scene)
{
    char *line = first_line(scene), *start = strstr(line, " - "), *end;
    start = start ? start + 3 : line;
    end = strstr(start, " | ");
    if (end)
        *end = '\0';
    return start;
}

/* The number of lines of TEXT, and each in turn: *AT, moved behind it, is NULL behind the last. */
static char *next_line(struct pool *pool, const char **at)
{
    if (!*at || **at == '\0')
        return NULL;
    size_t length = strcspn(*at, "\n");
    char *line = pool_text(pool, *at, length);
    *at += length + ((*at)[length] == '\n');
    return line;
}

/* The condition of a detail line "[STATE] CONDITION: TEXT", whose text is put into *ret_text; or
 * NULL. */
static char *condition_of(char *line, char **ret_text)
{
    size_t state = line[0] == '[' ? strspn(line + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;
    if (state == 0 || strncmp(line + 1 + state, "] ", 2) != 0)
        return NULL;
    char *condition = line + 1 + state + 2;
    size_t length = strspn(condition, "abcdefghijklmnopqrstuvwxyz-");
    if (length == 0 || strncmp(condition + length, ": ", 2) != 0)
        return NULL;
    condition[length] = '\0';
    *ret_text = condition + length + 2;
    return condition;
}

static void look_at_status(struct scene *scene, const struct step *step)
{
    scene->run.status_expected = true;
    same(scene, "exit status", pool_print(scene->pool, "%d", scene->run.status), step->argv[1]);
}

static void look_at_signal(struct scene *scene, const struct step *step)
{
    scene->run.status_expected = true;
    same(scene, "signal", pool_print(scene->pool, "%d", scene->run.status - 256), step->argv[1]);
}

static void look_at_output(struct scene *scene, const struct step *step)
{
    same(scene, "stdout", output(scene), step->text);
}

static void look_at_first(struct scene *scene, const struct step *step)
{
    same(scene, "first line", first_line(scene), step->text);
}

static void look_at_summary(struct scene *scene, const struct step *step)
{
    same(scene, "summary", summary(scene), step->text);
}

static void look_at_errors(struct scene *scene, const struct step *step)
{
    size_t size = scene->run.err.size;
    while (size > 0 && scene->run.err.data[size - 1] == '\n')
        size--;
    scene->run.err_expected = true;
    same(scene, "stderr", pool_text(scene->pool, scene->run.err.data, size), step->text);
}

static void look_for(struct scene *scene, const struct step *step)
{
    if (memmem(scene->run.out.data, scene->run.out.size, step->text, strlen(step->text)))
        scene_pass(scene);
    else
        scene_fail(scene, "not in stdout: %s", step->text);
}

static void look_for_none(struct scene *scene, const struct step *step)
{
    if (!memmem(scene->run.out.data, scene->run.out.size, step->text, strlen(step->text)))
        scene_pass(scene);
    else
        scene_fail(scene, "in stdout: %s", step->text);
}

static void look_into_summary(struct scene *scene, const struct step *step)
{
    if (strstr(summary(scene), step->text))
        scene_pass(scene);
    else
        scene_fail(scene, "not in the summary: %s", step->text);
}

static size_t count_lines(struct scene *scene, const char *part, bool whole)
{
    size_t count = 0;
    const char *at = scene->run.out.data;
    for (char *line; (line = next_line(scene->pool, &at));)
        count += whole ? strcmp(line, part) == 0 : strstr(line, part) != NULL;
    return count;
}

static void look_for_line(struct scene *scene, const struct step *step)
{
    if (count_lines(scene, step->text, true) > 0)
        scene_pass(scene);
    else
        scene_fail(scene, "no line of stdout: %s", step->text);
}

/* lines N, and with a text: of those that have it in them */
static void look_at_count(struct scene *scene, const struct step *step)
{
    size_t count = count_lines(scene, step->text, false);
    same(scene, pool_print(scene->pool, "lines with [%s]", step->text),
         pool_print(scene->pool, "%zu", count), step->argv[1]);
}

/* lines-and-more N | PART: so many lines have PART in them, with those that the last line says it
 * left out */
static void look_at_all_lines(struct scene *scene, const struct step *step)
{
    static const char cut[] = "\n\u2026 and ";
    const char *more = strstr(scene->run.out.data, cut);
    size_t count = count_lines(scene, step->text, false);
    if (more)
        count += strtoul(more + strlen(cut), NULL, 10);
    same(scene, pool_print(scene->pool, "lines with [%s], and more", step->text),
         pool_print(scene->pool, "%zu", count), step->argv[1]);
}

static void match(struct scene *scene, const char *text, bool wanted)
{
    regex_t pattern;
    if (regcomp(&pattern, text, REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0) {
        scene_stuck(scene, "not a pattern: %s", text);
        return;
    }
    if ((regexec(&pattern, scene->run.out.data, 0, NULL, 0) == 0) == wanted)
        scene_pass(scene);
    else
        scene_fail(scene, wanted ? "no line of stdout is like: %s" : "a line of stdout is like: %s",
                   text);
    regfree(&pattern);
}

static void look_by_pattern(struct scene *scene, const struct step *step)
{
    match(scene, step->text, true);
}

static void look_by_no_pattern(struct scene *scene, const struct step *step)
{
    match(scene, step->text, false);
}

static size_t count_lines_like(struct scene *scene, const char *text)
{
    const char *at = scene->run.out.data;
    size_t count = 0;
    regex_t pattern;
    if (regcomp(&pattern, text, REG_EXTENDED | REG_NOSUB) != 0) {
        scene_stuck(scene, "not a pattern: %s", text);
        return 0;
    }
    for (char *line; (line = next_line(scene->pool, &at));)
        count += regexec(&pattern, line, 0, NULL, 0) == 0;
    regfree(&pattern);
    return count;
}

/* lines-like N | PATTERN */
static void look_at_count_like(struct scene *scene, const struct step *step)
{
    same(scene, pool_print(scene->pool, "lines like %s", step->text),
         pool_print(scene->pool, "%zu", count_lines_like(scene, step->text)), step->argv[1]);
}

/* all-like | PATTERN: each line is */
static void look_at_each(struct scene *scene, const struct step *step)
{
    same(scene, pool_print(scene->pool, "lines like %s", step->text),
         pool_print(scene->pool, "%zu", count_lines_like(scene, step->text)),
         pool_print(scene->pool, "%zu", count_lines(scene, "", false)));
}

static void look_at_size(struct scene *scene, const struct step *step)
{
    if (scene->run.out.size <= strtoul(step->argv[1], NULL, 10))
        scene_pass(scene);
    else
        scene_fail(scene, "stdout has %zu bytes, more than %s", scene->run.out.size, step->argv[1]);
}

/* found CONDITION STATE: a detail line says so */
static void look_for_finding(struct scene *scene, const struct step *step)
{
    const char *start = pool_print(scene->pool, "[%s] %s: ", step->argv[2], step->argv[1]),
               *at = scene->run.out.data;
    for (char *line; (line = next_line(scene->pool, &at));) {
        if (strncmp(line, start, strlen(start)) == 0) {
            scene_pass(scene);
            return;
        }
    }
    scene_fail(scene, "no line of stdout begins with: %s", start);
}

/* conditions CONDITION...: of the detail lines, in their order */
static void look_at_conditions(struct scene *scene, const struct step *step)
{
    char *got = "", *wanted = "", *text;
    const char *at = scene->run.out.data;
    for (char *line, *condition; (line = next_line(scene->pool, &at));) {
        if ((condition = condition_of(line, &text)))
            got = pool_print(scene->pool, "%s%s%s", got, *got ? " " : "", condition);
    }
    for (int i = 1; i < step->argc; i++)
        wanted = pool_print(scene->pool, "%s%s%s", wanted, *wanted ? " " : "", step->argv[i]);
    same(scene, "conditions", got, wanted);
}

/* The text of the detail line of CONDITION, "" where there is none. */
static const char *detail(const struct scene *scene, const char *condition)
{
    const char *at = scene->run.out.data;
    for (char *line, *found, *text; (line = next_line(scene->pool, &at));) {
        found = condition_of(line, &text);
        if (found && strcmp(found, condition) == 0)
            return text;
    }
    return "";
}

static void look_at_detail(struct scene *scene, const struct step *step)
{
    same(scene, step->argv[1], detail(scene, step->argv[1]), step->text);
}

// what Nagios and others cut at or take out of output: illegal_macro_output_chars
static const char engine_characters[] = "|;~$&\"<>`'\\";

#define USUAL_LINE 100

/* The characters of the first line before the perfdata, as if the case's directory were /home. */
static size_t usual_length(const struct scene *scene)
{
    static const char usual[] = "/home";
    const char *line = first_line(scene), *end = strstr(line, " | ");
    const size_t place = strlen(scene->directory);
    size_t length = 0;
    for (const char *at = line; *at && at != end; at++)
        length += ((unsigned char)*at & 0xC0) != 0x80;
    for (const char *at = line; (at = strstr(at, scene->directory)); at += place)
        length -= place - strlen(usual);
    return length;
}

static void look_at_length(struct scene *scene)
{
    const size_t length = usual_length(scene);
    if (length <= USUAL_LINE)
        scene_pass(scene);
    else
        scene_fail(scene, "the first line has %zu characters, more than %d: %s", length, USUAL_LINE,
                   first_line(scene));
}

static void look_at_characters(struct scene *scene)
{
    // illegal_macro_output_chars
    if (!strpbrk(summary(scene), engine_characters))
        scene_pass(scene);
    else
        scene_fail(scene, "the summary has a character that engines change: %s", summary(scene));
}

/* MESSAGE, up to what to do next, is the summary, where the finding decides the state. */
static void look_at_end(struct scene *scene, const char *condition, const char *message)
{
    const char *line = strchr(scene->run.out.data, '\n'), *word = line ? strstr(line, "] ") : NULL;
    const size_t length = strlen(condition), size = strlen(message);
    if (!word || strncmp(line + 1, "[OK]", 4) == 0 || strncmp(word + 2, condition, length) != 0 ||
        word[2 + length] != ':')
        return;
    const char *got = summary(scene), *after = got + size;
    if (strncmp(got, message, size) == 0 && (*after == '\0' || strncmp(after, " (and ", 6) == 0))
        scene_pass(scene);
    else
        scene_fail(scene, "the first line does not end with what to do: %s", got);
}

/* says [CONDITION] | MESSAGE, <WHAT TO DO NEXT>: of its detail line, or of the first line */
static void look_at_message(struct scene *scene, const struct step *step)
{
    char *wanted = pool_text(scene->pool, step->text, strlen(step->text)), *to = wanted,
         *end = NULL;
    for (const char *from = step->text; *from; from++) {
        if (*from != '<' && *from != '>')
            *to++ = *from;
        else if (*from == '>')
            end = to;
    }
    *to = '\0';
    same(scene, "message", step->argc > 1 ? detail(scene, step->argv[1]) : summary(scene), wanted);
    if (!end)
        scene_fail(scene, "no <> around what to do next: %s", step->text);
    else if (step->argc > 1) {
        look_at_end(scene, step->argv[1], pool_text(scene->pool, wanted, (size_t)(end - wanted)));
        look_at_length(scene);
    }
    look_at_characters(scene);
}

/* refused [| PART]: one line that says UNKNOWN and why, clean and short, with PART in it */
static void look_at_refusal(struct scene *scene, const struct step *step)
{
    const struct run *run = &scene->run;
    const char *out = run->out.data, *end = strchr(out, '\n');
    if (run->status != 3 || !strstr(out, " UNKNOWN - ") || strncmp(out, "CLAUDE ", 7) != 0)
        scene_fail(scene, "no UNKNOWN with exit status 3");
    else if (!end || end[1] != '\0' || run->out.size > 1000 || strlen(out) != run->out.size)
        scene_fail(scene, "not one line of at most 1000 bytes");
    else if (strpbrk(out, engine_characters))
        scene_fail(scene, "a character that engines change");
    else if (!strstr(out, step->text))
        scene_fail(scene, "not in the line: %s", step->text);
    else
        scene_pass(scene);
}

/* json POINTER | JSON: the output is JSON and has that there */
static void look_at_json(struct scene *scene, const struct step *step)
{
    struct json_object *whole = json_tokener_parse(scene->run.out.data), *value = NULL;
    if (!whole) {
        scene_fail(scene, "stdout is not JSON");
        return;
    }
    if (json_pointer_get(whole, step->argc > 1 ? step->argv[1] : "", &value) != 0)
        scene_fail(scene, "%s is not in the JSON", step->argv[1]);
    else if (step->has_text)
        same(scene, step->argv[1],
             json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                       JSON_C_TO_STRING_NOSLASHESCAPE),
             step->text);
    else
        scene_pass(scene);
    json_object_put(whole);
}

static bool is_gate(const struct run *run)
{
    for (char **word = run->arguments; *word; word++)
        if (strncmp(*word, "--gate", strlen("--gate")) == 0)
            return true;
    return false;
}

/* A first line "SERVICE STATE - ..." goes with the exit status; with --gate 0 and 1 say enough. */
static bool state_is_status(const struct run *run)
{
    static const char *const states[] = {" OK - ", " WARNING - ", " CRITICAL - ", " UNKNOWN - "};
    if (strncmp(run->out.data, "CLAUDE ", 7) != 0)
        return true;
    const char *state = strchr(run->out.data + 7, ' ');
    if (is_gate(run))
        return state && run->status == (strncmp(state, " OK - ", 6) != 0 &&
                                        strncmp(state, " WARNING - ", 11) != 0);
    return state && run->status <= 3 &&
           strncmp(state, states[run->status], strlen(states[run->status])) == 0;
}

void run_finish(struct scene *scene)
{
    struct run *run = &scene->run;
    if (run->number == 0)
        return;
    int line = scene->number;
    scene->number = run->number;
    if (run->status > 3 && !run->status_expected)
        scene_fail(scene, run->status > 256 ? "died by signal %d" : "exit status %d",
                   run->status > 256 ? run->status - 256 : run->status);
    if (!state_is_status(run))
        scene_fail(scene, "the first line does not go with exit status %d", run->status);
    if (run->err.size > 0 && !run->err_expected)
        scene_fail(scene, "stderr is not empty:\n    %s", run->err.data);
    if (run->failed) {
        fprintf(scene->report, "  line %d: run", run->number);
        for (char **word = run->arguments; *word; word++)
            fprintf(scene->report, strpbrk(*word, " '\"\n") ? " \"%.200s\"" : " %.200s", *word);
        fprintf(scene->report, "\n  had exit status %d and printed\n", run->status);
        print_indented(
            scene->report, "|",
            pool_text(scene->pool, run->out.data, run->out.size < 4000 ? run->out.size : 4000));
    }
    scene->number = line;
    run->number = 0;
}

enum { ANY = 1000 };

const struct step_word output_steps[] = {
    {"status", 1, 1, look_at_status},
    {"signal", 1, 1, look_at_signal},
    {"stdout", 0, 0, look_at_output},
    {"stderr", 0, 0, look_at_errors},
    {"first", 0, 0, look_at_first},
    {"summary", 0, 0, look_at_summary},
    {"summary-has", 0, 0, look_into_summary},
    {"has", 0, 0, look_for},
    {"has-not", 0, 0, look_for_none},
    {"line", 0, 0, look_for_line},
    {"lines", 1, 1, look_at_count},
    {"lines-and-more", 1, 1, look_at_all_lines},
    {"like", 0, 0, look_by_pattern},
    {"lines-like", 1, 1, look_at_count_like},
    {"all-like", 0, 0, look_at_each},
    {"has-not-like", 0, 0, look_by_no_pattern},
    {"at-most", 1, 1, look_at_size},
    {"found", 2, 2, look_for_finding},
    {"conditions", 0, ANY, look_at_conditions},
    {"detail", 1, 1, look_at_detail},
    {"says", 0, 1, look_at_message},
    {"refused", 0, 0, look_at_refusal},
    {"json", 0, 1, look_at_json},
    {0},
};
