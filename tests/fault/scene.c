#include "driver.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HOUR   3600
#define DAY    (24 * HOUR)
#define OTHER  65534 /* another user */
#define RECORD 16384
#define OLD    "# HELP claude_old kept\n"

/* A record of the state directory, as it was before a run. */
struct record {
    char name[256];
    size_t length;
    char bytes[RECORD];
};

static struct record before[8];
static size_t before_count;

const char *scene_path(const char *root, const char *path)
{
    static char paths[5][512];
    static size_t next;
    char *ret = paths[next++ % 5];
    snprintf(ret, sizeof paths[0], "%s/%s", root, path);
    return ret;
}

static void must(bool done, const char *what)
{
    if (done)
        return;
    perror(what);
    exit(2);
}

static void make_directory(const char *root, const char *path)
{
    must(mkdir(scene_path(root, path), 0755) == 0, path);
}

/* A file last modified `age` seconds ago. */
static void make_file(const char *root, const char *path, const char *text, time_t age)
{
    const char *whole = scene_path(root, path);
    int fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t length = strlen(text);
    must(fd >= 0 && write(fd, text, length) == (ssize_t)length, path);
    struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
    must(futimens(fd, times) == 0, path);
    close(fd);
}

/* An agent whose access token and login end in so many seconds. */
static void make_agent(const char *root, const char *home, bool renewable, time_t token,
                       time_t login)
{
    char path[128], text[1024];
    long long now = (long long)time(NULL);
    make_directory(root, home);
    snprintf(path, sizeof path, "%s/.claude", home);
    make_directory(root, path);
    snprintf(text, sizeof text,
             "{\"claudeAiOauth\":{\"accessToken\":\"fixture-token\",%s\"expiresAt\":%lld000,"
             "\"refreshTokenExpiresAt\":%lld000,\"scopes\":[\"user:profile\",\"user:inference\"],"
             "\"subscriptionType\":\"max\"}}",
             renewable ? "\"refreshToken\":\"fixture-refresh\"," : "", now + token, now + login);
    snprintf(path, sizeof path, "%s/.claude/.credentials.json", home);
    make_file(root, path, text, HOUR);
}

static void make_agents(const char *root)
{
    make_agent(root, "home", true, 7 * HOUR, 30 * DAY);
    make_agent(root, "expired", false, -HOUR, 30 * DAY);
    make_agent(root, "renewable", true, -HOUR, 30 * DAY);
    make_agent(root, "ending", true, 7 * HOUR, 5 * DAY);
    make_agent(root, "locked", true, 7 * HOUR, 30 * DAY);
    make_file(root, "locked/.claude/.oauth_refresh.lock", "", HOUR);
    make_agent(root, "keyed", true, 7 * HOUR, 30 * DAY);
    make_file(root, "keyed/.claude/settings.json",
              "{\"env\":{\"LANG\":\"C\",\"CLAUDE_CODE_OAUTH_TOKEN\":\"fixture-token\"}}", HOUR);
    make_agent(root, "group", true, -HOUR, 30 * DAY);
    if (chown(scene_path(root, "group/.claude/.credentials.json"), OTHER, OTHER) == 0)
        must(chmod(scene_path(root, "group/.claude"), 0775) == 0, "group");
    make_directory(root, "empty");
    make_directory(root, "agents");
    make_agent(root, "agents/a-1", true, 7 * HOUR, 30 * DAY);
    make_agent(root, "agents/a-2", true, 6 * HOUR, 30 * DAY);
    make_agent(root, "agents/a-3", true, 5 * HOUR, 30 * DAY);
    make_directory(root, "mixed");
    make_agent(root, "mixed/a-1", true, 7 * HOUR, 30 * DAY);
    make_agent(root, "mixed/a-2", false, -HOUR, 30 * DAY);
}

#define ASSISTANT(text)                                                                            \
    "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"" text        \
    "\"}]}}\n"
#define RESULT(is_error, text)                                                                     \
    "{\"type\":\"result\",\"subtype\":\"success\",\"duration_ms\":598,\"num_turns\":2,"            \
    "\"total_cost_usd\":0.00028,\"usage\":{\"input_tokens\":12},\"result\":\"" text                \
    "\",\"is_error\":" is_error "}\n"
#define REFUSED                                                                                    \
    RESULT("true", "Failed to authenticate. API Error: 401 and some more words that make it long")
#define GOOD RESULT("false", "All of the work that was asked for is done, and it was tested too.")

static void make_logs(const char *root)
{
    make_directory(root, "logs");
    make_file(root, "logs/good.log", ASSISTANT("I begin.") GOOD, 300);
    make_file(root, "logs/refused.log", ASSISTANT("I begin.") REFUSED, 600);
    make_file(root, "logs/both.log", ASSISTANT("One.") GOOD ASSISTANT("Two.") REFUSED, 600);
    make_file(root, "logs/killed.log", ASSISTANT("I begin."), 600);
    make_file(root, "logs/talk.log", ASSISTANT("The page says 401 unauthorized.") GOOD, 600);
    make_file(root, "logs/text.log", "starting\nInvalid API key \u00b7 Please run /login\n", 600);
    make_file(root, "logs/own.log", "starting\nthe quota of the house is used up\n", 600);
    make_file(root, "logs/limit.log", "starting\nClaude AI usage limit reached|1795000000\n", 600);
    make_directory(root, "many");
    make_file(root, "many/a.log", GOOD, 900);
    make_file(root, "many/b.log", GOOD, 600);
    make_file(root, "many/c.log", GOOD, 300);
    make_directory(root, "some");
    make_file(root, "some/a.log", REFUSED, 900);
    make_file(root, "some/b.log", GOOD, 600);

    enum { LARGE = 3 << 20 };
    char *large = malloc(LARGE + 64);
    must(large != NULL, "memory");
    for (size_t i = 0; i < LARGE; i++)
        large[i] = i % 80 == 79 ? '\n' : (char)('a' + i % 23);
    memcpy(large + 160, "API Error: 401\n", 15);
    large[LARGE] = '\0';
    make_file(root, "logs/large.log", large, 600);
    free(large);
}

