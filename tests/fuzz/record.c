/*
 * The records of the state directory, and the line of `claude --version` that one of them
 * holds. What stands in a record may be anything: it is believed only if it is just what we would
 * have written. What is written is read back.
 */
#include "store/record.h"
#include "agent/claude_cli.h"
#include "base/version_number.h"
#include "store/run_feed.h"
#include "store/version_record.h"

#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW INT64_C(1795000000000)
#define TTL INT64_C(60000)

static char directory[64];
static struct place place;

static void forget(void)
{
    int removed;
    run_forget(&place, 0, &removed);
}

static void remove_directory(void)
{
    forget();
    place_leave(&place);
    rmdir(directory);
}

/* In memory where that can be: thousands of files are written. */
static void open_directory(void)
{
    if (directory[0])
        return;
    const char *tmp = getenv("TMPDIR");
    const char *top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : tmp && *tmp ? tmp : "/tmp";
    snprintf(directory, sizeof directory, "%s/check_claude-fuzz.XXXXXX", top);
    MUST(mkdtemp(directory), "%s", directory);
    atexit(remove_directory);
    place_enter(directory, "/home/agent", false, &place);
    MUST(place.stores[0].directory >= 0, "%s", text_get(&place.stores[0].trouble));
}

/* What another version of us, or somebody else, may have left under a record's name. */
static void plant(const char *what, const char *head, const char *bytes, size_t length)
{
    struct text name = TEXT_INIT(64);
    store_add_record_name(&name, "/home/agent", what);
    int fd = openat(place.stores[0].directory, text_get(&name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    MUST(fd >= 0, "%s", text_get(&name));
    size_t head_length = strlen(head);
    MUST(write(fd, head, head_length) == (ssize_t)head_length &&
             write(fd, bytes, length) == (ssize_t)length,
         "%s", text_get(&name));
    close(fd);
    text_free(&name);
}

static bool same_run(const struct run_record *a, const struct run_record *b)
{
    return a->outcome == b->outcome && a->time_ns == b->time_ns && strcmp(a->log, b->log) == 0 &&
           strcmp(a->words, b->words) == 0 && a->account == b->account &&
           a->resets_at == b->resets_at && a->tried_at == b->tried_at &&
           a->login.path == b->login.path && a->login.state == b->login.state;
}

/* Keep the record, and read it back as it is. */
static void write_run(const struct run_record *record)
{
    struct run_record again;
    forget();
    MUST(run_record_write(&place, RUN_RECORD_LIMIT, record) == 0, "%s", record->log);
    MUST(run_record_read(&place, RUN_RECORD_LIMIT, &again) == 0, "%lld",
         (long long)record->time_ns);
    MUST(same_run(record, &again), "[%s] [%s]", again.log, again.words);
    MUST(run_record_read(&place, RUN_RECORD_LOGIN, &again) == ENOENT, "of another kind");
}

static void read_run(const char *bytes, size_t length, bool whole_head)
{
    static const char head[] = "check_claude run 1\nkey /home/agent\n";
    plant("limit", whole_head ? head : "", bytes, length);
    struct run_record record;
    memset(&record, 0x5A, sizeof record);
    int error = run_record_read(&place, RUN_RECORD_LIMIT, &record);
    MUST(error == 0 || error == EBADMSG || error == ENOENT, "%d", error);
    if (error != 0)
        return;
    MUST(memchr(record.log, '\0', sizeof record.log), "log");
    MUST(memchr(record.words, '\0', sizeof record.words), "words");
    if (is_utf8(record.log, strlen(record.log)) && is_utf8(record.words, strlen(record.words)) &&
        strcspn(record.log, "\x01\x1B\x7F\r\n\t") == strlen(record.log))
        run_feed(&place, NOW, 1000, &record);
}

/* A log's name and a marker as they come: what is kept of them is one line of UTF-8. */
static void write_foreign_run(struct input input)
{
    struct run_record record = {.outcome = (enum run_recorded)(input_byte(&input) & 3),
                                .time_ns = input_int64(&input)};
    record.account = (uint64_t)record.time_ns;
    char *log = input_line(&input), *words = input_line(&input);
    snprintf(record.log, sizeof record.log, "%s", log);
    snprintf(record.words, sizeof record.words, "%s", words);
    free(log);
    free(words);
    struct run_record kept;
    forget();
    MUST(run_record_write(&place, RUN_RECORD_LIMIT, &record) == 0, "%s", record.log);
    MUST(run_record_read(&place, RUN_RECORD_LIMIT, &kept) == 0, "%lld", (long long)record.time_ns);
    MUST(kept.time_ns == record.time_ns && kept.outcome == record.outcome, "%lld",
         (long long)kept.time_ns);
    must_be_a_line(kept.log);
    must_be_a_line(kept.words);
    write_run(&kept);
}

static void read_version(const char *bytes, size_t length, const struct version_key *key)
{
    struct version_record record, before;
    memset(&record, 0x5A, sizeof record);
    before = record;
    const char *why = NULL;
    bool found = version_record_read(&place.stores[0], key, NOW, TTL, &record, &why);
    MUST(found == (why == NULL), "%s", why ? why : "no reason");
    if (!found) {
        MUST(memcmp(&record, &before, sizeof record) == 0, "touched");
        return;
    }
    MUST(record.checked_at <= NOW && NOW - record.checked_at < TTL, "age");
    MUST(memchr(record.version, '\0', sizeof record.version), "version");
    MUST(!strchr(record.version, '\n') && strlen(record.version) <= length, "[%s] of [%s]",
         record.version, bytes);
}

/* The line of --version, which goes into a record and comes out of it. */
static void write_version(const char *bytes, size_t length, const struct version_key *key)
{
    struct version_record record = {.checked_at = NOW - 1}, again;
    memset(record.version, 'x', sizeof record.version - 1);
    if (cli_version_parse(bytes, length, record.version)) {
        size_t n = strlen(record.version);
        MUST(n > 0 && n < VERSION_NUMBER_MAX, "[%s]", record.version);
        must_be_a_line(record.version);
        bool in_it = false;
        for (size_t i = 0; !in_it && i + n <= length; i++)
            in_it = memcmp(bytes + i, record.version, n) == 0;
        MUST(in_it, "[%s]", record.version);
        MUST(version_number_compare(record.version, record.version) == 0, "[%s]", record.version);
    } else {
        MUST(record.version[0] == 'x', "touched");
        record.version[0] = '\0';
    }
    const char *why;
    MUST(version_record_write(&place.stores[0], key, &record) == 0, "[%s]", record.version);
    MUST(version_record_read(&place.stores[0], key, NOW, TTL, &again, &why), "%s", why);
    MUST(strcmp(again.version, record.version) == 0 && again.checked_at == NOW - 1, "[%s]",
         again.version);
    MUST(!version_record_read(&place.stores[0], key, NOW - 2, TTL, &again, &why),
         "from the future");
    MUST(!version_record_read(&place.stores[0], key, NOW + TTL, TTL, &again, &why), "too old");
    struct stat other = *key->status;
    other.st_size++;
    const struct version_key other_key = {key->binary, key->home, &other};
    MUST(!version_record_read(&place.stores[0], &other_key, NOW, TTL, &again, &why),
         "of another binary");
}

static void try_version(const char *bytes, size_t length, bool whole_head)
{
    struct stat status = {.st_size = 42};
    const struct version_key key = {"/usr/bin/claude", "/home/agent", &status};
    static const char head[] = "check_claude version 1\nkey /home/agent\n"
                               "binary /usr/bin/claude\nstate 0 0 42 0 0\n";
    struct text what = TEXT_INIT(64);
    text_format(&what, "%016llx" VERSION_RECORD_ENDING, (unsigned long long)store_hash(key.binary));
    plant(text_get(&what), whole_head ? head : "", bytes, length);
    text_free(&what);
    read_version(bytes, length, &key);
    write_version(bytes, length, &key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    uint8_t choice = input_byte(&input);
    open_directory();
    char *bytes = input_copy(input.at, input.left);
    if (choice & 1) {
        try_version(bytes, input.left, choice & 2);
    } else {
        read_run(bytes, input.left, choice & 2);
        write_foreign_run(input);
    }
    free(bytes);
    return 0;
}
