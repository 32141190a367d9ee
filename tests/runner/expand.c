#include "scene.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The event that ends a run, in the shape of release 2.1.330. */
static void print_result(FILE *stream, const char *is_error, const char *status, const char *text)
{
    fprintf(stream,
            "{\"duration_api_ms\":0,\"usage\":{\"input_tokens\":0},\"is_error\":%s,\"num_turns\":1,"
            "\"subtype\":\"success\",",
            is_error);
    if (*status)
        fprintf(stream, "\"api_error_status\":%s,", status);
    fprintf(stream, "\"result\":\"%s\",\"type\":\"result\",\"duration_ms\":598}", text);
}

static void print_repeated(struct scene *scene, FILE *stream, const char *arguments)
{
    char *end;
    unsigned long times = strtoul(arguments, &end, 10);
    struct bytes text = pool_unescape(scene->pool, *end == ' ' ? end + 1 : end);
    while (times-- > 0)
        fwrite(text.data, 1, text.size, stream);
}

/* {WORD ARGUMENTS}, WORD with or without :OPTION. Returns whether there is such a word. */
static bool print_call(struct scene *scene, FILE *stream, char *call)
{
    char *arguments = strchr(call, ' ');
    if (!arguments)
        return false;
    *arguments++ = '\0';
    if (strcmp(call, "good") == 0)
        print_result(stream, "false", "", arguments);
    else if (strcmp(call, "failed") == 0)
        print_result(stream, "true", "", arguments);
    else if (strncmp(call, "failed:", 7) == 0)
        print_result(stream, "true", call + 7, arguments);
    else if (strcmp(call, "repeat") == 0)
        print_repeated(scene, stream, arguments);
    else
        return false;
    return true;
}

/* {NOW}, {NOW+60}, {date-5}: seconds since 1970, or the same as a date. */
static bool print_time(struct scene *scene, FILE *stream, const char *name)
{
    size_t word = strcspn(name, "+-");
    bool as_date = word == 4 && strncmp(name, "date", 4) == 0;
    if (!as_date && !(word == 3 && strncmp(name, "NOW", 3) == 0))
        return false;
    char *end;
    time_t then = (time_t)(scene->now + strtoll(name + word, &end, 10));
    struct tm parts;
    char date[32];
    if (*end != '\0' || !gmtime_r(&then, &parts) ||
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return false;
    if (as_date)
        fputs(date, stream);
    else
        fprintf(stream, "%lld", (long long)then);
    return true;
}

static uid_t user_of(const struct scene *scene)
{
    const char *user = scene->given.user;
    if (!user)
        return geteuid();
    return strcmp(user, "ordinary") == 0 ? scene->place->ordinary_user
                                         : (uid_t)strtoul(user, NULL, 10);
}

/* As the plugins say it: by number where it has no name. */
static const char *user_name(const struct scene *scene)
{
    struct passwd *entry = getpwuid(user_of(scene));
    return entry ? entry->pw_name : pool_print(scene->pool, "%u", (unsigned)user_of(scene));
}

static bool print_name(struct scene *scene, FILE *stream, const char *name)
{
    const char *value = scene_get(&scene->texts, name);
    char byte[2] = "";
    if (value)
        ;
    else if (strcmp(name, "dir") == 0)
        value = scene->directory;
    else if (strcmp(name, "agent") == 0)
        value = scene_path(scene, "agent");
    else if (strcmp(name, "state") == 0)
        value = scene_path(scene, "state");
    else if (strcmp(name, "tools") == 0)
        value = pool_print(scene->pool, "%s/tools", scene->place->work);
    else if (strcmp(name, "user") == 0)
        value = user_name(scene);
    else if (strcmp(name, "uid") == 0)
        value = pool_print(scene->pool, "%u", (unsigned)user_of(scene));
    else if (strcmp(name, "top") == 0)
        value = scene->place->top;
    else if (strcmp(name, "shared") == 0)
        value = scene->place->shared;
    else if (strcmp(name, "bar") == 0)
        byte[0] = '|', value = byte;
    else if (strcmp(name, "nap") == 0)
        value = pool_print(scene->pool, "1.5%ld7", (long)getpid());
    else if (strcmp(name, "tab") == 0)
        byte[0] = '\t', value = byte;
    else if (strcmp(name, "escape") == 0)
        byte[0] = '\033', value = byte;
    else if (strcmp(name, "quote") == 0)
        byte[0] = '\'', value = byte;
    else if (strcmp(name, "open") == 0)
        byte[0] = '{', value = byte;
    else if (strcmp(name, "blank") == 0)
        byte[0] = ' ', value = byte;
    if (!value)
        return print_time(scene, stream, name);
    fputs(value, stream);
    return true;
}

/* The brace that ends what is at TEXT, past those of names in it; NULL where there is none. */
static const char *closing_brace(const char *text)
{
    int open = 1;
    for (; *text; text++) {
        open += (*text == '{') - (*text == '}');
        if (open == 0)
            return text;
    }
    return NULL;
}

/* Whether TEXT, after a brace, is a name or a call and not JSON; its end is put into *ret_end. */
static bool is_name(const char *text, const char **ret_end)
{
    size_t word = 0;
    if (!isalpha((unsigned char)text[0]))
        return false;
    while (isalnum((unsigned char)text[word]) || strchr("-+_:", text[word] ? text[word] : ' '))
        word++;
    const char *end = text[word] == '}' || text[word] == ' ' ? closing_brace(text + word) : NULL;
    if (end)
        *ret_end = end;
    return end != NULL;
}

char *expand(struct scene *scene, const char *text)
{
    char *data = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&data, &size);
    while (*text) {
        const char *end;
        if (*text != '{' || !is_name(text + 1, &end)) {
            fputc(*text++, stream);
            continue;
        }
        char *name = pool_text(scene->pool, text + 1, (size_t)(end - text - 1));
        char *call = strchr(name, ' ') ? expand(scene, name) : name;
        if (!print_call(scene, stream, call) && !print_name(scene, stream, name))
            scene_stuck(scene, "{%s}: no such name; {open} is a brace", name);
        text = end + 1;
    }
    return pool_stream(scene->pool, stream, &data, &size).data;
}

/* The end of the word at TEXT, and its text without quotes. Braces hold a word together as quotes
 * do. */
static const char *one_word(struct scene *scene, const char *text, char **ret_word)
{
    char *word = pool_get(scene->pool, strlen(text) + 1), quote = '\0';
    size_t length = 0;
    const char *braced = text;
    for (; *text && (quote || text < braced || (*text != ' ' && *text != '\t')); text++) {
        const char *end;
        if (!quote && text >= braced && *text == '{' && is_name(text + 1, &end))
            braced = end + 1;
        if (text >= braced && (quote ? *text == quote : *text == '\'' || *text == '"'))
            quote = quote ? '\0' : *text;
        else
            word[length++] = *text;
    }
    if (quote)
        scene_stuck(scene, "a quote that does not end: %s", word);
    *ret_word = word;
    return text + strspn(text, " \t");
}

char **expand_words(struct scene *scene, const char *text, int *ret_count)
{
    char **words = pool_get(scene->pool, (strlen(text) + 1) * sizeof *words);
    int count = 0;
    text += strspn(text, " \t");
    while (*text) {
        char *word;
        text = one_word(scene, text, &word);
        words[count++] = expand(scene, word);
    }
    *ret_count = count;
    return words;
}