void scene_make(const char *root, const char *claude)
{
    make_agents(root);
    make_logs(root);
    make_file(root, "agent.env", "# of the agent\nLANG=C\nANTHROPIC_API_KEY='fixture-token'\n",
              HOUR);
    make_directory(root, "textfile");
    make_directory(root, "tmp");
    make_directory(root, "bin");
    static const char *const names[] = {"bin/claude", "bin/hangs", "bin/fails"};
    for (size_t i = 0; i < 3; i++)
        must(link(claude, scene_path(root, names[i])) == 0 ||
                 symlink(claude, scene_path(root, names[i])) == 0,
             names[i]);
}

static void empty_directory(const char *path)
{
    DIR *names = opendir(path);
    for (struct dirent *entry; names && (entry = readdir(names));)
        if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2)
            unlinkat(dirfd(names), entry->d_name, 0);
    if (names)
        closedir(names);
}

static size_t read_record(const char *path, char *ret, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd >= 0 ? read(fd, ret, size - 1) : 0;
    if (fd >= 0)
        close(fd);
    n = n > 0 ? n : 0;
    ret[n] = '\0';
    return (size_t)n;
}

void scene_forget(void)
{
    before_count = 0;
}

void scene_remember(const char *root)
{
    DIR *names = opendir(scene_path(root, "state"));
    before_count = 0;
    for (struct dirent *entry; names && (entry = readdir(names));) {
        if (entry->d_name[0] == '.')
            continue;
        must(before_count < sizeof before / sizeof before[0], "records");
        struct record *r = &before[before_count++];
        char path[1024];
        snprintf(path, sizeof path, "%s/state/%s", root, entry->d_name);
        snprintf(r->name, sizeof r->name, "%s", entry->d_name);
        r->length = read_record(path, r->bytes, sizeof r->bytes);
    }
    if (names)
        closedir(names);
}

void scene_reset(const char *root, const struct fault_case *c)
{
    char path[1024];
    empty_directory(scene_path(root, "state"));
    empty_directory(scene_path(root, "tmp"));
    empty_directory(scene_path(root, "textfile"));
    make_file(root, "textfile/claude.prom", OLD, HOUR);
    if (c->store == STORE_ABSENT) {
        rmdir(scene_path(root, "state"));
        rmdir(scene_path(root, "new/state"));
        rmdir(scene_path(root, "new"));
        return;
    }
    mkdir(scene_path(root, "state"), 0700);
    chmod(scene_path(root, "state"), c->store == STORE_SHARED ? 02770 : 0700);
    for (size_t i = 0; i < before_count; i++) {
        snprintf(path, sizeof path, "%s/state/%.255s", root, before[i].name);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        must(fd >= 0 && write(fd, before[i].bytes, before[i].length) == (ssize_t)before[i].length,
             path);
        close(fd);
    }
}

static bool is_old(const char *name, const char *bytes, size_t length)
{
    for (size_t i = 0; i < before_count; i++)
        if (strcmp(before[i].name, name) == 0 && before[i].length == length &&
            memcmp(before[i].bytes, bytes, length) == 0)
            return true;
    return false;
}

/* A record says of itself where it begins and where it ends. */
static bool is_whole(const char *bytes, size_t length)
{
    static const char head[] = "check_claude ", end[] = "\nend\n";
    return length > sizeof head + sizeof end && memcmp(bytes, head, sizeof head - 1) == 0 &&
           memcmp(bytes + length - (sizeof end - 1), end, sizeof end - 1) == 0;
}

/* A temporary file may stay only where it could not be removed. */
static const char *damage_in(const char *root, const char *directory, bool may_stay)
{
    static char what[1400];
    const char *damage = NULL;
    DIR *names = opendir(scene_path(root, directory));
    for (struct dirent *entry; names && !damage && (entry = readdir(names));) {
        static char bytes[RECORD * 4];
        char path[1024];
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s/%s", root, directory, name);
        size_t length = read_record(path, bytes, sizeof bytes);
        bool is_temporary = strcmp(directory, "tmp") == 0 || name[0] == '.';
        bool is_textfile = strcmp(name, "claude.prom") == 0;
        if (is_temporary ? may_stay
            : is_textfile
                ? strcmp(bytes, OLD) == 0 ||
                      (length > 200 && memcmp(bytes, "# HELP ", 7) == 0 &&
                       bytes[length - 1] == '\n' && strstr(bytes, "_check_timestamp_seconds"))
                : is_old(name, bytes, length) || is_whole(bytes, length))
            continue;
        snprintf(what, sizeof what, "%s is %s", path, is_temporary ? "left over" : "damaged");
        damage = what;
    }
    if (names)
        closedir(names);
    return damage;
}

const char *scene_damage(const char *root, const struct fault *fault)
{
    bool may_stay = fault->call == FAULT_unlink || fault->call == FAULT_unlinkat;
    const char *damage = damage_in(root, "state", may_stay);
    if (!damage)
        damage = damage_in(root, "new/state", may_stay);
    if (!damage)
        damage = damage_in(root, "textfile", may_stay);
    return damage ? damage : damage_in(root, "tmp", may_stay);
}
