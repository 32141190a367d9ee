#include "store/run_record.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define NAME "last-run"

/* Format and key: the record of another home, or of another format, does not begin so. */
static void add_head(struct text *text, const char *key)
{
    text_format(text, "check_claude run record 1\nhome %zu %s\n", strlen(key), key);
}

/* The name of the agent's record, and how it begins. Returns 0 or an errno value. */
static int add_name_and_head(const char *home, struct text *name, struct text *head)
{
    struct text key = TEXT_INIT(PATH_MAX);
    int error = store_add_key(&key, home);
    store_add_record_name(name, text_get(&key), NAME);
    add_head(head, text_get(&key));
    text_free(&key);
    return name->failed || head->failed ? ENOMEM : error;
}

/* Take "WORD VALUE\n" off *at into ret, which must not be too small for it. */
static bool take_line(const char **at, const char *word, char *ret, size_t size)
{
    size_t length = strlen(word);
    if (strncmp(*at, word, length) != 0 || (*at)[length] != ' ')
        return false;
    const char *value = *at + length + 1;
    size_t value_length = strcspn(value, "\n");
    if (value_length >= size || value[value_length] != '\n')
        return false;
    memcpy(ret, value, value_length);
    ret[value_length] = '\0';
    *at = value + value_length + 1;
    return true;
}

static bool parse(const char *at, struct run_record *ret)
{
    char time[32], outcome[16], *behind;
    if (!take_line(&at, "time", time, sizeof time) ||
        !take_line(&at, "outcome", outcome, sizeof outcome) ||
        !take_line(&at, "log", ret->log, sizeof ret->log) ||
        !take_line(&at, "marker", ret->marker, sizeof ret->marker) || strcmp(at, "end\n") != 0)
        return false;
    errno = 0;
    ret->time_ns = strtoll(time, &behind, 10);
    ret->refused = strcmp(outcome, "refused") == 0;
    return errno == 0 && *behind == '\0' && (ret->refused || strcmp(outcome, "good") == 0);
}

/* No record of ours, whatever else stands under its name. */
static bool is_none(int error)
{
    return error < 0 || error == ENOENT || error == ELOOP || error == EISDIR;
}

int run_record_read(const struct store *store, const char *home, struct run_record *ret)
{
    struct text name = TEXT_INIT(64), head = TEXT_INIT(STORE_RECORD_MAX);
    struct file_bytes file = {0};
    struct run_record record;
    int error = add_name_and_head(home, &name, &head);
    if (error == 0)
        error = store_read_record(store, text_get(&name), &file);
    if (is_none(error))
        error = ENOENT;
    if (error == 0 && (strncmp(file.bytes, text_get(&head), head.length) != 0 ||
                       !parse(file.bytes + head.length, &record)))
        error = ENOENT;
    if (error == 0)
        *ret = record;
    file_bytes_free(&file);
    text_free(&name);
    text_free(&head);
    return error;
}

/* Fails where a record is found, which ends the look. */
static int look_for_record(int directory, const char *name, void *context)
{
    (void)directory;
    (void)context;
    return store_record_name_ends(name, "-" NAME) ? EEXIST : 0;
}

bool run_record_may_exist(const struct store *store)
{
    if (store->directory < 0)
        return store->error != 0;
    return file_for_each_name(store->directory, look_for_record, NULL) != 0;
}

/* Append "WORD VALUE\n" with no more of the value than take_line() takes. */
static void add_line(struct text *text, const char *word, const char *value, size_t size)
{
    struct text clean = TEXT_INIT(size - 1);
    text_add_clean(&clean, value, strlen(value), "");
    text_format(text, "%s %s\n", word, text_get(&clean));
    text->failed = text->failed || clean.failed;
    text_free(&clean);
}

static int write(const struct store *store, const char *home, const struct run_record *record)
{
    struct text name = TEXT_INIT(64), text = TEXT_INIT(STORE_RECORD_MAX);
    int error = add_name_and_head(home, &name, &text);
    text_format(&text, "time %lld\noutcome %s\n", (long long)record->time_ns,
                record->refused ? "refused" : "good");
    add_line(&text, "log", record->log, sizeof record->log);
    add_line(&text, "marker", record->marker, sizeof record->marker);
    text_add(&text, "end\n");
    if (error == 0)
        error = store_write_record(store, text_get(&name), &text, true);
    text_free(&name);
    text_free(&text);
    return error;
}

/*
 * The older one does. Where the clock was set back nobody can tell which that is: then a good run
 * gives way, and a refusal stays.
 */
static bool gives_way(const struct run_record *before, const struct run_record *record, int64_t now)
{
    return before->time_ns <= record->time_ns ||
           (!before->refused && before->time_ns / 1000000 > now);
}

int run_record_feed(const struct store *store, const char *home, int64_t now,
                    const struct run_record *record)
{
    if (store->directory < 0)
        return ENOENT;
    if (!store_lock(store))
        return EBUSY;
    struct run_record before;
    int error = run_record_read(store, home, &before);
    if (error == ENOENT || (error == 0 && gives_way(&before, record, now))) {
        error = record->refused ? store_forget_versions(store, home) : 0;
        int written = write(store, home, record);
        error = written != 0 ? written : error;
    }
    store_unlock(store);
    return error;
}
