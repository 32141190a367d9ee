#include "agent/cli_elsewhere.h"

#include "scratch.h"

/* "" where the system's own places are not to be compared. */
static void expect(const char *home, const char *want)
{
    char wanted[2 * PATH_MAX + 64];
    struct text path = TEXT_INIT(PATH_MAX);
    snprintf(wanted, sizeof wanted, "%s%s%s", *want ? home : "", *want ? "/" : "", want);
    cli_elsewhere_find(home, &path);
    ck_assert_msg(strcmp(text_get(&path), wanted) == 0 ||
                      (!*want && strncmp(text_get(&path), "/home/linuxbrew", 15) == 0),
                  "%s instead of %s", text_get(&path), wanted);
    text_free(&path);
}

START_TEST(finds_what_version_managers_leave)
{
    static const char *const places[] = {
        ".nvm/versions/node/v20.11.1/bin/claude",
        ".local/share/mise/shims/claude",
        ".volta/bin/claude",
        ".asdf/shims/claude",
        ".bun/bin/claude",
        ".npm-global/bin/claude",
        ".nix-profile/bin/claude",
        ".local/share/fnm/node-versions/v22.1.0/installation/bin/claude",
        ".local/share/pnpm/claude",
        ".local/share/claude/versions/2.1.332",
    };
    for (size_t i = 0; i < COUNT(places); i++) {
        char home[PATH_MAX + 16], place[PATH_MAX];
        scratch_enter();
        snprintf(home, sizeof home, "%s/h [a]*", scratch_path); /* no pattern */
        snprintf(place, sizeof place, "h [a]*/%s", places[i]);
        expect(home, "");
        scratch_write(place, "#!/bin/sh\n", 0644);
        expect(home, "");
        ck_assert_int_eq(chmod(place, 0755), 0);
        expect(home, places[i]);
        scratch_write(place, "", 0755);
        expect(home, "");
    }
}
END_TEST

START_TEST(takes_the_newest_version)
{
    char home[PATH_MAX + 16];
    scratch_enter();
    snprintf(home, sizeof home, "%s/h", scratch_path);
    scratch_write("h/.nvm/versions/node/v9.1.0/bin/claude", "x", 0755);
    scratch_write("h/.nvm/versions/node/v20.1.0/bin/claude", "x", 0755);
    scratch_write("h/.nvm/versions/node/v22.1.0/bin/node", "x", 0755);
    expect(home, ".nvm/versions/node/v20.1.0/bin/claude");
}
END_TEST

START_TEST(asks_npm_for_its_prefix)
{
    static const struct {
        const char *npmrc;
        bool found;
    } rows[] = {
        {"prefix=~/tools\n", true},    {"color=true\n  prefix = \"~/tools\"\n", true},
        {"prefix=~/tools", true},      {"#prefix=~/tools\n", false},
        {"prefixes=~/tools\n", false}, {"prefix\n", false},
        {"prefix=\n", false},          {"", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char home[PATH_MAX + 16];
        scratch_enter();
        snprintf(home, sizeof home, "%s/h", scratch_path);
        scratch_write("h/tools/bin/claude", "x", 0755);
        scratch_write("h/.npmrc", rows[i].npmrc, 0600);
        expect(home, rows[i].found ? "tools/bin/claude" : "");
    }
}
END_TEST

SUITE_MAIN("cli_elsewhere", finds_what_version_managers_leave, takes_the_newest_version,
           asks_npm_for_its_prefix)
