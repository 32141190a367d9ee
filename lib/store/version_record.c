/* The part of store.h on versions. */
#include "base/duration.h"
#include "store/store.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The first part of a record: format and key. Lengths keep a line feed in a path from being read.
 */
static void add_head(struct text *text, const struct version_key *key, const char *home)
{
    const struct stat *s = key->status;
    text_format(text, "check_claude version record 1\nbinary %zu %s\nhome %zu %s\n",
                strlen(key->binary), key->binary, strlen(home), home);
    text_format(text, "device %llu\ninode %llu\nsize %lld\nmodified %lld\nchanged %lld\n",
                (unsigned long long)s->st_dev, (unsigned long long)s->st_ino, (long long)s->st_size,
                (long long)file_time_ns(&s->st_mtim), (long long)file_time_ns(&s->st_ctim));
}

/*
 * One record for each agent and binary path: a new binary there takes the old one's place. Returns
 * 0 or an errno value.
 */
static int add_name_and_head(const struct version_key *key, struct text *name, struct text *head)
{
    struct text what = TEXT_INIT(40), home = TEXT_INIT(PATH_MAX);
    int error = store_add_key(&home, key->home);
    text_format(&what, "%016llx" STORE_VERSION_ENDING, (unsigned long long)store_hash(key->binary));
    store_add_record_name(name, text_get(&home), text_get(&what));
    add_head(head, key, text_get(&home));
    if (name->failed || head->failed || what.failed)
        error = ENOMEM;
    text_free(&what);
    text_free(&home);
    return error;
}

/* The part behind the key. "end" shows that it is whole: such a record is not synced to the disk.
 */
static bool parse_rest(const char *rest, struct version_record *ret)
{
    static const char version_word[] = "version ", time_word[] = "\nchecked ", end[] = "\nend\n";
    if (strncmp(rest, version_word, sizeof version_word - 1) != 0)
        return false;
    rest += sizeof version_word - 1;
    size_t length = strcspn(rest, "\n");
    if (length >= sizeof ret->version ||
        strncmp(rest + length, time_word, sizeof time_word - 1) != 0)
        return false;
    char *behind;
    errno = 0;
    long long checked_at = strtoll(rest + length + sizeof time_word - 1, &behind, 10);
    if (errno != 0 || strcmp(behind, end) != 0)
        return false;
    memcpy(ret->version, rest, length);
    ret->version[length] = '\0';
    ret->checked_at = checked_at;
    return true;
}

bool store_read_version(const struct store *store, const struct version_key *key, int64_t now,
                        int64_t ttl, struct version_record *ret, const char **ret_why)
{
    struct text name = TEXT_INIT(64), expected = TEXT_INIT(STORE_RECORD_MAX);
    struct file_bytes file = {0};
    struct version_record record;
    const char *why = NULL;
    int error = add_name_and_head(key, &name, &expected);
    if (error == 0)
        error = store_read_record(store, text_get(&name), &file);
    if (error == STORE_NOT_BELIEVED)
        why = "the record is not ours";
    else if (error != 0)
        why = error == ENOENT ? "none stored" : file_error(error);
    else if (expected.truncated)
        why = "its key is too long";
    else if (strncmp(file.bytes, text_get(&expected), expected.length) != 0)
        why = "stored for another state of the binary";
    else if (!parse_rest(file.bytes + expected.length, &record))
        why = "the record is damaged";
    else if (record.checked_at > now)
        why = "the record is from the future";
    else if (duration_subtract(now, record.checked_at) >= ttl)
        why = "the record is too old";
    else
        *ret = record;
    *ret_why = why;
    file_bytes_free(&file);
    text_free(&name);
    text_free(&expected);
    return why == NULL;
}

int store_write_version(const struct store *store, const struct version_key *key,
                        const struct version_record *record)
{
    struct text name = TEXT_INIT(64), text = TEXT_INIT(STORE_RECORD_MAX);
    int error = add_name_and_head(key, &name, &text);
    text_format(&text, "version %s\nchecked %lld\nend\n", record->version,
                (long long)record->checked_at);
    if (error == 0)
        error = store_write_record(store, text_get(&name), &text, false);
    text_free(&name);
    text_free(&text);
    return error;
}
