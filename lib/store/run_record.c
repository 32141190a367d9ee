#include "store/run_record.h"

#include "store/record.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define KIND "run"

static const char *const whats[] = {[RUN_RECORD_LOGIN] = "login", [RUN_RECORD_LIMIT] = "limit"};
static const char *const outcomes[] = {[RECORDED_GOOD] = "good",
                                       [RECORDED_REFUSED] = "refused",
                                       [RECORDED_LIMITED] = "limited",
                                       [RECORDED_BILLING] = "billing"};

#define OUTCOMES (sizeof outcomes / sizeof outcomes[0])

bool run_record_is_ahead(const struct run_record *record, int64_t now)
{
    return record->time_ns / 1000000 - RUN_RECORD_JITTER_MS > now;
}

bool run_record_gives_way(const struct run_record *before, const struct run_record *record,
                          int64_t now)
{
    if (before->time_ns <= record->time_ns)
        return true;
    const bool takes_back = before->outcome != RECORDED_GOOD && record->outcome == RECORDED_GOOD;
    const bool is_recent = record->time_ns / 1000000 >= now - RUN_RECORD_RECENT_MS;
    return run_record_is_ahead(before, now) && (!takes_back || is_recent);
}

/* A hash that was written as a number. */
static int get_hash(const char *bytes, const char *name, uint64_t *ret)
{
    int64_t number;
    int error = record_get_number(bytes, name, &number);
    if (error == 0)
        *ret = (uint64_t)number;
    return error;
}

static int parse(const char *bytes, struct run_record *ret)
{
    struct run_record r;
    char outcome[16];
    size_t i = 0;
    int error = record_get(bytes, "outcome", outcome, sizeof outcome);
    while (error == 0 && i < OUTCOMES && strcmp(outcome, outcomes[i]) != 0)
        i++;
    r.outcome = (enum run_recorded)i;
    if (error == 0 && i == OUTCOMES)
        error = EBADMSG;
    const struct {
        const char *name;
        int64_t *number;
    } numbers[] = {{"time", &r.time_ns}, {"resets", &r.resets_at}, {"tried", &r.tried_at}};
    for (i = 0; error == 0 && i < sizeof numbers / sizeof numbers[0]; i++)
        error = record_get_number(bytes, numbers[i].name, numbers[i].number);
    if (error == 0)
        error = record_get(bytes, "log", r.log, sizeof r.log);
    if (error == 0)
        error = record_get(bytes, "words", r.words, sizeof r.words);
    if (error == 0)
        error = get_hash(bytes, "account", &r.account);
    if (error == 0)
        error = get_hash(bytes, "login_path", &r.login.path);
    if (error == 0)
        error = get_hash(bytes, "login_state", &r.login.state);
    if (error == 0)
        *ret = r;
    return error;
}

static int read_store(const struct store *store, const char *key, const char *what,
                      struct run_record *ret)
{
    struct file_bytes file = {0};
    int error = store_read(store, key, what, KIND, &file);
    if (error == 0)
        error = parse(file.bytes, ret);
    file_bytes_free(&file);
    return error;
}

/* Of two records the later; of two of one run what is known of both. */
static void take_later(struct run_record *latest, bool *found, const struct run_record *record)
{
    const int64_t tried = *found && latest->time_ns == record->time_ns ? latest->tried_at : 0;
    if (*found && latest->time_ns > record->time_ns)
        return;
    *latest = *record;
    if (tried > latest->tried_at)
        latest->tried_at = tried;
    *found = true;
}

static int read_all(const struct place *place, const char *key, const char *what,
                    struct run_record *ret)
{
    struct run_record latest = {0}, record;
    bool found = false;
    if (place->error != 0)
        return place->error;
    for (size_t i = 0; i < place->count; i++) {
        int error = read_store(&place->stores[i], key, what, &record);
        if (error == 0)
            take_later(&latest, &found, &record);
        else if (error != ENOENT)
            return error;
    }
    if (!found)
        return ENOENT;
    *ret = latest;
    return 0;
}

int run_record_read(const struct place *place, enum run_record_kind kind, struct run_record *ret)
{
    return read_all(place, text_get(&place->key), whats[kind], ret);
}

