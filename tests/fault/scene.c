#include "driver.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HOUR  3600
#define DAY   (24 * HOUR)
#define OTHER 65534 /* another user */

const char *scene_path(const char *root, const char *path)
{
    static char paths[5][512];
    static size_t next;
    char *ret = paths[next++ % 5];
    snprintf(ret, sizeof paths[0], "%s/%s", root, path);
    return ret;
}

void scene_must(bool done, const char *what)
{
    if (done)
        return;
    perror(what);
    exit(2);
}

static void make_directory(const char *root, const char *path)
{
    scene_must(mkdir(scene_path(root, path), 0755) == 0, path);
}

/* A file last modified `age` seconds ago. */
void scene_make_file(const char *root, const char *path, const char *text, time_t age)
{
    const char *whole = scene_path(root, path);
    int fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t length = strlen(text);
    scene_must(fd >= 0 && write(fd, text, length) == (ssize_t)length, path);
    struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
    scene_must(futimens(fd, times) == 0, path);
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
    scene_make_file(root, path, text, HOUR);
}

static void make_agents(const char *root)
{
    make_agent(root, "home", true, 7 * HOUR, 30 * DAY);
    make_agent(root, "expired", false, -HOUR, 30 * DAY);
    make_agent(root, "renewable", true, -HOUR, 30 * DAY);
    make_agent(root, "ending", true, 7 * HOUR, 5 * DAY);
    make_agent(root, "locked", true, 7 * HOUR, 30 * DAY);
    scene_make_file(root, "locked/.claude/.oauth_refresh.lock", "", HOUR);
    make_agent(root, "keyed", true, 7 * HOUR, 30 * DAY);
    scene_make_file(root, "keyed/.claude/settings.json",
                    "{\"env\":{\"LANG\":\"C\",\"CLAUDE_CODE_OAUTH_TOKEN\":\"fixture-token\"}}",
                    HOUR);
    make_agent(root, "group", true, -HOUR, 30 * DAY);
    if (chown(scene_path(root, "group/.claude/.credentials.json"), OTHER, OTHER) == 0)
        scene_must(chmod(scene_path(root, "group/.claude"), 0775) == 0, "group");
    make_agent(root, "helped", true, 7 * HOUR, 30 * DAY);
    scene_make_file(root, "helped/.claude/settings.json",
                    "{\"apiKeyHelper\":\"/opt/fixture-helper\"}", HOUR);
    make_directory(root, "primary");
    scene_make_file(root, "primary/.claude.json", "{\"primaryApiKey\":\"fixture-token\"}", HOUR);
    make_directory(root, "ended");
    make_directory(root, "ended/.claude");
    scene_make_file(
        root, "ended/.claude/.credentials.json",
        "{\"claudeAiOauth\":{\"accessToken\":\"\",\"refreshToken\":\"\",\"expiresAt\":0}}", HOUR);
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
    scene_make_file(root, "logs/good.log", ASSISTANT("I begin.") GOOD, 300);
    scene_make_file(root, "logs/refused.log", ASSISTANT("I begin.") REFUSED, 600);
    scene_make_file(root, "logs/both.log", ASSISTANT("One.") GOOD ASSISTANT("Two.") REFUSED, 600);
    scene_make_file(root, "logs/killed.log", ASSISTANT("I begin."), 600);
    scene_make_file(root, "logs/talk.log", ASSISTANT("The page says 401 unauthorized.") GOOD, 600);
    scene_make_file(root, "logs/text.log", "starting\nInvalid API key \u00b7 Please run /login\n",
                    600);
    scene_make_file(root, "logs/own.log", "starting\nthe quota of the house is used up\n", 600);
    scene_make_file(root, "logs/limit.log", "starting\nClaude AI usage limit reached|1795000000\n",
                    600);
    scene_make_file(root, "logs/hit.log", RESULT("true", "You've hit your session limit"), 600);
    make_directory(root, "many");
    scene_make_file(root, "many/a.log", GOOD, 900);
    scene_make_file(root, "many/b.log", GOOD, 600);
    scene_make_file(root, "many/c.log", GOOD, 300);
    make_directory(root, "some");
    scene_make_file(root, "some/a.log", REFUSED, 900);
    scene_make_file(root, "some/b.log", GOOD, 600);

    enum { LARGE = 3 << 19 }; /* more than is looked through for a result from the end */
    char *large = malloc(LARGE + 64);
    scene_must(large != NULL, "memory");
    for (size_t i = 0; i < LARGE; i++)
        large[i] = i % 80 == 79 ? '\n' : (char)('a' + i % 23);
    memcpy(large + 160, "API Error: 401\n", 15);
    large[LARGE] = '\0';
    scene_make_file(root, "logs/large.log", large, 600);
    free(large);
}

void scene_make(const char *root, const char *claude)
{
    make_agents(root);
    make_logs(root);
    scene_make_file(root, "agent.env",
                    "# of the agent\nLANG=C\nANTHROPIC_API_KEY='fixture-token'\n", HOUR);
    make_directory(root, "textfile");
    make_directory(root, "tmp");
    make_directory(root, "bin");
    static const char *const names[] = {"bin/claude", "bin/hangs", "bin/fails"};
    for (size_t i = 0; i < 3; i++)
        scene_must(link(claude, scene_path(root, names[i])) == 0 ||
                       symlink(claude, scene_path(root, names[i])) == 0,
                   names[i]);
}
