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

void scene_make_directory(const char *root, const char *path)
{
    scene_must(mkdir(scene_path(root, path), 0755) == 0, path);
}

void scene_make_bytes(const char *root, const char *path, const char *bytes, size_t length,
                      time_t age)
{
    const char *whole = scene_path(root, path);
    int fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    scene_must(fd >= 0 && write(fd, bytes, length) == (ssize_t)length, path);
    struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
    scene_must(futimens(fd, times) == 0, path);
    close(fd);
}

void scene_make_file(const char *root, const char *path, const char *text, time_t age)
{
    scene_make_bytes(root, path, text, strlen(text), age);
}

/* An agent whose access token and login end in so many seconds. */
static void make_agent(const char *root, const char *home, bool renewable, time_t token,
                       time_t login)
{
    char path[128], text[1024], refresh[160] = "";
    if (renewable) /* each its own, or they would log each other out */
        snprintf(refresh, sizeof refresh, "\"refreshToken\":\"fixture-refresh-%s\",", home);
    long long now = (long long)time(NULL);
    scene_make_directory(root, home);
    snprintf(path, sizeof path, "%s/.claude", home);
    scene_make_directory(root, path);
    snprintf(text, sizeof text,
             "{\"claudeAiOauth\":{\"accessToken\":\"fixture-token\",%s\"expiresAt\":%lld000,"
             "\"refreshTokenExpiresAt\":%lld000,\"scopes\":[\"user:profile\",\"user:inference\"],"
             "\"subscriptionType\":\"max\"}}",
             refresh, now + token, now + login);
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
    make_agent(root, "group", true, 7 * HOUR, 30 * DAY);
    if (chown(scene_path(root, "group/.claude/.credentials.json"), OTHER, OTHER) == 0) {
        scene_must(chown(scene_path(root, "group"), OTHER, OTHER) == 0, "group");
        scene_must(chmod(scene_path(root, "group/.claude"), 0775) == 0, "group");
    }
    make_agent(root, "mine", true, 7 * HOUR, 30 * DAY);
    make_agent(root, "owned", true, 7 * HOUR, 30 * DAY);
    static const char *const owned[] = {"owned", "owned/.claude",
                                        "owned/.claude/.credentials.json"};
    for (size_t i = 0; i < 3 && geteuid() == 0; i++)
        scene_must(chown(scene_path(root, owned[i]), OTHER, OTHER) == 0, owned[i]);
    static const char *const of_account[] = {"account", "other"};
    for (size_t i = 0; i < 2; i++) {
        char path[64];
        make_agent(root, of_account[i], true, 7 * HOUR, 30 * DAY);
        snprintf(path, sizeof path, "%s/.claude.json", of_account[i]);
        scene_make_file(root, path,
                        "{\"oauthAccount\":{\"accountUuid\":"
                        "\"00000000-0000-4000-8000-000000000000\"}}",
                        HOUR);
    }
    make_agent(root, "helped", true, 7 * HOUR, 30 * DAY);
    char helper[700];
    snprintf(helper, sizeof helper, "{\"apiKeyHelper\":\"%s/bin/claude\"}", root);
    scene_make_file(root, "helped/.claude/settings.json", helper, HOUR);
    make_agent(root, "unhelped", true, 7 * HOUR, 30 * DAY);
    scene_make_file(root, "unhelped/.claude/settings.json",
                    "{\"apiKeyHelper\":\"/nonexistent/helper\"}", HOUR);
    scene_make_directory(root, "primary");
    scene_make_file(root, "primary/.claude.json", "{\"primaryApiKey\":\"fixture-token\"}", HOUR);
    scene_make_directory(root, "ended");
    scene_make_directory(root, "ended/.claude");
    scene_make_file(
        root, "ended/.claude/.credentials.json",
        "{\"claudeAiOauth\":{\"accessToken\":\"\",\"refreshToken\":\"\",\"expiresAt\":0}}", HOUR);
    scene_make_directory(root, "empty");
    scene_make_directory(root, "agents");
    make_agent(root, "agents/a-1", true, 7 * HOUR, 30 * DAY);
    make_agent(root, "agents/a-2", true, 6 * HOUR, 30 * DAY);
    make_agent(root, "agents/a-3", true, 5 * HOUR, 30 * DAY);
    scene_make_directory(root, "mixed");
    make_agent(root, "mixed/a-1", true, 7 * HOUR, 30 * DAY);
    make_agent(root, "mixed/a-2", false, -HOUR, 30 * DAY);
}

void scene_make(const char *root, const char *claude)
{
    make_agents(root);
    scene_make_logs(root);
    scene_make_file(root, "agent.env",
                    "# of the agent\nLANG=C\nANTHROPIC_API_KEY='fixture-token'\n", HOUR);
    scene_make_directory(root, "textfile");
    scene_make_directory(root, "tmp");
    scene_make_directory(root, "var");
    scene_make_directory(root, "bin");
    scene_make_file(root, "bin/plain", "#!/bin/sh\n", HOUR); /* nobody may execute it */
    scene_make_file(root, "bin/script", "#!/nonexistent/node\n", HOUR);
    scene_must(chmod(scene_path(root, "bin/script"), 0755) == 0, "bin/script");
    static const char *const names[] = {"bin/claude", "bin/hangs", "bin/fails"};
    for (size_t i = 0; i < 3; i++)
        scene_must(link(claude, scene_path(root, names[i])) == 0 ||
                       symlink(claude, scene_path(root, names[i])) == 0,
                   names[i]);
}