static void add_account_key(struct text *key, uint64_t account)
{
    text_format(key, "account %016llx", (unsigned long long)account);
}

int run_record_read_account(const struct place *place, uint64_t account, struct run_record *ret)
{
    char bytes[32];
    struct text key = TEXT_IN(bytes);
    add_account_key(&key, account);
    return read_all(place, bytes, &RUN_RECORD_ACCOUNT_ENDING[1], ret);
}

int run_record_read_limit(const struct place *place, uint64_t account, struct run_record *ret)
{
    struct run_record latest = {0}, record;
    bool found = false;
    int error = run_record_read(place, RUN_RECORD_LIMIT, &record);
    const bool is_of_another =
        error == 0 && account != 0 && record.account != 0 && record.account != account;
    if (error == 0 && !is_of_another)
        take_later(&latest, &found, &record);
    if ((error == 0 || error == ENOENT) && account != 0) {
        error = run_record_read_account(place, account, &record);
        if (error == 0)
            take_later(&latest, &found, &record);
    }
    if (error != 0 && error != ENOENT)
        return error;
    if (!found)
        return ENOENT;
    *ret = latest;
    return 0;
}

int run_record_forget_account(const struct place *place, uint64_t account, int *ret_removed)
{
    char bytes[32];
    struct text key = TEXT_IN(bytes);
    add_account_key(&key, account);
    int error = 0;
    *ret_removed = 0;
    for (size_t i = 0; i < place->count; i++) {
        int removed;
        int failed = store_forget(&place->stores[i], bytes, RUN_RECORD_ACCOUNT_ENDING, &removed);
        *ret_removed += removed;
        error = error != 0 ? error : failed;
    }
    return error;
}

bool run_record_may_have_account(const struct place *place)
{
    for (size_t i = 0; i < place->count; i++)
        if (store_may_have(&place->stores[i], RUN_RECORD_ACCOUNT_ENDING))
            return true;
    return false;
}

/* What a record holds of foreign words: one clean line that fits. */
static void add_words(struct text *text, const char *name, const char *words, size_t size)
{
    struct text clean = TEXT_INIT(size - 1);
    text_add_clean(&clean, words, strlen(words), "");
    record_add(text, name, text_get(&clean));
    text->failed = text->failed || clean.failed;
    text_free(&clean);
}

static int write_store(const struct store *store, const char *key, const char *what,
                       const struct run_record *record)
{
    struct text text = TEXT_INIT(RECORD_MAX);
    record_begin(&text, KIND, key);
    record_add(&text, "outcome", outcomes[record->outcome]);
    record_add_number(&text, "time", record->time_ns);
    add_words(&text, "log", record->log, sizeof record->log);
    add_words(&text, "words", record->words, sizeof record->words);
    record_add_number(&text, "account", (int64_t)record->account);
    record_add_number(&text, "login_path", (int64_t)record->login.path);
    record_add_number(&text, "login_state", (int64_t)record->login.state);
    record_add_number(&text, "resets", record->resets_at);
    record_add_number(&text, "tried", record->tried_at);
    record_end(&text);
    int error = store_write(store, key, what, &text, true);
    text_free(&text);
    return error;
}

int run_record_write(const struct place *place, enum run_record_kind kind,
                     const struct run_record *record)
{
    if (place->error != 0)
        return place->error;
    return write_store(&place->stores[place->own], text_get(&place->key), whats[kind], record);
}

int run_record_write_account(struct place *place, uint64_t account, const struct run_record *record)
{
    char bytes[32];
    struct text key = TEXT_IN(bytes);
    add_account_key(&key, account);
    return write_store(place_common(place), bytes, &RUN_RECORD_ACCOUNT_ENDING[1], record);
}

struct run_login run_login_of(const char *path, const struct stat *file)
{
    char words[128];
    struct text state = TEXT_IN(words);
    char *real = realpath(path, NULL);
    const uint64_t where = store_hash(real ? real : path);
    free(real);
    text_format(&state, "%llu %lld %lld", (unsigned long long)file->st_ino,
                (long long)file->st_size, (long long)file_time_ns(&file->st_mtim));
    return (struct run_login){where, store_hash(words)};
}
