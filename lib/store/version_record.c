#include "store/version_record.h"

#include "base/duration.h"
#include "store/record.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define KIND "version"

/* One record for each agent and binary path: a new binary there takes the old one's place. */
static void add_what(struct text *what, const char *binary)
{
    text_format(what, "%016llx" VERSION_RECORD_ENDING, (unsigned long long)store_hash(binary));
}

/* The state of the binary, of which any update changes a part. */
static void add_state(struct text *text, const struct stat *s)
{
    text_format(text, "%llu %llu %lld %lld %lld", (unsigned long long)s->st_dev,
                (unsigned long long)s->st_ino, (long long)s->st_size,
                (long long)file_time_ns(&s->st_mtim), (long long)file_time_ns(&s->st_ctim));
}

/* True if the record is about this state of this binary. */
static bool is_about(const char *bytes, const struct version_key *key)
{
    char binary[PATH_MAX + 1], state[128], wanted[128];
    struct text text = TEXT_IN(wanted);
    add_state(&text, key->status);
    return record_get(bytes, "binary", binary, sizeof binary) == 0 &&
           strcmp(binary, key->binary) == 0 &&
           record_get(bytes, "state", state, sizeof state) == 0 && strcmp(state, wanted) == 0;
}

/* Why the record is of no use; NULL, and *ret filled in, when it is. */
static const char *parse(const char *bytes, const struct version_key *key, int64_t now, int64_t ttl,
                         struct version_record *ret)
{
    struct version_record record;
    if (!is_about(bytes, key))
        return "stored for another state of the binary";
    if (record_get(bytes, "version", record.version, sizeof record.version) != 0 ||
        record_get_number(bytes, "checked", &record.checked_at) != 0)
        return "the record is damaged";
    if (record.checked_at > now)
        return "the record is from the future";
    if (duration_subtract(now, record.checked_at) >= ttl)
        return "the record is too old";
    *ret = record;
    return NULL;
}

bool version_record_read(const struct store *store, const struct version_key *key, int64_t now,
                         int64_t ttl, struct version_record *ret, const char **ret_why)
{
    struct text what = TEXT_INIT(40), home = TEXT_INIT(PATH_MAX);
    struct file_bytes file = {0};
    add_what(&what, key->binary);
    int error = store_add_key(&home, key->home);
    if (error == 0)
        error =
            what.failed ? ENOMEM : store_read(store, text_get(&home), text_get(&what), KIND, &file);
    *ret_why = error == EPERM     ? "the record is not ours"
               : error == EBADMSG ? "the record is damaged"
               : error == ENOENT  ? "none stored"
               : error != 0       ? strerror(error)
                                  : parse(file.bytes, key, now, ttl, ret);
    file_bytes_free(&file);
    text_free(&what);
    text_free(&home);
    return *ret_why == NULL;
}

int version_record_write(const struct store *store, const struct version_key *key,
                         const struct version_record *record)
{
    char state[128];
    struct text state_text = TEXT_IN(state);
    struct text what = TEXT_INIT(40), home = TEXT_INIT(PATH_MAX), text = TEXT_INIT(RECORD_MAX);
    int error = store_add_key(&home, key->home);
    add_what(&what, key->binary);
    add_state(&state_text, key->status);
    record_begin(&text, KIND, text_get(&home));
    record_add(&text, "binary", key->binary);
    record_add(&text, "state", state);
    record_add(&text, "version", record->version);
    record_add_number(&text, "checked", record->checked_at);
    record_end(&text);
    if (error == 0)
        error = what.failed ? ENOMEM
                            : store_write(store, text_get(&home), text_get(&what), &text, false);
    text_free(&what);
    text_free(&home);
    text_free(&text);
    return error;
}
